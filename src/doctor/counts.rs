//! What is kept beside the rows so that nobody need count, counted anew.

use super::{Finding, first_few};
use crate::base::Result;
use crate::store::{Conn, params};

/// What to do about a count that is off: nobody but us writes them.
const REPORT: &str = "Nothing is lost, but pages and reports show wrong figures. Report this, with what it says here.";

fn verdict(wrong: &[String], fine: &str) -> Finding {
    if wrong.is_empty() {
        Finding::fine("counts", fine)
    } else {
        Finding::wrong("counts", format!("{} kept counts are off: {}.", wrong.len(), first_few(wrong)), REPORT)
    }
}

/// How many tickets there are where, and how many replies each has.
pub fn tickets(conn: &Conn<'_>) -> Result<Finding> {
    let mut wrong = conn.all(
        "select project_id, status, run, sum(n) as off from (
           select project_id, status, run, tickets as n from ticket_runs
           union all select 0, '', id / 4096, -1 from tickets where deleted_at is null
           union all select 0, status, id / 4096, -1 from tickets where deleted_at is null
           union all select project_id, '', id / 4096, -1 from tickets where deleted_at is null
           union all select project_id, status, id / 4096, -1 from tickets where deleted_at is null)
         group by project_id, status, run having sum(n) <> 0",
        params![],
        |row| {
            let (project, status): (i64, String) = (row.get("project_id")?, row.get("status")?);
            let (run, off): (i64, i64) = (row.get("run")?, row.get("off")?);
            Ok(format!("tickets of project {project} with status {status:?} in run {run} by {off}"))
        },
    )?;
    wrong.extend(conn.all(
        "select project_id, status, sum(n) as off from (
           select project_id, status, tickets as n from ticket_totals
           union all select project_id, status, -tickets from ticket_runs)
         group by project_id, status having sum(n) <> 0",
        params![],
        |row| {
            let (project, status): (i64, String) = (row.get("project_id")?, row.get("status")?);
            Ok(format!("tickets of project {project} with status {status:?} by {}", row.get::<i64>("off")?))
        },
    )?);
    wrong.extend(conn.all(
        "select number from tickets t where reply_count <>
           (select count(*) from messages m where m.ticket_id = t.id and m.kind = 'reply')",
        params![],
        |row| Ok(format!("replies of {}", row.get::<String>("number")?)),
    )?);
    Ok(verdict(&wrong, "Tickets and replies are as many as is kept."))
}

/// What reports add up.
pub fn days(conn: &Conn<'_>) -> Result<Finding> {
    let wrong = conn.all(
        "with t as (
           select project_id, created_at / 86400000 as day, resolved_at / 86400000 as resolved_day, status, priority,
             coalesce(assignee_id, '') as assignee, coalesce(category_id, '') as category, resolved_at,
             status in ('resolved', 'closed') as resolved,
             assignee_id is null and status not in ('resolved', 'closed') as unassigned,
             first_response_breached or resolution_breached as breached,
             first_response_breached as first_breached, resolution_breached,
             first_response_at is not null as first_responses,
             coalesce(max(first_response_at - created_at, 0), 0) as first_response_ms,
             resolved_at is not null as resolutions, coalesce(max(resolved_at - created_at, 0), 0) as resolution_ms
           from tickets where deleted_at is null),
         k as (
           select 'project' as kind, day as on_day, '' as key, t.* from t
           union all select 'status', day, status, t.* from t
           union all select 'priority', day, priority, t.* from t
           union all select 'assignee', day, cast(assignee as text), t.* from t
           union all select 'category', day, cast(category as text), t.* from t
           union all select 'resolved_on', resolved_day, '', t.* from t where resolved_at is not null),
         c as (
           select kind, day, project_id, key, total, resolved, unassigned, breached, first_response_breached,
             resolution_breached, first_responses, first_response_ms, resolutions, resolution_ms from ticket_days
           union all select kind, on_day, project_id, key, -1, -resolved, -unassigned, -breached, -first_breached,
             -resolution_breached, -first_responses, -first_response_ms, -resolutions, -resolution_ms from k)
         select kind, day, project_id, key from c group by kind, day, project_id, key
         having sum(total) <> 0 or sum(resolved) <> 0 or sum(unassigned) <> 0 or sum(breached) <> 0
           or sum(first_response_breached) <> 0 or sum(resolution_breached) <> 0 or sum(first_responses) <> 0
           or sum(first_response_ms) <> 0 or sum(resolutions) <> 0 or sum(resolution_ms) <> 0",
        params![],
        |row| {
            let (kind, key): (String, String) = (row.get("kind")?, row.get("key")?);
            let (day, project): (i64, i64) = (row.get("day")?, row.get("project_id")?);
            Ok(format!("{kind} {key:?} of project {project} on day {day}"))
        },
    )?;
    Ok(verdict(&wrong, "Reports add up what there is."))
}

/// Ids, ticket numbers, votes, and what search knows.
pub fn others(conn: &Conn<'_>) -> Result<Finding> {
    let mut wrong = conn.all(
        "select name from id_counters where last < case name
           when 'messages' then (select coalesce(max(id), 0) from messages)
           when 'activities' then (select coalesce(max(id), 0) from activities)
           when 'sla_spans' then (select coalesce(max(id), 0) from sla_spans) else 0 end",
        params![],
        |row| Ok(format!("ids of {}", row.get::<String>("name")?)),
    )?;
    wrong.extend(conn.all(
        "select uuid from kb_articles a where
           helpful <> (select count(*) from kb_feedback f where f.article_id = a.id and f.is_helpful)
           or not_helpful <> (select count(*) from kb_feedback f where f.article_id = a.id and not f.is_helpful)",
        params![],
        |row| Ok(format!("votes of article {}", row.get::<String>("uuid")?)),
    )?);
    wrong.extend(conn.all(
        "select number from tickets t where not exists (select 1 from ticket_search_docsize d where d.id = t.id)",
        params![],
        |row| Ok(format!("search, which does not know {}", row.get::<String>("number")?)),
    )?);
    wrong.extend(conn.all(
        "select id from ticket_search_docsize d where not exists (select 1 from tickets t where t.id = d.id)",
        params![],
        |row| Ok(format!("search, which knows a ticket {} that is gone", row.get::<i64>("id")?)),
    )?);
    wrong.extend(conn.all(
        "select uuid from kb_articles a where not exists (select 1 from kb_search_docsize d where d.id = a.id)",
        params![],
        |row| Ok(format!("search, which does not know article {}", row.get::<String>("uuid")?)),
    )?);
    Ok(verdict(&wrong, "Ids, votes and search fit what there is."))
}
