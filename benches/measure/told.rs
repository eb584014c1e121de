//! Told: what it costs those who write that others are told of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Bench;
use crate::fleet::{self, PASSWORD, sign_in, sign_in_as};
use crate::instance::{self, Instance};
use crate::load::{self, Connection, ask};
use crate::report::{Goal, Report, digits, range};
use crate::rounds::{Series, interleave};

/// Webhooks that hear everything, and people who watch.
const MANY: usize = 20;
/// After so long without a word all has been told.
const QUIET: Duration = Duration::from_millis(150);

pub fn measure(bench: &Bench, report: &mut Report) {
    report.section(
        "Told",
        &format!(
            "One client that files tickets, or answers one, on an instance that tells nobody and on one with {MANY} webhooks that \
             hear everything; {MANY} people watch the ticket that is answered there. The ratio of the median times to the answer, \
             each asked after all was told of the one before, and of the rates without that pause. The receivers are this \
             process, on the same cores."
        ),
    );
    let (quiet, loud) = (Site::start(bench, "told-none", 0), Site::start(bench, "told-many", MANY));
    let asked = bench.many(40, 8);
    for (what, requests) in
        [("filing a ticket", [&quiet.file, &loud.file]), ("answering one", [&quiet.answer, &loud.answer])]
    {
        let [none, many] = interleave(
            bench.rounds(),
            [&mut || bench.wait(quiet.paused(requests[0], asked)), &mut || bench.wait(loud.paused(requests[1], asked))],
        )
        .map(Series::new);
        let ratio = many.over(&none);
        let beside = format!("{}; {} ms against {} ms", range(&ratio), digits(many.median()), digits(none.median()));
        report.row(&format!("{what}, told to many over nobody"), ratio.median(), "×", Goal::AtMost(1.5), &beside);
        let mut clients = requests.map(|request| bench.clients(1, request.clone()));
        let [first, second] = &mut clients;
        let [none, many] = interleave(
            bench.rounds(),
            [&mut || bench.load(&quiet.instance, first).rate(), &mut || bench.load(&loud.instance, second).rate()],
        )
        .map(Series::new);
        let beside = format!("{}/s against {}/s", digits(none.median()), digits(many.median()));
        report.row(
            &format!("{what} without a pause, nobody over many"),
            none.over(&many).median(),
            "×",
            Goal::None,
            &beside,
        );
        loud.told();
    }
    quiet.instance.stop();
    loud.instance.stop();
}

/// An instance, and the requests that are measured on it.
struct Site {
    instance: Instance,
    heard: Arc<AtomicUsize>,
    file: Vec<u8>,
    answer: Vec<u8>,
}

impl Site {
    fn start(bench: &Bench, name: &str, told: usize) -> Self {
        let data: PathBuf = bench.folder(name);
        fleet::make(&data, 0, 0);
        let mut command = instance::serve(&data, "127.0.0.1:0");
        command.args(["--webhook-allow", "127.0.0.0/8"]);
        let instance = Instance::start(command, &data);
        let heard = Arc::new(AtomicUsize::new(0));
        let (address, receiver) = (instance.address, receiver(&heard));
        let (token, ticket) = bench.wait(async {
            let token = sign_in(&instance).await;
            let post = async |path: &str, body: Value| ask(address, "POST", path, Some(&token), &body).await;
            let ticket = post("/api/tickets", filed()).await["ticket"]["id"].clone();
            for number in 0..told {
                let email = format!("watcher{number}@example.org");
                let person = json!({"name": "Watcher", "email": email, "role": "admin", "password": PASSWORD});
                post("/api/admin/users", person).await;
                let own = sign_in_as(&instance, &email).await;
                ask(address, "POST", &format!("/api/tickets/{ticket}/watch"), Some(&own), &Value::Null).await;
                let url = format!("http://127.0.0.1:{receiver}/{number}");
                post("/api/webhooks", json!({"name": "told", "url": url, "includes_internal": true})).await;
            }
            (token, ticket)
        });
        let request = |path: &str, body: &Value| load::request("POST", path, Some(&token), &body.to_string());
        let answer = json!({"body": "Please switch it off and on once."});
        Self {
            file: request("/api/tickets", &filed()),
            answer: request(&format!("/api/tickets/{ticket}/messages"), &answer),
            instance,
            heard,
        }
    }

    /// Waits until the receivers hear nothing more.
    fn told(&self) {
        loop {
            let before = self.heard.load(Ordering::Relaxed);
            std::thread::sleep(QUIET);
            if self.heard.load(Ordering::Relaxed) == before {
                return;
            }
        }
    }

    /// Sends a request so many times, each after all was told of the one before; answers the median of the times in milliseconds.
    async fn paused(&self, request: &[u8], times: usize) -> f64 {
        let mut connection = Connection::open(self.instance.address).await.unwrap();
        let mut took = Vec::with_capacity(times);
        for _ in 0..times {
            self.told();
            let began = Instant::now();
            let status = connection.send(request).await.unwrap();
            took.push(began.elapsed().as_secs_f64() * 1_000.0);
            assert!((200..300).contains(&status), "{status}: {}", String::from_utf8_lossy(connection.body()));
        }
        Series::new(took).median()
    }
}

fn filed() -> Value {
    json!({"project_id": 1, "subject": "No handshake", "description": "It stopped at noon.", "customer_name": "Alice",
        "customer_email": "alice@example.net"})
}

/// A program elsewhere that takes everything; answers its port.
fn receiver(heard: &Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = heard.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            heard.fetch_add(1, Ordering::Relaxed);
            std::thread::spawn(move || take(stream));
        }
    });
    port
}

fn take(mut stream: TcpStream) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut read = BufReader::new(stream.try_clone().ok()?);
    let (mut line, mut length) = (String::new(), 0);
    while read.read_line(&mut line).ok()? > 2 {
        let told = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        length = told.and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(length);
        line.clear();
    }
    let mut body = Vec::new();
    read.take(length).read_to_end(&mut body).ok()?;
    stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").ok()
}
