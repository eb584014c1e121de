//! Connections that no honest program makes: heads that never end, too much of everything, what is no HTTP, requests that two
//! readers would cut in different places, and thousands that say nothing. All of it is refused, and everybody else is served.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::checks::{check, verdict};
use crate::client::{Client, Reply};
use crate::ledger::Ledger;
use crate::load::Load;
use crate::plane::{Plane, Site};
use crate::{Outcome, Scale};

/// Connections that send a head byte by byte.
const SLOW: usize = 200;
/// Between two of their bytes.
const DRIP: Duration = Duration::from_millis(500);
/// Longest that a head is waited for, and then some.
const PATIENCE: Duration = Duration::from_secs(15);
/// Connections that say nothing.
const IDLE: usize = 2_000;
/// Bytes that it may have resident with all of them.
const MEMORY: u64 = 150 << 20;
/// What stands behind a request whose end is in doubt: who answers it was smuggled something.
const SMUGGLED: &str = "GET /api/smuggled HTTP/1.1\r\nhost: gatehouse\r\n\r\n";

/// A request as bytes, and the statuses that are an answer to it; 0 is the end of the connection without one.
fn forms() -> Vec<(&'static str, Vec<u8>, &'static [u16])> {
    let login = |headers: &str, body: &str| {
        format!("POST /api/login HTTP/1.1\r\nhost: gatehouse\r\ncontent-type: application/json\r\n{headers}\r\n{body}")
    };
    let two = |headers: &str, body: &str| (login(headers, body) + SMUGGLED).into_bytes();
    let head = |line: &str| format!("{line}\r\nhost: gatehouse\r\n\r\n").into_bytes();
    let no: &[u16] = &[400, 0];
    vec![
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello hello hello\r\n\r\n".to_vec(), no),
        ("zeros", vec![0; 4_096], no),
        ("no method", head("/api/health HTTP/1.1"), no),
        ("another version", head("GET /api/health HTTP/9.9"), &[400, 505, 0]),
        ("a NUL in the path", head("GET /api/he\0alth HTTP/1.1"), no),
        ("a header without a name", head("GET /api/health HTTP/1.1\r\n: x"), no),
        ("a space before the colon", two("content-length : 5\r\n", "hello"), no),
        ("a folded header", head("GET /api/health HTTP/1.1\r\nx: 1\r\n folded"), no),
        ("a long address", head(&format!("GET /{} HTTP/1.1", "a".repeat(100_000))), &[400, 414, 431, 0]),
        ("a long header", head(&format!("GET /api/health HTTP/1.1\r\nx: {}", "a".repeat(1 << 20))), &[400, 431, 0]),
        ("many headers", head(&format!("GET /api/health HTTP/1.1{}", "\r\nx: 1".repeat(5_000))), &[400, 431, 0]),
        ("a large body", login(&format!("content-length: {}\r\n", 64 << 20), &"a".repeat(2 << 20)).into(), &[413, 0]),
        ("an endless body", login("transfer-encoding: chunked\r\n", &chunks(40)).into(), &[413, 0]),
        ("two lengths", two("content-length: 5\r\ncontent-length: 0\r\n", "hello"), no),
        ("a list of lengths", two("content-length: 5, 0\r\n", "hello"), no),
        ("a length with a sign", two("content-length: +5\r\n", "hello"), no),
        ("a length below zero", two("content-length: -5\r\n", "hello"), no),
        ("a length in hexadecimal", two("content-length: 0x5\r\n", "hello"), no),
        ("a length beyond every number", two("content-length: 99999999999999999999999\r\n", "hello"), no),
        ("a length and chunks", two("content-length: 5\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n"), no),
        ("chunks and a length", two("transfer-encoding: chunked\r\ncontent-length: 5\r\n", "0\r\n\r\n"), no),
        ("chunks under another name", two("transfer-encoding: xchunked\r\n", "0\r\n\r\n"), no),
        ("chunks that are not last", two("transfer-encoding: chunked, identity\r\n", "0\r\n\r\n"), no),
        ("chunks twice", two("transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n", "0\r\n\r\n"), no),
        ("a chunk whose length is none", two("transfer-encoding: chunked\r\n", "g\r\nhello\r\n0\r\n\r\n"), no),
        ("a chunk of a negative length", two("transfer-encoding: chunked\r\n", "-1\r\nhello\r\n0\r\n\r\n"), no),
        ("a chunk longer than every number", two("transfer-encoding: chunked\r\n", "fffffffffffffffff\r\nx"), no),
        ("chunks ended by the wrong bytes", two("transfer-encoding: chunked\r\n", "5\r\nhelloXX0\r\n\r\n"), no),
    ]
}

/// So many chunks of 64 KiB.
fn chunks(count: usize) -> String {
    format!("10000\r\n{}\r\n", "a".repeat(1 << 16)).repeat(count)
}

/// The statuses that come back on a connection of its own until it ends, 0 when it ends without one.
fn statuses(address: SocketAddr, request: &[u8]) -> Vec<u16> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut writing = stream.try_clone().unwrap();
    let bytes = request.to_vec();
    // It may hang up before it has all of it.
    let writer = std::thread::spawn(move || drop(writing.write_all(&bytes)));
    let mut said = Vec::new();
    // A reset is an end too, and what came before it counts.
    let _ended = stream.read_to_end(&mut said);
    drop(stream);
    writer.join().unwrap();
    let text = String::from_utf8_lossy(&said);
    let found: Vec<u16> =
        text.match_indices("HTTP/1.1 ").filter_map(|(at, _)| text.get(at + 9..at + 12)?.parse().ok()).collect();
    if found.is_empty() { vec![0] } else { found }
}

/// Everything that is wrong with how an address takes the forms.
fn forms_taken(address: SocketAddr) -> Vec<String> {
    let ask = |(what, request, fine): (&'static str, Vec<u8>, &'static [u16])| {
        std::thread::spawn(move || {
            let found = statuses(address, &request);
            let is_fine = found.len() == 1 && fine.contains(&found[0]);
            (!is_fine).then(|| format!("{what}: {found:?}"))
        })
    };
    let asked: Vec<_> = forms().into_iter().map(ask).collect();
    asked.into_iter().filter_map(|asked| asked.join().unwrap()).collect()
}

/// Sends heads byte by byte; how many connections are still not let go of after a while.
fn slow_left(address: SocketAddr) -> usize {
    let mut streams: Vec<TcpStream> = (0..SLOW).map(|_| TcpStream::connect(address).unwrap()).collect();
    let began = Instant::now();
    let mut head = b"GET /api/health HTTP/1.1\r\nhost: gatehouse\r\nx: ".iter().chain(std::iter::repeat(&b'a'));
    while !streams.is_empty() && began.elapsed() < PATIENCE {
        let byte = [*head.next().unwrap()];
        streams.retain_mut(|stream| stream.write_all(&byte).is_ok() && !is_over(stream));
        std::thread::sleep(DRIP);
    }
    streams.len()
}

fn is_over(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let read = stream.read(&mut [0; 64]);
    stream.set_nonblocking(false).unwrap();
    match read {
        Ok(count) => count == 0,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}

/// The forms and the endless heads at once.
fn both(address: SocketAddr) -> (Vec<String>, usize) {
    let slow = std::thread::spawn(move || slow_left(address));
    (forms_taken(address), slow.join().unwrap())
}

/// The harness itself holds more connections than shells mostly allow.
pub fn allow_files() {
    let known = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: known.maximum, ..known }).unwrap();
}

pub fn run(_: Scale, _: &mut fastrand::Rng) -> Outcome {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    let plane = Plane::start(&site.data)?;
    allow_files();
    let load = Load::start(plane.address, &site.token, &ledger);
    let idle: Vec<TcpStream> = (0..IDLE).map(|_| TcpStream::connect(plane.address).unwrap()).collect();
    let before = ledger.acked();
    let (wrong, left) = both(plane.address);
    let meanwhile = ledger.acked() - before;
    let memory = plane.peak();
    let health = Client::new(plane.address, &site.token).get("/api/health");
    drop(idle);
    load.stop();
    let stopped = plane.stop();
    verdict(wrong)?;
    match (left, meanwhile, health, stopped) {
        (1.., ..) => Err(format!("{left} of {SLOW} endless heads are still waited for after {} s", PATIENCE.as_secs())),
        (_, 0, ..) => Err("nobody else was served meanwhile".to_owned()),
        (.., Reply::Answer(200, _), Some(0)) if memory <= MEMORY => {
            verdict(check(&site.data, &ledger))?;
            Ok(format!(
                "{} forms refused, {SLOW} endless heads let go of, {IDLE} idle connections, {} MB: {}",
                forms().len(),
                memory >> 20,
                ledger.figures()
            ))
        }
        _ => Err(format!("{} MB, stopped with {stopped:?}", memory >> 20)),
    }
}

/// A server that answers whatever comes, as often as it finds a request in it.
pub fn control(_: &mut fastrand::Rng) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer_all(stream));
        }
    });
    let (wrong, left) = both(address);
    let all = forms().len();
    if wrong.len() < all || left == 0 {
        return Ok(format!("{} of {all} forms were noticed where all are taken", wrong.len()));
    }
    Err(format!("all {all} forms are taken, and endless heads waited for"))
}

fn answer_all(mut stream: TcpStream) {
    // It does hang up once nothing more comes.
    stream.set_read_timeout(Some(3 * DRIP)).unwrap();
    let mut piece = vec![0; 1 << 20];
    while let Ok(1..) = stream.read(&mut piece) {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
        if stream.write_all(answer).is_err() {
            return;
        }
    }
}
