//! Mailboxes that admins added, beside those that the operator names: where mails are fetched from, and how that goes.
//!
//! | file | what |
//! |---|---|
//! | `fields` `find` `create` `change` `delete` | the mailboxes themselves, for admins |
//! | `way` | how to get at one, with its password: for fetching and for trying it out |
//! | `state` | what came of the last look into one |

mod change;
mod create;
mod delete;
mod fields;
mod find;
mod state;
mod way;

pub use change::change;
pub use create::create;
pub use delete::delete;
pub use fields::{Fields, Given};
pub use find::{Mailbox, find, list};
pub use state::{note, note_test, took};
pub use way::{Way, way, ways};
