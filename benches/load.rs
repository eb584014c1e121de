//! The load: clients that each wait for an answer before they ask again, over connections that stay open.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::task::JoinSet;

pub use super::connection::{Connection, request};

/// Asks once, over a connection of its own; the answer must be a success and is JSON, or nothing.
pub async fn ask(address: SocketAddr, method: &str, path: &str, token: Option<&str>, body: &Value) -> Value {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let answer = read(address, &request(method, path, token, &text)).await;
    if answer.is_empty() { Value::Null } else { serde_json::from_str(&answer).unwrap() }
}

/// Sends one request over a connection of its own; answers the body, which must be a success.
pub async fn read(address: SocketAddr, request: &[u8]) -> String {
    let mut connection = Connection::open(address).await.unwrap();
    let status = connection.send(request).await.unwrap();
    let answer = String::from_utf8(connection.body().to_vec()).unwrap();
    assert!((200..300).contains(&status), "{}: {status} {answer}", String::from_utf8_lossy(request));
    answer
}

/// What one client sends.
pub trait Source: 'static {
    /// The next request. It was answered before this is called again.
    fn next(&mut self) -> &[u8];

    /// Whether it may be answered so.
    fn may_be(&self, status: u16) -> bool {
        status < 300
    }
}

/// The same request over and over.
#[derive(Clone)]
pub struct Same(pub Vec<u8>);

impl Source for Same {
    fn next(&mut self) -> &[u8] {
        &self.0
    }
}

/// The same request over and over, made anew each time, whatever the answer: load beside which something else is measured.
#[derive(Clone)]
pub struct Anyhow(Anew);

impl Anyhow {
    /// Such requests.
    pub fn of(request: Vec<u8>) -> Self {
        Self(Anew::of(request))
    }
}

impl Source for Anyhow {
    fn next(&mut self) -> &[u8] {
        self.0.next()
    }

    fn may_be(&self, _: u16) -> bool {
        true
    }
}

/// The same question under another address each time, so that no answer can be given again: a GET has a parameter that means
/// nothing. Other requests stay as they are.
#[derive(Clone)]
pub struct Anew {
    request: Vec<u8>,
    /// Where the number stands that is another each time.
    number: Option<Range<usize>>,
}

/// How many requests were made anew: clients must not ask under the addresses of each other.
static MADE_ANEW: AtomicU64 = AtomicU64::new(0);
/// Digits of that.
const DIGITS: usize = 12;

impl Anew {
    /// Asks this.
    pub fn of(mut request: Vec<u8>) -> Self {
        let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let end = line.iter().rposition(|byte| *byte == b' ').filter(|_| line.starts_with(b"GET "));
        let mark = if line.contains(&b'?') { b"&anew=" } else { b"?anew=" };
        let number = end.map(|end| {
            let at = end + mark.len();
            request.splice(end..end, mark.iter().copied().chain([b'0'; DIGITS]));
            at..at + DIGITS
        });
        Self { request, number }
    }
}

impl Source for Anew {
    fn next(&mut self) -> &[u8] {
        if let Some(number) = self.number.clone() {
            let text = format!("{:0DIGITS$}", MADE_ANEW.fetch_add(1, Ordering::Relaxed));
            self.request[number].copy_from_slice(text.as_bytes());
        }
        &self.request
    }
}

/// Another request each time.
pub struct Made<F> {
    make: F,
    request: Vec<u8>,
}

impl<F: FnMut() -> Vec<u8> + 'static> Made<F> {
    /// Sends what this makes.
    pub fn new(make: F) -> Self {
        Self { make, request: Vec::new() }
    }
}

impl<F: FnMut() -> Vec<u8> + 'static> Source for Made<F> {
    fn next(&mut self) -> &[u8] {
        self.request = (self.make)();
        &self.request
    }
}

/// What a load came to.
pub struct Load {
    elapsed: Duration,
    latencies: Vec<Duration>,
    /// Of the last answer, in bytes.
    pub body: usize,
}

impl Load {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.count() as f64 / self.elapsed.as_secs_f64()
    }

    /// Answers.
    pub fn count(&self) -> usize {
        self.latencies.len()
    }
}

/// The time that this share of the requests took at most.
pub fn percentile(loads: &[Load], share: f64) -> Duration {
    let mut all: Vec<Duration> = loads.iter().flat_map(|load| load.latencies.iter().copied()).collect();
    all.sort_unstable();
    all[((all.len() as f64 * share).ceil() as usize).clamp(1, all.len()) - 1]
}

/// As many clients as there are sources, for so long. The sources are given back, to go on where they stopped.
pub async fn closed_loop<S: Source>(address: SocketAddr, sources: &mut Vec<S>, time: Duration) -> Load {
    let mut connections = Vec::new();
    for _ in 0..sources.len() {
        connections.push(Connection::open(address).await.unwrap());
    }
    let began = Instant::now();
    let until = began + time;
    let mut clients = JoinSet::new();
    let local = tokio::task::LocalSet::new();
    for (mut source, mut connection) in sources.drain(..).zip(connections) {
        let client = async move {
            let mut latencies = Vec::new();
            while Instant::now() < until {
                let sent = Instant::now();
                let status = connection.send(source.next()).await.unwrap();
                latencies.push(sent.elapsed());
                assert!(source.may_be(status), "{status}: {}", String::from_utf8_lossy(connection.body()));
            }
            (source, latencies, connection.body().len())
        };
        clients.spawn_local_on(client, &local);
    }
    let done = local.run_until(clients.join_all()).await;
    let elapsed = began.elapsed();
    let mut load = Load { elapsed, latencies: Vec::new(), body: 0 };
    for (source, latencies, body) in done {
        sources.push(source);
        load.latencies.extend(latencies);
        load.body = body;
    }
    load
}
