//! Joining a company by a proven address.

use crate::base::Result;
use crate::store::{Tx, params};

/// Puts a customer whose address is proven into the one company that lists its domain. Whoever belongs to a company stays
/// there, and where two companies list the domain nobody joins either.
pub fn join(tx: &Tx<'_>, user: i64) -> Result<()> {
    tx.execute(
        "update users set updated_at = :now, company_id =
           (select d.company_id from company_domains d
            where d.domain = lower(substr(users.email, instr(users.email, '@') + 1)))
         where id = :user and company_id is null and role = 'customer' and email_verified_at is not null
           and (select count(*) from company_domains d
             where d.domain = lower(substr(users.email, instr(users.email, '@') + 1))) = 1",
        params! {":user": user, ":now": tx.now().0},
    )
    .map(drop)
}
