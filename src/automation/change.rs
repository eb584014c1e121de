//! Changing a rule.

use super::create::{switch, written};
use super::find::must_reach;
use super::names::Lookup;
use super::{Draft, Rule, find, read};
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Changes a rule; what is left out stays. What waits for something else than before begins anew: it may fire again on
/// tickets on which it has fired. Why it failed is forgotten unless it stays switched off.
pub fn change(tx: &Tx<'_>, actor: &Actor, rule: &Rule, draft: &Draft) -> Result<Rule> {
    must_reach(actor)?;
    let after = read(draft, &Lookup(tx), Some(rule))?;
    let (conditions, actions) = written(&after.program);
    let waits_alike =
        conditions == rule.conditions && after.event == rule.event && after.program.matching == rule.matching;
    let is_armed = !waits_alike || (after.is_active && !rule.is_active);
    tx.execute(
        "update automation_rules set name = :name, description = :description, rule_type = :type, event = :event,
           condition_match = :match, conditions = :conditions, actions = :actions, is_active = :active,
           version = version + :other, armed_at = case when :armed then :now else armed_at end, failures = 0,
           last_error = iif(:active, null, last_error), last_error_at = iif(:active, null, last_error_at),
           switched_off_at = iif(:active, null, switched_off_at), updated_at = :now
         where id = :id",
        params! {":name": after.name, ":description": after.description, ":type": after.rule_type.as_str(),
        ":event": after.event.as_str(), ":match": after.program.matching.as_str(), ":conditions": conditions,
        ":actions": actions, ":active": after.is_active, ":other": i64::from(!waits_alike), ":armed": is_armed,
        ":now": tx.now().0, ":id": rule.number},
    )?;
    let changed = find(tx, actor, &rule.uuid)?;
    switch(tx, &changed, after.program)?;
    audit::record(tx, actor, "automation_rule_updated", &changed.name)?;
    Ok(changed)
}
