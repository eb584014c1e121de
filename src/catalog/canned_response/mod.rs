//! Canned responses: texts that staff answer with, their own and shared ones.
//!
//! `find` holds who may see which, `list` is what there is to choose from, `fill` puts names into the placeholders.

mod change;
mod create;
mod delete;
mod fill;
mod find;
mod list;

pub use change::{Change, change};
pub use create::{NewCannedResponse, create};
pub use delete::delete;
pub use fill::{Words, fill};
pub use find::{CannedResponse, by_uuid, find};
pub use list::{Filter, list, list_after};

/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 255;
/// Longest shortcut, in characters.
pub const LONGEST_SHORTCUT: usize = 64;
