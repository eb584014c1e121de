//! What should have been done by now: by agents, by jobs, by mail.

use super::{Finding, first_few};
use crate::base::clock::{DAY, HOUR, MINUTE};
use crate::base::{Actor, Result, Time};
use crate::store::{Conn, params};
use crate::vpn::report::statuses;
use crate::vpn::server::{self, Server};

/// Longest that a job is behind with its work while `serve` runs, in milliseconds.
const LATE: i64 = 5 * MINUTE;

/// Whether agents are there and do what they should.
pub fn servers(conn: &Conn<'_>) -> Result<Finding> {
    let statuses = statuses(conn, &Actor::system())?.all;
    let mut told = Vec::new();
    for server in &statuses {
        let id = &server.server_id;
        match (server.online, server.reported_at) {
            (_, None) => told.push(format!("{id} has never reported")),
            (false, Some(at)) => told.push(format!("{id} is silent since {}", at.to_seconds())),
            (true, Some(_)) => {
                if let Some(fault) = server.errors.last() {
                    told.push(format!("{id} says {}: {}", fault.code, fault.message));
                }
            }
        }
    }
    if told.is_empty() {
        let what = match statuses.len() {
            0 => "There are none yet.".to_owned(),
            1 => "The one there is reports, and has nothing to complain of.".to_owned(),
            all => format!("All {all} report, and have nothing to complain of."),
        };
        return Ok(Finding::fine("servers", what));
    }
    let what = format!("{} of {} servers: {}.", told.len(), statuses.len(), first_few(&told));
    Ok(Finding::note("servers", what, "Look at the agent's log on that server (journalctl -u gatehouse-agent)."))
}

/// Whether agents are as new as this program.
pub fn agents(conn: &Conn<'_>) -> Result<Finding> {
    let older = server::list(conn, &Actor::system())?.into_iter().filter(Server::has_older_agent);
    let told: Vec<String> =
        older.map(|server| format!("{} {}", server.id, server.agent_version.unwrap_or_default())).collect();
    if told.is_empty() {
        return Ok(Finding::fine("agents", "No agent says that it is older than this program."));
    }
    let what = format!("Agents older than {}: {}.", env!("CARGO_PKG_VERSION"), first_few(&told));
    Ok(Finding::note(
        "agents",
        what,
        "They go on working; install the same version on those servers when there is time.",
    ))
}

/// Whether jobs come round to what they should do.
pub fn jobs(conn: &Conn<'_>) -> Result<Finding> {
    let counted = [
        (
            "expired credentials are not erased",
            "select count(*) as n from credentials where expires_at < :late and place_id is not null",
            LATE,
        ),
        (
            "missed deadlines are not marked",
            "select count(*) as n from tickets where deleted_at is null and resolved_at is null
               and ((first_response_due_at < :late and first_response_at is null and not first_response_breached)
                 or (resolution_due_at < :late and not resolution_breached))",
            LATE,
        ),
        (
            "tickets are not purged that were deleted more than 30 days ago",
            "select count(*) as n from tickets where deleted_at < :late",
            30 * DAY + HOUR,
        ),
    ];
    let mut late = Vec::new();
    for (what, sql, patience) in counted {
        let number = conn.one(sql, params! {":late": conn.now().plus(-patience).0}, |row| row.get::<i64>("n"))?;
        if let Some(number @ 1..) = number {
            late.push(format!("{number} {what}"));
        }
    }
    if late.is_empty() {
        return Ok(Finding::fine("jobs", "Nothing waits that should have been done."));
    }
    let what = format!("{}.", late.join("; "));
    Ok(Finding::note("jobs", what, "Start `serve` if it is not running; if it is, look for warnings in its log."))
}

/// Whether mail goes out.
pub fn outbox(conn: &Conn<'_>) -> Result<Finding> {
    let waiting = conn.one(
        "select count(*) as n, min(created_at) as oldest from outbox where delivered_at is null and failed_at is null",
        params![],
        |row| Ok((row.get::<i64>("n")?, row.get::<Option<i64>>("oldest")?)),
    )?;
    Ok(match waiting {
        Some((waiting, Some(oldest))) if oldest < conn.now().plus(-HOUR).0 => {
            let what = format!("{waiting} mails wait, the oldest since {}.", Time(oldest).to_seconds());
            Finding::note(
                "outbox",
                what,
                "Set GATEHOUSE_SMTP_URL if it is not; `GET /api/outbox` says what went wrong.",
            )
        }
        _ => Finding::fine("outbox", "No mail waits for long."),
    })
}
