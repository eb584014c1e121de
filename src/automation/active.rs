//! The rules that are active, ready to run; compiled once for each state that they are in.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::names::Lookup;
use super::{Base, Event, Needs, Program, Rule, Runnable, find};
use crate::base::{Error, Result, id};
use crate::field;
use crate::store::{Conn, Tx, params};

/// States that are kept: one for each database of the process, and a few of those that were just left.
const KEPT: usize = 16;

/// All that may act.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// In the order in which they were made.
    pub all: Vec<Arc<Runnable>>,
    /// What must be looked up before they can run.
    pub needs: Needs,
    /// Whether a rule on time counts from the last change.
    pub count_from_updates: bool,
}

impl Rules {
    /// Rules that are ready to run.
    pub fn new(all: Vec<Arc<Runnable>>) -> Self {
        let needs = all.iter().fold(Needs::default(), |needs, rule| needs.and(rule.program.needs()));
        let counts = |rule: &Arc<Runnable>| {
            rule.event == Event::Time && rule.program.moments().any(|(_, moment)| moment.base == Base::Updated)
        };
        Self { needs, count_from_updates: all.iter().any(counts), all }
    }

    /// The rules on time.
    pub fn on_time(&self) -> impl Iterator<Item = &Arc<Runnable>> {
        self.all.iter().filter(|rule| rule.event == Event::Time)
    }
}

static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Rules>>>> = LazyLock::new(Mutex::default);
static NONE: LazyLock<Arc<Rules>> = LazyLock::new(Arc::default);

/// The rules that are active. Where there are none this costs reading one row.
pub fn active(conn: &Conn<'_>) -> Result<Arc<Rules>> {
    let revision =
        conn.one("select revision from automation_state", params! {}, |row| row.get::<String>("revision"))?;
    let Some(revision) = revision.filter(|revision| !revision.is_empty()) else { return Ok(NONE.clone()) };
    let revision = state(conn, &revision)?;
    let kept = |revision: &str| COMPILED.lock().unwrap_or_else(PoisonError::into_inner).get(revision).cloned();
    if let Some(rules) = kept(&revision) {
        return Ok(rules);
    }
    let rules = Arc::new(Rules::new(compile(conn)?));
    keep(revision, rules.clone());
    Ok(rules)
}

/// What compiled rules are kept by: which are active, and the custom fields that their conditions name.
fn state(conn: &Conn<'_>, revision: &str) -> Result<String> {
    Ok(format!("{revision} {}", field::state(conn)?.unwrap_or_default()))
}

fn keep(revision: String, rules: Arc<Rules>) {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if compiled.len() >= KEPT {
        compiled.clear();
    }
    compiled.insert(revision, rules);
}

/// Reads the rules that are active; one that cannot be read any more, because what it is about became something else,
/// rests until it is changed.
fn compile(conn: &Conn<'_>) -> Result<Vec<Arc<Runnable>>> {
    let rules = conn.all(
        "select id, uuid, name, description, rule_type, event, condition_match, conditions, actions, is_active, version,
           armed_at, execution_count, last_executed_at, last_error, last_error_at, created_at, updated_at,
           switched_off_at
         from automation_rules where is_active and deleted_at is null order by id",
        params! {},
        find::read,
    )?;
    let names = Lookup(conn);
    let mut ready = Vec::with_capacity(rules.len());
    for rule in rules {
        match Program::of(&rule, &names) {
            Ok(program) => ready.push(Arc::new(runnable(&rule, program))),
            Err(error) => tracing::warn!(rule = rule.name, %error, "a rule rests: it can no longer be read"),
        }
    }
    Ok(ready)
}

fn runnable(rule: &Rule, program: Program) -> Runnable {
    Runnable {
        number: rule.number,
        name: rule.name.clone(),
        event: rule.event,
        version: rule.version,
        armed_at: rule.armed_at,
        program,
    }
}

/// The active rules as they will be once the one of this number is no longer among them.
pub(super) fn without(tx: &Tx<'_>, rule: i64) -> Result<Rules> {
    let mut all = active(tx)?.all.clone();
    all.retain(|other| other.number != rule);
    Ok(Rules::new(all))
}

/// The active rules as they will be once this one is among them, or no longer: without reading all of them again.
pub(super) fn with(tx: &Tx<'_>, rule: &Rule, program: Option<Program>) -> Result<Rules> {
    let mut all = without(tx, rule.number)?.all;
    if let Some(program) = program {
        let place = all.partition_point(|other| other.number < rule.number);
        all.insert(place, Arc::new(runnable(rule, program)));
    }
    Ok(Rules::new(all))
}

/// Lets everybody know that the active rules are these. The word is of this transaction alone: if it fails, nobody will
/// ever ask for it.
pub(super) fn renew(tx: &Tx<'_>, rules: Rules) -> Result<()> {
    let revision = if rules.all.is_empty() { String::new() } else { id::new_uuid(tx.now()) };
    if tx.execute("update automation_state set revision = :word", params! {":word": revision})? != 1 {
        return Err(Error::internal("the state of the automation rules is not there"));
    }
    keep(state(tx, &revision)?, Arc::new(rules));
    Ok(())
}
