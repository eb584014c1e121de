//! What tickets are about.

use std::collections::HashMap;

use super::Asked;
use super::cell;
use crate::base::{Actor, Result};
use crate::store::{Conn, params};

/// How many tickets are of a category.
#[derive(Clone, Debug)]
pub struct CategoryRow {
    /// Its name.
    pub category: String,
    /// `#EF4444`.
    pub color: Option<String>,
    /// Tickets of this category itself, without those of its children.
    pub total: i64,
}

/// A row for each category with tickets in the range, most tickets first. Tickets without a category, or of one that was deleted, are in none. For
/// admins.
pub fn categories(conn: &Conn<'_>, actor: &Actor, asked: &Asked) -> Result<Vec<CategoryRow>> {
    actor.must_be_admin()?;
    let mut all = HashMap::<i64, i64>::new();
    cell::each(conn, actor, asked, "category", |cell| {
        if let Some(category) = cell.id() {
            *all.entry(category).or_default() += cell.sums.total;
        }
        Ok(())
    })?;
    let mut rows = Vec::with_capacity(all.len());
    for (category, total) in all.into_iter().filter(|(_, total)| *total > 0) {
        let row = conn.one(
            "select name, color from categories where id = :id and deleted_at is null",
            params! {":id": category},
            |row| Ok(CategoryRow { category: row.get("name")?, color: row.get("color")?, total }),
        )?;
        rows.extend(row.map(|row| (category, row)));
    }
    // Children of different parents may share a name: they stay in the same order from one report to the next.
    rows.sort_by(|(a, x), (b, y)| y.total.cmp(&x.total).then_with(|| x.category.cmp(&y.category)).then(a.cmp(b)));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}
