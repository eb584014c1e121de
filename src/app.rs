//! What every request shares.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::access::throttle::Throttle;
use crate::base::{Clock, Event, Keys, Result};
use crate::config::{Settings, Switch};
use crate::person::password::Passwords;
use crate::store::{Directory, Store};

/// Store, keys, settings and the rest; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// The parts of [`App`].
pub struct Shared {
    /// The database.
    pub store: Store,
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
    /// Tickets that customers open, by user: 10 a minute.
    pub customer_tickets: Throttle,
    /// Replies that customers send, by user: 10 a minute.
    pub customer_replies: Throttle,
    /// Reports, by server: 10 a second.
    pub reports: Throttle,
    /// Cancelled when the process should stop.
    pub stopping: CancellationToken,
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Shared {
    /// Forgets callers whose allowance is whole again.
    pub fn tidy_limits(&self) {
        [&self.logins, &self.customer_tickets, &self.customer_replies, &self.reports]
            .into_iter()
            .for_each(Throttle::tidy);
    }
}

impl App {
    /// Starts the threads on a directory that is held and migrated.
    pub fn start(directory: &Directory, settings: Settings, clock: Clock) -> Result<Self> {
        let bus = Bus::default();
        let heard = bus.clone();
        let limited = settings.rate_limit == Switch::On;
        Ok(Self(Arc::new(Shared {
            store: Store::start(directory, &clock, Box::new(move |event| heard.tell(event)))?,
            keys: directory.keys().clone(),
            passwords: Passwords::start()?,
            logins: Throttle::per_minute(10, limited),
            customer_tickets: Throttle::per_minute(10, limited),
            customer_replies: Throttle::per_minute(10, limited),
            reports: Throttle::per_second(10, limited),
            stopping: CancellationToken::new(),
            settings,
            clock,
            bus,
        })))
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

    fn tell(&self, event: &Event) {
        match event {
            Event::DesiredChanged { server } => {
                let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(sender) = waiting.get(server) {
                    sender.send_replace(());
                }
            }
        }
    }
}
