//! Policies: what is promised to the tickets of a project and priority, set up by admins.
//!
//! There is at most one for each project and priority, and one for each priority of projects without. What a policy
//! promises are its terms: a change writes new ones, so tickets keep those that they were stamped with. A deleted policy
//! stamps no more tickets and stays for those that it did.

mod change;
mod create;
mod delete;
mod fields;
mod find;

pub use change::change;
pub use create::create;
pub use delete::delete;
pub use fields::{Fields, Given};
pub use find::{Policy, by_uuid, find, list, list_after};
