//! Pages of tickets, newest first, as far as the actor may see them.
//!
//! A page by number is found without walking to it: `ticket_runs` says how many tickets lie in each run of ids, so only
//! the runs that hold the page are looked at. That works for any choice of projects and statuses. Other filters walk an
//! index, and their total is exact up to [`COUNTED`].

use super::find::{priority, status};
use super::sees::Sees;
use super::tally::RUN;
use super::{CategoryRef, Named, ProjectRef, Status, TagRef, Ticket, detail, find, search};
use crate::base::{Actor, Priority, Result, Time};
use crate::store::{Conn, params};

/// Rows that are counted for a total at most, beyond those that the page itself shows.
pub const COUNTED: i64 = 10_000;

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
    fn is_counted(&self) -> bool {
        self.priority.is_none()
            && self.category.is_none()
            && self.assignee.is_none()
            && self.group.is_none()
            && self.creator.is_none()
            && !self.unassigned
            && !self.overdue
            && !self.deleted
            && self.customer_email.is_none()
            && self.search.is_none()
            && self.before.is_none()
    }
}

/// A page, and how many rows there are in all.
#[derive(Clone, Debug)]
pub struct Found {
    /// The page's rows.
    pub tickets: Vec<Summary>,
    /// All rows; beyond [`COUNTED`] filtered ones, at least so many.
    pub total: i64,
}

/// A row of a list.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The ticket's number.
    pub id: i64,
    /// Its other id.
    pub uuid: String,
    /// `PROJ-2026-00042`.
    pub number: String,
    /// One line.
    pub subject: String,
    /// Where it stands.
    pub status: Status,
    /// How much it presses.
    pub priority: Priority,
    /// Public messages without the description.
    pub reply_count: i64,
    /// Its project.
    pub project: ProjectRef,
    /// Its category.
    pub category: Option<CategoryRef>,
    /// Who has it.
    pub assignee: Option<Named>,
    /// Whose it is.
    pub creator: Option<Named>,
    /// Who it is for.
    pub customer_email: Option<String>,
    /// As given.
    pub customer_name: Option<String>,
    /// By name.
    pub tags: Vec<TagRef>,
    /// The newest public message after the description.
    pub last_reply_at: Option<Time>,
    /// The newest change that its customer sees.
    pub last_activity_at: Time,
    /// When it was filed.
    pub created_at: Time,
    /// When it was resolved.
    pub resolved_at: Option<Time>,
    /// When the first answer is due.
    pub first_response_due_at: Option<Time>,
    /// When the ticket should be resolved.
    pub resolution_due_at: Option<Time>,
    /// Whether either promise was broken.
    pub breached: bool,
    /// When it was deleted.
    pub deleted_at: Option<Time>,
}

/// Whole tickets that the actor may see, newest first and without a total: for lists that go on by
/// [`Filter::before`].
pub fn tickets(conn: &Conn<'_>, actor: &Actor, filter: &Filter, limit: i64) -> Result<Vec<Ticket>> {
    let sees = Sees::of(actor);
    if sees.within.is_some() && filter.project.is_some() && sees.within != filter.project {
        return Ok(Vec::new());
    }
    let filter =
        Filter { deleted: filter.deleted && sees.all, project: sees.within.or(filter.project), ..filter.clone() };
    let ids = if let Some(text) = &filter.search {
        search::ids(conn, &sees, &filter, text, 0, limit)?.0
    } else {
        let conditions = conditions(&sees, &filter);
        let page =
            format!("select t.id from tickets t where {conditions} order by t.id desc limit :limit offset :offset");
        conn.all(&page, &Bound::new(&sees, &filter, limit, 0).named(&filter), |row| row.columns().take())?
    };
    ids.into_iter().map(|id| find::itself(conn, actor, id)).collect()
}

/// A page of the tickets that the actor may see.
pub fn list(conn: &Conn<'_>, actor: &Actor, filter: &Filter, offset: i64, limit: i64) -> Result<Found> {
    let sees = Sees::of(actor);
    if sees.within.is_some() && filter.project.is_some() && sees.within != filter.project {
        return Ok(Found { tickets: Vec::new(), total: 0 });
    }
    let filter =
        Filter { deleted: filter.deleted && sees.all, project: sees.within.or(filter.project), ..filter.clone() };
    let (ids, total) = if let Some(text) = &filter.search {
        search::ids(conn, &sees, &filter, text, offset, limit)?
    } else if filter.is_counted() && sees.own.is_none() && !sees.is_narrowed(conn)? {
        counted(conn, &sees, &filter, offset, limit)?
    } else {
        filtered(conn, &sees, &filter, offset, limit)?
    };
    let tickets = ids.into_iter().map(|id| summary(conn, id)).collect::<Result<Vec<_>>>()?;
    Ok(Found { tickets: tickets.into_iter().flatten().collect(), total })
}

/// The projects whose counts make up what the actor sees; `[0]` stands for all.
fn projects(conn: &Conn<'_>, sees: &Sees, wanted: Option<i64>) -> Result<Vec<i64>> {
    let visible = match (sees.all, sees.project) {
        (true, _) => return Ok(vec![wanted.unwrap_or_default()]),
        (false, Some(project)) => vec![project],
        (false, None) => conn.all(
            "select project_id from project_agents where user_id = :agent order by project_id",
            params! {":agent": sees.agent},
            |row| row.get("project_id"),
        )?,
    };
    Ok(visible.into_iter().filter(|project| wanted.is_none_or(|wanted| wanted == *project)).collect())
}

fn counted(conn: &Conn<'_>, sees: &Sees, filter: &Filter, offset: i64, limit: i64) -> Result<(Vec<i64>, i64)> {
    let projects = projects(conn, sees, filter.project)?;
    let status = filter.status.map_or("", Status::as_str);
    let mut runs = std::collections::BTreeMap::<i64, i64>::new();
    for project in &projects {
        conn.each(
            "select run, tickets from ticket_runs where project_id = :project and status = :status and tickets > 0",
            params! {":project": project, ":status": status},
            |row| {
                let c = row.columns();
                let (run, tickets): (i64, i64) = (c.take()?, c.take()?);
                *runs.entry(run).or_default() += tickets;
                Ok(())
            },
        )?;
    }
    let total = runs.values().sum();
    let (mut before, mut ids) = (0, Vec::new());
    for (run, tickets) in runs.into_iter().rev() {
        let wanted = limit - i64::try_from(ids.len()).unwrap_or(limit);
        if wanted == 0 {
            break;
        }
        let skip = (offset - before).max(0);
        before += tickets;
        if skip >= tickets {
            continue;
        }
        let mut here = Vec::new();
        for project in &projects {
            here.extend(of_run(conn, *project, filter.status, run, skip + wanted)?);
        }
        if projects.len() > 1 || filter.status.is_none() {
            here.sort_unstable_by(|a, b| b.cmp(a));
        }
        let page = here.into_iter().skip(usize::try_from(skip).unwrap_or_default());
        ids.extend(page.take(usize::try_from(wanted).unwrap_or_default()));
    }
    Ok((ids, total))
}

/// The newest ids of one run, in one project (0: all), of one status or all.
fn of_run(conn: &Conn<'_>, project: i64, status: Option<Status>, run: i64, most: i64) -> Result<Vec<i64>> {
    let (low, high) = (run * RUN, (run + 1) * RUN - 1);
    if project != 0 {
        let mut ids = Vec::new();
        for status in Status::ALL.into_iter().filter(|one| status.is_none_or(|status| status == *one)) {
            ids.extend(conn.all(
                "select id from tickets where project_id = :project and status = :status and id between :low and :high
                   and deleted_at is null order by id desc limit :most",
                params! {":project": project, ":status": status.as_str(), ":low": low, ":high": high, ":most": most},
                |row| row.columns().take::<i64>(),
            )?);
        }
        return Ok(ids);
    }
    match status {
        Some(status) => conn.all(
            "select id from tickets where status = :status and id between :low and :high and deleted_at is null
             order by id desc limit :most",
            params! {":status": status.as_str(), ":low": low, ":high": high, ":most": most},
            |row| row.columns().take(),
        ),
        None => conn.all(
            "select id from tickets where id between :low and :high and deleted_at is null order by id desc limit :most",
            params! {":low": low, ":high": high, ":most": most},
            |row| row.columns().take(),
        ),
    }
}

fn filtered(conn: &Conn<'_>, sees: &Sees, filter: &Filter, offset: i64, limit: i64) -> Result<(Vec<i64>, i64)> {
    let conditions = conditions(sees, filter);
    let page = format!("select t.id from tickets t where {conditions} order by t.id desc limit :limit offset :offset");
    let count =
        format!("select count(*) as n from (select 1 from tickets t where {conditions} limit :limit offset :offset)");
    let bound = |limit: i64, offset: i64| Bound::new(sees, filter, limit, offset);
    let ids = conn.all(&page, &bound(limit, offset).named(filter), |row| row.columns().take())?;
    let counted = conn.one(&count, &bound(offset.saturating_add(COUNTED), 0).named(filter), |row| row.get("n"))?;
    Ok((ids, counted.unwrap_or_default()))
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
    let asked = [
        (filter.status.is_some(), "t.status = :status"),
        (filter.priority.is_some(), "t.priority = :priority"),
        (filter.project.is_some(), "t.project_id = :project"),
        (
            filter.category.is_some(),
            "t.category_id = (select id from categories where id = :category and deleted_at is null)",
        ),
        (filter.assignee.is_some(), "t.assignee_id = :assignee"),
        (filter.group.is_some(), "t.group_id = :group"),
        (filter.creator.is_some(), "t.creator_id = :creator"),
        (filter.unassigned, "t.assignee_id is null"),
        (filter.overdue, "(t.first_response_breached or t.resolution_breached)"),
        (filter.before.is_some(), "t.id < :before"),
        (filter.customer_email.is_some(), "t.customer_email is not null and lower(t.customer_email) = lower(:email)"),
    ];
    let asked = asked.into_iter().filter_map(|(asked, condition)| asked.then_some(condition));
    let all: Vec<&str> = std::iter::once(deleted).chain(scope).chain(asked).collect();
    all.join(" and ")
}

/// The values of [`conditions`], kept until they are bound.
pub(super) struct Bound {
    own: Option<i64>,
    own_project: Option<i64>,
    agent: Option<i64>,
    status: &'static str,
    priority: &'static str,
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
        named
    }
}

/// One row of a list; none when it went away.
fn summary(conn: &Conn<'_>, id: i64) -> Result<Option<Summary>> {
    let found = conn.one(
        "select t.uuid, t.number, t.subject, t.status, t.priority, t.reply_count, p.id, p.name, p.slug, c.id, c.name,
           c.slug, c.color, a.id, a.name, u.id, u.name, t.customer_email, t.customer_name, t.last_reply_at,
           t.last_activity_at, t.created_at, t.resolved_at, t.first_response_due_at, t.resolution_due_at,
           t.first_response_breached or t.resolution_breached, t.deleted_at
         from tickets t join projects p on p.id = t.project_id
           left join categories c on c.id = t.category_id and c.deleted_at is null
           left join users a on a.id = t.assignee_id left join users u on u.id = t.creator_id
         where t.id = :id",
        params! {":id": id},
        |row| {
            let c = row.columns();
            Ok(Summary {
                id,
                uuid: c.take()?,
                number: c.take()?,
                subject: c.take()?,
                status: status(&c.take::<String>()?)?,
                priority: priority(&c.take::<String>()?)?,
                reply_count: c.take()?,
                project: ProjectRef { id: c.take()?, name: c.take()?, slug: c.take()? },
                category: CategoryRef::read(&c)?,
                assignee: Named::read(&c)?,
                creator: Named::read(&c)?,
                customer_email: c.take()?,
                customer_name: c.take()?,
                tags: Vec::new(),
                last_reply_at: c.take::<Option<i64>>()?.map(Time),
                last_activity_at: Time(c.take()?),
                created_at: Time(c.take()?),
                resolved_at: c.take::<Option<i64>>()?.map(Time),
                first_response_due_at: c.take::<Option<i64>>()?.map(Time),
                resolution_due_at: c.take::<Option<i64>>()?.map(Time),
                breached: c.take()?,
                deleted_at: c.take::<Option<i64>>()?.map(Time),
            })
        },
    )?;
    let Some(mut summary) = found else { return Ok(None) };
    summary.tags = detail::tags(conn, id)?;
    Ok(Some(summary))
}
