//! A VPN server whose device is in memory, with the real agent's loop, spool and files, by a clock that is moved.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use clap::Parser;
use gatehouse::agent::device::Key;
use gatehouse::agent::device::fake::Fake;
use gatehouse::agent::firewall::{Applied, Firewall, FirewallError, Limits};
use gatehouse::agent::{Clock, Options, Tools, run_on};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::relay::Relay;
use crate::witness::Seen;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    options: Options,
}

/// Nothing is limited here.
struct Unlimited;

impl Firewall for Unlimited {
    fn apply(&mut self, _: &str, _: &Limits, _: SystemTime) -> Result<Applied, FirewallError> {
        Ok(Applied::default())
    }

    fn used(&mut self, _: &str) -> Result<BTreeMap<String, u64>, FirewallError> {
        Ok(BTreeMap::new())
    }
}

/// A VPN server, and what is known of it from outside.
pub struct Server {
    pub relay: Relay,
    pub device: Fake,
    pub state: PathBuf,
    /// Seconds between reports.
    interval: u64,
    task: Option<JoinHandle<()>>,
    /// Milliseconds that have passed for it and for nobody else.
    ahead: Arc<AtomicI64>,
    /// Sabotage: its clock is wrong, and no time has passed.
    is_wrong: bool,
    /// What passed, by key: received and sent.
    pub passed: BTreeMap<Key, (u64, u64)>,
}

impl Server {
    pub fn new(relay: Relay, state: PathBuf, interval: u64, is_wrong: bool) -> Self {
        let (device, ahead, passed) = (Fake::new(), Arc::default(), BTreeMap::new());
        Self { relay, device, state, interval, task: None, ahead, is_wrong, passed }
    }

    pub fn start(&mut self, more: &[&str]) {
        let (state, interval) = (self.state.to_str().unwrap(), self.interval.to_string());
        let own = ["agent", "--state-dir", state, "--interval", &interval];
        let options = Flags::parse_from([own.as_slice(), more].concat()).options;
        let clock = if self.is_wrong { Clock::shifted } else { Clock::ahead }(self.ahead.clone());
        let firewall: Option<Box<dyn Firewall>> = Some(Box::new(Unlimited));
        let work = run_on(options, Tools { device: Box::new(self.device.clone()), firewall, clock }, pending());
        self.task = Some(tokio::spawn(async move { drop(work.await) }));
    }

    /// So much more has passed for it than for everybody else.
    pub fn is_ahead(&self, by: Duration) {
        self.ahead.store(i64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
    }

    /// As SIGKILL does.
    pub async fn kill(&mut self) {
        let task = self.task.take().unwrap();
        task.abort();
        let _ = task.await;
        let lock = std::fs::File::open(self.state.join("lock")).unwrap();
        while lock.try_lock().is_err() {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Whether no report waits.
    pub fn is_delivered(&self) -> bool {
        Seen::default().read(&self.state) == 0
    }

    /// Of the devices on its interface.
    pub fn keys(&self) -> BTreeSet<Key> {
        self.device.state().shown.peers.keys().copied().collect()
    }

    /// Some bytes of each device.
    pub fn traffic(&mut self) {
        for key in self.keys() {
            let (rx, tx) = (fastrand::u64(..2_000_000), fastrand::u64(..9_000_000));
            self.device.traffic(&key, rx, tx);
            let passed = self.passed.entry(key).or_default();
            *passed = (passed.0 + rx, passed.1 + tx);
        }
    }
}
