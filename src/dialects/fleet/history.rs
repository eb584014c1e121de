//! `/api/history`: how the servers were.

use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::base::clock::{HOUR, MINUTE, SECOND};
use crate::base::{Error, Result, Scope, Time};
use crate::dialects::answer::{self, Answer, Failure};
use crate::dialects::call::ByOperator;
use crate::dialects::flow::{self, Outlet};
use crate::dialects::given;
use crate::vpn::history::{self, Query, Reading, Sample};

/// Samples written at once: some 64 KiB.
const PIECE: usize = 512;
/// Of a millisecond.
const NANOS: u64 = 1_000_000;
/// Bytes that a sample takes, about: room for all of them is made at once.
const LENGTH: usize = 144;

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

enum Begun {
    Whole(Answer),
    Part(Writer, Vec<Sample>, Reading),
}

/// Latency and transfer of the last 72 hours, oldest first; raw while that is under 5,000 rows a server.
#[utoipa::path(get, path = "/api/history", tag = "fleet", security(("scope" = ["fleet:read"])),
    params(("server_id" = Option<String>, Query), ("from" = Option<String>, Query, format = DateTime, description = "included"),
        ("to" = Option<String>, Query, format = DateTime, description = "not included"),
        ("resolution" = Option<i64>, Query, minimum = 1, maximum = 86400, description = "seconds per row")),
    responses((status = 200, body = Vec<Row>)))]
pub async fn history(
    RawQuery(query): RawQuery,
    ByOperator(call): ByOperator,
) -> std::result::Result<Response, Failure> {
    let call = call.needing(Scope::FleetRead);
    let begun = call.read_slowly(move |conn, actor| {
        let query = given::query::<Asked>(query.as_deref())?.parse()?;
        let mut reading = history::begin(conn, actor, &query)?;
        let first = reading.next(conn)?.unwrap_or_default();
        let mut writer = Writer::new(reading.servers())?;
        if !reading.is_done() {
            return Ok(Begun::Part(writer, first, reading));
        }
        let mut body = Vec::with_capacity(2 + first.len() * LENGTH);
        writer.write(&mut body, &first)?;
        writer.close(&mut body);
        Ok(Begun::Whole(answer::of_type("application/json", body)))
    });
    match begun.await? {
        Begun::Whole(answer) => Ok(answer.into_response()),
        Begun::Part(writer, first, reading) => {
            let (outlet, response) = flow::flowing();
            let app = call.app().clone();
            tokio::spawn(async move {
                if let Err(error) = pour(&app, outlet, writer, first, reading).await {
                    tracing::debug!(%error, "an answer of history broke off");
                }
            });
            Ok(response)
        }
    }
}

/// Sends an answer as fast as it is read. Between two stretches nothing of the database is held.
async fn pour(app: &App, outlet: Outlet, mut writer: Writer, first: Vec<Sample>, mut reading: Reading) -> Result<()> {
    let mut stretch = Some(first);
    while let Some(samples) = stretch {
        for piece in samples.chunks(PIECE) {
            let mut bytes = Vec::with_capacity(PIECE * LENGTH);
            writer.write(&mut bytes, piece)?;
            outlet.send(bytes).await?;
        }
        drop(samples);
        let read = app.store.read_slowly(move |conn| {
            let next = reading.next(conn)?;
            Ok((reading, next))
        });
        (reading, stretch) = read.await?;
    }
    let mut bytes = Vec::new();
    writer.close(&mut bytes);
    outlet.send(bytes).await?;
    outlet.end().await
}

/// How a server was.
#[derive(Serialize, ToSchema)]
#[schema(as = Sample)]
#[allow(dead_code, reason = "the writer writes it by hand; a test holds it to this")]
struct Row<'r> {
    server_id: &'r str,
    /// Milliseconds; null when the measurement failed.
    ping_ms: Option<f64>,
    /// Bytes received, as reported.
    transfer_rx: u64,
    /// Bytes sent, as reported.
    transfer_tx: u64,
    recorded_at: String,
}

/// Writes samples as JSON, with nothing made anew that the sample before had too.
struct Writer {
    /// How a sample of each server begins.
    openings: Vec<Vec<u8>>,
    /// The last hour, and `2026-05-06T11:`.
    hour: (i64, [u8; 14]),
    is_first: bool,
}

impl Writer {
    fn new<'s>(servers: impl Iterator<Item = &'s str>) -> Result<Self> {
        let opening = |id: &str| {
            let id = serde_json::to_string(id).map_err(Error::internal)?;
            Ok(format!("{{\"server_id\":{id},\"ping_ms\":").into_bytes())
        };
        Ok(Self { openings: servers.map(opening).collect::<Result<_>>()?, hour: (i64::MIN, [0; 14]), is_first: true })
    }

    fn write(&mut self, out: &mut Vec<u8>, samples: &[Sample]) -> Result<()> {
        for Sample { server, point } in samples {
            out.push(if self.is_first { b'[' } else { b',' });
            self.is_first = false;
            let opening = self.openings.get(*server).ok_or_else(|| Error::internal("a sample has no server"))?;
            out.extend_from_slice(opening);
            ping(out, point.ping_ms)?;
            out.extend_from_slice(b",\"transfer_rx\":");
            serde_json::to_writer(&mut *out, &point.transfer_rx).map_err(Error::internal)?;
            out.extend_from_slice(b",\"transfer_tx\":");
            serde_json::to_writer(&mut *out, &point.transfer_tx).map_err(Error::internal)?;
            out.extend_from_slice(b",\"recorded_at\":\"");
            self.time(out, point.at)?;
            out.extend_from_slice(b"\"}");
        }
        Ok(())
    }

    fn close(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.is_first { b"[]" } else { b"]" });
    }

    /// [`Time::to_seconds`]; ten times as fast for one that is of the same hour as the last.
    fn time(&mut self, out: &mut Vec<u8>, at: Time) -> Result<()> {
        let hour = at.0.div_euclid(HOUR);
        if hour != self.hour.0 {
            let text = at.to_seconds();
            let begins = text.as_bytes().first_chunk().ok_or_else(|| Error::internal("a time is cut"))?;
            self.hour = (hour, *begins);
        }
        out.extend_from_slice(&self.hour.1);
        let within = at.0.rem_euclid(HOUR);
        let ([m, n], [s, t]) = (two_digits(within / MINUTE), two_digits(within % MINUTE / SECOND));
        out.extend_from_slice(&[m, n, b':', s, t, b'Z']);
        Ok(())
    }
}

fn two_digits(number: i64) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}

/// A ping as the library writes it; several times as fast for whole nanoseconds, which clocks count in.
fn ping(out: &mut Vec<u8>, ms: Option<f64>) -> Result<()> {
    let Some(nanos) = ms.and_then(whole_nanos) else {
        return serde_json::to_writer(out, &ms).map_err(Error::internal);
    };
    serde_json::to_writer(&mut *out, &(nanos / NANOS)).map_err(Error::internal)?;
    let (mut digits, mut rest) = ([b'.'; 7], nanos % NANOS);
    for digit in digits[1..].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let last = digits.iter().rposition(|digit| *digit != b'0').unwrap_or_default();
    out.extend_from_slice(&digits[..=last.max(1)]);
    Ok(())
}

/// A ping in nanoseconds, where they say all of it. With no more than 15 digits no fewer could; what is much smaller or larger
/// the library writes with an exponent.
fn whole_nanos(ms: f64) -> Option<u64> {
    let nanos = (ms * NANOS as f64 + 0.5) as u64;
    let is_plain = (1_000..1_000_000_000_000_000).contains(&nanos);
    (is_plain && nanos as f64 / NANOS as f64 == ms).then_some(nanos)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vpn::history::Point;

    /// Any number, and such as clocks give: in whole microseconds or nanoseconds, or read in seconds.
    fn any_ping() -> impl Strategy<Value = Option<f64>> {
        let nanos = (any::<u64>(), 0..64_u32).prop_map(|(nanos, less)| nanos >> less);
        let clock = (nanos, 0..3_usize).prop_map(|(nanos, unit)| match unit {
            0 => nanos as f64 / 1e3,
            1 => nanos as f64 / 1e6,
            _ => nanos as f64 / 1e9 * 1e3,
        });
        proptest::option::of(prop_oneof![any::<f64>(), clock])
    }

    proptest! {
        #[test]
        fn what_is_written_by_hand_is_what_the_library_writes(
            rows in proptest::collection::vec(
                (0..2_usize, 0..253_402_300_799_999_i64, any_ping(), any::<u64>(), any::<u64>()), 0..9),
        ) {
            let servers = ["la", "sl\"ug"];
            let samples: Vec<Sample> = rows.iter().map(|(server, at, ping_ms, rx, tx)| Sample {
                server: *server,
                point: Point { at: Time(*at), ping_ms: *ping_ms, transfer_rx: *rx, transfer_tx: *tx },
            }).collect();
            let row = |sample: &Sample| Row {
                server_id: servers[sample.server],
                ping_ms: sample.point.ping_ms,
                transfer_rx: sample.point.transfer_rx,
                transfer_tx: sample.point.transfer_tx,
                recorded_at: sample.point.at.to_seconds(),
            };
            let expected = serde_json::to_vec(&samples.iter().map(row).collect::<Vec<_>>()).unwrap();
            let mut writer = Writer::new(servers.into_iter()).unwrap();
            let mut out = Vec::new();
            let (left, right) = samples.split_at(samples.len() / 2);
            writer.write(&mut out, left).unwrap();
            writer.write(&mut out, right).unwrap();
            writer.close(&mut out);
            prop_assert_eq!(out, expected);
        }
    }
}
