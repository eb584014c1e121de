//! An address turned out to be its account's own.

use crate::audit;
use crate::base::{Actor, Error, Result, Role};
use crate::company;
use crate::store::{Tx, params};

/// Notes that an address was shown to be its account's: by a mailed link, or because an admin vouches for it. Tickets that
/// others filed under the address become the account's own. Does nothing where it was known already.
pub fn verified(tx: &Tx<'_>, actor: &Actor, user: i64) -> Result<()> {
    let changed = tx.execute(
        "update users set email_verified_at = :now, updated_at = :now
         where id = :user and email_verified_at is null and deleted_at is null",
        params! {":now": tx.now().0, ":user": user},
    )?;
    if changed == 0 {
        return Ok(());
    }
    let person = super::by_id(tx, user)?.ok_or_else(Error::not_found)?;
    audit::record(tx, actor, "email_verified", &person.email)?;
    // Staff are never made a creator by address.
    if person.role != Role::Customer {
        return Ok(());
    }
    adopt(tx, user, &person.email)?;
    company::join(tx, user)
}

/// Gives tickets under a proven address their creator. Whatever else depends on a ticket's creator belongs here.
pub(super) fn adopt(tx: &Tx<'_>, user: i64, address: &str) -> Result<()> {
    tx.execute(
        "update tickets set creator_id = :user
         where creator_id is null and customer_email is not null and lower(customer_email) = lower(:address)",
        params! {":user": user, ":address": address},
    )?;
    Ok(())
}
