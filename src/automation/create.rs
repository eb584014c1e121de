//! A new rule.

use super::find::must_reach;
use super::names::Lookup;
use super::{Condition, Draft, Program, Rule, active, cycle, find, read};
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
    tx.insert(
        "insert into automation_rules (uuid, name, description, rule_type, event, condition_match, conditions, actions,
           is_active, armed_at, created_at, updated_at)
         values (:uuid, :name, :description, :type, :event, :match, :conditions, :actions, :active, :now, :now, :now)",
        params! {":uuid": uuid, ":name": rule.name, ":description": rule.description,
        ":type": rule.rule_type.as_str(), ":event": rule.event.as_str(), ":match": rule.program.matching.as_str(),
        ":conditions": conditions, ":actions": actions, ":active": rule.is_active, ":now": tx.now().0},
    )?;
    let made = find(tx, actor, &uuid)?;
    switch(tx, &made, rule.program)?;
    audit::record(tx, actor, "automation_rule_created", &made.name)?;
    Ok(made)
}

/// Conditions and actions as they are kept.
pub(super) fn written(program: &Program) -> (String, String) {
    let conditions: Value = program.conditions.iter().map(Condition::write).collect();
    let actions: Value = program.actions.iter().map(super::Action::write).collect();
    (conditions.to_string(), actions.to_string())
}

/// Lets a rule as it now stands take its place among the active ones, or leave it. One that would go round for ever with
/// others is refused, and all of them are named.
pub(super) fn switch(tx: &Tx<'_>, rule: &Rule, program: Program) -> Result<()> {
    let rules = active::with(tx, rule, rule.is_active.then_some(program))?;
    if let Some(names) = cycle(&rules.all, rule.number) {
        let circle: Vec<String> = names.iter().chain(names.first()).map(|name| format!("“{name}”")).collect();
        let message = format!(
            "These rules would answer each other for ever: {}. Change one of them, or save it inactive.",
            circle.join(" → ")
        );
        return Err(Error::field("actions", message));
    }
    active::renew(tx, rules)
}
