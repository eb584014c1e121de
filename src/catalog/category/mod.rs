//! Categories: a tree of what tickets are about, the same for all projects.
//!
//! `find` reads them, `place` says where in the tree one may stand, `enter` finds or makes one by the word that some
//! surfaces use.

mod change;
mod create;
mod delete;
mod enter;
mod find;
mod place;

pub use change::{Change, change};
pub use create::{NewCategory, create};
pub use delete::delete;
pub use enter::enter;
pub use find::{Category, find, list};
pub use place::MOST_DEEP;
