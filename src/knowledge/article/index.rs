//! The search index: one row for each article, written anew at the end of the batch that changed it.

use crate::base::Result;
use crate::store::{Tx, params};

/// Has the article indexed once this batch is over.
pub(super) fn mark(tx: &Tx<'_>, article: i64) {
    tx.at_end("kb_search", article, write);
}

fn write(tx: &Tx<'_>, article: i64) -> Result<()> {
    tx.execute("delete from kb_search where rowid = :article", params! {":article": article})?;
    tx.execute(
        "insert into kb_search (rowid, scope, title, tags, content)
         select id, case when status = 'published' and visibility = 'public' then 'public' else 'staff' end, title,
           (select group_concat(value, ' ') from json_each(tags)), plain
         from kb_articles where id = :article",
        params! {":article": article},
    )?;
    Ok(())
}
