//! An address turned out to be its account's own.

use super::create::tell;
use crate::audit;
use crate::base::{Actor, Error, Event, Result, Role};
use crate::company;
use crate::feed;
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
    tell(tx, actor, feed::Kind::UserUpdated, user)?;
    tx.announce(Event::AddressProven { user });
    if person.role == Role::Customer {
        company::join(tx, user)?;
    }
    Ok(())
}
