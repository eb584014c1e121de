//! Deleting a company: its people stay, and belong to none.

use super::Company;
use super::change::may_change;
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Deletes a company for good.
pub fn delete(tx: &Tx<'_>, actor: &Actor, company: &Company) -> Result<()> {
    may_change(actor, company)?;
    tx.execute("delete from companies where id = :id", params! {":id": company.id})?;
    audit::record(tx, actor, "company_deleted", &company.fields.name)
}
