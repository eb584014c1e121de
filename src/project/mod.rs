//! Projects: what tickets belong to, who works for them, and the key pairs of their own back ends.
//!
//! `find` holds who may see which, `name` makes the slug and the prefix of ticket numbers, `fields` checks what callers
//! send, `assign` says which staff work for a project.

mod assign;
mod change;
mod create;
mod fields;
mod find;
pub mod key_pair;
mod name;

pub use assign::{Agent, agents, assign, remove};
pub use change::change;
pub use create::create;
pub use fields::{Fields, Given};
pub use find::{Filter, Listed, Project, Sees, find, list, open_to, sees};
