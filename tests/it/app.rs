//! An instance in a folder of its own, and its callers as types.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use clap::Parser;
use futures_util::StreamExt;
use gatehouse::app::App;
use gatehouse::base::{Actor, Clock, Role};
use gatehouse::config::Settings;
use gatehouse::dialects::call::From;
use gatehouse::person::{self, Email, NewPerson, password};
use gatehouse::store::{self, Directory};
use gatehouse::ticket;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::description::proof::{Sent, described};

/// 2026-05-06T12:00:00Z.
pub const NOON: i64 = 1_778_068_800_000;
const PASSWORD: &str = "correct horse";

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

/// A running instance, without a socket.
pub struct Instance {
    _folder: TempDir,
    pub directory: Directory,
    pub app: App,
    stack: gatehouse::http::Stack,
    now: Arc<AtomicI64>,
}

/// Somebody with a credential, or without.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub authorization: Option<String>,
    pub headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The body, after a look at the status.
    pub fn with(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        if self.body.is_empty() { Value::Null } else { self.json() }
    }
}

impl Instance {
    pub fn start() -> Self {
        Self::start_with(&["--rate-limit", "off"])
    }

    pub fn start_with(flags: &[&str]) -> Self {
        Self::start_in(TempDir::new().unwrap(), Arc::new(AtomicI64::new(NOON)), flags)
    }

    /// The same instance as a new process finds it.
    pub async fn restarted(self, flags: &[&str]) -> Self {
        self.app.store.stop().await;
        Self::start_in(self._folder, self.now, flags)
    }

    /// As many of this instance as wanted, each in a folder of its own.
    pub async fn copies(self, count: usize) -> Vec<Self> {
        self.app.store.stop().await;
        let copy = |_| {
            let folder = TempDir::new().unwrap();
            copy(self._folder.path(), folder.path());
            Self::over(folder, self.now.load(Ordering::Relaxed))
        };
        (0..count).map(copy).collect()
    }

    /// The instance whose data lies in a folder.
    pub fn over(folder: TempDir, now: i64) -> Self {
        Self::start_in(folder, Arc::new(AtomicI64::new(now)), &["--rate-limit", "off"])
    }

    fn start_in(folder: TempDir, now: Arc<AtomicI64>, flags: &[&str]) -> Self {
        let directory = Directory::open(folder.path(), None).unwrap();
        let clock = Clock::Manual(now.clone());
        store::migrate(&directory, &clock).unwrap();
        let settings = Flags::parse_from(std::iter::once("gatehouse").chain(flags.iter().copied())).settings;
        let app = App::start(&directory, settings, clock).unwrap();
        let stack = gatehouse::http::stack(&app).unwrap();
        Self { _folder: folder, directory, app, stack, now }
    }

    /// Moves the clock.
    pub fn later(&self, milliseconds: i64) {
        self.now.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// Sends a request as a caller.
    pub async fn send(&self, caller: &Caller, method: &str, path: &str, body: Option<Value>) -> Reply {
        let text = body.as_ref().map(Value::to_string).unwrap_or_default();
        let media = body.as_ref().map(|_| "application/json");
        self.exchange(caller, method, path, media, text.into(), body).await
    }

    /// Sends whatever bytes.
    pub async fn send_raw(
        &self,
        caller: &Caller,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: impl Into<Body>,
    ) -> Reply {
        self.exchange(caller, method, path, content_type, body.into(), None).await
    }

    /// Sends a request, and holds what comes back against the description.
    async fn exchange(
        &self,
        caller: &Caller,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: Body,
        json: Option<Value>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(authorization) = &caller.authorization {
            request = request.header("authorization", authorization);
        }
        for (name, value) in &caller.headers {
            request = request.header(*name, value);
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(From(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let headers = request.headers().clone();
        let response = self.stack.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream has no end: its first piece is answer enough.
        let endless = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let body = match endless {
            true => body.into_data_stream().next().await.unwrap().unwrap().to_vec(),
            false => body.collect().await.unwrap().to_bytes().to_vec(),
        };
        let reply = Reply { status: parts.status, headers: parts.headers, body };
        described().prove(&Sent { method, path, headers: &headers, body: json }, &reply);
        reply
    }

    /// Asks for something and leaves the body of the answer unread.
    pub async fn open(&self, caller: &Caller, path: &str) -> axum::response::Response {
        let request = Request::get(path).header("authorization", caller.authorization.clone().unwrap_or_default());
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(From(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        self.stack.clone().oneshot(request).await.unwrap()
    }

    /// Serves on a socket of loopback, until the test is over.
    pub async fn serve(&self) -> std::net::SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(gatehouse::http::serve(listener, self.stack.clone(), self.app.clone()));
        address
    }

    /// Makes a user; answers their number.
    pub fn person(&self, email: &str, role: Role) -> i64 {
        let password = password::Password::parse(PASSWORD.into(), 8).unwrap();
        let name = email.split('@').next().unwrap().to_owned();
        let new =
            NewPerson::new(Email::parse(email).unwrap(), name, role).with_password(password::hash(&password).unwrap());
        let clock = Clock::Manual(self.now.clone());
        store::write_once(&self.directory, &clock, |tx| person::create(tx, &Actor::system(), &new)).unwrap()
    }

    /// Makes an agent one of a project's.
    pub fn assign_to_project(&self, user: i64, project: i64) {
        let clock = Clock::Manual(self.now.clone());
        let assign = |tx: &store::Tx<'_>| {
            tx.execute(
                "insert into project_agents (user_id, project_id, created_at) values (:user, :project, 0)",
                store::params! {":user": user, ":project": project},
            )
        };
        store::write_once(&self.directory, &clock, assign).unwrap();
    }

    /// The other id of a ticket.
    pub fn ticket_uuid(&self, id: i64) -> String {
        self.uuid_of("select uuid from tickets where id = :id", id)
    }

    /// The other id of a user.
    pub fn user_uuid(&self, id: i64) -> String {
        self.uuid_of("select uuid from users where id = :id", id)
    }

    /// The uuid that a statement finds for an id.
    pub fn uuid_of(&self, sql: &str, id: i64) -> String {
        let clock = Clock::Manual(self.now.clone());
        let find = |conn: &store::Conn<'_>| conn.one(sql, store::params! {":id": id}, |row| row.get("uuid"));
        store::read_once(&self.directory, &clock, find).unwrap().unwrap()
    }

    /// Runs statements that no operation offers.
    pub fn sql(&self, statement: &str) {
        let clock = Clock::Manual(self.now.clone());
        let run = |tx: &store::Tx<'_>| tx.execute(statement, store::params! {});
        store::write_once(&self.directory, &clock, run).unwrap();
    }

    /// Makes tags, numbered from 1.
    pub fn tags(&self, names: &[&str]) {
        for name in names {
            self.sql(&format!(
                "insert into tags (uuid, name, folded_name, created_at) values ('{name}', '{name}', lower('{name}'), 0)"
            ));
        }
    }

    /// Gives a ticket a due date, as Gatehouse itself.
    pub async fn due(&self, shown: &Value, due: &str) {
        let id = shown["id"].as_i64().unwrap();
        let due = ticket::Due::parse("due", due).unwrap();
        let change = move |tx: &store::Tx<'_>| {
            let found = ticket::find(tx, &Actor::system(), id)?;
            ticket::change(tx, &Actor::system(), &found, &ticket::Change { due: Some(Some(due)), ..Default::default() })
        };
        self.app.store.write(change).await.unwrap();
    }

    /// Signs in whoever has this address.
    pub async fn sign_in(&self, email: &str) -> Caller {
        let body = json!({"email": email, "password": PASSWORD});
        let token = self.send(&Caller::default(), "POST", "/api/login", Some(body)).await.with(200);
        Caller::bearer(token["token"].as_str().unwrap())
    }

    /// A user with a session.
    pub async fn signed_in(&self, email: &str, role: Role) -> Caller {
        self.person(email, role);
        self.sign_in(email).await
    }

    /// Registers a server; answers its enrolment token.
    pub async fn server(&self, admin: &Caller, id: &str) -> String {
        let body = json!({"id": id, "name": id, "endpoint": "203.0.113.7:51820", "address": "10.8.0.1/24"});
        let made = self.send(admin, "POST", "/api/servers", Some(body)).await.with(201);
        made["enrollment_token"].as_str().unwrap().to_owned()
    }

    /// Enrols an agent for a server.
    pub async fn agent(&self, admin: &Caller, id: &str) -> Caller {
        let token = self.server(admin, id).await;
        let body = json!({"enrollment_token": token, "public_key": new_key()});
        let enrolled = self.send(&Caller::default(), "POST", "/api/agent/enroll", Some(body)).await.with(200);
        Caller::bearer(enrolled["token"].as_str().unwrap())
    }

    /// Makes a key pair of a project.
    pub async fn key_pair(&self, admin: &Caller, project: i64) -> Caller {
        let path = format!("/api/admin/projects/{project}/api-keys");
        let made = self.send(admin, "POST", &path, Some(json!({"name": "back end"}))).await.with(201);
        let header = |caller: Caller, name, field: &str| caller.header(name, made[field].as_str().unwrap());
        header(header(Caller::default(), "x-api-key", "api_key"), "x-api-secret", "api_secret")
    }

    /// Makes an API key with these scopes.
    pub async fn api_key(&self, admin: &Caller, scopes: &[&str]) -> Caller {
        let body = json!({"name": "integration", "scopes": scopes});
        let made = self.send(admin, "POST", "/api/api-keys", Some(body)).await.with(201);
        Caller::bearer(made["key"].as_str().unwrap())
    }

    /// Adds a device; answers it.
    pub async fn peer(&self, admin: &Caller, server: &str, body: Value) -> Value {
        self.send(admin, "POST", &format!("/api/wg-clients/{server}"), Some(body)).await.with(201)
    }
}

impl Caller {
    pub fn bearer(token: &str) -> Self {
        Self { authorization: Some(format!("Bearer {token}")), headers: Vec::new() }
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let own = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&own).unwrap();
            copy(&entry.path(), &own);
        } else {
            std::fs::copy(entry.path(), own).unwrap();
        }
    }
}

/// A public key that nobody has.
pub fn new_key() -> String {
    gatehouse::vpn::key::new_pair().unwrap().1.as_str().to_owned()
}
