//! Deleting a canned response.

use super::find::CannedResponse;
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Deletes a canned response for good: its owner may, and admins.
pub fn delete(tx: &Tx<'_>, actor: &Actor, response: &CannedResponse) -> Result<()> {
    response.must_be_changeable(actor)?;
    tx.execute("delete from canned_responses where id = :id", params! {":id": response.id})?;
    audit::record(tx, actor, "canned_response_deleted", &response.title)
}
