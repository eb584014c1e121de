//! Changing a policy.

use super::Fields;
use super::create::{promise, taken};
use super::find::{Policy, find};
use crate::audit;
use crate::base::{Actor, Error, Result};
use crate::store::{Tx, params};

/// Changes a policy. Tickets keep the deadlines that they were promised until something else stamps them anew, such as
/// another priority. Admins alone may.
pub fn change(tx: &Tx<'_>, actor: &Actor, policy: &Policy, fields: &Fields) -> Result<Policy> {
    policy.must_be_changeable(actor)?;
    if actor.within().is_some() && actor.within() != fields.project {
        return Err(Error::forbidden());
    }
    tx.execute(
        "update sla_policies set project_id = :project, name = :name, priority = :priority, is_active = :active,
           updated_at = :now
         where id = :id",
        params! {":project": fields.project, ":name": fields.name, ":priority": fields.priority.as_str(),
        ":active": fields.is_active, ":now": tx.now().0, ":id": policy.id},
    )
    .map_err(taken)?;
    let terms = (policy.first_response_minutes, policy.resolution_minutes, &policy.business_hours);
    if terms != (fields.first_response_minutes, fields.resolution_minutes, &fields.business_hours) {
        promise(tx, policy.id, fields)?;
    }
    audit::record(tx, actor, "sla_policy_updated", &fields.name)?;
    find(tx, actor, policy.id)
}
