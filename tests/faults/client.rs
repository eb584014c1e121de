//! One HTTP/1.1 connection that asks and waits.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::ledger::{Outcome, What, file};

/// Answers that no fault excuses: 500.
pub static BROKEN: AtomicUsize = AtomicUsize::new(0);
/// Longest that an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Client {
    address: SocketAddr,
    token: String,
    stream: Option<BufReader<TcpStream>>,
}

/// What came back, if anything did.
pub enum Reply {
    Answer(u16, Vec<u8>),
    /// The request was never sent.
    Unsent,
    Lost,
}

impl Client {
    pub fn new(address: SocketAddr, token: &str) -> Self {
        Self { address, token: token.to_owned(), stream: None }
    }

    /// Signs in; answers the token.
    pub fn sign_in(address: SocketAddr) -> Option<String> {
        let body = json!({"email": "admin@example.org", "password": "correct horse"}).to_string();
        let mut client = Self::new(address, "");
        match client.send("POST", "/api/login", "application/json", None, body.as_bytes()) {
            Reply::Answer(200, body) => {
                Some(serde_json::from_slice::<Value>(&body).ok()?["token"].as_str()?.to_owned())
            }
            _ => None,
        }
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, "application/json", None, b"")
    }

    /// Asks for something that no ledger knows of; what came back, where it was done.
    pub fn post(&mut self, path: &str, body: &Value) -> Option<Value> {
        match self.send("POST", path, "application/json", None, body.to_string().as_bytes()) {
            Reply::Answer(200..=299, body) => Some(serde_json::from_slice(&body).unwrap_or_default()),
            _ => None,
        }
    }

    /// Asks for something under its key.
    pub fn ask(&mut self, key: &str, what: &What) -> Option<(Outcome, Value)> {
        let json = "application/json";
        let (method, path, media, body) = match what {
            What::Ticket => {
                let (says, email) = (format!("{key} says nothing works."), address(key));
                let body = json!({"project_id": 1, "subject": key, "description": says, "customer_email": email});
                ("POST", "/api/tickets".to_owned(), json, body.to_string())
            }
            What::TicketWithFile => {
                ("POST", "/api/tickets".to_owned(), "multipart/form-data; boundary=b0undary", form(key))
            }
            What::Reply { ticket } => {
                ("POST", format!("/api/tickets/{ticket}/messages"), json, json!({"body": key}).to_string())
            }
            What::Resolve { ticket } => {
                ("POST", format!("/api/tickets/{ticket}/status"), json, json!({"status": "resolved"}).to_string())
            }
            What::Peer => ("POST", "/api/wg-clients/la".to_owned(), json, json!({"name": key}).to_string()),
            What::Disable { id, .. } => ("POST", format!("/api/wg-clients/la/{id}/disable"), json, String::new()),
        };
        Some(match self.send(method, &path, media, Some(key), body.as_bytes()) {
            Reply::Answer(200..=299, body) => {
                let value: Value = serde_json::from_slice(&body).unwrap_or_default();
                (Outcome::Acked(value["ticket"]["id"].as_i64()), value)
            }
            Reply::Answer(status @ (503 | 500), body) => {
                BROKEN.fetch_add(usize::from(status == 500), Ordering::Relaxed);
                (Outcome::Unknown, serde_json::from_slice(&body).unwrap_or_default())
            }
            Reply::Answer(status, body) => {
                (Outcome::Refused(status), serde_json::from_slice(&body).unwrap_or_default())
            }
            Reply::Lost => (Outcome::Unknown, Value::Null),
            Reply::Unsent => return None,
        })
    }

    fn send(&mut self, method: &str, path: &str, media: &str, key: Option<&str>, body: &[u8]) -> Reply {
        if self.stream.is_none() {
            let Ok(stream) = TcpStream::connect(self.address) else { return Reply::Unsent };
            let set = stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(PATIENCE)));
            set.unwrap();
            self.stream = Some(BufReader::new(stream));
        }
        let key = key.map(|key| format!("idempotency-key: {key}\r\n")).unwrap_or_default();
        let token =
            if self.token.is_empty() { String::new() } else { format!("authorization: Bearer {}\r\n", self.token) };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: gatehouse\r\n{token}{key}content-type: {media}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let stream = self.stream.as_mut().unwrap();
        match exchange(stream, &[head.as_bytes(), body].concat()) {
            Ok((status, body)) => Reply::Answer(status, body),
            Err(_) => {
                self.stream = None;
                Reply::Lost
            }
        }
    }
}

/// Whose ticket that of this key is.
pub fn address(key: &str) -> String {
    format!("{key}@example.net")
}

fn exchange(stream: &mut BufReader<TcpStream>, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
    stream.get_mut().write_all(request)?;
    let mut line = String::new();
    let mut next = |stream: &mut BufReader<TcpStream>| -> io::Result<String> {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    };
    let broken = || io::Error::other("no HTTP");
    let status = next(stream)?.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(broken)?;
    let (mut length, mut chunked) = (0, false);
    loop {
        let header = next(stream)?.to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        chunked |= header.starts_with("transfer-encoding:") && header.contains("chunked");
    }
    let mut body = Vec::new();
    loop {
        if chunked {
            length = usize::from_str_radix(&next(stream)?, 16).map_err(io::Error::other)?;
        }
        let from = body.len();
        body.resize(from + length, 0);
        stream.read_exact(&mut body[from..])?;
        if !chunked {
            return Ok((status, body));
        }
        next(stream)?;
        if length == 0 {
            return Ok((status, body));
        }
    }
}

fn form(key: &str) -> String {
    let field = |name: &str, value: &str| {
        format!("--b0undary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = format!(
        "Content-Disposition: form-data; name=\"attachments[]\"; filename=\"{key}.txt\"\r\nContent-Type: text/plain"
    );
    let (project, email) = (field("project_id", "1"), field("customer_email", &address(key)));
    let fields = [project, email, field("subject", key), field("description", "See the file.")].concat();
    format!("{fields}--b0undary\r\n{head}\r\n\r\n{}\r\n--b0undary--\r\n", file(key))
}
