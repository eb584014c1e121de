//! Groups of agents, which tickets can be given to.

mod change;
mod create;
mod delete;
mod find;
mod member;

pub use change::change;
pub use create::{Fields, create};
pub use delete::delete;
pub use find::{Group, find, page};
pub use member::{add, remove};
