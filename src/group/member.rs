//! Who is in a group. The list of them is [`crate::person::members`].

use super::Group;
use super::create::may_change;
use crate::audit;
use crate::base::{Actor, Error, Result, Role};
use crate::person::Person;
use crate::store::{Tx, params};

/// Adds active staff to a group; false where they are in it already.
pub fn add(tx: &Tx<'_>, actor: &Actor, group: &Group, person: &Person) -> Result<bool> {
    may_change(actor)?;
    if person.role == Role::Customer || !person.is_active {
        return Err(Error::field("userId", "Only active staff can be in a group."));
    }
    let added = tx.execute(
        "insert into group_members (user_id, group_id, created_at) values (:user, :group, :now) on conflict do nothing",
        params! {":user": person.id, ":group": group.id, ":now": tx.now().0},
    )?;
    if added > 0 {
        audit::record(tx, actor, "group_member_added", &format!("{}: {}", group.name, person.email))?;
    }
    Ok(added > 0)
}

/// Takes somebody out of a group.
pub fn remove(tx: &Tx<'_>, actor: &Actor, group: &Group, person: &Person) -> Result<()> {
    may_change(actor)?;
    let removed = tx.execute(
        "delete from group_members where user_id = :user and group_id = :group",
        params! {":user": person.id, ":group": group.id},
    )?;
    if removed == 0 {
        return Err(Error::not_found());
    }
    audit::record(tx, actor, "group_member_removed", &format!("{}: {}", group.name, person.email))
}
