//! `/api/statuses` and `/api/history`: how the servers are, and how they were.

use axum::extract::RawQuery;
use serde::{Deserialize, Serialize};

use crate::base::{Error, Result, Time};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::given;
use crate::vpn::history::{self, Query, Sample};
use crate::vpn::report::{self, Status};

#[derive(Serialize)]
struct StatusView {
    server_id: String,
    online: bool,
    ping_ms: Option<f64>,
    peers: Option<i64>,
    transfer_rx: Option<u64>,
    transfer_tx: Option<u64>,
    reported_at: Option<String>,
    applied_revision: Option<u64>,
    errors: Vec<FaultView>,
}

#[derive(Serialize)]
struct FaultView {
    code: String,
    message: String,
    at: String,
}

impl From<Status> for StatusView {
    fn from(status: Status) -> Self {
        let fault = |f: report::Fault| FaultView { code: f.code, message: f.message, at: f.at.to_seconds() };
        Self {
            server_id: status.server_id,
            online: status.online,
            ping_ms: status.ping_ms,
            peers: status.peers,
            transfer_rx: status.transfer_rx,
            transfer_tx: status.transfer_tx,
            reported_at: status.reported_at.map(Time::to_seconds),
            applied_revision: status.applied_revision,
            errors: status.errors.into_iter().map(fault).collect(),
        }
    }
}

/// The newest snapshot of every registered server.
#[utoipa::path(get, path = "/api/statuses", tag = "fleet", responses((status = 200)))]
pub async fn statuses(ByPerson(call): ByPerson) -> Answered {
    call.read(|conn, actor| {
        let statuses = report::statuses(conn, actor)?;
        answer::ok(&statuses.into_iter().map(StatusView::from).collect::<Vec<_>>())
    })
    .await
}

#[derive(Serialize)]
struct SampleView<'s> {
    server_id: &'s str,
    ping_ms: Option<f64>,
    transfer_rx: u64,
    transfer_tx: u64,
    recorded_at: String,
}

#[derive(Deserialize)]
struct Asked {
    server_id: Option<String>,
    from: Option<String>,
    to: Option<String>,
    resolution: Option<String>,
}

impl Asked {
    fn parse(self) -> Result<Query> {
        let time = |field: &'static str, text: Option<String>| {
            let wrong = || Error::field(field, "It must be a time such as 2026-05-06T12:00:00Z.");
            text.filter(|text| !text.is_empty()).map(|text| Time::parse(&text).ok_or_else(wrong)).transpose()
        };
        let wrong = |_| Error::field("resolution", "It must be a number of seconds.");
        Ok(Query {
            server_id: self.server_id,
            from: time("from", self.from)?,
            to: time("to", self.to)?,
            resolution: self.resolution.map(|text| text.parse().map_err(wrong)).transpose()?,
        })
    }
}

/// Latency and transfer of the last 72 hours, oldest first; raw while that is under 5,000 rows a server.
#[utoipa::path(get, path = "/api/history", tag = "fleet",
    params(("server_id" = Option<String>, Query), ("from" = Option<String>, Query, description = "included"),
        ("to" = Option<String>, Query, description = "not included"),
        ("resolution" = Option<i64>, Query, description = "seconds per row, 1 to 86400")),
    responses((status = 200), (status = 400)))]
pub async fn history(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read_slowly(move |conn, actor| {
        let query = given::query::<Asked>(query.as_deref())?.parse()?;
        let (servers, samples) = history::read(conn, actor, &query)?;
        let view = |sample: &Sample| SampleView {
            server_id: servers.get(sample.server).map_or("", String::as_str),
            ping_ms: sample.ping_ms,
            transfer_rx: sample.transfer_rx,
            transfer_tx: sample.transfer_tx,
            recorded_at: sample.at.to_seconds(),
        };
        answer::ok(&samples.iter().map(view).collect::<Vec<_>>())
    })
    .await
}
