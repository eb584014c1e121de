//! The task that fills the seats.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio_util::sync::CancellationToken;

use super::eye::{Eye, rights};
use super::measures::Measured;
use super::seats::Live;
use super::told::{Places, Told, What};
use crate::base::{Error, Kind, Result};
use crate::feed;
use crate::store::{Conn, Store};

/// Between two looks when nothing is heard of: other processes write too, and sessions end by themselves.
const LOOK: Duration = Duration::from_secs(1);
/// Between two looks at most so often: what happens together is told together.
const PACE: Duration = Duration::from_millis(5);
/// Rows read at once.
const AT_ONCE: i64 = 500;

/// Tells everybody who listens what is new, until nobody does or the process stops.
pub async fn follow(live: Live, store: Store, stopping: CancellationToken) {
    let mut news = live.news();
    while !stopping.is_cancelled() {
        if let Err(error) = tell(&live, &store).await {
            tracing::warn!(%error, "those who follow along could not be told what happened");
        }
        if live.seats().rest_if_empty() {
            return;
        }
        tokio::time::sleep(PACE).await;
        tokio::select! {
            _ = news.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = stopping.cancelled() => {}
        }
    }
    let mut seats = live.seats();
    seats.taken.clear();
    seats.rest_if_empty();
}

/// What one look found.
struct Looked {
    told: Vec<Arc<Told>>,
    measured: Option<Measured>,
    at: i64,
    rights: i64,
    /// Of those whose rights may have changed; none where the session has ended.
    eyes: HashMap<u64, Option<Eye>>,
    is_more: bool,
}

async fn tell(live: &Live, store: &Store) -> Result<()> {
    loop {
        let (at, eyes) = {
            let seats = live.seats();
            let Some(at) = seats.at else { return Ok(()) };
            let eyes: Vec<(u64, Arc<Eye>)> = seats.taken.iter().map(|(n, taken)| (*n, taken.eye.clone())).collect();
            (at, eyes)
        };
        let known = live.clone();
        let looked = store.read(move |conn| look(conn, at, &eyes, &known)).await?;
        let is_more = looked.is_more;
        deliver(live, looked);
        if !is_more {
            return Ok(());
        }
    }
}

/// Reads what is new, and in the same moment the rights of everybody if any have changed.
fn look(conn: &Conn<'_>, at: i64, eyes: &[(u64, Arc<Eye>)], live: &Live) -> Result<Looked> {
    let new = feed::after(conn, at, AT_ONCE)?;
    let is_more = i64::try_from(new.len()).unwrap_or(i64::MAX) == AT_ONCE;
    let reached = new.last().map_or(at, |last| last.id);
    let mut places = Places::default();
    if !new.is_empty() {
        places.concern(conn, at, reached)?;
    }
    let mut told = new.into_iter().map(|row| places.told(conn, row).map(Arc::new)).collect::<Result<Vec<_>>>()?;
    for (ticket, present) in live.news_of_presence(conn.now()) {
        told.extend(places.present(conn, ticket, present)?.map(Arc::new));
    }
    let servers = live.news_of_measures(conn.now());
    let listening = eyes.iter().map(|(_, eye)| eye.as_ref());
    let measured = if servers.is_empty() { None } else { Some(Measured::new(conn, &servers, listening)?) };
    let rights = rights(conn)?;
    let mut renewed = HashMap::new();
    for (number, eye) in eyes {
        if eye.rights != rights || eye.ends <= conn.now() {
            renewed.insert(*number, look_again(conn, eye)?);
        }
    }
    Ok(Looked { told, measured, at: reached, rights, eyes: renewed, is_more })
}

fn look_again(conn: &Conn<'_>, eye: &Eye) -> Result<Option<Eye>> {
    match Eye::of(conn, &eye.actor) {
        Ok(eye) => Ok(Some(eye)),
        Err(Error { kind: Kind::Unauthenticated, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn deliver(live: &Live, mut looked: Looked) {
    let reset = Arc::new(Told::new(What::Reset, None));
    let mut seats = live.seats();
    seats.at = Some(looked.at);
    seats.taken.retain(|number, taken| {
        match looked.eyes.remove(number) {
            Some(Some(eye)) => {
                let differs = eye.differs(&taken.eye);
                taken.eye = Arc::new(eye);
                if differs && taken.sender.try_send(reset.clone()).is_err() {
                    return false;
                }
            }
            Some(None) => return false,
            // Somebody sat down while the rights changed: who knows what they see. They come back at once.
            None if taken.eye.rights < looked.rights => return false,
            None => {}
        }
        let measured = looked.measured.as_ref().and_then(|measured| measured.of(&taken.eye.actor));
        let mut heard = looked.told.iter().filter_map(|told| taken.eye.hears(told)).chain(measured);
        heard.all(|told| match taken.sender.try_send(told) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Closed(_)) => false,
        })
    });
}
