//! The ticket: somebody asks, staff answer, clocks run.
//!
//! Every verb takes the ticket as it was found through the actor, decides, and saves the difference: `save` writes the row
//! and, from the row before and after, everything that is kept beside it. So nothing that counts tickets can be
//! forgotten by a verb.
//!
//! | file | what |
//! |---|---|
//! | `sees` `viewer` | who may see what, in SQL and in memory; statuses and sources are words of `base` |
//! | `find` `detail` `brief` `beside` `list` `search` | reading one, all of one, what it refers to, many, by words |
//! | `open` `number` `adopt` | a new ticket and its number; whose it becomes later |
//! | `change` `fill` `status` `assign` `hand` `pick` `tag` `relate` `merge` `watch` `rate` `delete` | what can be done to it |
//! | `take_in` `take_out` | tables of tickets from and to elsewhere |
//! | `due` `by_word` | due dates; categories and tags as integrators name them |
//! | `by_uuid` `author` | what integrators name by UUID; whoever acts where they name a user |
//! | `let_go` | what tickets have no more because it was deleted |
//! | `words` | what a canned response says of it |
//! | `message` `reply` `edit` | the conversation |
//! | `channel` `received` | the way that a message came in, and what is known of its mail |
//! | `notification` | what concerns whoever has, watches or is mentioned on a ticket |
//! | `time_entry` | time that staff spent |
//! | `credential` | what a customer shares with whoever has the ticket, for a while |
//! | `automate` `facts` | letting rules act on what the verbs above did, and on time that passed |
//! | `dry_run` `past` | what a rule would have done, from what the trail says tickets were |
//! | `file` `attach` `attachment` | what a file may be called; adding files to a message; finding them |
//! | `tell` `undelivered` `warn` | whom all that is mailed to; answers that could not be; deadlines that are near |
//! | `save` `tally` `index` `activity` `id` | what is kept beside the row: counts, search, the trail |

mod activity;
mod adopt;
mod assign;
mod attach;
mod attachment;
mod author;
mod automate;
mod beside;
mod brief;
mod by_uuid;
mod by_word;
mod change;
mod channel;
pub mod credential;
mod delete;
mod detail;
mod dry_run;
mod due;
mod edit;
mod facts;
mod file;
mod fill;
mod filter;
mod find;
mod hand;
mod id;
mod index;
mod let_go;
mod list;
mod merge;
mod message;
pub mod notification;
mod number;
mod open;
mod past;
mod pick;
mod promise;
mod rate;
mod received;
mod relate;
mod reply;
mod save;
mod search;
mod sees;
mod status;
mod summary;
mod tag;
mod take_in;
mod take_out;
mod tally;
mod tell;
pub mod time_entry;
mod undelivered;
mod viewer;
mod warn;
mod watch;
mod words;

pub use activity::{Activity, activities};
pub use adopt::{adopt, adopt_answered, follow, unadopted};
pub use assign::assign;
pub use attach::{MOST_FILES, NewFile, attach, attach_received, must_fit};
pub use attachment::{Attachment, attachment, unattached};
pub use author::author;
pub use automate::{Waiting, act_on_time, advance, waiting};
pub use beside::{Beside, beside};
pub use brief::{Brief, brief};
pub use by_uuid::{group_number, project_number, ticket_number, user_number};
pub use by_word::{category_by_slug, tags_by_name};
pub use change::{Change, change};
pub use channel::Channel;
pub use delete::{delete, erase, purge, restore};
pub use detail::{CategoryRef, Detail, MergedRef, Named, PolicyRef, ProjectRef, Rating, TagRef, detail, named};
pub use dry_run::{Difference, Replayed, WouldChange, dry_run};
pub use due::Due;
pub use edit::edit;
pub use file::{FileName, MediaType};
pub use fill::{fill, filled};
pub use filter::Filter;
pub use find::{Customer, Promise, Ticket, by_number, by_uuid, find, find_live, itself, itself_live};
pub use hand::hand;
pub use let_go::let_go;
pub use list::{Found, list, tickets};
pub use merge::{merge, unmerge};
pub use message::{Kind, Message, description, messages};
pub use open::{NewTicket, open};
pub use pick::pick;
pub use promise::{explain, mark_breaches, next_due};
pub use rate::rate;
pub use received::{Received, Trust, received};
pub use relate::{follow_up, linked};
pub use reply::{note, note_received, note_said, reply};
pub use sees::Sees;
pub use status::set_status;
pub use summary::Summary;
pub use take_in::{Arrival, foresee, take_in};
pub use take_out::{Departure, take_out};
pub use tally::day;
pub use tell::Told;
pub use undelivered::undelivered;
pub use viewer::{Place, Viewer, place};
pub use warn::warn_of_deadlines;
pub use watch::{unwatch, watch};
pub use words::words;

pub use crate::base::{Source, Status};
