//! Tags: short names that staff put on tickets, the same for all projects, no two alike but for case.

mod create;
mod delete;
mod enter;
mod find;

pub use create::{NewTag, create};
pub use delete::delete;
pub use enter::enter;
pub use find::{Tag, find, list};

/// Longest name, in characters.
pub const LONGEST: usize = 64;
