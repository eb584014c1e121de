//! Deleting an article, for good.

use super::{Article, index};
use crate::audit;
use crate::base::{Actor, Capability, Result};
use crate::store::{Tx, params};

/// Deletes an article, what readers said about it, and what search knows of it.
pub fn delete(tx: &Tx<'_>, actor: &Actor, article: &Article) -> Result<()> {
    actor.must(Capability::KnowledgeBase)?;
    tx.execute("delete from kb_articles where id = :id", params! {":id": article.number})?;
    index::mark(tx, article.number);
    audit::record(tx, actor, "kb_article_deleted", &article.title)
}
