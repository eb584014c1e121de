//! Categories and tags by their words, as integrators name them: what does not exist yet is made.

use super::tag::MOST;
use crate::base::{Error, Result, check, id};
use crate::store::{Tx, params};

/// Longest name, in characters.
const LONGEST: usize = 64;

/// The number of the category with this slug; made, with the word as its name, where there is none.
pub fn category_by_slug(tx: &Tx<'_>, field: &'static str, word: &str) -> Result<Option<i64>> {
    let Some(name) = check::line(field, Some(word), LONGEST)? else { return Ok(None) };
    let slug = check::slug(&name);
    if slug.is_empty() {
        return Err(Error::field(field, "The category must have letters or digits."));
    }
    let found = tx.one("select id from categories where slug = :slug", params! {":slug": slug}, |row| row.get("id"))?;
    if let Some(id) = found {
        return Ok(Some(id));
    }
    let made = tx.insert(
        "insert into categories (uuid, name, slug, created_at) values (:uuid, :name, :slug, :now)",
        params! {":uuid": id::new_uuid(tx.now()), ":name": name, ":slug": slug, ":now": tx.now().0},
    )?;
    Ok(Some(made))
}

/// The numbers of the tags with these names, in whatever case; made where there are none.
pub fn tags_by_name(tx: &Tx<'_>, field: &'static str, words: &[String]) -> Result<Vec<i64>> {
    if words.len() > MOST {
        return Err(Error::field(field, format!("A ticket has at most {MOST} tags.")));
    }
    let mut tags = Vec::with_capacity(words.len());
    for word in words {
        let Some(name) = check::line(field, Some(word), LONGEST)? else { continue };
        let found = tx.one("select id from tags where lower(name) = lower(:name)", params! {":name": name}, |row| {
            row.get("id")
        })?;
        tags.push(match found {
            Some(id) => id,
            None => tx.insert(
                "insert into tags (uuid, name, created_at) values (:uuid, :name, :now)",
                params! {":uuid": id::new_uuid(tx.now()), ":name": name, ":now": tx.now().0},
            )?,
        });
    }
    Ok(tags)
}
