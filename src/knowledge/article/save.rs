//! Writing an article.

use std::collections::HashSet;

use super::{Article, find, index};
use crate::audit;
use crate::base::{Actor, Capability, Error, Result, check, id};
use crate::knowledge::{Status, Visibility, category, folder};
use crate::store::{Conn, Tx, params};
use crate::text;

/// Most tags that an article has.
pub const MOST_TAGS: usize = 50;

/// What a caller says about an article; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// What it answers.
    pub title: Option<String>,
    /// The answer, as Markdown.
    pub content: Option<String>,
    /// The UUID of the folder that it lies in.
    pub folder: Option<Option<String>>,
    /// The UUID of the category that it lies in.
    pub category: Option<Option<String>>,
    /// How far it has come.
    pub status: Option<Status>,
    /// Who it is for.
    pub visibility: Option<Visibility>,
    /// Whether it answers a frequent question.
    pub is_faq: Option<bool>,
    /// Words to find it by, as [`tags`] reads them.
    pub tags: Option<Vec<String>>,
}

/// Reads tags: a line each, every one once in whatever case, blank ones left out.
pub fn tags(given: &[String]) -> Result<Vec<String>> {
    let (mut known, mut tags) = (HashSet::new(), Vec::new());
    for tag in given {
        let Some(tag) = check::line("tags", Some(tag), 64)? else { continue };
        if known.insert(tag.to_lowercase()) {
            tags.push(tag);
        }
    }
    if tags.len() > MOST_TAGS {
        return Err(Error::field("tags", format!("An article has at most {MOST_TAGS} tags.")));
    }
    Ok(tags)
}

/// An article as it is to be stored.
#[derive(PartialEq, Eq)]
struct Row {
    title: String,
    content: String,
    folder: Option<i64>,
    category: Option<i64>,
    status: Status,
    visibility: Visibility,
    is_faq: bool,
    tags: Vec<String>,
}

impl Row {
    fn of(article: &Article) -> Self {
        Self {
            title: article.title.clone(),
            content: article.content.clone(),
            folder: article.folder.as_ref().map(|folder| folder.number),
            category: article.category.as_ref().map(|category| category.number),
            status: article.status,
            visibility: article.visibility,
            is_faq: article.is_faq,
            tags: article.tags.clone(),
        }
    }

    fn with(self, conn: &Conn<'_>, actor: &Actor, changes: &Changes) -> Result<Self> {
        let (folder, category) = place(conn, actor, &self, changes)?;
        let changes = changes.clone();
        let changed = Self {
            title: changes.title.unwrap_or(self.title),
            content: changes.content.unwrap_or(self.content),
            folder,
            category,
            status: changes.status.unwrap_or(self.status),
            visibility: changes.visibility.unwrap_or(self.visibility),
            is_faq: changes.is_faq.unwrap_or(self.is_faq),
            tags: changes.tags.unwrap_or(self.tags),
        };
        if changed.status == Status::Published && changed.content.is_empty() {
            return Err(Error::field("content", "An article needs content before it is published."));
        }
        Ok(changed)
    }
}

/// Where an article lies after a change. The folder decides, where it has a category: whoever names a folder alone moves
/// the article into the folder's category, whoever names a category alone takes it out of another category's folder.
fn place(conn: &Conn<'_>, actor: &Actor, row: &Row, changes: &Changes) -> Result<(Option<i64>, Option<i64>)> {
    let category = match &changes.category {
        Some(Some(uuid)) => Some(Some(category::named(conn, actor, uuid)?)),
        Some(None) => Some(None),
        None => None,
    };
    let folder = match &changes.folder {
        Some(Some(uuid)) => Some(Some(folder::named(conn, actor, uuid)?)),
        Some(None) => Some(None),
        None => None,
    };
    match (folder, category) {
        (Some(Some(folder)), category) => {
            let place = folder.category_number.or(category.unwrap_or(row.category));
            if category.flatten().is_some_and(|category| Some(category) != place) {
                return Err(Error::field("folderId", "This folder lies in another category."));
            }
            Ok((Some(folder.number), place))
        }
        (Some(None), category) => Ok((None, category.unwrap_or(row.category))),
        (None, Some(category)) => {
            let home = conn.one(
                "select category_id from kb_folders where id = :id and category_id is not null",
                params! {":id": row.folder},
                |row| row.get::<i64>("category_id"),
            )?;
            let stays = home.is_none_or(|home| Some(home) == category);
            Ok((row.folder.filter(|_| stays), category))
        }
        (None, None) => Ok((row.folder, row.category)),
    }
}

/// Adds an article: a draft for everybody, unless the changes say otherwise. They must say a title.
pub fn create(tx: &Tx<'_>, actor: &Actor, changes: &Changes) -> Result<Article> {
    actor.must(Capability::KnowledgeBase)?;
    let title = changes.title.clone().ok_or_else(|| Error::field("title", "The title field is required."))?;
    let empty = Row {
        title,
        content: String::new(),
        folder: None,
        category: None,
        status: Status::Draft,
        visibility: Visibility::Public,
        is_faq: false,
        tags: Vec::new(),
    };
    let row = empty.with(tx, actor, changes)?;
    let uuid = id::new_uuid(tx.now());
    let number = tx.insert(
        "insert into kb_articles (uuid, title, content, plain, folder_id, category_id, status, visibility, is_faq, tags,
           created_at, updated_at)
         values (:uuid, :title, :content, :plain, :folder, :category, :status, :visibility, :is_faq, :tags, :now, :now)",
        params! {":uuid": uuid, ":title": row.title, ":content": row.content, ":plain": text::to_plain(&row.content, text::Form::Article),
        ":folder": row.folder, ":category": row.category, ":status": row.status.as_str(),
        ":visibility": row.visibility.as_str(), ":is_faq": row.is_faq,
        ":tags": serde_json::to_string(&row.tags).map_err(Error::internal)?, ":now": tx.now().0},
    )?;
    index::mark(tx, number);
    audit::record(tx, actor, "kb_article_created", &row.title)?;
    find(tx, actor, &uuid)
}

/// Changes an article; what changes nothing leaves no trace.
pub fn change(tx: &Tx<'_>, actor: &Actor, article: &Article, changes: &Changes) -> Result<Article> {
    actor.must(Capability::KnowledgeBase)?;
    let row = Row::of(article).with(tx, actor, changes)?;
    if row == Row::of(article) {
        return Ok(article.clone());
    }
    tx.execute(
        "update kb_articles set title = :title, content = :content, plain = :plain, folder_id = :folder,
           category_id = :category, status = :status, visibility = :visibility, is_faq = :is_faq, tags = :tags,
           updated_at = :now
         where id = :id",
        params! {":title": row.title, ":content": row.content, ":plain": text::to_plain(&row.content, text::Form::Article),
        ":folder": row.folder, ":category": row.category, ":status": row.status.as_str(),
        ":visibility": row.visibility.as_str(), ":is_faq": row.is_faq,
        ":tags": serde_json::to_string(&row.tags).map_err(Error::internal)?, ":now": tx.now().0,
        ":id": article.number},
    )?;
    index::mark(tx, article.number);
    audit::record(tx, actor, "kb_article_updated", &row.title)?;
    find(tx, actor, &article.uuid)
}
