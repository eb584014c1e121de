//! Categories and tags by their words, as integrators name them: what does not exist yet is made.

use super::tag::MOST;
use crate::base::{Actor, Error, Result};
use crate::catalog::{category, tag};
use crate::store::Tx;

/// The number of the category with this word's slug; none for a blank word.
pub fn category_by_slug(tx: &Tx<'_>, actor: &Actor, field: &'static str, word: &str) -> Result<Option<i64>> {
    if word.trim().is_empty() {
        return Ok(None);
    }
    category::enter(tx, actor, word).map(Some).map_err(|error| error.called(&[("category", field)]))
}

/// The numbers of the tags with these names, in whatever case.
pub fn tags_by_name(tx: &Tx<'_>, actor: &Actor, field: &'static str, words: &[String]) -> Result<Vec<i64>> {
    if words.len() > MOST {
        return Err(Error::field(field, format!("A ticket has at most {MOST} tags.")));
    }
    let words = words.iter().filter(|word| !word.trim().is_empty());
    words.map(|word| tag::enter(tx, actor, word).map_err(|error| error.called(&[("tags", field)]))).collect()
}
