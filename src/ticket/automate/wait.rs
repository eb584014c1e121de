//! The tickets that rules on time wait for.

use super::{let_run, place};
use crate::automation::{self, Base, First, Moment, Runnable};
use crate::base::{Actor, Kind as Failure, Result, Status, Time};
use crate::store::{Conn, Tx, params};
use crate::ticket::facts::facts;
use crate::ticket::{itself, itself_live};

/// Tickets that a rule on time looks at in one step.
const AT_ONCE: i64 = 500;

/// Tickets on which a rule on time should act, and how far that takes the rule.
#[derive(Clone, Debug)]
pub struct Waiting {
    rule: i64,
    version: i64,
    condition: i64,
    /// The tickets' numbers, each with the moment as of which the rule judges it.
    pub tickets: Vec<(i64, Time)>,
    reached: (i64, i64),
}

/// Which tickets have come to a moment that a rule on time waits for, a step of each rule's way. Empty: nothing is due.
///
/// Each condition on hours walks along the index of what its hours are counted from, from where it last stood up to where
/// the condition has come true by now; no ticket is looked at twice, and none before its time.
pub fn waiting(conn: &Conn<'_>) -> Result<Vec<Waiting>> {
    let rules = automation::active(conn)?;
    let mut found = Vec::new();
    for rule in rules.on_time() {
        for (condition, moment) in rule.program.moments() {
            found.extend(walk(conn, rule, condition, moment)?);
        }
    }
    Ok(found)
}

fn walk(conn: &Conn<'_>, rule: &Runnable, condition: usize, moment: Moment) -> Result<Option<Waiting>> {
    let condition = place(condition)?;
    let stood = conn.one(
        "select at, ticket_id from automation_cursors
         where rule_id = :rule and condition = :condition and version = :version",
        params! {":rule": rule.number, ":condition": condition, ":version": rule.version},
        |row| Ok((row.get("at")?, row.get("ticket_id")?)),
    )?;
    let (at, ticket) = stood.unwrap_or((i64::MIN, 0));
    let sql = match moment.base {
        Base::Created => {
            "select id, created_at as base, status from tickets
             where deleted_at is null and created_at >= :at and (created_at > :at or id > :ticket)
               and created_at <= :until order by created_at, id limit :n"
        }
        Base::Updated => {
            "select id, updated_at as base, status from tickets
             where deleted_at is null and updated_at >= :at and (updated_at > :at or id > :ticket)
               and updated_at <= :until order by updated_at, id limit :n"
        }
        Base::Due => {
            "select id, due_at as base, status from tickets
             where deleted_at is null and due_at is not null and due_at >= :at and (due_at > :at or id > :ticket)
               and due_at <= :until order by due_at, id limit :n"
        }
    };
    let until = moment.reach(conn.now()).0;
    let rows: Vec<(i64, i64, String)> =
        conn.all(sql, params! {":at": at, ":ticket": ticket, ":until": until, ":n": AT_ONCE}, |row| {
            Ok((row.get("base")?, row.get("id")?, row.get("status")?))
        })?;
    let Some(reached) = rows.last().map(|(base, id, _)| (*base, *id)) else { return Ok(None) };
    let minds_closed = rule.program.asks_for_status();
    let (system, needs) = (Actor::system(), rule.program.needs());
    let mut tickets = Vec::new();
    for (base, id, status) in rows {
        if status == Status::Closed.as_str() && !minds_closed {
            continue;
        }
        let facts = facts(conn, &itself(conn, &system, id)?, needs)?;
        let at = judged_at(rule, moment, Time(base), conn.now());
        if rule.program.applies(&facts, at) {
            tickets.push((id, at));
        }
    }
    Ok(Some(Waiting { rule: rule.number, version: rule.version, condition, tickets, reached }))
}

/// As of when a ticket is judged: when the condition came true, however late somebody looks; of what came true before the
/// rule was switched on, then.
fn judged_at(rule: &Runnable, moment: Moment, base: Time, now: Time) -> Time {
    let came_true = moment.after.map_or(now, |_| moment.at(base));
    came_true.max(rule.armed_at).min(now)
}

/// Lets a rule on time act on some of the tickets that it waited for. What has changed in between is judged anew.
pub fn act_on_time(tx: &Tx<'_>, waiting: &Waiting, tickets: &[(i64, Time)]) -> Result<()> {
    let rules = automation::active(tx)?;
    if !rules.on_time().any(|rule| rule.number == waiting.rule && rule.version == waiting.version) {
        return Ok(());
    }
    for (id, at) in tickets {
        match itself_live(tx, &Actor::system(), *id) {
            Ok(ticket) => drop(let_run(tx, rules.clone(), ticket, First::Due(waiting.rule, *at))?),
            Err(error) if error.kind == Failure::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Remembers how far a rule on time has come, once it has acted on all that it waited for.
pub fn advance(tx: &Tx<'_>, waiting: &Waiting) -> Result<()> {
    let (at, ticket) = waiting.reached;
    tx.execute(
        "insert into automation_cursors (rule_id, version, condition, at, ticket_id)
         select :rule, :version, :condition, :at, :ticket from automation_rules
         where id = :rule and version = :version and is_active and deleted_at is null
         on conflict (rule_id, condition) do update set version = :version, at = :at, ticket_id = :ticket",
        params! {":rule": waiting.rule, ":version": waiting.version, ":condition": waiting.condition, ":at": at,
        ":ticket": ticket},
    )?;
    Ok(())
}
