//! Articles, newest first, as far as the actor may read them.

use super::Article;
use super::find::{COLUMNS, PLACES, read};
use crate::base::{Actor, Result};
use crate::knowledge::{Status, Visibility, sees};
use crate::store::{Conn, params};

/// What a list is narrowed to; everything combines.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The category's UUID.
    pub category: Option<String>,
    /// The folder's UUID.
    pub folder: Option<String>,
    /// How far they have come.
    pub status: Option<Status>,
    /// Who they are for.
    pub visibility: Option<Visibility>,
    /// Whether they answer a frequent question.
    pub is_faq: Option<bool>,
}

/// What [`Filter`] adds to a statement.
pub(super) const NARROWED: &str = "(:all or (a.status = 'published' and a.visibility = 'public'))
  and (:category is null or c.uuid = :category) and (:folder is null or f.uuid = :folder)
  and (:status is null or a.status = :status) and (:visibility is null or a.visibility = :visibility)
  and (:is_faq is null or a.is_faq = :is_faq)";

/// A page of articles, at most `limit`, that begins behind the article with the number `before`.
pub fn list(conn: &Conn<'_>, actor: &Actor, filter: &Filter, before: Option<i64>, limit: i64) -> Result<Vec<Article>> {
    let statement = format!(
        "select {COLUMNS} from kb_articles a {PLACES}
         where {NARROWED} and (:before is null or a.id < :before) order by a.id desc limit :limit"
    );
    let values = params! {":all": sees::all(actor), ":category": filter.category, ":folder": filter.folder,
    ":status": filter.status.map(Status::as_str), ":visibility": filter.visibility.map(Visibility::as_str),
    ":is_faq": filter.is_faq, ":before": before, ":limit": limit};
    conn.all(&statement, values, read)
}
