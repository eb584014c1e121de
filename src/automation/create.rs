//! A new rule.

use super::find::must_reach;
use super::names::Lookup;
use super::{Condition, Definition, Draft, Program, Rule, active, cycle, find, read};
use crate::audit;
use crate::base::{Actor, Error, Result, id};
use crate::store::{Tx, params};
use serde_json::Value;

/// Makes a rule. One that would go round for ever with others is refused, and they are named.
pub fn create(tx: &Tx<'_>, actor: &Actor, draft: &Draft) -> Result<Rule> {
    must_reach(actor)?;
    let rule = read(draft, &Lookup(tx), None)?;
    let uuid = id::new_uuid(tx.now());
    let (conditions, actions) = written(&rule.program);
    let number = tx.insert(
        "insert into automation_rules (uuid, name, description, rule_type, event, condition_match, conditions, actions,
           is_active, armed_at, created_at, updated_at)
         values (:uuid, :name, :description, :type, :event, :match, :conditions, :actions, :active, :now, :now, :now)",
        params! {":uuid": uuid, ":name": rule.name, ":description": rule.description,
        ":type": rule.rule_type.as_str(), ":event": rule.event.as_str(), ":match": rule.program.matching.as_str(),
        ":conditions": conditions, ":actions": actions, ":active": rule.is_active, ":now": tx.now().0},
    )?;
    must_not_go_round(tx, &rule, number)?;
    active::renew(tx)?;
    audit::record(tx, actor, "automation_rule_created", &rule.name)?;
    find(tx, actor, &uuid)
}

/// Conditions and actions as they are kept.
pub(super) fn written(program: &Program) -> (String, String) {
    let conditions: Value = program.conditions.iter().map(Condition::write).collect();
    let actions: Value = program.actions.iter().map(super::Action::write).collect();
    (conditions.to_string(), actions.to_string())
}

/// Refuses a rule that would go round for ever with others that are active, naming all of them.
pub(super) fn must_not_go_round(tx: &Tx<'_>, rule: &Definition, number: i64) -> Result<()> {
    if !rule.is_active {
        return Ok(());
    }
    let Some(names) = cycle(&active::compile(tx)?, number) else { return Ok(()) };
    let circle: Vec<String> = names.iter().chain(names.first()).map(|name| format!("“{name}”")).collect();
    Err(Error::field(
        "actions",
        format!(
            "These rules would answer each other for ever: {}. Change one of them, or save it inactive.",
            circle.join(" → ")
        ),
    ))
}
