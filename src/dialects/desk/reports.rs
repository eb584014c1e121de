//! `/api/admin/reports/…`: what tickets add up to.

use axum::extract::RawQuery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::priority;
use crate::base::{Actor, Check, Error, Priority, Result, Time};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{ByPerson, Call};
use crate::dialects::description::words::words;
use crate::dialects::given::{self, number};
use crate::report::{self, Asked, Days, Grouping};
use crate::store::Conn;
use crate::ticket::Status;

/// Days up to which a dashboard is read beside tickets, not behind other reports.
const SHORT: i64 = 92;

words! {
    /// How long a period is.
    GroupingWord = ["day", "week", "month"];
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Given {
    /// First day, YYYY-MM-DD, UTC; 30 days up to today by default.
    #[param(format = Date)]
    from: Option<String>,
    /// Last day, included.
    #[param(format = Date)]
    to: Option<String>,
    #[param(value_type = Option<i64>, minimum = 1)]
    project_id: Option<String>,
    #[param(ignore)]
    group_by: Option<String>,
}

impl Given {
    fn parse(&self, now: Time) -> Result<(Asked, Grouping)> {
        let mut check = Check::default();
        let days = check.take(Days::parse(self.from.as_deref(), self.to.as_deref(), now));
        let project = check.take(number("project_id", self.project_id.as_deref(), 1..=i64::MAX)).flatten();
        let grouping = match self.group_by.as_deref() {
            None | Some("") => Ok(Grouping::Day),
            Some(text) => Grouping::parse(text)
                .ok_or_else(|| Error::field("group_by", "The group by must be day, week or month.")),
        };
        let grouping = check.take(grouping);
        Ok((Asked { days: check.need(days)?, project }, check.need(grouping)?))
    }
}

fn parse(query: Option<&str>, now: Time) -> Result<(Asked, Grouping)> {
    given::query::<Given>(query)?.parse(now)
}

/// One of the reports that are for admins: whoever may not have it learns nothing else.
async fn for_admins<T: Serialize>(
    call: Call,
    query: Option<String>,
    read: impl FnOnce(&Conn<'_>, &Actor, &Asked, Grouping) -> Result<T> + Send + 'static,
) -> Answered {
    let made = call.read_slowly(move |conn, actor| -> Result<Answer> {
        actor.must_be_admin()?;
        let (asked, grouping) = parse(query.as_deref(), conn.now())?;
        answer::ok(&read(conn, actor, &asked, grouping)?)
    });
    made.await
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ByStatus {
    open: i64,
    in_progress: i64,
    pending: i64,
    resolved: i64,
    closed: i64,
}

impl From<[(Status, i64); 5]> for ByStatus {
    fn from(counts: [(Status, i64); 5]) -> Self {
        let mut all = Self { open: 0, in_progress: 0, pending: 0, resolved: 0, closed: 0 };
        for (status, count) in counts {
            *match status {
                Status::Open => &mut all.open,
                Status::InProgress => &mut all.in_progress,
                Status::Pending => &mut all.pending,
                Status::Resolved => &mut all.resolved,
                Status::Closed => &mut all.closed,
            } = count;
        }
        all
    }
}

#[derive(Serialize, ToSchema)]
struct Dashboard {
    total_tickets: i64,
    by_status: ByStatus,
    unassigned: i64,
    sla_breached: i64,
    avg_first_response_mins: Option<f64>,
    avg_resolution_minutes: Option<f64>,
}

/// How the tickets that were filed in the range stand now: by default those of the last 30 days, today included. For
/// staff; agents see the projects that they are assigned to. `unassigned` counts unfinished ones, `sla_breached` those
/// with either breach. An average is null when there is nothing to average.
#[utoipa::path(get, path = "/api/admin/reports/dashboard", tag = "desk", params(Given),
    responses((status = 200, body = Dashboard), (status = 403)))]
pub async fn dashboard(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    let asked = parse(query.as_deref(), call.app().clock.now());
    let long = asked.is_ok_and(|(asked, _)| asked.days.count() > SHORT);
    let read = move |conn: &Conn<'_>, actor: &Actor| -> Result<Answer> {
        actor.must_be_staff()?;
        let (asked, _) = parse(query.as_deref(), conn.now())?;
        let found = report::dashboard(conn, actor, &asked)?;
        answer::ok(&Dashboard {
            total_tickets: found.total,
            by_status: found.by_status.into(),
            unassigned: found.unassigned,
            sla_breached: found.breached,
            avg_first_response_mins: found.first_response,
            avg_resolution_minutes: found.resolution,
        })
    };
    if long { call.read_slowly(read).await } else { call.read(read).await }
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectFigures)]
struct Project {
    project: String,
    total: i64,
    resolved: i64,
    breached: i64,
    /// Percent, with one decimal.
    resolve_rate: f64,
}

/// Volume and resolve rate of each project that has tickets in the range, most tickets first.
#[utoipa::path(get, path = "/api/admin/reports/by-project", tag = "desk", params(Given),
    responses((status = 200, body = Vec<Project>), (status = 403)))]
pub async fn by_project(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    for_admins(call, query, |conn, actor, asked, _| {
        let rows = report::projects(conn, actor, asked)?.into_iter().map(|row| Project {
            project: row.project,
            total: row.total,
            resolved: row.resolved,
            breached: row.breached,
            resolve_rate: row.resolve_rate,
        });
        Ok(rows.collect::<Vec<_>>())
    })
    .await
}

#[derive(Serialize, ToSchema)]
#[schema(as = AgentFigures)]
struct Agent {
    agent: String,
    total_assigned: i64,
    total_resolved: i64,
    /// Percent, with one decimal.
    resolve_rate: f64,
    avg_resolution_minutes: Option<f64>,
}

/// What came of the tickets of everybody who has some in the range, most tickets first. Tickets that nobody has are in
/// none.
#[utoipa::path(get, path = "/api/admin/reports/agents", tag = "desk", params(Given),
    responses((status = 200, body = Vec<Agent>), (status = 403)))]
pub async fn agents(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    for_admins(call, query, |conn, actor, asked, _| {
        let rows = report::agents(conn, actor, asked)?.into_iter().map(|row| Agent {
            agent: row.agent,
            total_assigned: row.assigned,
            total_resolved: row.resolved,
            resolve_rate: row.resolve_rate,
            avg_resolution_minutes: row.resolution,
        });
        Ok(rows.collect::<Vec<_>>())
    })
    .await
}

#[derive(Serialize, ToSchema)]
#[schema(as = PeriodFigures)]
struct Period {
    period: String,
    created: i64,
    resolved: i64,
}

/// How many tickets were filed and resolved in each period of the range, oldest first; also where there were none, up to
/// 3,660 periods. The first and last period count only their days within the range. `resolved` goes by the day of
/// resolution, whenever the ticket was filed.
#[utoipa::path(get, path = "/api/admin/reports/volume", tag = "desk", params(Given,
    ("group_by" = inline(Option<GroupingWord>), Query, description = "day (default, 2026-05-06), week (ISO 8601, 2026-W19) or month (2026-05)")),
    responses((status = 200, body = Vec<Period>), (status = 403)))]
pub async fn volume(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    for_admins(call, query, |conn, actor, asked, grouping| {
        let rows = report::volume(conn, actor, asked, grouping)?;
        let rows =
            rows.into_iter().map(|row| Period { period: row.period, created: row.created, resolved: row.resolved });
        Ok(rows.collect::<Vec<_>>())
    })
    .await
}

#[derive(Default, Serialize, ToSchema)]
struct Promised {
    total: i64,
    fr_breached: i64,
    res_breached: i64,
}

impl From<report::Promised> for Promised {
    fn from(found: report::Promised) -> Self {
        Self { total: found.total, fr_breached: found.first_response_breached, res_breached: found.resolution_breached }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = SlaFigures)]
struct Sla {
    total_tickets: i64,
    fr_breach_rate: f64,
    res_breach_rate: f64,
    /// By the word of each priority.
    #[schema(value_type = std::collections::BTreeMap<String, Promised>)]
    by_priority: serde_json::Map<String, serde_json::Value>,
}

/// How often what was promised was not kept, in all and for each of the four priorities. Rates are shares of all tickets.
#[utoipa::path(get, path = "/api/admin/reports/sla", tag = "desk", params(Given),
    responses((status = 200, body = Sla), (status = 403)))]
pub async fn sla(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    for_admins(call, query, |conn, actor, asked, _| {
        let found = report::promises(conn, actor, asked)?;
        let one = |(of, promised): (Priority, report::Promised)| {
            let value = serde_json::to_value(Promised::from(promised)).map_err(Error::internal)?;
            Ok((priority(of).to_owned(), value))
        };
        Ok(Sla {
            total_tickets: found.total,
            fr_breach_rate: found.first_response_breach_rate,
            res_breach_rate: found.resolution_breach_rate,
            by_priority: found.by_priority.into_iter().map(one).collect::<Result<_>>()?,
        })
    })
    .await
}

#[derive(Serialize, ToSchema)]
#[schema(as = CategoryFigures)]
struct Category {
    category: String,
    color: Option<String>,
    total: i64,
}

/// How many tickets each category has in the range, most first; one without any is left out, and so are tickets without a
/// category. A parent does not count its children's.
#[utoipa::path(get, path = "/api/admin/reports/categories", tag = "desk", params(Given),
    responses((status = 200, body = Vec<Category>), (status = 403)))]
pub async fn categories(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    for_admins(call, query, |conn, actor, asked, _| {
        let rows = report::categories(conn, actor, asked)?.into_iter().map(|row| Category {
            category: row.category,
            color: row.color,
            total: row.total,
        });
        Ok(rows.collect::<Vec<_>>())
    })
    .await
}
