//! What every request shares.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::access::throttle::Throttle;
use crate::access::turns::Turns;
use crate::base::{Clock, Event, Keys, Result};
use crate::config::{Settings, Switch};
use crate::person::password::Passwords;
use crate::store::{Directory, Files, Hash, Store};
use crate::ticket;

/// Uploads of one user at once.
const UPLOADS: usize = 4;

/// Store, keys, settings and the rest; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// The parts of [`App`].
pub struct Shared {
    /// The database.
    pub store: Store,
    /// What is attached to messages.
    pub files: Files,
    /// Everything derived from the instance secret.
    pub keys: Keys,
    /// What the operator chose.
    pub settings: Settings,
    /// Where the time comes from.
    pub clock: Clock,
    /// The password thread.
    pub passwords: Passwords,
    /// Who waits for which server's desired state.
    pub bus: Bus,
    /// Logins, by address and account: 10 a minute.
    pub logins: Throttle,
    /// Reports, by server: 10 a second.
    pub reports: Throttle,
    /// Uploads, by user: four at once, the rest wait.
    pub uploads: Turns,
    /// Cancelled when the process should stop.
    pub stopping: CancellationToken,
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Starts the threads on a directory that is held and migrated.
    pub fn start(directory: &Directory, settings: Settings, clock: Clock) -> Result<Self> {
        let (bus, files) = (Bus::default(), Files::open(directory)?);
        let (waiting, released) = (bus.clone(), files.clone());
        let hear = move |event: &Event| match event {
            Event::DesiredChanged { server } => waiting.tell(*server),
            Event::FilesReleased { hashes } => released.release(hashes),
        };
        let limited = settings.rate_limit == Switch::On;
        Ok(Self(Arc::new(Shared {
            store: Store::start(directory, &clock, Box::new(hear))?,
            files,
            keys: directory.keys().clone(),
            passwords: Passwords::start()?,
            logins: Throttle::per_minute(10, limited),
            reports: Throttle::per_second(10, limited),
            uploads: Turns::of(UPLOADS),
            stopping: CancellationToken::new(),
            settings,
            clock,
            bus,
        })))
    }
}

impl Shared {
    /// Removes those of the files that no attachment needs.
    pub async fn discard(&self, hashes: Vec<Hash>) -> Result<()> {
        let unused = |hashes: Vec<Hash>| self.store.read(move |conn| ticket::unattached(conn, &hashes));
        if hashes.is_empty() { Ok(()) } else { self.files.discard(hashes, unused).await }
    }
}

/// Wakes the long-polls of a server.
#[derive(Clone, Default)]
pub struct Bus(Arc<Mutex<HashMap<i64, watch::Sender<()>>>>);

impl Bus {
    /// Something that changes whenever the desired state of the server does. Subscribe before reading the state.
    pub fn desired(&self, server: i64) -> watch::Receiver<()> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.entry(server).or_insert_with(|| watch::channel(()).0).subscribe()
    }

    fn tell(&self, server: i64) {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = waiting.get(&server) {
            sender.send_replace(());
        }
    }
}
