//! Finding rules: admins alone, and no key that is narrowed to one project, because rules reach into all.

use super::{Event, Match, Rule, RuleType};
use crate::base::{Actor, Error, Kind, Result, Time};
use crate::store::{Conn, Row, params};

/// Forbidden to everybody but admins, and to keys that see one project only.
pub(super) fn must_reach(actor: &Actor) -> Result<()> {
    actor.must_be_admin()?;
    match actor.within() {
        None => Ok(()),
        Some(_) => Err(Error::new(Kind::Forbidden, "Rules reach into every project, and this key into one only.")),
    }
}

pub(super) fn read(row: &Row<'_>) -> Result<Rule> {
    let c = row.columns();
    let word = |what: &str, text: &str| Error::internal(format!("unknown {what} {text}"));
    let (number, uuid, name, description) = (c.take()?, c.take()?, c.take()?, c.take()?);
    let (rule_type, event, matching): (String, String, String) = (c.take()?, c.take()?, c.take()?);
    Ok(Rule {
        number,
        uuid,
        name,
        description,
        rule_type: RuleType::parse(&rule_type).ok_or_else(|| word("type of rule", &rule_type))?,
        event: Event::parse(&event).ok_or_else(|| word("trigger", &event))?,
        matching: Match::parse(&matching).ok_or_else(|| word("match", &matching))?,
        conditions: c.take()?,
        actions: c.take()?,
        is_active: c.take()?,
        version: c.take()?,
        armed_at: Time(c.take()?),
        executions: c.take()?,
        last_executed_at: c.take::<Option<i64>>()?.map(Time),
        last_failure: {
            let (error, at): (Option<String>, Option<i64>) = (c.take()?, c.take()?);
            error.zip(at.map(Time))
        },
        created_at: Time(c.take()?),
        updated_at: Time(c.take()?),
        switched_off_at: c.take::<Option<i64>>()?.map(Time),
    })
}

/// Every rule, in the order in which they run.
pub fn list(conn: &Conn<'_>, actor: &Actor) -> Result<Vec<Rule>> {
    must_reach(actor)?;
    conn.all(
        "select id, uuid, name, description, rule_type, event, condition_match, conditions, actions, is_active, version,
           armed_at, execution_count, last_executed_at, last_error, last_error_at, created_at, updated_at,
           switched_off_at
         from automation_rules where deleted_at is null order by id",
        params! {},
        read,
    )
}

/// The rule with this UUID.
pub fn find(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Rule> {
    must_reach(actor)?;
    let found = conn.one(
        "select id, uuid, name, description, rule_type, event, condition_match, conditions, actions, is_active, version,
           armed_at, execution_count, last_executed_at, last_error, last_error_at, created_at, updated_at,
           switched_off_at
         from automation_rules where uuid = :uuid and deleted_at is null",
        params! {":uuid": uuid},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}
