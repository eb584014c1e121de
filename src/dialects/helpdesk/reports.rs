//! `/api/dashboard/stats` and `/api/reports`: what tickets add up to.

use std::collections::BTreeMap;

use axum::extract::RawQuery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::{Actor, Capability, Check, Error, Result, Scope, Time};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByUser;
use crate::dialects::description::words::words;
use crate::dialects::given;
use crate::report::{self, Asked, Days, Grouping};
use crate::store::Conn;
use crate::ticket;

/// Of everything that was ever filed.
const FIRST_DAY: &str = "1970-01-01";

words! {
    /// How long a period is.
    GroupingWord = ["day", "week", "month"];
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct Given {
    /// First day, YYYY-MM-DD, UTC.
    #[param(format = Date)]
    from: Option<String>,
    /// Last day, included.
    #[param(format = Date)]
    to: Option<String>,
    project_id: Option<String>,
    #[param(ignore)]
    group_by: Option<String>,
}

impl Given {
    /// `from` is by default the given day, or 30 days back.
    fn parse(&self, conn: &Conn<'_>, from: Option<&str>) -> Result<(Asked, Grouping)> {
        let mut check = Check::default();
        let blank = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let begin = blank(&self.from).or_else(|| from.map(str::to_owned));
        let days = check.take(Days::parse(begin.as_deref(), self.to.as_deref(), conn.now()));
        // What is not there has no tickets.
        let project = blank(&self.project_id).map(|uuid| ticket::project_number(conn, &uuid)).transpose()?;
        let grouping = match blank(&self.group_by).as_deref() {
            None => Ok(Grouping::Day),
            Some(text) => {
                Grouping::parse(text).ok_or_else(|| Error::field("groupBy", "The groupBy must be day, week or month."))
            }
        };
        let grouping = check.take(grouping);
        Ok((Asked { days: check.need(days)?, project }, check.need(grouping)?))
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DashboardStats)]
struct Stats {
    total: i64,
    by_status: BTreeMap<&'static str, i64>,
    by_priority: BTreeMap<&'static str, i64>,
    unassigned: i64,
    sla_breached: i64,
    average_first_response_minutes: Option<f64>,
    average_resolution_minutes: Option<f64>,
}

impl Stats {
    fn read(conn: &Conn<'_>, actor: &Actor, asked: &Asked) -> Result<Self> {
        let found = report::dashboard(conn, actor, asked)?;
        let priorities = report::priorities(conn, actor, asked)?;
        Ok(Self {
            total: found.total,
            by_status: found.by_status.into_iter().map(|(status, count)| (status.as_str(), count)).collect(),
            by_priority: priorities.into_iter().map(|(priority, count)| (priority.as_str(), count)).collect(),
            unassigned: found.unassigned,
            sla_breached: found.breached,
            average_first_response_minutes: found.first_response,
            average_resolution_minutes: found.resolution,
        })
    }
}

/// How tickets stand now, as far as the caller sees them: of all time, unless `from` and `to` name a range of days (UTC,
/// both included) by which they were filed. `unassigned` counts unfinished ones, `slaBreached` those with either breach; an
/// average is null when there is nothing to average.
#[utoipa::path(get, path = "/api/dashboard/stats", tag = "helpdesk",
    security(("scope" = ["tickets:read"])),
    params(Given),
    responses((status = 200, body = Stats)))]
pub async fn stats(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Dashboard)?;
        let (asked, _) = given::query::<Given>(query.as_deref())?.parse(conn, Some(FIRST_DAY))?;
        answer::ok(&Stats::read(conn, actor, &asked)?)
    };
    call.needing(Scope::TicketsRead).read(read).await
}

#[derive(Serialize, ToSchema)]
#[schema(as = ReportPeriod)]
struct Period {
    period: String,
    created: i64,
    resolved: i64,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReportProject)]
struct Project {
    name: String,
    total: i64,
    resolved: i64,
    sla_breached: i64,
    resolve_rate: f64,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReportAgent)]
struct Agent {
    name: String,
    assigned: i64,
    resolved: i64,
    resolve_rate: f64,
    average_resolution_minutes: Option<f64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ReportCategory)]
struct Category {
    name: String,
    total: i64,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Report)]
struct Report {
    from: String,
    to: String,
    #[serde(flatten)]
    stats: Stats,
    first_response_breach_rate: f64,
    resolution_breach_rate: f64,
    volume: Vec<Period>,
    by_project: Vec<Project>,
    by_agent: Vec<Agent>,
    by_category: Vec<Category>,
}

impl Report {
    fn read(conn: &Conn<'_>, actor: &Actor, asked: &Asked, grouping: Grouping) -> Result<Self> {
        let promises = report::promises(conn, actor, asked)?;
        let (volume, projects) = (report::volume(conn, actor, asked, grouping)?, report::projects(conn, actor, asked)?);
        let (agents, categories) = (report::agents(conn, actor, asked)?, report::categories(conn, actor, asked)?);
        let period =
            |row: report::VolumeRow| Period { period: row.period, created: row.created, resolved: row.resolved };
        let project = |row: report::ProjectRow| Project {
            name: row.project,
            total: row.total,
            resolved: row.resolved,
            sla_breached: row.breached,
            resolve_rate: row.resolve_rate,
        };
        let agent = |row: report::AgentRow| Agent {
            name: row.agent,
            assigned: row.assigned,
            resolved: row.resolved,
            resolve_rate: row.resolve_rate,
            average_resolution_minutes: row.resolution,
        };
        let category = |row: report::CategoryRow| Category { name: row.category, total: row.total };
        Ok(Self {
            from: date(asked.days.first),
            to: date(asked.days.last),
            stats: Stats::read(conn, actor, asked)?,
            first_response_breach_rate: promises.first_response_breach_rate,
            resolution_breach_rate: promises.resolution_breach_rate,
            volume: volume.into_iter().map(period).collect(),
            by_project: projects.into_iter().map(project).collect(),
            by_agent: agents.into_iter().map(agent).collect(),
            by_category: categories.into_iter().map(category).collect(),
        })
    }
}

/// A day since 1970 as `2026-12-31`.
fn date(day: i64) -> String {
    Time(day.saturating_mul(crate::base::clock::DAY)).to_seconds().chars().take(10).collect()
}

/// Every report at once, of the tickets filed in a range of days (UTC, both included), by default the last 30: how they
/// stand, how often promises were broken (in percent), volume by day, week or month, and rows for each project, agent and
/// category that has any. For admins.
#[utoipa::path(get, path = "/api/reports", tag = "helpdesk",
    security(("scope" = ["tickets:read"])),
    params(Given, ("groupBy" = inline(Option<GroupingWord>), Query)),
    responses((status = 200, body = Report)))]
pub async fn reports(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Reports)?;
        let (asked, grouping) = given::query::<Given>(query.as_deref())?.parse(conn, None)?;
        let report = Report::read(conn, actor, &asked, grouping);
        answer::ok(&report.map_err(|error| error.called(&[("group_by", "groupBy")]))?)
    };
    call.needing(Scope::TicketsRead).read_slowly(read).await
}
