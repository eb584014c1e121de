//! Deleting a user: the row stays, the address is free again.

use super::Person;
use super::change::must_not_be_last;
use super::create::tell;
use crate::access::{link, oauth, session};
use crate::audit;
use crate::base::{Actor, Error, Kind, Result};
use crate::feed;
use crate::store::{Tx, params};

/// Takes a user's ways in, their projects and their address.
pub fn delete(tx: &Tx<'_>, actor: &Actor, person: &Person) -> Result<()> {
    actor.must_command(person.role)?;
    if actor.user() == Some(person.id) {
        return Err(Error::new(Kind::Forbidden, "Nobody deletes themselves. Ask another admin."));
    }
    must_not_be_last(tx, person)?;
    tx.execute(
        "update users set deleted_at = :now, updated_at = :now where id = :id",
        params! {":now": tx.now().0, ":id": person.id},
    )?;
    tx.execute("delete from project_agents where user_id = :id", params! {":id": person.id})?;
    tx.execute("delete from group_members where user_id = :user", params! {":user": person.id})?;
    link::void(tx, person.id)?;
    session::end_all(tx, person.id)?;
    oauth::end_all(tx, person.id)?;
    tell(tx, actor, feed::Kind::UserDeleted, person.id)?;
    audit::record(tx, actor, "user_deleted", &person.email)
}
