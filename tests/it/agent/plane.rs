//! A control plane that does as the test says.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use gatehouse::base::secret::Keys;
use gatehouse::wire::picture::{Outline, statement};
use gatehouse::wire::{Desired, Difference, Enroll, Enrolled, News, Proof, Report};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::PATIENCE;

/// What the control plane does with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    Well,
    Refuses(u16),
    /// It reads the request and never answers.
    Silent,
    /// All is well, after so many seconds.
    Late(u64),
}

/// What it was told, and what it does next.
pub struct Told {
    pub desired: Desired,
    /// Revisions that polls named.
    pub polls: Vec<Option<u64>>,
    /// Every report that arrived, answered or not, and what was done with it.
    pub reports: Vec<(Report, Mood)>,
    pub enrolled: Vec<Enroll>,
    /// What happens to reports, in turn; then all is well.
    pub to_reports: VecDeque<Mood>,
    pub to_all: Mood,
    /// Until the next enrolment.
    pub to_polls: Option<u16>,
    /// Seconds between two of ten parts of a desired state.
    pub trickles: Option<u64>,
    /// Milliseconds by which its clock is wrong.
    pub shift: i64,
    /// The public key that it says its server has.
    pub key: Option<String>,
    /// Who signs; nobody in a control plane of before there were signatures and differences.
    pub signs: Option<u8>,
    /// What it says of a proof that it is about to send.
    pub forges: Option<fn(&mut Proof)>,
    /// What it remembers of what it answered.
    pub outlines: Vec<Outline>,
    /// Whether each answer to a poll was a difference.
    pub answered: Vec<bool>,
}

/// A control plane on loopback that does as the test says.
pub struct Plane {
    pub url: String,
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
    pub async fn start(desired: Desired) -> Self {
        let told = Told {
            desired,
            polls: Vec::new(),
            reports: Vec::new(),
            enrolled: Vec::new(),
            to_reports: VecDeque::new(),
            to_all: Mood::Well,
            to_polls: None,
            trickles: None,
            shift: 0,
            key: None,
            signs: Some(1),
            forges: None,
            outlines: Vec::new(),
            answered: Vec::new(),
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
    pub async fn go_away(&mut self) {
        let server = self.server.take().unwrap();
        server.abort();
        let _ = server.await;
    }

    pub async fn come_back(&mut self) {
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

    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }

    /// Wants something else from now on.
    pub fn wants(&self, desired: Desired) {
        let mut told = self.told();
        // What the agent enrolled with was not an answer to a poll.
        let outline = Outline::of(&told.desired);
        told.outlines.push(outline);
        told.desired = desired;
        drop(told);
        self.changed.send_replace(());
    }

    /// Until what it was told is so.
    pub async fn until(&self, what: &str, so: impl Fn(&Told) -> bool) {
        let mut changed = self.changed.subscribe();
        let waited = async {
            while !so(&self.told()) {
                changed.changed().await.unwrap();
            }
        };
        assert!(tokio::time::timeout(PATIENCE, waited).await.is_ok(), "never: {what}");
    }

    /// Until some report that it took is so; answers it.
    pub async fn report(&self, what: &str, so: impl Fn(&Report) -> bool) -> Report {
        let taken = |told: &Told| {
            let mut taken = told.reports.iter().filter(|(_, mood)| *mood == Mood::Well);
            taken.find(|(report, _)| so(report)).map(|(report, _)| report.clone())
        };
        self.until(what, |told| taken(told).is_some()).await;
        taken(&self.told()).unwrap()
    }

    /// Until a report that came after this call says this.
    pub async fn says(&self, code: &str) -> String {
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
            Mood::Late(seconds) => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                Ok(())
            }
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
    let mut told = shared.told.lock().unwrap();
    let mut desired = told.desired.clone();
    desired.proof = told.proof(&Outline::of(&desired));
    drop(told);
    Ok(shared.answer(Json(Enrolled { server_id: "la".into(), token: "ag_test".into(), desired })))
}

#[derive(Deserialize)]
struct Poll {
    revision: Option<u64>,
    hash: Option<String>,
}

impl Told {
    fn proof(&mut self, outline: &Outline) -> Option<Proof> {
        let keys = Keys::derive(&[self.signs?; 32]).unwrap();
        let (key, signature) = keys.sign_for_agents(&statement("la", outline.revision, &outline.hash)).unwrap();
        let (key, signature) = (STANDARD.encode(key), STANDARD.encode(signature));
        let mut proof = Proof { server_id: "la".into(), hash: outline.hash.clone(), key, signature };
        self.forges.inspect(|forge| forge(&mut proof));
        Some(proof)
    }

    /// What whoever has this much must be told.
    fn news(&mut self, has: &Poll) -> Option<News> {
        let mut desired = self.desired.clone();
        let outline = Outline::of(&desired);
        let proof = self.proof(&outline);
        let is_same = has.hash.as_ref().is_none_or(|hash| proof.is_none() || *hash == outline.hash);
        if has.revision == Some(desired.revision) && is_same {
            return None;
        }
        let known = self.outlines.iter().find(|known| Some(&known.hash) == has.hash.as_ref()).cloned();
        self.outlines.push(outline.clone());
        self.answered.push(known.is_some() && proof.is_some());
        Some(match (known, proof) {
            (Some(known), Some(proof)) => {
                let (revision, interface, since) = (desired.revision, desired.interface.clone(), known.hash.clone());
                let (changed, removed) = outline.since(&known, desired);
                News::Difference(Difference { revision, since, interface, changed, removed, proof })
            }
            (_, proof) => {
                desired.proof = proof;
                News::Whole(desired)
            }
        })
    }
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
        let (news, key, trickles) = {
            let mut told = shared.told.lock().unwrap();
            (told.news(&poll), told.key.clone(), told.trickles)
        };
        if let Some(news) = news {
            let mut headers = HeaderMap::new();
            if let Some(key) = key {
                headers.insert("gatehouse-server", "la".parse().unwrap());
                headers.insert("gatehouse-server-key", key.parse().unwrap());
            }
            let Some(seconds) = trickles else { return Ok(shared.answer((headers, Json(news)))) };
            return Ok(shared.answer((headers, slowly(serde_json::to_vec(&news).unwrap(), seconds))));
        }
        changed.changed().await.unwrap();
    }
}

/// Ten parts, each after so many seconds.
fn slowly(bytes: Vec<u8>, seconds: u64) -> Body {
    let parts: Vec<Vec<u8>> = bytes.chunks(bytes.len() / 10 + 1).map(<[u8]>::to_vec).collect();
    Body::from_stream(stream::unfold(parts.into_iter(), move |mut parts| async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Some((Ok::<_, Infallible>(parts.next()?), parts))
    }))
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
