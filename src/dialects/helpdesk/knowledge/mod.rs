//! `/api/kb…` and `/api/public/kb…`: the knowledge base, for those who write it and for everybody.

mod articles;
mod categories;
mod feedback;
mod folders;
mod public;

use crate::base::{Error, Result};
use crate::dialects::routes::{Register, routes};

/// Every route of the knowledge base.
pub fn routes<R: Register>() -> R {
    R::default()
        .routes(routes!(categories::list, categories::create))
        .routes(routes!(categories::change, categories::delete))
        .routes(routes!(folders::list, folders::create))
        .routes(routes!(folders::show, folders::change, folders::delete))
        .routes(routes!(articles::list, articles::create))
        .routes(routes!(articles::show, articles::change, articles::delete))
        .routes(routes!(articles::rendered))
        .routes(routes!(feedback::list, feedback::give))
        .routes(routes!(public::list))
        .routes(routes!(public::show))
}

/// One of two words; blank is missing.
fn word<T>(
    field: &'static str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
    words: [&str; 2],
) -> Result<Option<T>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || Error::field(field, format!("The {field} must be {} or {}.", words[0], words[1]));
    parse(text).map(Some).ok_or_else(wrong)
}
