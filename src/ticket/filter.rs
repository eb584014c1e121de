//! What a list is narrowed to, and what that means in SQL.

use std::ops::RangeInclusive;

use super::Status;
use super::list::COUNTED;
use super::sees::Sees;
use crate::base::{Priority, Result, Time};
use crate::store::{Conn, params};

/// What a list is narrowed to; everything combines.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Where it stands.
    pub status: Option<Status>,
    /// How much it presses.
    pub priority: Option<Priority>,
    /// The project's number.
    pub project: Option<i64>,
    /// The category's number.
    pub category: Option<i64>,
    /// The staff member who has it.
    pub assignee: Option<i64>,
    /// The group of agents that has it.
    pub group: Option<i64>,
    /// The user whose it is.
    pub creator: Option<i64>,
    /// Nobody has it.
    pub unassigned: bool,
    /// With either breach.
    pub overdue: bool,
    /// Neither resolved nor closed.
    pub unfinished: bool,
    /// With a clock that runs and runs out between these two moments: these come in the order in which that happens.
    pub due: Option<RangeInclusive<Time>>,
    /// Deleted ones instead: for admins.
    pub deleted: bool,
    /// Of this customer, in whatever case.
    pub customer_email: Option<String>,
    /// Words that it holds.
    pub search: Option<String>,
    /// Older than the ticket with this number: the next page by key.
    pub before: Option<i64>,
}

impl Filter {
    /// Whether only projects and statuses are asked for, which is what `ticket_runs` knows of.
    pub(super) fn is_counted(&self) -> bool {
        self.priority.is_none()
            && self.category.is_none()
            && self.assignee.is_none()
            && self.group.is_none()
            && self.creator.is_none()
            && !self.unassigned
            && !self.overdue
            && !self.unfinished
            && self.due.is_none()
            && !self.deleted
            && self.customer_email.is_none()
            && self.search.is_none()
            && self.before.is_none()
    }

    /// Whether all that is looked for stands in the index of unfinished tickets, and is found sooner there: by status alone the
    /// newest come first from an index of their own.
    fn is_unfinished(&self) -> bool {
        let narrows = self.priority.is_some()
            || self.category.is_some()
            || self.assignee.is_some()
            || self.unassigned
            || self.overdue;
        self.unfinished || (narrows && self.status.is_some_and(|status| !status.is_finished()))
    }
}

/// Tickets with a clock that runs out in time. Each half is one that a partial index on its deadline answers.
const DUE: &str = "t.id in (
    select id from tickets where first_response_due_at between :due_from and :due_to and first_response_due_at is not null
      and first_response_at is null and resolved_at is null and deleted_at is null and not first_response_breached
    union
    select id from tickets where resolution_due_at between :due_from and :due_to and resolution_due_at is not null
      and resolved_at is null and deleted_at is null and not resolution_breached)";

/// Where a list is looked for. Without statistics, which are never gathered, the engine cannot know how few are unfinished, late
/// or nobody's, and would sort all tickets of a project to find its newest.
pub(super) fn source(conn: &Conn<'_>, sees: &Sees, filter: &Filter) -> Result<&'static str> {
    let has_better = filter.deleted
        || filter.due.is_some()
        || sees.own.is_some()
        || filter.group.is_some()
        || filter.creator.is_some()
        || filter.customer_email.is_some();
    let has_order = filter.status.is_some() || filter.category.is_some() || filter.assignee.is_some();
    let project = filter.project.or(sees.project).filter(|_| !has_order);
    Ok(match (filter, project) {
        _ if has_better => "tickets t",
        (filter, _) if filter.is_unfinished() => "tickets t indexed by tickets_unfinished",
        (Filter { unassigned: true, .. }, _) => "tickets t indexed by tickets_nobodys",
        (Filter { overdue: true, .. }, Some(_)) => "tickets t indexed by tickets_breached",
        (_, Some(project)) if is_dense(conn, project)? => "tickets t not indexed",
        _ => "tickets t",
    })
}

/// Whether a walk through all tickets, newest first, meets enough of a project before it has taken as many steps as there are
/// tickets to sort.
fn is_dense(conn: &Conn<'_>, project: i64) -> Result<bool> {
    let total = |project: i64| {
        let found = conn.one(
            "select tickets from ticket_totals where project_id = :project and status = ''",
            params! {":project": project},
            |row| row.columns().take::<i64>(),
        );
        found.map(Option::unwrap_or_default)
    };
    let (own, all) = (total(project)?, total(0)?);
    Ok(own.saturating_mul(own) > all.saturating_mul(COUNTED))
}

/// The order of a list: newest first, or what is due first.
pub(super) fn order(filter: &Filter) -> &'static str {
    if filter.due.is_none() {
        return "t.id desc";
    }
    // A clock that has stopped, or was missed, is not waited for.
    "min(
       iif(t.first_response_at is null and not t.first_response_breached, coalesce(t.first_response_due_at, :due_to), :due_to),
       iif(not t.resolution_breached, coalesce(t.resolution_due_at, :due_to), :due_to)), t.id"
}

/// The conditions of a filter: pieces of our own, values bound by name.
pub(super) fn conditions(sees: &Sees, filter: &Filter) -> String {
    let deleted = if filter.deleted { "t.deleted_at is not null" } else { "t.deleted_at is null" };
    let scope = match sees {
        Sees { all: true, .. } => None,
        Sees { own: Some(_), .. } => Some("t.creator_id = :own"),
        Sees { project: Some(_), .. } => Some("t.project_id = :own_project"),
        _ => Some(
            "t.project_id in (select project_id from project_agents where user_id = :agent)
             and case (select ticket_scope from users where id = :agent)
               when 'all' then true
               when 'group' then t.assignee_id = :agent
                 or t.group_id in (select group_id from group_members where user_id = :agent)
               else t.assignee_id = :agent end",
        ),
    };
    // In this order they are looked at where an index is walked: what tells most apart, for the least, comes first. What the
    // actor may see is dearest and tells least apart: most of those who ask see everything.
    let asked = [
        (filter.project.is_some(), "t.project_id = :project"),
        (filter.status.is_some(), "t.status = :status"),
        (filter.priority.is_some(), "t.priority = :priority"),
        (
            filter.category.is_some(),
            "t.category_id = (select id from categories where id = :category and deleted_at is null)",
        ),
        (filter.assignee.is_some(), "t.assignee_id = :assignee"),
        (filter.group.is_some(), "t.group_id = :group"),
        (filter.creator.is_some(), "t.creator_id = :creator"),
        (filter.unassigned, "t.assignee_id is null"),
        (filter.overdue, "(t.first_response_breached or t.resolution_breached)"),
        // As the index says it.
        (filter.is_unfinished(), "t.status in ('open', 'in_progress', 'pending')"),
        (filter.due.is_some(), DUE),
        (filter.before.is_some(), "t.id < :before"),
        (filter.customer_email.is_some(), "t.customer_email is not null and lower(t.customer_email) = lower(:email)"),
    ];
    let asked = asked.into_iter().filter_map(|(asked, condition)| asked.then_some(condition));
    let all: Vec<&str> = asked.chain([deleted]).chain(scope).collect();
    all.join(" and ")
}

/// The values of [`conditions`], kept until they are bound.
pub(super) struct Bound {
    own: Option<i64>,
    own_project: Option<i64>,
    agent: Option<i64>,
    status: &'static str,
    priority: &'static str,
    due: Option<(i64, i64)>,
    limit: i64,
    offset: i64,
}

impl Bound {
    pub(super) fn new(sees: &Sees, filter: &Filter, limit: i64, offset: i64) -> Self {
        Self {
            own: sees.own,
            own_project: sees.project,
            agent: sees.agent,
            status: filter.status.map_or("", Status::as_str),
            priority: filter.priority.map_or("", Priority::as_str),
            due: filter.due.as_ref().map(|due| (due.start().0, due.end().0)),
            limit,
            offset,
        }
    }

    /// Only what the statement names: a value without a name is an error of the engine.
    pub(super) fn named<'b>(&'b self, filter: &'b Filter) -> Vec<(&'b str, &'b dyn crate::store::ToValue)> {
        let mut named: Vec<(&str, &dyn crate::store::ToValue)> =
            vec![(":limit", &self.limit), (":offset", &self.offset)];
        let mut add = |asked: bool, name, value| {
            if asked {
                named.push((name, value));
            }
        };
        let scoped = [(":own", &self.own), (":own_project", &self.own_project), (":agent", &self.agent)];
        let scope = scoped.into_iter().find(|(_, value)| value.is_some());
        if let Some((name, value)) = scope {
            add(true, name, value as &dyn crate::store::ToValue);
        }
        add(filter.status.is_some(), ":status", &self.status);
        add(filter.priority.is_some(), ":priority", &self.priority);
        add(filter.project.is_some(), ":project", &filter.project);
        add(filter.category.is_some(), ":category", &filter.category);
        add(filter.assignee.is_some(), ":assignee", &filter.assignee);
        add(filter.group.is_some(), ":group", &filter.group);
        add(filter.creator.is_some(), ":creator", &filter.creator);
        add(filter.before.is_some(), ":before", &filter.before);
        add(filter.customer_email.is_some(), ":email", &filter.customer_email);
        if let Some((from, to)) = &self.due {
            add(true, ":due_from", from);
            add(true, ":due_to", to);
        }
        named
    }
}
