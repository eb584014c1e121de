//! The agent's own loop, against a control plane that a test plays and a device in memory.

mod clock;
mod damage;
mod differences;
mod identity;
mod outage;
mod plane;
mod removals;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use clap::Parser;
use gatehouse::agent::device::Key;
use gatehouse::agent::device::fake::Fake;
use gatehouse::agent::{AgentError, Clock, Options, Tools, run_on};
use gatehouse::wire::{Desired, DesiredPeer, Interface};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use plane::{Mood, Plane, Told};

/// Milliseconds.
const YEAR: i64 = 365 * 86_400_000;
/// A failure is tried again within a minute; the rest is patience with a busy machine.
const PATIENCE: Duration = Duration::from_secs(150);

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    options: Options,
}

/// An agent with its state directory and its device, which outlive it.
struct Machine {
    folder: TempDir,
    device: Fake,
    /// Milliseconds by which its clock is wrong.
    shift: Arc<AtomicI64>,
    task: Option<JoinHandle<Result<(), AgentError>>>,
}

impl Machine {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), device: Fake::new(), shift: Arc::default(), task: None }
    }

    /// A machine that enrolled, with the peers that the control plane wants.
    async fn enrolled(plane: &Plane) -> Self {
        let mut machine = Self::new();
        machine.start(&["--url", &plane.url, "--enroll", "en_test"]);
        let wanted = plane.told().desired.peers.len();
        machine.until("the first state is applied", |machine| machine.peers().len() == wanted).await;
        plane.report("the first report", |_| true).await;
        machine
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    fn start(&mut self, flags: &[&str]) {
        assert!(self.task.is_none());
        let folder = self.folder().to_str().unwrap();
        let own = ["agent", "--state-dir", folder, "--interval", "1"];
        let options = Flags::parse_from([&own, flags].concat()).options;
        let clock = Clock::shifted(self.shift.clone());
        let tools = Tools { device: Box::new(self.device.clone()), firewall: None, clock };
        self.task = Some(tokio::spawn(run_on(options, tools, std::future::pending())));
    }

    /// As SIGKILL does: nothing is written after it but what was begun.
    async fn kill(&mut self) {
        let task = self.task.take().unwrap();
        task.abort();
        let _ = task.await;
        let lock = self.file("lock");
        self.until("the state directory is free", |_| File::open(&lock).unwrap().try_lock().is_ok()).await;
    }

    /// With what it ended by itself.
    async fn ended(&mut self) -> AgentError {
        let task = self.task.take().unwrap();
        tokio::time::timeout(PATIENCE, task).await.expect("it ends").unwrap().unwrap_err()
    }

    fn peers(&self) -> Vec<Key> {
        self.device.state().shown.peers.keys().copied().collect()
    }

    fn shift(&self, milliseconds: i64) {
        self.shift.store(milliseconds, Ordering::Relaxed);
    }

    /// Until it is so: the device tells nobody when it changes.
    async fn until(&self, what: &str, so: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !so(self) {
            assert!(began.elapsed() < PATIENCE, "never: {what}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

fn key(number: u32) -> Key {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Key(bytes)
}

fn peer(number: u32) -> DesiredPeer {
    DesiredPeer {
        id: format!("peer{number}"),
        public_key: key(number).to_base64(),
        preshared_key: None,
        allowed_ips: vec![format!("10.8.{}.{}/32", number / 250, number % 250 + 2)],
        expires_at: None,
        quota_bytes: None,
        used_bytes: 0,
    }
}

fn state(revision: u64, peers: impl IntoIterator<Item = u32>) -> Desired {
    let interface = Interface { address: "10.8.0.1/16".into(), address6: None, listen_port: 51_820, mtu: None };
    Desired { revision, interface, peers: peers.into_iter().map(peer).collect(), proof: None }
}

/// How far a time in a report is from now.
fn off(time: &str) -> Duration {
    let time = SystemTime::from(chrono::DateTime::parse_from_rfc3339(time).unwrap());
    let now = SystemTime::now();
    now.duration_since(time).unwrap_or_else(|ahead| ahead.duration())
}
