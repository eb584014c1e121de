//! Articles: Markdown, in a folder and a category or in none.
//!
//! `find` reads one, `list` many, `search` by words, `save` makes and changes one, `index` keeps what search looks at.

mod delete;
mod find;
mod index;
mod list;
mod save;
mod search;

pub use delete::delete;
pub use find::find;
pub use list::{Filter, list};
pub use save::{Changes, MOST_TAGS, change, create, tags};
pub use search::search;

use super::{Status, Visibility};
use crate::base::Time;

/// A category or folder, as its articles name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number that tables refer to.
    pub number: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// What it is about.
    pub name: String,
}

/// An article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The number that other tables refer to, and document 000 shows.
    pub number: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// What it answers.
    pub title: String,
    /// The answer, as Markdown.
    pub content: String,
    /// The answer, as plain text.
    pub plain: String,
    /// The folder that it lies in.
    pub folder: Option<Place>,
    /// The category that it lies in.
    pub category: Option<Place>,
    /// How far it has come.
    pub status: Status,
    /// Who it is for.
    pub visibility: Visibility,
    /// Whether it answers a frequent question.
    pub is_faq: bool,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Readers whom it helped.
    pub helpful: i64,
    /// Readers whom it did not.
    pub not_helpful: i64,
    /// When it was begun.
    pub created_at: Time,
    /// When it was changed last.
    pub updated_at: Time,
    /// Where a search found it: HTML that is text and `<mark>` only.
    pub snippet: Option<String>,
}
