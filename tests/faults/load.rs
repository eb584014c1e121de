//! Mixed work of many clients at once, each on tickets of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use crate::client::Client;
use crate::ledger::{Ledger, Outcome, What};

/// Clients at once.
const CLIENTS: usize = 8;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Clients that work until they are stopped, or until nobody answers any more.
pub struct Load {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    pub fn start(address: SocketAddr, token: &str, ledger: &Arc<Ledger>) -> Self {
        Self::of(CLIENTS, address, token, ledger)
    }

    /// Of so many clients.
    pub fn of(clients: usize, address: SocketAddr, token: &str, ledger: &Arc<Ledger>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let one = |_| {
            let (stop, ledger, client) = (stop.clone(), ledger.clone(), Client::new(address, token));
            std::thread::spawn(move || work(client, &ledger, &stop))
        };
        let clients = (0..clients).map(one).collect();
        Self { stop, clients }
    }

    /// Whether everybody has given up: nobody answers any more.
    pub fn is_over(&self) -> bool {
        self.clients.iter().all(JoinHandle::is_finished)
    }

    /// Waits until each client has its last answer, or knows that none comes.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.clients.into_iter().for_each(|client| client.join().unwrap());
    }

    /// Waits until everybody has given up.
    pub fn end(self) {
        self.clients.into_iter().for_each(|client| client.join().unwrap());
    }
}

fn work(mut client: Client, ledger: &Ledger, stop: &AtomicBool) {
    let (mut own, mut unresolved, mut devices) = (Vec::new(), Vec::new(), Vec::new());
    // Where clients live for a moment only, all kinds of work are done all the same.
    for turn in fastrand::usize(..8).. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let what = match (turn % 8, own.last()) {
            (1 | 2 | 4, Some(ticket)) => What::Reply { ticket: *ticket },
            (3, _) => What::TicketWithFile,
            (5, _) => What::Peer,
            // Never the one that is answered next: an answer opens it again.
            (6, Some(_)) if unresolved.len() > 1 => What::Resolve { ticket: unresolved.remove(0) },
            (7, _) if !devices.is_empty() => {
                let (name, id) = devices.remove(0);
                What::Disable { name, id }
            }
            _ => What::Ticket,
        };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let key = format!("op{number}");
        let sent = ledger.position();
        let Some((outcome, said)) = client.ask(&key, &what) else { return };
        // Every other device stays.
        if let (Outcome::Acked(_), What::Peer, Some(id)) = (&outcome, &what, said["id"].as_str())
            && number.is_multiple_of(2)
        {
            devices.push((key.clone(), id.to_owned()));
        }
        if let (Outcome::Acked(Some(id)), What::Ticket | What::TicketWithFile) = (&outcome, &what) {
            own.push(*id);
            unresolved.push(*id);
        }
        ledger.note(key, what, outcome, sent);
    }
}

/// Asks once more for what is unknown, under the same key: afterwards it must be there once.
pub fn settle(address: SocketAddr, token: &str, ledger: &Ledger) -> Result<usize, String> {
    let mut client = Client::new(address, token);
    let mut settled = 0;
    for entry in ledger.entries().into_iter().filter(|entry| entry.outcome == Outcome::Unknown) {
        let (outcome, said) = client.ask(&entry.key, &entry.what).ok_or("nobody answers a retry")?;
        let outcome = match outcome {
            // It was done, and its answer held a secret.
            Outcome::Refused(409) => Outcome::Acked(None),
            Outcome::Acked(id) => Outcome::Acked(id),
            other => return Err(format!("the retry of {entry:?} came to {other:?}: {said}")),
        };
        ledger.settle(&entry.key, outcome);
        settled += 1;
    }
    Ok(settled)
}
