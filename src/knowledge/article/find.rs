//! Reading one article.

use super::{Article, Place};
use crate::base::{Actor, Error, Result, Time};
use crate::knowledge::{Status, Visibility, sees};
use crate::store::{Conn, Row, params};

/// The columns of an article, for statements that name the tables `a`, `f` and `c`.
pub(super) const COLUMNS: &str = "a.id, a.uuid, a.title, a.content, a.plain, a.status, a.visibility, a.is_faq, a.tags,
  a.helpful, a.not_helpful, a.created_at, a.updated_at, f.id as folder_id, f.uuid as folder, f.name as folder_name,
  c.id as category_id, c.uuid as category, c.name as category_name";
/// Where an article lies, for the same statements.
pub(super) const PLACES: &str =
    "left join kb_folders f on f.id = a.folder_id left join kb_categories c on c.id = a.category_id";

/// Reads a row of [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> Result<Article> {
    let place = |number: &str, uuid: &str, name: &str| {
        let number: Option<i64> = row.get(number)?;
        number.map(|number| Ok(Place { number, uuid: row.get(uuid)?, name: row.get(name)? })).transpose()
    };
    let (status, visibility, tags): (String, String, String) =
        (row.get("status")?, row.get("visibility")?, row.get("tags")?);
    let unknown = || Error::internal(format!("unknown status {status} or visibility {visibility}"));
    Ok(Article {
        number: row.get("id")?,
        uuid: row.get("uuid")?,
        title: row.get("title")?,
        content: row.get("content")?,
        plain: row.get("plain")?,
        folder: place("folder_id", "folder", "folder_name")?,
        category: place("category_id", "category", "category_name")?,
        status: Status::parse(&status).ok_or_else(unknown)?,
        visibility: Visibility::parse(&visibility).ok_or_else(unknown)?,
        is_faq: row.get("is_faq")?,
        tags: serde_json::from_str(&tags).map_err(Error::internal)?,
        helpful: row.get("helpful")?,
        not_helpful: row.get("not_helpful")?,
        created_at: Time(row.get("created_at")?),
        updated_at: Time(row.get("updated_at")?),
        snippet: None,
    })
}

/// The article with this UUID.
pub fn find(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Article> {
    let statement = format!(
        "select {COLUMNS} from kb_articles a {PLACES}
         where a.uuid = :uuid and (:all or (a.status = 'published' and a.visibility = 'public'))"
    );
    let found = conn.one(&statement, params! {":uuid": uuid, ":all": sees::all(actor)}, read)?;
    found.ok_or_else(Error::not_found)
}
