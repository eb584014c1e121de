//! Files of messages: sent with forms, kept beside the database, handed out to those who may see the message.

mod disk;
mod forms;
mod limits;
mod readers;

use std::path::{Path, PathBuf};

use axum::body::Body;
use gatehouse::base::Role;
use serde_json::Value;

use crate::app::{Caller, Instance, Reply};

const BOUNDARY: &str = "----b0undary";
const MIB: usize = 1 << 20;

/// A form that is put together part by part.
#[derive(Clone, Default)]
pub struct Form(Vec<u8>);

impl Form {
    /// What a reply takes.
    fn reply(text: &str) -> Self {
        Self::default().field("body", text)
    }

    /// What a ticket takes.
    fn ticket() -> Self {
        Self::default().field("project_id", "1").field("subject", "Cannot upload").field("description", "Nothing.")
    }

    /// A part with these words in its head.
    fn part(mut self, head: &str, content: &[u8]) -> Self {
        self.0.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
        self.0.extend(content);
        self.0.extend(b"\r\n");
        self
    }

    fn field(self, name: &str, text: &str) -> Self {
        self.part(&format!("Content-Disposition: form-data; name=\"{name}\""), text.as_bytes())
    }

    fn file(self, name: &str, media_type: &str, content: &[u8]) -> Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"attachments[]\"; filename=\"{name}\"\r\nContent-Type: {media_type}"
        );
        self.part(&head, content)
    }

    fn text(self, name: &str, content: &str) -> Self {
        self.file(name, "text/plain", content.as_bytes())
    }

    fn bytes(mut self) -> Vec<u8> {
        self.0.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.0
    }
}

fn media_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// An instance with an admin, an agent of its project, a customer, and the customer's ticket.
struct Desk {
    instance: Instance,
    admin: Caller,
    agent: Caller,
    customer: Caller,
}

impl Desk {
    async fn start() -> Self {
        Self::start_with(&["--rate-limit", "off"]).await
    }

    async fn start_with(flags: &[&str]) -> Self {
        let instance = Instance::start_with(flags);
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        let agent = instance.person("alice@example.org", Role::Agent);
        instance.assign_to_project(agent, 1);
        let agent = instance.sign_in("alice@example.org").await;
        let customer = instance.signed_in("tunde@example.org", Role::Customer).await;
        let desk = Self { instance, admin, agent, customer };
        desk.send(&desk.customer, "/api/tickets", Form::ticket()).await.with(201);
        desk
    }

    async fn send(&self, caller: &Caller, path: &str, form: Form) -> Reply {
        self.raw(caller, path, form.bytes()).await
    }

    async fn raw(&self, caller: &Caller, path: &str, body: impl Into<Body>) -> Reply {
        self.instance.send_raw(caller, "POST", path, Some(&media_type()), body).await
    }

    /// Adds a message to the ticket; answers it.
    async fn message(&self, caller: &Caller, form: Form) -> Value {
        self.send(caller, "/api/tickets/1/messages", form).await.with(201)["message"].clone()
    }

    async fn get(&self, caller: &Caller, path: &str) -> Reply {
        self.instance.send(caller, "GET", path, None).await
    }

    fn folder(&self) -> PathBuf {
        self.instance.directory.attachments()
    }

    /// What is on disk: files that are kept, and such that are coming in.
    fn on_disk(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let incoming = self.folder().join("incoming");
        (files(&self.folder()).into_iter().filter(|path| !path.starts_with(&incoming)).collect(), files(&incoming))
    }

    /// How many files are kept; there are none coming in.
    fn kept(&self) -> usize {
        let (kept, incoming) = self.on_disk();
        assert_eq!(incoming, Vec::<PathBuf>::new());
        kept.len()
    }

    /// Attachments and messages that the database knows.
    fn rows(&self) -> (i64, i64) {
        gatehouse::store::read_once(&self.instance.directory, &self.instance.app.clock, |conn| {
            conn.one(
                "select (select count(*) from attachments) as a, (select count(*) from messages) as m",
                gatehouse::store::params! {},
                |row| Ok((row.get("a")?, row.get("m")?)),
            )
        })
        .unwrap()
        .unwrap()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn url(message: &Value, index: usize) -> String {
    message["attachments"][index]["url"].as_str().unwrap().to_owned()
}
