//! The articles that answer frequent questions, for everybody.

use crate::base::Result;
use crate::store::{Conn, params};

/// A question and its answer.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The article's number.
    pub number: i64,
    /// Its title.
    pub question: String,
    /// Its content, as plain text.
    pub answer: String,
}

/// Published public articles that are marked as FAQ, oldest first, whoever asks. The list begins behind the article with
/// the number `after` and has `limit` entries at most.
pub fn list(conn: &Conn<'_>, after: Option<i64>, limit: i64) -> Result<Vec<Entry>> {
    conn.all(
        "select id, title, plain from kb_articles
         where is_faq = 1 and status = 'published' and visibility = 'public' and id > :after order by id limit :limit",
        params! {":after": after.unwrap_or_default(), ":limit": limit},
        |row| Ok(Entry { number: row.get("id")?, question: row.get("title")?, answer: row.get("plain")? }),
    )
}
