//! A mail server on loopback that keeps what it gets, and refuses what it is told to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use mail_parser::MessageParser;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};

/// A mail that came in.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: String,
    pub raw: String,
}

impl Received {
    /// A header as it stands there, unfolded and decoded; empty where there is none.
    pub fn header(&self, name: &str) -> String {
        let mail = MessageParser::default().parse(self.raw.as_bytes()).unwrap();
        let raw = mail.header_raw(name).unwrap_or_default();
        raw.split(['\r', '\n']).map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
    }

    pub fn subject(&self) -> String {
        let mail = MessageParser::default().parse(self.raw.as_bytes()).unwrap();
        mail.subject().unwrap().to_owned()
    }

    pub fn text(&self) -> String {
        let mail = MessageParser::default().parse(self.raw.as_bytes()).unwrap();
        mail.body_text(0).unwrap().replace("\r\n", "\n")
    }

    pub fn html(&self) -> String {
        let mail = MessageParser::default().parse(self.raw.as_bytes()).unwrap();
        mail.body_html(0).unwrap().into_owned()
    }
}

/// The server.
pub struct Sink {
    pub address: SocketAddr,
    mails: mpsc::UnboundedReceiver<Received>,
    refusals: Arc<Mutex<VecDeque<&'static str>>>,
    /// How many may talk to it at once.
    seats: Arc<Semaphore>,
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (got, mails) = mpsc::unbounded_channel();
        let refusals = Arc::new(Mutex::new(VecDeque::new()));
        let refuse = refusals.clone();
        let seats = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        let free = seats.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (got, refuse, seat) = (got.clone(), refuse.clone(), free.clone().try_acquire_owned());
                tokio::spawn(async move {
                    match seat {
                        Ok(_seat) => talk(stream, got, refuse).await,
                        Err(_) => stream.write_all(b"421 4.3.2 too many connections\r\n").await.ok(),
                    }
                });
            }
        });
        Self { address, mails, refusals, seats }
    }

    /// Lets in so many at once from now on.
    pub fn let_in(&self, many: usize) {
        self.seats.forget_permits(Semaphore::MAX_PERMITS);
        self.seats.add_permits(many);
    }

    /// What makes an instance send its mails here.
    pub fn flags(&self) -> Vec<String> {
        let url = format!("smtp://{}", self.address);
        ["--rate-limit", "off", "--smtp-url", &url, "--mail-from", "support@example.org"].map(str::to_owned).to_vec()
    }

    /// Answers the next mail's recipient with this.
    pub fn refuse(&self, answer: &'static str) {
        self.refusals.lock().unwrap().push_back(answer);
    }

    /// What came in since the last look.
    pub fn received(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.mails.try_recv().ok()).collect()
    }

    /// The next mail, as soon as it comes in.
    pub async fn next(&mut self) -> Received {
        self.mails.recv().await.unwrap()
    }
}

/// RFC 5321, as far as one sender needs it.
async fn talk(
    stream: TcpStream,
    got: mpsc::UnboundedSender<Received>,
    refusals: Arc<Mutex<VecDeque<&'static str>>>,
) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut from, mut to) = (String::new(), String::new());
    write.write_all(b"220 sink ESMTP\r\n").await.ok()?;
    let inside = |line: &str| line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
    while let Some(line) = lines.next_line().await.ok()? {
        let word = line.split(' ').next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-sink\r\n250 8BITMIME".to_owned(),
            "MAIL" => {
                from = inside(&line);
                "250 ok".to_owned()
            }
            "RCPT" => {
                to = inside(&line);
                refusals.lock().unwrap().pop_front().unwrap_or("250 ok").to_owned()
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut raw = String::new();
                while let Some(line) = lines.next_line().await.ok()? {
                    if line == "." {
                        break;
                    }
                    raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                    raw.push_str("\r\n");
                }
                got.send(Received { from: from.clone(), to: to.clone(), raw }).ok()?;
                "250 kept".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    Some(())
}
