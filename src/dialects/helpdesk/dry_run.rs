//! `POST /api/automation-rules/dry-run`: what a rule would have done.

use axum::extract::RawQuery;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::automation_rules::Sent;
use crate::automation::{self, Draft};
use crate::base::{Actor, Check, Error, Kind, Scope};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByUser;
use crate::dialects::given::{self, number};
use crate::store::Conn;
use crate::ticket::{self, Difference, Replayed, WouldChange};

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Asked {
    /// A rule that is kept.
    rule_id: Option<String>,
    /// How many changes are told in full: 100 by default.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
}

/// What a rule would have changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DryRun)]
struct Would {
    /// The kept rule that was asked for.
    rule_id: Option<String>,
    from: String,
    to: String,
    /// Whether everything was looked at within the time there was.
    is_complete: bool,
    tickets_examined: u64,
    tickets_changed: u64,
    /// How often the rule would have acted.
    execution_count: u64,
    executions: Vec<Execution>,
}

/// One time that the rule would have acted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DryRunExecution)]
struct Execution {
    ticket_id: String,
    ticket_number: i64,
    at: String,
    changes: Vec<ChangeView>,
}

/// One field that would have been different.
#[derive(Serialize, ToSchema)]
#[schema(as = DryRunChange)]
struct ChangeView {
    /// `status`, `priority`, `category`, `assigneeId` or `tags`.
    field: &'static str,
    from: Value,
    to: Value,
}

impl Would {
    fn of(rule_id: Option<String>, replayed: Replayed) -> Self {
        let change = |difference: Difference| match difference {
            Difference::Word(field, from, to) => ChangeView { field, from: from.into(), to: to.into() },
            Difference::Tags(from, to) => ChangeView { field: "tags", from: from.into(), to: to.into() },
        };
        let execution = |would: WouldChange| Execution {
            ticket_id: would.uuid,
            ticket_number: would.ticket,
            at: would.at.to_milliseconds(),
            changes: would.differences.into_iter().map(change).collect(),
        };
        Self {
            rule_id,
            from: replayed.from.to_milliseconds(),
            to: replayed.to.to_milliseconds(),
            is_complete: replayed.is_complete,
            tickets_examined: replayed.examined,
            tickets_changed: replayed.changed,
            execution_count: replayed.executions,
            executions: replayed.first.into_iter().map(execution).collect(),
        }
    }
}

/// What a rule would have changed over the last thirty days; nothing is written.
///
/// The rule is the body, as for making one (the name may be left out), or the one that `ruleId` names, changed by what the
/// body says. Each ticket is taken back along its trail to what it was, and lives through it again. The rule is judged
/// where it would have listened: when tickets were filed, at each change or public answer (what happened in one
/// transaction is one cause), and for rules on time whenever a condition on hours came true within the thirty days. Where it
/// would have acted the ticket goes on as the rule would have made it, until the trail sets the same thing anew. Other rules
/// act as they did and do not hear this one; what the kept rule itself did is left out. Statuses, priorities, categories,
/// assignees, groups, due dates, tags and subjects are those of the time, found by the names that they had then;
/// description, custom fields, project and address are today's. Deleted tickets are left out.
///
/// All is counted; `executions` tells the first in full (`limit`, 1 to 1000, 100 by default), and none to a key without
/// `tickets:read`. A run that takes longer than 20 seconds answers what it has, with `isComplete` false.
#[utoipa::path(post, path = "/api/automation-rules/dry-run", tag = "helpdesk", security(("scope" = ["settings:read"])),
    params(Asked), request_body = Sent, responses((status = 200, body = Would)))]
pub async fn dry_run(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let body = call.body.clone();
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must_be_admin()?;
        let asked = given::query::<Asked>(query.as_deref())?;
        let mut check = Check::default();
        let most = check.take(number("limit", asked.limit.as_deref(), 1..=1000)).flatten().unwrap_or(100);
        let id = asked.rule_id.filter(|id| !id.is_empty());
        let rule = match &id {
            Some(id) => match given::uuid(id).and_then(|id| automation::find(conn, actor, &id)) {
                Err(error) if error.kind == Kind::NotFound => {
                    check.note(Error::field("ruleId", "There is no such rule."));
                    None
                }
                found => Some(found?),
            },
            None => None,
        };
        check.done()?;
        let sent = if rule.is_some() { body.read_if_any::<Sent>()? } else { body.read::<Sent>()? };
        let draft = sent.into_draft();
        let draft = Draft { name: draft.name.or(Some("Dry run".to_owned())), ..draft };
        let definition = automation::rehearse(conn, actor, &draft, rule.as_ref())?;
        let sees_tickets = actor.must_have(Scope::TicketsRead).is_ok();
        let most = if sees_tickets { usize::try_from(most).map_err(Error::internal)? } else { 0 };
        let replayed = ticket::dry_run(conn, actor, definition, rule.map(|rule| rule.number), most)?;
        answer::ok(&Would::of(id, replayed))
    };
    call.needing(Scope::SettingsRead).read_slowly(read).await
}
