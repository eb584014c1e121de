//! What every request shares.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::access::hourly::Hours;
use crate::access::throttle::Throttle;
use crate::access::turns::Turns;
use crate::base::{Clock, Event, Keys, Result};
use crate::config::{Settings, Switch};
use crate::live::Live;
use crate::notify::Sender;
use crate::person::password::Passwords;
use crate::smtp::Mailer;
use crate::store::{Directory, Files, Hash, Store};
use crate::ticket;
use crate::vpn::told::Told;

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
    /// What agents were told last.
    pub told: Told,
    /// Logins, by address and account: 10 a minute.
    pub logins: Throttle,
    /// Tickets that customers open, by user: 10 a minute.
    pub customer_tickets: Throttle,
    /// Replies that customers send, by user: 10 a minute.
    pub customer_replies: Throttle,
    /// Tickets that other projects' back ends open, by key pair: 60 a minute.
    pub external_tickets: Throttle,
    /// Sign-ups, by address and account: 10 a minute.
    pub sign_ups: Throttle,
    /// Mails that somebody asks for, by address and account: 10 a minute.
    pub resets: Throttle,
    /// Mailed links that are opened, by address: 10 a minute.
    pub links: Throttle,
    /// Requests for tokens, by address and client: 10 a minute.
    pub tokens: Throttle,
    /// Requests of integrators, by key: 1000 an hour, or what the key itself says.
    pub hours: Hours,
    /// All of these by address alone, whatever the accounts: 100 a minute.
    pub strangers: Throttle,
    /// Reports, by server: 10 a second.
    pub reports: Throttle,
    /// Uploads, by user: four at once, the rest wait.
    pub uploads: Turns,
    /// Imports, by user: one at a time, the rest wait.
    pub imports: Turns,
    /// Who has just proved their address.
    pub proven: Proven,
    /// Who follows along what happens.
    pub live: Live,
    /// Told whenever a mail joins the outbox.
    pub mail_queued: Arc<Notify>,
    /// Told whenever mailboxes were added, changed or removed.
    pub mailboxes_changed: Arc<Notify>,
    /// The way to the mail server, where there is one.
    pub mailer: Option<Mailer>,
    /// Cancelled when the process should stop.
    pub stopping: CancellationToken,
    /// Where it really listens.
    bound: OnceLock<SocketAddr>,
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
        let (bus, files, proven) = (Bus::default(), Files::open(directory)?, Proven::default());
        let (waiting, released, proving) = (bus.clone(), files.clone(), proven.clone());
        let live = Live::default();
        let listening = live.clone();
        let mail_queued = Arc::new(Notify::new());
        let queued = mail_queued.clone();
        let mailboxes_changed = Arc::new(Notify::new());
        let changed = mailboxes_changed.clone();
        let hear = move |event: &Event| match event {
            Event::DesiredChanged { server } => waiting.tell(*server),
            Event::FilesReleased { hashes } => released.release(hashes),
            Event::AddressProven { user } => proving.add(*user),
            Event::Happened => listening.wake(),
            Event::Measured { server } => listening.note_measures(*server),
            Event::MailQueued => queued.notify_one(),
            Event::MailboxesChanged => changed.notify_one(),
        };
        let limited = settings.rate_limit == Switch::On;
        Ok(Self(Arc::new(Shared {
            store: Store::start(directory, &clock, ticket::follow, Box::new(hear))?,
            files,
            keys: directory.keys().clone(),
            passwords: Passwords::start()?,
            logins: Throttle::per_minute("login", 10, limited, &clock),
            customer_tickets: Throttle::per_minute("ticket", 10, limited, &clock),
            customer_replies: Throttle::per_minute("reply", 10, limited, &clock),
            external_tickets: Throttle::per_minute("external-ticket", 60, limited, &clock),
            sign_ups: Throttle::per_minute("sign-up", 10, limited, &clock),
            resets: Throttle::per_minute("reset", 10, limited, &clock),
            links: Throttle::per_minute("link", 10, limited, &clock),
            tokens: Throttle::per_minute("token", 10, limited, &clock),
            hours: crate::store::read_once(directory, &clock, |conn| Hours::start(conn, limited))?,
            strangers: Throttle::per_minute("address", 100, limited, &clock),
            reports: Throttle::per_second("report", 10, limited, &clock),
            bound: OnceLock::new(),
            uploads: Turns::of(UPLOADS),
            imports: Turns::of(1),
            proven,
            live,
            mail_queued,
            mailboxes_changed,
            mailer: Mailer::new(&settings)?,
            stopping: CancellationToken::new(),
            settings,
            clock,
            bus,
            told: Told::default(),
        })))
    }

    /// Remembers where it really listens: port 0 takes a free one.
    pub fn listens_on(&self, address: SocketAddr) {
        self.0.bound.get_or_init(|| address);
    }

    /// What links in mails begin with: the public URL, else the address that is listened on, which for all addresses is this
    /// machine. Never what a caller says.
    pub fn origin(&self) -> String {
        let own = || {
            let mut address = *self.bound.get().unwrap_or(&self.settings.listen);
            if address.ip().is_unspecified() {
                address.set_ip(Ipv4Addr::LOCALHOST.into());
            }
            format!("http://{address}")
        };
        self.settings.public_url.clone().unwrap_or_else(own)
    }

    /// In whose name mails are written.
    pub fn sender(&self) -> Sender {
        let settings = &self.settings;
        Sender {
            origin: self.origin(),
            inbound: settings.mail_inbound.clone(),
            from: settings.mail_from.clone(),
            language: settings.mail_language,
        }
    }

    /// Every limit on how often callers may call.
    pub fn throttles(&self) -> [&Throttle; 10] {
        [
            &self.logins,
            &self.customer_tickets,
            &self.customer_replies,
            &self.external_tickets,
            &self.sign_ups,
            &self.resets,
            &self.links,
            &self.tokens,
            &self.strangers,
            &self.reports,
        ]
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

/// People who have just proved their address, until somebody sees to the tickets that wait for them.
#[derive(Clone, Default)]
pub struct Proven(Arc<(Mutex<Vec<i64>>, Notify)>);

impl Proven {
    fn add(&self, user: i64) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).push(user);
        self.0.1.notify_one();
    }

    /// Waits until there is somebody.
    pub async fn wait(&self) {
        self.0.1.notified().await;
    }

    /// Everybody since the last time somebody asked.
    pub fn take(&self) -> Vec<i64> {
        std::mem::take(&mut self.0.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
