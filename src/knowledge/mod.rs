//! The knowledge base: articles in folders and categories, and what readers think of them.
//!
//! | where | what |
//! |---|---|
//! | [`category`] [`folder`] | what articles are sorted into |
//! | [`article`] | one article, lists and search, writing |
//! | [`faq`] | the articles that answer frequent questions |
//! | [`feedback`] | readers' votes and comments |
//! | `sees` | the one predicate of who may read what |
//!
//! Articles belong to no project: a key that is narrowed to one reads and writes them like any other. What loses its
//! category or folder stays, without one: deleting either never deletes or publishes an article.

pub mod article;
pub mod category;
pub mod faq;
pub mod feedback;
pub mod folder;
mod sees;

/// How far an article has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// For its writers.
    Draft,
    /// For its readers.
    Published,
}

impl Status {
    /// As SQL and every surface spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
        }
    }

    /// The reverse of [`Status::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Draft, Self::Published].into_iter().find(|status| status.as_str() == text)
    }
}

/// Who an article is for, once it is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody, with a credential or without.
    Public,
    /// Staff.
    Internal,
}

impl Visibility {
    /// As SQL and every surface spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
        }
    }

    /// The reverse of [`Visibility::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Public, Self::Internal].into_iter().find(|visibility| visibility.as_str() == text)
    }
}
