//! `/api/events`: what happens, told while it happens (server-sent events, WHATWG HTML 9.2).

use std::convert::Infallible;
use std::fmt::Write as _;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::RawQuery;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::presence;
use crate::base::{Error, Result};
use crate::dialects::answer::Failure;
use crate::dialects::call::ByPerson;
use crate::dialects::description::words::words;
use crate::dialects::given::{self, number};
use crate::feed::{Happening, Kind};
use crate::live::{self, Eye, Seat, Told, What};
use crate::ticket::Place;

/// Between two comments that keep the connection alive.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What is sent in one piece at most, in bytes.
const PIECE: usize = 32 * 1024;

words! {
    /// What happened; `event` of the server-sent event has the same word.
    pub KindWord = Kind::ALL.map(Kind::as_str);
}

/// The `data` of an event.
#[derive(Serialize, ToSchema)]
#[schema(as = Happened)]
struct View<'h> {
    /// Rises; there are gaps. `Last-Event-ID` takes it.
    id: i64,
    #[schema(value_type = KindWord)]
    kind: &'static str,
    at: String,
    /// The user who did it; null for keys, agents, rules and jobs.
    by: Option<i64>,
    /// The ticket that it is about.
    ticket: Option<TicketView<'h>>,
    /// The user that it is about, or whose device.
    user_id: Option<i64>,
    /// Whether customers never learn of it.
    is_internal: bool,
    /// What there is to say of it: `action`, `from`, `to`, `message_id`, `assignee_id`, `server_id`, `client_id`,
    /// `rule_id`, `mailbox_id`.
    #[schema(value_type = Object)]
    content: &'h RawValue,
}

#[derive(Serialize, ToSchema)]
#[schema(as = HappenedTicket)]
struct TicketView<'p> {
    id: i64,
    uuid: Option<&'p str>,
    ticket_number: Option<&'p str>,
    project_id: Option<i64>,
}

impl<'h> View<'h> {
    fn new(happening: &'h Happening, place: Option<&'h Place>) -> Result<Self> {
        let about = &happening.about;
        let ticket = about.ticket.map(|id| TicketView {
            id,
            uuid: place.map(|place| place.uuid.as_str()),
            ticket_number: place.map(|place| place.number.as_str()),
            project_id: place.map_or(about.project, |place| Some(place.project)),
        });
        Ok(Self {
            id: happening.id,
            kind: happening.kind.as_str(),
            at: happening.at.to_milliseconds(),
            by: happening.by,
            ticket,
            user_id: about.user,
            is_internal: about.is_internal,
            content: serde_json::from_str(&happening.content).map_err(Error::internal)?,
        })
    }
}

/// The `data` of a `presence`.
#[derive(Serialize)]
struct PresenceView<'p> {
    ticket_id: i64,
    users: Vec<presence::View<'p>>,
}

/// The `data` of a `server.measured`.
#[derive(Serialize)]
struct MeasuredView<'m> {
    servers: Option<&'m [String]>,
}

/// An event as it goes over the wire: written once, sent to everybody who may see it.
fn written(told: &Told) -> &str {
    told.written.get_or_init(|| match &told.what {
        What::Happened(happening) => {
            let view = View::new(happening, told.place.as_ref());
            let data = view.and_then(|view| serde_json::to_string(&view).map_err(Error::internal));
            let data = data.unwrap_or_else(|error| {
                tracing::error!(%error, id = happening.id, "an event could not be written");
                "null".to_owned()
            });
            format!("id: {}\nevent: {}\ndata: {data}\n\n", happening.id, happening.kind.as_str())
        }
        What::Present(present) => {
            let ticket_id = told.place.as_ref().map(|place| place.id).unwrap_or_default();
            let view = PresenceView { ticket_id, users: present.iter().map(presence::View::from).collect() };
            let data = serde_json::to_string(&view).unwrap_or_default();
            format!("event: presence\ndata: {data}\n\n")
        }
        What::Gone { id, ticket } => {
            format!("id: {id}\nevent: ticket.gone\ndata: {{\"ticket\":{{\"id\":{ticket}}}}}\n\n")
        }
        What::Measured(servers) => {
            let data = serde_json::to_string(&MeasuredView { servers: servers.as_deref() }).unwrap_or_default();
            format!("event: server.measured\ndata: {data}\n\n")
        }
        What::Reset => "event: reset\ndata: {}\n\n".to_owned(),
    })
}

#[derive(Deserialize)]
struct Asked {
    last_event_id: Option<String>,
}

/// What is sent to one reader of something: itself, and behind it word of their notification where they have one.
fn send(piece: &mut String, told: &Told, user: Option<i64>) {
    piece.push_str(written(told));
    if let What::Happened(happening) = &told.what
        && user.is_some_and(|user| told.concerned.contains(&user))
    {
        let ticket = happening.about.ticket.unwrap_or_default();
        let (kind, id) = (happening.kind.as_str(), happening.id);
        let data = format!(r#"{{"event_id":{id},"kind":"{kind}","ticket_id":{ticket}}}"#);
        let written = write!(piece, "event: notification\ndata: {data}\n\n");
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
    }
}

/// Follow along what happens, as server-sent events: what the caller may read at that moment, nothing else.
///
/// `event` names the kind, `data` is JSON, `id` is where to go on: a connection that comes with `Last-Event-ID` (or, for
/// the first one, `last_event_id`) is told what it missed. `ready` says that this is done. `reset` says that more was
/// missed than is kept, or that the caller may see other things than before: load everything anew. `ticket.gone`
/// (`{ticket: {id}}`) says that a ticket is out of the caller's sight which was not: it was deleted, or somebody else has it.
/// The stream ends when the session does, and for who reads too slowly.
/// `notification` (`{event_id, kind, ticket_id}`) says that the caller has a new one, `presence` (`{ticket_id, users: [{id,
/// name, state}]}`) who is at a ticket now, for staff. `server.measured` (`{servers}`) says, once in ten seconds at most, that
/// servers have reported: `/api/statuses` has something new, and so have `/api/wg-clients` and `/api/history` of those that
/// `servers` names. To customers those are the servers on which they have a device; it is null when there are too many to name.
#[utoipa::path(get, path = "/api/events", tag = "desk",
    params(("Last-Event-ID" = Option<i64>, Header, minimum = 0, description = "The newest event that was heard"),
        ("last_event_id" = Option<i64>, Query, minimum = 0, description = "The same, where no header can be sent")),
    responses((status = 200, body = View<'static>, content_type = "text/event-stream"), (status = 422),
        (status = 429, description = "Too many connections of one user.")))]
pub async fn follow(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> std::result::Result<Response, Failure> {
    let header = call.headers.get("last-event-id").map(|value| value.to_str().unwrap_or("?").to_owned());
    let asked = move || -> Result<Option<i64>> {
        let asked: Asked = given::query(query.as_deref())?;
        number("last_event_id", header.or(asked.last_event_id).as_deref(), 0..=i64::MAX)
    };
    let (last, eye) = call.read(move |conn, actor| Ok((asked()?, Eye::of(conn, actor)?))).await?;
    let user = eye.actor.user();
    let app = call.app();
    let (live, store, stopping) = (app.live.clone(), app.store.clone(), app.stopping.clone());
    let begin = {
        let (live, store, stopping) = (live.clone(), store.clone(), stopping.clone());
        move || drop(tokio::spawn(live::follow(live, store, stopping)))
    };
    let seat = live.sit(&store, eye, begin).await?;
    let caught = call.read(move |conn, actor| live::catch_up(conn, actor, last)).await?;
    let mut first = String::from("retry: 2000\n\n");
    for told in caught.missed.iter().flatten() {
        send(&mut first, told, user);
    }
    let word = if caught.missed.is_some() { "ready" } else { "reset" };
    let written = write!(first, "id: {}\nevent: {word}\ndata: {{}}\n\n", caught.head);
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
    let mut heart = tokio::time::interval_at(tokio::time::Instant::now() + HEARTBEAT, HEARTBEAT);
    heart.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let reader = Reader { first: Some(first), user, seat, head: caught.head, heart, stopping };
    let pieces = stream::unfold(reader, |mut reader| async move {
        let piece = reader.next().await?;
        Some((Ok::<Bytes, Infallible>(piece), reader))
    });
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that collects what it passes on would tell nothing for minutes.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// One connection.
struct Reader {
    first: Option<String>,
    user: Option<i64>,
    seat: Seat,
    /// Everything up to here was told while catching up.
    head: i64,
    heart: Interval,
    stopping: CancellationToken,
}

impl Reader {
    /// What is sent next; none at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first.into());
        }
        loop {
            let mut next = tokio::select! {
                told = self.seat.next() => Some(told?),
                _ = self.heart.tick() => None,
                () = self.stopping.cancelled() => return None,
            };
            if next.is_none() {
                // Who hears of little goes on from here all the same: an id without data is kept and not dispatched.
                let at = self.seat.at().unwrap_or_default().max(self.head);
                next = self.seat.try_next();
                if next.is_none() {
                    return Some(format!(":\nid: {at}\n\n").into());
                }
            }
            let mut piece = String::new();
            while let Some(told) = next.take() {
                if told.id().is_none_or(|id| id > self.head) {
                    send(&mut piece, &told, self.user);
                }
                if piece.len() < PIECE {
                    next = self.seat.try_next();
                }
            }
            if !piece.is_empty() {
                return Some(piece.into());
            }
        }
    }
}
