//! Pages of tickets, newest first, as far as the actor may see them.
//!
//! A page by number is found without walking to it: `ticket_runs` says how many tickets lie in each run of ids, so only
//! the runs that hold the page are looked at. That works for any choice of projects and statuses. Other filters walk an
//! index, and their total is exact up to [`COUNTED`].

use std::collections::BTreeMap;

use super::filter::{Bound, Filter, conditions, order, source};
use super::sees::{Reach, Sees};
use super::summary::{Summary, listed, summaries};
use super::tally::RUN;
use super::{Status, Ticket, find, search};
use crate::base::{Actor, Result};
use crate::store::{Conn, params};
use crate::text::Sought;

/// Rows that are counted for a total at most, beyond the page.
pub const COUNTED: i64 = 1_000;
/// A run of which at least one in so many rows is looked for is walked.
const DENSE: i64 = 8;

/// A page, and how many rows there are in all.
#[derive(Clone, Debug)]
pub struct Found {
    /// The page's rows.
    pub tickets: Vec<Summary>,
    /// All rows; beyond [`COUNTED`] filtered ones, at least so many.
    pub total: i64,
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
        let (source, conditions) = (source(conn, &sees, &filter)?, conditions(&sees, &filter));
        let page =
            format!("select t.id from {source} where {conditions} order by t.id desc limit :limit offset :offset");
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
    let mut tickets = summaries(conn, &ids)?;
    if let Some(text) = &filter.search {
        let sought = Sought::parse(text);
        for ticket in &mut tickets {
            ticket.snippet = search::snippet(conn, &sees, ticket.id, &sought)?;
        }
    }
    Ok(Found { tickets, total })
}

/// The projects whose counts make up what the actor sees; `[0]` stands for all.
fn projects(conn: &Conn<'_>, sees: &Sees, wanted: Option<i64>) -> Result<Vec<i64>> {
    let visible = match (sees.all, sees.project) {
        (true, _) => return Ok(vec![wanted.unwrap_or_default()]),
        (false, Some(project)) => vec![project],
        (false, None) if wanted.is_none() && sees.reach(conn)? == Reach::Everywhere => return Ok(vec![0]),
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
    let (runs, total) = runs(conn, &projects, status, offset.saturating_add(limit))?;
    let (mut before, mut ids) = (0, Vec::new());
    for (run, tickets) in runs {
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
        if projects.len() > 1 && tickets * DENSE >= RUN {
            here = walked(conn, &projects, filter.status, run, skip + wanted)?;
        } else {
            for project in &projects {
                here.extend(of_run(conn, *project, filter.status, run, skip + wanted)?);
            }
            here.sort_unstable_by(|a, b| b.cmp(a));
        }
        let page = here.into_iter().skip(usize::try_from(skip).unwrap_or_default());
        ids.extend(page.take(usize::try_from(wanted).unwrap_or_default()));
    }
    Ok((ids, total))
}

/// The newest runs, with how many tickets each holds, as far as the newest so many need them, and how many there are in all.
fn runs(conn: &Conn<'_>, projects: &[i64], status: &str, wanted: i64) -> Result<(Vec<(i64, i64)>, i64)> {
    let (mut runs, mut total) = (BTreeMap::<i64, i64>::new(), 0);
    for project in projects {
        let counted = conn.one(
            "select tickets from ticket_totals where project_id = :project and status = :status",
            params! {":project": project, ":status": status},
            |row| row.columns().take::<i64>(),
        )?;
        total += counted.unwrap_or_default();
        // What lies behind so many of one project is never among the newest so many of several.
        let mut held = 0;
        conn.each_while(
            "select run, tickets from ticket_runs where project_id = :project and status = :status and tickets > 0
             order by run desc",
            params! {":project": project, ":status": status},
            |row| {
                let c = row.columns();
                let (run, tickets): (i64, i64) = (c.take()?, c.take()?);
                *runs.entry(run).or_default() += tickets;
                held += tickets;
                Ok(held < wanted)
            },
        )?;
    }
    Ok((runs.into_iter().rev().collect(), total))
}

/// The newest ids of one run in several projects that hold much of it, found by walking it.
fn walked(conn: &Conn<'_>, projects: &[i64], status: Option<Status>, run: i64, most: i64) -> Result<Vec<i64>> {
    let (low, high) = (run * RUN, (run + 1) * RUN - 1);
    // The plus keeps the engine from the indexes of the columns: it would sort what they find.
    conn.all(
        "select id from tickets where id between :low and :high and deleted_at is null
           and +project_id in (select value from json_each(:projects)) and (:status = '' or +status = :status)
         order by id desc limit :most",
        params! {":low": low, ":high": high, ":projects": listed(projects), ":status": status.map_or("", Status::as_str),
        ":most": most},
        |row| row.columns().take(),
    )
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
    let (source, conditions, order) = (source(conn, sees, filter)?, conditions(sees, filter), order(filter));
    let sql = format!("select t.id from {source} where {conditions} order by {order} limit :limit offset :offset");
    let bound = Bound::new(sees, filter, reach(offset, limit, COUNTED), 0);
    let found = conn.all(&sql, &bound.named(filter), |row| row.columns().take())?;
    Ok(page_of(found, offset, limit))
}

/// How far a walk goes that finds a page and counts on for so many rows: what lies before the page is walked either way.
pub(super) fn reach(offset: i64, limit: i64, counted: i64) -> i64 {
    offset.saturating_add(limit).saturating_add(counted)
}

/// The page out of such a walk, and how many rows it came by.
pub(super) fn page_of(mut found: Vec<i64>, offset: i64, limit: i64) -> (Vec<i64>, i64) {
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let before = usize::try_from(offset).unwrap_or(usize::MAX).min(found.len());
    found.drain(..before);
    found.truncate(usize::try_from(limit).unwrap_or_default());
    (found, total)
}
