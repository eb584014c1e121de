//! The rules that are active, ready to run; compiled once for each state that they are in.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::names::Lookup;
use super::{Base, Event, Needs, Program, Rule, Runnable, find};
use crate::base::{Error, Result, id};
use crate::store::{Conn, Tx, params};

/// States that are kept: one for each database of the process, and a few of those that were just left.
const KEPT: usize = 16;

/// All that may act.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// In the order in which they were made.
    pub all: Vec<Runnable>,
    /// What must be looked up before they can run.
    pub needs: Needs,
    /// Whether a rule on time counts from the last change.
    pub count_from_updates: bool,
}

impl Rules {
    /// Rules that are ready to run.
    pub fn new(all: Vec<Runnable>) -> Self {
        let needs = all.iter().fold(Needs::default(), |needs, rule| needs.and(rule.program.needs()));
        let counts = |rule: &Runnable| {
            rule.event == Event::Time && rule.program.moments().any(|(_, moment)| moment.base == Base::Updated)
        };
        Self { needs, count_from_updates: all.iter().any(counts), all }
    }

    /// The rules on time.
    pub fn on_time(&self) -> impl Iterator<Item = &Runnable> {
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
    let kept = |revision: &str| COMPILED.lock().unwrap_or_else(PoisonError::into_inner).get(revision).cloned();
    if let Some(rules) = kept(&revision) {
        return Ok(rules);
    }
    let rules = Arc::new(Rules::new(compile(conn)?));
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if compiled.len() >= KEPT {
        compiled.clear();
    }
    compiled.insert(revision, rules.clone());
    Ok(rules)
}

/// Reads the rules that are active; one that cannot be read any more, because what it is about became something else,
/// rests until it is changed.
pub(super) fn compile(conn: &Conn<'_>) -> Result<Vec<Runnable>> {
    let rules = conn.all(
        "select id, uuid, name, description, rule_type, event, condition_match, conditions, actions, is_active, version,
           armed_at, execution_count, last_executed_at, last_error, last_error_at, created_at, updated_at
         from automation_rules where is_active and deleted_at is null order by id",
        params! {},
        find::read,
    )?;
    let names = Lookup(conn);
    let mut ready = Vec::with_capacity(rules.len());
    for rule in rules {
        match Program::of(&rule, &names) {
            Ok(program) => ready.push(runnable(&rule, program)),
            Err(error) => tracing::warn!(rule = rule.name, %error, "a rule rests: it can no longer be read"),
        }
    }
    Ok(ready)
}

pub(super) fn runnable(rule: &Rule, program: Program) -> Runnable {
    Runnable {
        number: rule.number,
        name: rule.name.clone(),
        event: rule.event,
        version: rule.version,
        armed_at: rule.armed_at,
        program,
    }
}

/// Lets everybody know that the active rules are others.
pub(super) fn renew(tx: &Tx<'_>) -> Result<()> {
    let sql = "update automation_state set revision = case
         when exists (select 1 from automation_rules where is_active and deleted_at is null) then :word else '' end";
    match tx.execute(sql, params! {":word": id::new_uuid(tx.now())})? {
        1 => Ok(()),
        _ => Err(Error::internal("the state of the automation rules is not there")),
    }
}
