//! Making a tag.

use super::find::{Tag, find};
use crate::audit;
use crate::base::{Actor, Capability, Error, Result, fold, id};
use crate::store::{Tx, params};

/// What it takes to make a tag.
#[derive(Clone, Debug)]
pub struct NewTag {
    /// 1 to 64 characters; no other tag has it in whatever case.
    pub name: String,
    /// `#EF4444`.
    pub color: Option<String>,
}

/// Makes a tag. Staff alone may.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewTag) -> Result<Tag> {
    actor.must(Capability::Tags)?;
    insert(tx, actor, new)
}

/// Writes the row.
pub(super) fn insert(tx: &Tx<'_>, actor: &Actor, new: &NewTag) -> Result<Tag> {
    let tag = tx.insert(
        "insert into tags (uuid, name, folded_name, color, created_at) values (:uuid, :name, :folded, :color, :now)",
        params! {":uuid": id::new_uuid(tx.now()), ":name": new.name, ":folded": fold(&new.name), ":color": new.color,
        ":now": tx.now().0},
    );
    let taken = || Error::conflict("name", "There is a tag of this name already.");
    let tag = tag.map_err(|error| error.when("tags.folded_name", taken))?;
    audit::record(tx, actor, "tag_created", &new.name)?;
    find(tx, tag)
}
