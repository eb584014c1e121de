//! The load: clients that each wait for an answer before they ask again, over connections that stay open.
//!
//! Written out by hand: a client library takes as much of the two cores as the server that is measured.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Room of one read: a whole answer, mostly.
const BUFFER: usize = 64 * 1024;

/// One HTTP/1.1 connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    line: Vec<u8>,
    /// Of the last answer.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let stream = BufReader::with_capacity(BUFFER, stream);
        Ok(Self { stream, line: Vec::new(), body: Vec::new() })
    }

    /// Sends a whole request and reads the whole answer; answers its status.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        self.read_line().await?;
        let status = std::str::from_utf8(&self.line).ok().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status = status.ok_or_else(|| broken("no status line"))?;
        let (mut length, mut is_chunked) = (0, false);
        loop {
            self.read_line().await?;
            let Some(colon) = self.line.iter().position(|byte| *byte == b':') else { break };
            let (name, value) = (&self.line[..colon], self.line[colon + 1..].trim_ascii());
            if name.eq_ignore_ascii_case(b"content-length") {
                length = number(value, 10)?;
            }
            is_chunked |= name.eq_ignore_ascii_case(b"transfer-encoding") && value.eq_ignore_ascii_case(b"chunked");
        }
        self.body.clear();
        if !is_chunked {
            self.read_body(length).await?;
            return Ok(status);
        }
        loop {
            self.read_line().await?;
            let length = number(&self.line, 16)?;
            self.read_body(length).await?;
            self.read_line().await?;
            if length == 0 {
                return Ok(status);
            }
        }
    }

    async fn read_line(&mut self) -> io::Result<()> {
        self.line.clear();
        self.stream.read_until(b'\n', &mut self.line).await?;
        let Some(line) = self.line.strip_suffix(b"\r\n") else { return Err(broken("the connection ended")) };
        self.line.truncate(line.len());
        Ok(())
    }

    async fn read_body(&mut self, length: usize) -> io::Result<()> {
        let read = (&mut self.stream).take(length as u64).read_to_end(&mut self.body).await?;
        if read == length { Ok(()) } else { Err(broken("the connection ended within a body")) }
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn number(text: &[u8], radix: u32) -> io::Result<usize> {
    let text = std::str::from_utf8(text).map_err(|_| broken("a length that is not text"))?;
    usize::from_str_radix(text.trim(), radix).map_err(|_| broken("a length that is not a number"))
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, token: Option<&str>, body: &str) -> Vec<u8> {
    let authorization = token.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"));
    let content = match body {
        "" => String::new(),
        body => format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()),
    };
    format!("{method} {path} HTTP/1.1\r\nHost: gatehouse\r\n{authorization}{content}\r\n{body}").into_bytes()
}

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
    let answer = String::from_utf8(connection.body).unwrap();
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

/// The same request over and over, whatever the answer: load beside which something else is measured.
#[derive(Clone)]
pub struct Anyhow(pub Vec<u8>);

impl Source for Anyhow {
    fn next(&mut self) -> &[u8] {
        &self.0
    }

    fn may_be(&self, _: u16) -> bool {
        true
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
                assert!(source.may_be(status), "{status}: {}", String::from_utf8_lossy(&connection.body));
            }
            (source, latencies, connection.body.len())
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
