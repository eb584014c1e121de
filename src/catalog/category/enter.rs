//! Finding a category by the word that a ticket is filed under, or making it.

use super::create::{NewCategory, insert};
use crate::base::{Actor, Error, Result, check};
use crate::store::{Tx, params};

/// The number of the category with the slug of this word; a root that is made where there is none. Whoever may file a
/// ticket may do this. A word of which nothing is left is an error of the field `category`.
pub fn enter(tx: &Tx<'_>, actor: &Actor, word: &str) -> Result<i64> {
    let name = check::required_line("category", Some(word), 255)?;
    let slug = check::slug(&name);
    if slug.is_empty() {
        return Err(Error::field("category", "The category must have at least one letter or digit."));
    }
    let found = tx.one(
        "select id from categories where slug = :slug and deleted_at is null",
        params! {":slug": slug},
        |row| row.get("id"),
    )?;
    match found {
        Some(id) => Ok(id),
        None => Ok(insert(tx, actor, &NewCategory { name, color: None, parent: None })?.id),
    }
}
