//! Following along what happens.

mod ends;
mod gaps;
mod notifications;
mod presence;
mod sees;
mod told;
mod viewer;

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures_util::StreamExt;
use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

/// Far longer than anything takes that comes at all.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody who follows along.
pub struct Follower {
    pieces: BodyDataStream,
    read: String,
}

/// One server-sent event.
#[derive(Debug, PartialEq)]
pub struct Heard {
    pub id: Option<i64>,
    pub event: String,
    pub data: Value,
}

impl Follower {
    /// Follows along from now on, past the `ready`.
    pub async fn new(instance: &Instance, caller: &Caller) -> Self {
        let mut follower = Self::since(instance, caller, None).await;
        assert_eq!(follower.next().await.unwrap().event, "ready");
        follower
    }

    /// Follows along from where somebody stopped.
    pub async fn since(instance: &Instance, caller: &Caller, last: Option<i64>) -> Self {
        let query = last.map(|last| format!("?last_event_id={last}")).unwrap_or_default();
        let response = instance.open(caller, &format!("/api/events{query}")).await;
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self::of(response.into_body())
    }

    fn of(body: Body) -> Self {
        Self { pieces: body.into_data_stream(), read: String::new() }
    }

    /// The next event; none at the end of the stream.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some((frame, rest)) = self.read.split_once("\n\n") {
                let heard = parse(frame);
                self.read = rest.to_owned();
                if heard.is_some() {
                    return heard;
                }
                continue;
            }
            let piece = self.piece().await?;
            self.read.push_str(&piece);
        }
    }

    /// The next event of the feed: not what was only measured, or who is where.
    pub async fn happened(&mut self) -> Heard {
        loop {
            let heard = self.next().await.expect("the stream has ended");
            if heard.id.is_some() {
                return heard;
            }
        }
    }

    /// The next piece as it comes; none at the end of the stream.
    pub async fn piece(&mut self) -> Option<String> {
        let piece = tokio::time::timeout(PATIENCE, self.pieces.next()).await.expect("nothing is heard");
        Some(String::from_utf8(piece?.unwrap().to_vec()).unwrap())
    }

    /// The kinds of the next events, up to and with one of this kind.
    pub async fn until(&mut self, kind: &str) -> Vec<String> {
        let mut kinds = Vec::new();
        while kinds.last().is_none_or(|last| last != kind) {
            kinds.push(self.next().await.expect("the stream has ended").event);
        }
        kinds
    }

    /// Waits for the end; answers what came before it.
    pub async fn rest(mut self) -> Vec<Heard> {
        let mut all = Vec::new();
        while let Some(heard) = self.next().await {
            all.push(heard);
        }
        all
    }
}

/// One frame; none of a comment or of what only the connection is told.
fn parse(frame: &str) -> Option<Heard> {
    let field =
        |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned);
    let event = field("event")?;
    Some(Heard {
        id: field("id").map(|id| id.parse().unwrap()),
        data: serde_json::from_str(&field("data").unwrap()).unwrap(),
        event,
    })
}

/// An instance with an admin, an agent of project 1, and a customer.
pub async fn staffed() -> (Instance, Caller, Caller, Caller) {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let agent = instance.person("agent@example.org", Role::Agent);
    instance.assign_to_project(agent, 1);
    let agent = instance.sign_in("agent@example.org").await;
    let customer = instance.signed_in("customer@example.org", Role::Customer).await;
    (instance, admin, agent, customer)
}

/// Files a ticket; answers its number.
pub async fn file(instance: &Instance, caller: &Caller) -> i64 {
    let body = json!({"project_id": 1, "subject": "s", "description": "d"});
    instance.send(caller, "POST", "/api/tickets", Some(body)).await.with(201)["ticket"]["id"].as_i64().unwrap()
}

/// Sends a change that must succeed.
pub async fn change(instance: &Instance, caller: &Caller, path: &str, body: Value) -> Value {
    let reply = instance.send(caller, "POST", path, Some(body)).await;
    assert!(reply.status.is_success(), "{reply:?}");
    reply.json()
}
