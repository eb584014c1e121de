//! Words put to a person.

use crate::base::{Error, Result, check};

/// Most tags of one person.
const MOST: usize = 100;
/// Longest tag, in characters.
const LONGEST: usize = 64;

/// Reads a list of tags: each a line of at most 64 characters. Blank ones and those given before, in whatever case, fall out.
pub fn parse_tags<'t>(given: impl IntoIterator<Item = &'t str>) -> Result<Vec<String>> {
    let mut tags: Vec<String> = Vec::new();
    for text in given {
        let Some(tag) = check::line("tags", Some(text), LONGEST)? else { continue };
        if tags.iter().all(|known| known.to_lowercase() != tag.to_lowercase()) {
            tags.push(tag);
        }
        if tags.len() > MOST {
            return Err(Error::field("tags", format!("There can be at most {MOST} tags.")));
        }
    }
    Ok(tags)
}
