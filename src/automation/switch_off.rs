//! Switching off a rule that fails again and again.

use serde_json::json;

use super::active;
use crate::audit;
use crate::base::{Actor, Result};
use crate::feed::{self, About, Kind};
use crate::store::{Tx, params};

/// Switches a rule off, in the name of Gatehouse itself; answers the event of it, which admins alone hear of. Why stays
/// readable at the rule until somebody switches it on again.
pub fn switch_off(tx: &Tx<'_>, rule: i64) -> Result<i64> {
    tx.execute(
        "update automation_rules set is_active = 0, switched_off_at = :now, updated_at = :now where id = :id",
        params! {":now": tx.now().0, ":id": rule},
    )?;
    active::renew(tx, active::without(tx, rule)?)?;
    let named = tx.one("select uuid, name from automation_rules where id = :id", params! {":id": rule}, |row| {
        Ok((row.get::<String>("uuid")?, row.get::<String>("name")?))
    })?;
    let (uuid, name) = named.unwrap_or_default();
    let system = Actor::system();
    audit::record(tx, &system, "automation_rule_switched_off", &name)?;
    let about = About { is_internal: true, ..About::default() };
    feed::record(tx, &system, Kind::AutomationRuleSwitchedOff, &about, &json!({"rule_id": uuid}).to_string())
}
