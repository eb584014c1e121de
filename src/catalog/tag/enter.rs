//! Finding a tag by its name, or making it.

use super::LONGEST;
use super::create::{NewTag, insert};
use crate::base::{Actor, Result, check, fold};
use crate::store::{Tx, params};

/// The number of the tag with this name, in whatever case; one that is made where there is none. Whoever may tag a ticket
/// may do this. A name that cannot be is an error of the field `tags`.
pub fn enter(tx: &Tx<'_>, actor: &Actor, name: &str) -> Result<i64> {
    let name = check::required_line("tags", Some(name), LONGEST)?;
    let found = tx.one(
        "select id from tags where folded_name = :folded and deleted_at is null",
        params! {":folded": fold(&name)},
        |row| row.get("id"),
    )?;
    match found {
        Some(id) => Ok(id),
        None => Ok(insert(tx, actor, &NewTag { name, color: None })?.id),
    }
}
