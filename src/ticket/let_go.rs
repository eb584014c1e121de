//! Letting go of categories and tags that were deleted: they are out of sight already, and here they leave the tickets.

use super::{Ticket, itself, tally};
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Tickets that one transaction lets go of, so that the writer is never held for long.
const AT_ONCE: i64 = 200;

/// Takes one deleted category or tag off some tickets, and removes it for good where none is left; whether there may be
/// more. The tickets themselves count as unchanged: what people saw of them changed when it was deleted.
pub fn let_go(tx: &Tx<'_>) -> Result<bool> {
    let category = tx.one(
        "select id from categories where deleted_at is not null order by deleted_at limit 1",
        params! {},
        |row| row.get::<i64>("id"),
    )?;
    let tag =
        tx.one("select id from tags where deleted_at is not null order by deleted_at limit 1", params! {}, |row| {
            row.get::<i64>("id")
        })?;
    category.map(|category| let_go_of_category(tx, category)).transpose()?;
    tag.map(|tag| let_go_of_tag(tx, tag)).transpose()?;
    Ok(category.is_some() || tag.is_some())
}

fn let_go_of_category(tx: &Tx<'_>, category: i64) -> Result<()> {
    let tickets = tx.all(
        "select id from tickets where category_id = :category order by id limit :n",
        params! {":category": category, ":n": AT_ONCE},
        |row| row.columns().take::<i64>(),
    )?;
    let Some(last) = tickets.last() else {
        tx.execute("delete from categories where id = :id", params! {":id": category})?;
        return Ok(());
    };
    for ticket in &tickets {
        let before = itself(tx, &Actor::system(), *ticket)?;
        tally::change(tx, Some(&before), Some(&Ticket { counted_category: None, ..before.clone() }));
    }
    tx.execute(
        "update tickets set category_id = null where category_id = :category and id <= :last",
        params! {":category": category, ":last": last},
    )?;
    Ok(())
}

fn let_go_of_tag(tx: &Tx<'_>, tag: i64) -> Result<()> {
    let let_go = tx.execute(
        "delete from ticket_tags
         where tag_id = :tag and ticket_id in (select ticket_id from ticket_tags where tag_id = :tag limit :n)",
        params! {":tag": tag, ":n": AT_ONCE},
    )?;
    if let_go == 0 {
        tx.execute("delete from tags where id = :id", params! {":id": tag})?;
    }
    Ok(())
}
