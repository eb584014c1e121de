//! What leaves the house: rows of the outbox, written in the transaction of their cause and delivered later.
//!
//! | file | what |
//! |---|---|
//! | `mail` | queueing one |
//! | `template` `templates/` | which mails there are, and the words that they come with |
//! | `words` | the words that an admin put in their place |
//! | `render` `html` | words and what fills them, as subject, text and HTML |
//! | `letter` | a mail as it is sent: who writes to whom, and what an answer comes back to |
//! | `outbox` | what is due, and what became of it |
//! | `said` | what the message that a mail tells of is and carries |
//! | `test` | a mail that only shows whether mail works |
//! | `seen` | the outbox as admins see it, and sending something again |
//! | `muted` | what people do not want to hear of |

mod html;
mod letter;
mod mail;
mod muted;
mod outbox;
mod render;
mod said;
mod seen;
mod template;
mod test;
mod words;

pub use letter::{Letter, Named, Sender, compose, named_by_address, named_by_message_id};
pub use mail::{Mail, To, last, mail};
pub use muted::{Wanted, admins, choose, mute_everybody, wanted, wants};
pub use outbox::{GivenUp, Outcome, Outgoing, due, next_due, purge, settle};
pub use render::{Rendered, render};
pub use seen::{Filter, Seen, find, list, replay};
pub use template::Template;
pub use test::{note_test, write_test};
pub use words::{Words, of as words, reset, save};
