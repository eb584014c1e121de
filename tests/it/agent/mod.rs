//! The agent's own loop, against a control plane that a test plays and a device in memory.

mod clock;
mod damage;
mod identity;
mod outage;
mod removals;

use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use clap::Parser;
use gatehouse::agent::device::Key;
use gatehouse::agent::device::fake::Fake;
use gatehouse::agent::{AgentError, Clock, Options, Tools, run_on};
use gatehouse::wire::{Desired, DesiredPeer, Enroll, Enrolled, Interface, Report};
use serde::Deserialize;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Milliseconds.
const YEAR: i64 = 365 * 86_400_000;
/// A failure is tried again within a minute; the rest is patience with a busy machine.
const PATIENCE: Duration = Duration::from_secs(150);

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    options: Options,
}

/// What the control plane does with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Well,
    Refuses(u16),
    /// It reads the request and never answers.
    Silent,
}

struct Told {
    desired: Desired,
    /// Revisions that polls named.
    polls: Vec<Option<u64>>,
    /// Every report that arrived, answered or not, and what was done with it.
    reports: Vec<(Report, Mood)>,
    enrolled: Vec<Enroll>,
    /// What happens to reports, in turn; then all is well.
    to_reports: VecDeque<Mood>,
    to_all: Mood,
    /// Until the next enrolment.
    to_polls: Option<u16>,
    /// Milliseconds by which its clock is wrong.
    shift: i64,
    /// The public key that it says its server has.
    key: Option<String>,
}

/// A control plane on loopback that does as the test says.
struct Plane {
    url: String,
    port: u16,
    told: Arc<Mutex<Told>>,
    changed: watch::Sender<()>,
    server: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Shared {
    told: Arc<Mutex<Told>>,
    changed: watch::Sender<()>,
}

impl Plane {
    async fn start(desired: Desired) -> Self {
        let told = Told {
            desired,
            polls: Vec::new(),
            reports: Vec::new(),
            enrolled: Vec::new(),
            to_reports: VecDeque::new(),
            to_all: Mood::Well,
            to_polls: None,
            shift: 0,
            key: None,
        };
        let mut plane = Self {
            url: String::new(),
            port: 0,
            told: Arc::new(Mutex::new(told)),
            changed: watch::channel(()).0,
            server: None,
        };
        plane.come_back().await;
        plane.url = format!("http://127.0.0.1:{}", plane.port);
        plane
    }

    /// Nobody listens there any more.
    async fn go_away(&mut self) {
        let server = self.server.take().unwrap();
        server.abort();
        let _ = server.await;
    }

    async fn come_back(&mut self) {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        self.port = listener.local_addr().unwrap().port();
        let shared = Shared { told: self.told.clone(), changed: self.changed.clone() };
        let router = Router::new()
            .route("/api/agent/enroll", post(enroll))
            .route("/api/agent/desired", get(desired))
            .route("/api/report", post(report))
            .fallback(async |State(shared): State<Shared>| shared.answer(StatusCode::NOT_FOUND))
            .with_state(shared);
        // Its connections end with it: each is a task of this one.
        self.server = Some(tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = hyper_util::service::TowerToHyperService::new(router.clone());
                let stream = hyper_util::rt::TokioIo::new(stream);
                connections.spawn(hyper::server::conn::http1::Builder::new().serve_connection(stream, service));
            }
        }));
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }

    /// Wants something else from now on.
    fn wants(&self, desired: Desired) {
        self.told().desired = desired;
        self.changed.send_replace(());
    }

    /// Until what it was told is so.
    async fn until(&self, what: &str, so: impl Fn(&Told) -> bool) {
        let mut changed = self.changed.subscribe();
        let waited = async {
            while !so(&self.told()) {
                changed.changed().await.unwrap();
            }
        };
        assert!(tokio::time::timeout(PATIENCE, waited).await.is_ok(), "never: {what}");
    }

    /// Until some report that it took is so; answers it.
    async fn report(&self, what: &str, so: impl Fn(&Report) -> bool) -> Report {
        let taken = |told: &Told| {
            let mut taken = told.reports.iter().filter(|(_, mood)| *mood == Mood::Well);
            taken.find(|(report, _)| so(report)).map(|(report, _)| report.clone())
        };
        self.until(what, |told| taken(told).is_some()).await;
        taken(&self.told()).unwrap()
    }

    /// Until a report that came after this call says this.
    async fn says(&self, code: &str) -> String {
        let before = self.told().reports.len();
        let said = |told: &Told| {
            let faults = told.reports[before..].iter().flat_map(|(report, _)| &report.errors);
            faults.filter(|fault| fault.code == code).map(|fault| fault.message.clone()).next()
        };
        self.until(code, |told| said(told).is_some()).await;
        said(&self.told()).unwrap()
    }
}

impl Shared {
    /// What happens to a request, once it was noted.
    async fn mood(&self, note: impl FnOnce(&mut Told) -> Mood) -> Result<(), Response> {
        let mood = note(&mut self.told.lock().unwrap());
        self.changed.send_replace(());
        match mood {
            Mood::Well => Ok(()),
            Mood::Refuses(status) => {
                Err((StatusCode::from_u16(status).unwrap(), Json(json!({"error": "as the test says"}))).into_response())
            }
            Mood::Silent => std::future::pending().await,
        }
    }

    fn answer(&self, body: impl IntoResponse) -> Response {
        let shift = self.told.lock().unwrap().shift;
        let date = chrono::Utc::now() + chrono::TimeDelta::milliseconds(shift);
        ([(header::DATE, date.format("%a, %d %b %Y %H:%M:%S GMT").to_string())], body).into_response()
    }
}

async fn enroll(State(shared): State<Shared>, Json(body): Json<Enroll>) -> Result<Response, Response> {
    shared
        .mood(|told| {
            told.enrolled.push(body);
            told.to_polls = None;
            told.to_all
        })
        .await?;
    let desired = shared.told.lock().unwrap().desired.clone();
    Ok(shared.answer(Json(Enrolled { server_id: "la".into(), token: "ag_test".into(), desired })))
}

#[derive(Deserialize)]
struct Poll {
    revision: Option<u64>,
}

async fn desired(State(shared): State<Shared>, Query(poll): Query<Poll>) -> Result<Response, Response> {
    shared
        .mood(|told| {
            told.polls.push(poll.revision);
            told.to_polls.map_or(told.to_all, Mood::Refuses)
        })
        .await?;
    let mut changed = shared.changed.subscribe();
    loop {
        let (desired, key) = {
            let told = shared.told.lock().unwrap();
            (told.desired.clone(), told.key.clone())
        };
        if poll.revision != Some(desired.revision) {
            let mut headers = HeaderMap::new();
            if let Some(key) = key {
                headers.insert("gatehouse-server", "la".parse().unwrap());
                headers.insert("gatehouse-server-key", key.parse().unwrap());
            }
            return Ok(shared.answer((headers, Json(desired))));
        }
        changed.changed().await.unwrap();
    }
}

async fn report(State(shared): State<Shared>, Json(report): Json<Report>) -> Result<Response, Response> {
    shared
        .mood(|told| {
            let mood =
                if told.to_all == Mood::Well { told.to_reports.pop_front().unwrap_or(Mood::Well) } else { told.to_all };
            told.reports.push((report, mood));
            mood
        })
        .await?;
    Ok(shared.answer(Json(json!({"ok": true}))))
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
    Desired { revision, interface, peers: peers.into_iter().map(peer).collect() }
}

/// How far a time in a report is from now.
fn off(time: &str) -> Duration {
    let time = SystemTime::from(chrono::DateTime::parse_from_rfc3339(time).unwrap());
    let now = SystemTime::now();
    now.duration_since(time).unwrap_or_else(|ahead| ahead.duration())
}
