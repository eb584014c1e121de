//! Mail out: that it arrives, what it says, and who gets it.

mod batches;
mod bounces;
mod clients;
mod delivery;
mod dovecot;
mod inbound;
mod mailboxes;
mod notifications;
mod owners;
mod postfix;
mod sink;
mod staff;
mod templates;
mod words;

use gatehouse::base::Role;
use gatehouse::jobs::deliver_mail;
use serde_json::{Value, json};

use self::sink::{Received, Sink};
use crate::app::{Caller, Instance};

/// An instance whose mails come in at a sink, and an admin of it.
pub struct Post {
    pub instance: Instance,
    pub sink: Sink,
    pub admin: Caller,
}

impl Post {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub async fn start_with(more: &[&str]) -> Self {
        let sink = Sink::start().await;
        let flags = sink.flags();
        let flags: Vec<&str> = flags.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let instance = Instance::start_with(&flags);
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        Self { instance, sink, admin }
    }

    /// Everything that is delivered now, by address.
    pub async fn mails(&mut self) -> Vec<Received> {
        deliver_mail(&self.instance.app).await.unwrap();
        let mut mails = self.sink.received();
        mails.sort_by(|one, other| one.to.cmp(&other.to));
        mails
    }

    pub async fn send(&self, caller: &Caller, method: &str, path: &str, body: Value) -> crate::app::Reply {
        let body = Some(body).filter(|body| !body.is_null());
        self.instance.send(caller, method, path, body).await
    }

    /// Files a ticket; answers its number.
    pub async fn ticket(&self, caller: &Caller, subject: &str) -> i64 {
        let body = json!({"project_id": 1, "subject": subject, "description": "It stopped."});
        let made = self.send(caller, "POST", "/api/tickets", body).await.with(201);
        made["ticket"]["id"].as_i64().unwrap()
    }

    /// Answers a ticket.
    pub async fn reply(&self, caller: &Caller, ticket: i64, text: &str) {
        let path = format!("/api/tickets/{ticket}/messages");
        self.send(caller, "POST", &path, json!({"body": text})).await.with(201);
    }

    /// An agent of the default project.
    pub async fn agent(&self, email: &str) -> (i64, Caller) {
        let id = self.instance.person(email, Role::Agent);
        self.instance.assign_to_project(id, 1);
        (id, self.instance.sign_in(email).await)
    }

    /// What the outbox shows.
    pub async fn outbox(&self, query: &str) -> Vec<Value> {
        let shown = self.send(&self.admin, "GET", &format!("/api/outbox{query}"), Value::Null).await.with(200);
        shown["mails"].as_array().unwrap().clone()
    }

    /// Lets somebody ask for another password.
    pub async fn forget(&self, email: &str) {
        let body = json!({"email": email});
        self.send(&Caller::default(), "POST", "/api/auth/forgot-password", body).await.with(200);
    }
}

pub fn to(mails: &[Received]) -> Vec<&str> {
    mails.iter().map(|mail| mail.to.as_str()).collect()
}
