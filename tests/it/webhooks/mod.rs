//! Programs elsewhere that are told what happens.

mod answers;
mod deliveries;
mod foreign;
mod guard;
mod outage;
mod settings;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatehouse::base::{Role, Time};
use gatehouse::jobs::deliver_to_webhooks;
use gatehouse::webhook::sign;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::app::{Caller, Instance};

/// One POST as it came in.
#[derive(Clone, Debug)]
pub struct Received {
    pub id: String,
    pub timestamp: i64,
    pub signatures: Vec<String>,
    pub text: String,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// Whether one of the signatures is of this secret.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let expected = sign(&key, &self.id, Time(self.timestamp * 1_000), &self.text).unwrap();
        self.signatures.contains(&expected)
    }
}

/// A program elsewhere: it answers with what it is told to, else 204, and remembers what came.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self { url, answers: Arc::default(), received: Arc::default() };
        let own = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(own.clone().answer(stream));
            }
        });
        receiver
    }

    /// What it answers next: the rest of the status line and headers.
    pub fn will_answer(&self, answers: &[&'static str]) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// Forgets what it was to answer: from now on all is well.
    pub fn will_answer_again(&self) {
        self.answers.lock().unwrap().clear();
    }

    /// Everything that came since the last look.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.received.lock().unwrap())
    }

    async fn answer(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let (mut line, mut head) = (String::new(), Vec::new());
        while stream.read_line(&mut line).await.is_ok_and(|read| read > 2) {
            head.push(std::mem::take(&mut line));
        }
        let header = |name: &str| {
            let lines = head.iter().filter_map(|line| line.split_once(':'));
            let mut found = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
            found.next().map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let mut body = vec![0; header("content-length").parse().unwrap_or_default()];
        stream.read_exact(&mut body).await.unwrap();
        self.received.lock().unwrap().push(Received {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp").parse().unwrap(),
            signatures: header("webhook-signature").split(' ').map(str::to_owned).collect(),
            text: String::from_utf8(body).unwrap(),
        });
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or("204 No Content");
        let text = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).await.unwrap();
    }
}

/// An instance that may call loopback, with an admin, a receiver, and a webhook that tells it everything.
pub struct Site {
    pub instance: Instance,
    pub admin: Caller,
    pub receiver: Receiver,
    pub webhook: Value,
}

impl Site {
    pub async fn start() -> Self {
        Self::start_with(json!({})).await
    }

    pub async fn start_with(more: Value) -> Self {
        let instance = Instance::start_with(&["--rate-limit", "off", "--webhook-allow", "127.0.0.0/8"]);
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        let receiver = Receiver::start().await;
        let mut body = json!({"name": "all", "url": receiver.url});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = instance.send(&admin, "POST", "/api/webhooks", Some(body)).await.with(201);
        Self { instance, admin, receiver, webhook: made["webhook"].clone() }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/api/webhooks/{}{rest}", self.webhook["id"])
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let reply = self.instance.send(&self.admin, "POST", path, Some(body)).await;
        assert!(reply.status.is_success(), "{reply:?}");
        reply.json()
    }

    pub async fn get(&self, path: &str) -> Value {
        self.instance.send(&self.admin, "GET", path, None).await.with(200)
    }

    pub async fn file(&self) -> i64 {
        let body = json!({"project_id": 1, "subject": "s", "description": "d"});
        self.post("/api/tickets", body).await["ticket"]["id"].as_i64().unwrap()
    }

    /// Delivers what is due; answers what came.
    pub async fn deliver(&self) -> Vec<Received> {
        deliver_to_webhooks(&self.instance.app).await.unwrap();
        self.receiver.take()
    }
}
