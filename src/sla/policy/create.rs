//! Making a policy.

use super::Fields;
use super::find::{Policy, find};
use crate::audit;
use crate::base::{Actor, Capability, Error, Result, id};
use crate::store::{Tx, params};

/// Makes a policy: tickets that are filed or stamped anew from now on are promised by it. A second one for the same project
/// and priority is a conflict. Admins alone may.
pub fn create(tx: &Tx<'_>, actor: &Actor, fields: &Fields) -> Result<Policy> {
    actor.must(Capability::Administer)?;
    // The terms name their policy and the policy its terms: both must hold only when all is written.
    let policy = tx.insert(
        "insert into sla_policies (uuid, project_id, name, priority, is_active, terms_id, created_at, updated_at)
         values (:uuid, :project, :name, :priority, :active, 0, :now, :now)",
        params! {":uuid": id::new_uuid(tx.now()), ":project": fields.project, ":name": fields.name,
        ":priority": fields.priority.as_str(), ":active": fields.is_active, ":now": tx.now().0},
    );
    let policy = policy.map_err(taken)?;
    promise(tx, policy, fields)?;
    audit::record(tx, actor, "sla_policy_created", &fields.name)?;
    find(tx, actor, policy)
}

/// Writes the terms that hold from now on.
pub(super) fn promise(tx: &Tx<'_>, policy: i64, fields: &Fields) -> Result<()> {
    let terms = tx.insert(
        "insert into sla_terms (policy_id, first_response_minutes, resolution_minutes, business_hours, created_at)
         values (:policy, :first, :resolution, :hours, :now)",
        params! {":policy": policy, ":first": fields.first_response_minutes, ":resolution": fields.resolution_minutes,
        ":hours": fields.business_hours, ":now": tx.now().0},
    )?;
    tx.execute("update sla_policies set terms_id = :terms where id = :id", params! {":terms": terms, ":id": policy})?;
    Ok(())
}

/// What it means that a project and priority have a policy already.
pub(super) fn taken(error: Error) -> Error {
    error.when("sla_policies_one", || {
        Error::conflict("priority", "There is a policy for this project and priority already. Change that one instead.")
    })
}
