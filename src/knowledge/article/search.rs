//! Finding articles by words: best first, as one types.
//!
//! Who may find what is part of the query to the index, and the predicate stands in the statement all the same.

use super::Article;
use super::find::{COLUMNS, PLACES, read};
use super::list::{Filter, NARROWED};
use crate::base::{Actor, Result};
use crate::knowledge::{Status, Visibility, sees};
use crate::store::{Conn, params, words};
use crate::text;

/// Around what was found. Texts hold neither: they are stored without control characters.
const MARKS: [char; 2] = ['\u{2}', '\u{3}'];

/// Articles that hold the words, in title, tags or text, the last one as the beginning of a word; a title counts most. The
/// page begins behind `offset` hits and has `limit` at most.
pub fn search(
    conn: &Conn<'_>,
    actor: &Actor,
    filter: &Filter,
    typed: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Article>> {
    let (all, Some(words)) = (sees::all(actor), words(typed)) else { return Ok(Vec::new()) };
    let scope = if all { "" } else { "{scope} : public AND " };
    let query = format!("{scope}{{title tags content}} : ({})", words.query());
    // A snippet is dear, so only the page gets them. The plus keeps the index from beginning anew for every hit.
    let statement = format!(
        "with hits as materialized (
           select a.id, bm25(kb_search, 0.0, 10.0, 5.0, 1.0) as fit
           from kb_search join kb_articles a on a.id = kb_search.rowid {PLACES}
           where kb_search match :query and {NARROWED}
           order by fit, a.id desc limit :limit offset :offset)
         select {COLUMNS}, snippet(kb_search, 3, char(2), char(3), '…', 32) as snippet
         from kb_search cross join hits on hits.id = +kb_search.rowid join kb_articles a on a.id = hits.id {PLACES}
         where kb_search match :query order by hits.fit, hits.id desc"
    );
    let values = params! {":query": query, ":all": all, ":category": filter.category, ":folder": filter.folder,
    ":status": filter.status.map(Status::as_str), ":visibility": filter.visibility.map(Visibility::as_str),
    ":is_faq": filter.is_faq, ":limit": limit, ":offset": offset};
    conn.all(&statement, values, |row| {
        let snippet: String = row.get("snippet")?;
        Ok(Article { snippet: Some(marked(&snippet)), ..read(row)? })
    })
}

/// A snippet as HTML.
fn marked(snippet: &str) -> String {
    text::escape(snippet).replace(MARKS[0], "<mark>").replace(MARKS[1], "</mark>")
}
