//! No file handle left: the control plane may open few files, and somebody holds connections that take them all.

use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::checks::{check, verdict};
use crate::client::{Client, Reply};
use crate::ledger::{Entry, Ledger, Outcome, What};
use crate::load::{Load, settle};
use crate::plane::{Plane, Site};
use crate::{Outcome as Withstood, Scale};

/// Files that it may have open: enough to start and to serve a few.
const FILES: &str = "--nofile=64:64";
/// Connections that are held.
const HELD: usize = 100;
/// Longest until it serves again once they are let go.
const PATIENCE: Duration = Duration::from_secs(10);

/// Starts it with few files, lets it work, takes all of them and lets them go; answers how soon it served again.
fn starved(site: &Site, ledger: &Arc<Ledger>) -> Result<Duration, String> {
    let plane = Plane::start_under(&["prlimit", FILES], &site.data)?;
    let load = Load::start(plane.address, &site.token, ledger);
    let mut longest = Duration::ZERO;
    for _ in 0..3 {
        let held: Vec<TcpStream> = (0..HELD).filter_map(|_| TcpStream::connect(plane.address).ok()).collect();
        // Longer than a head may take: those that it took are closed, and the next ones take their place.
        std::thread::sleep(Duration::from_millis(1_500));
        drop(held);
        let began = Instant::now();
        while !matches!(Client::new(plane.address, &site.token).get("/api/health"), Reply::Answer(200, _)) {
            if began.elapsed() > PATIENCE {
                return Err(format!("it does not serve {} s after the files came back", PATIENCE.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        longest = longest.max(began.elapsed());
    }
    load.stop();
    match plane.stop() {
        Some(0) => Ok(longest),
        code => Err(format!("it stopped with {code:?}")),
    }
}

pub fn run(_: Scale, _: &mut fastrand::Rng) -> Withstood {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    let longest = starved(&site, &ledger)?;
    let plane = Plane::start(&site.data)?;
    let settled = settle(plane.address, &site.token, &ledger)?;
    plane.stop();
    verdict(check(&site.data, &ledger))?;
    Ok(format!(
        "starved 3 times, served again after {} ms at most: {}; {settled} settled by a retry",
        longest.as_millis(),
        ledger.figures()
    ))
}

/// Somebody takes back an answer that was acknowledged while files were short.
pub fn control(_: &mut fastrand::Rng) -> Withstood {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    starved(&site, &ledger)?;
    let acked = ledger.entries().into_iter().rfind(|entry| matches!(entry.what, What::Reply { .. }) && is_acked(entry));
    let Some(reply) = acked else { return Ok("nobody has answered anything".to_owned()) };
    let db = rusqlite::Connection::open(site.data.join("gatehouse.db")).unwrap();
    db.execute_batch("pragma foreign_keys = off").unwrap();
    let gone = db.execute("delete from messages where body = ?", [&reply.key]).unwrap();
    drop(db);
    verdict(check(&site.data, &ledger))?;
    Ok(format!("{gone} acknowledged message is gone"))
}

fn is_acked(entry: &Entry) -> bool {
    matches!(entry.outcome, Outcome::Acked(_))
}
