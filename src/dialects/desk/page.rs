//! This surface's lists: pages by number.

pub use crate::dialects::numbered::{Asked, Page, Paginated};
