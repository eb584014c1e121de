//! A mail server on loopback that outlives who talks to it: a mailbox that mails are fetched from (IMAP, RFC 3501), and somewhere
//! to send to (SMTP, RFC 5321); as much of both as one client needs.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A mail in the mailbox.
struct Lying {
    raw: Vec<u8>,
    is_read: bool,
}

#[derive(Default)]
struct Shared {
    lying: Mutex<Vec<Lying>>,
    sent: Mutex<Vec<String>>,
}

/// Both servers.
#[derive(Clone)]
pub struct Post {
    shared: Arc<Shared>,
    /// The mailbox's port.
    pub imap: u16,
    /// The port that mails are sent to.
    pub smtp: u16,
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(shared: &Arc<Shared>, talk: fn(TcpStream, &Shared) -> Option<()>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let shared = shared.clone();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let shared = shared.clone();
            let _nodelay = stream.set_nodelay(true);
            thread::spawn(move || talk(stream, &shared));
        }
    });
    port
}

impl Post {
    /// Starts both, which end with this process.
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        Self { imap: serve(&shared, imap), smtp: serve(&shared, smtp), shared }
    }

    /// What makes `serve` use both.
    pub fn flags(&self) -> Vec<String> {
        let (imap, smtp) =
            (format!("imap://help:secret@127.0.0.1:{}/INBOX", self.imap), format!("smtp://127.0.0.1:{}", self.smtp));
        let flags = ["--imap-url", &imap, "--smtp-url", &smtp, "--mail-from", "support@example.org"];
        [&flags[..], &["--mail-inbound", "help@example.org"]].concat().into_iter().map(str::to_owned).collect()
    }

    /// Puts a mail into the mailbox.
    pub fn deliver(&self, raw: String) {
        held(&self.shared.lying).push(Lying { raw: raw.into_bytes(), is_read: false });
    }

    /// How many mails in the mailbox are unread.
    pub fn unread(&self) -> usize {
        held(&self.shared.lying).iter().filter(|mail| !mail.is_read).count()
    }

    /// Makes all mails unread.
    pub fn forget(&self) {
        held(&self.shared.lying).iter_mut().for_each(|mail| mail.is_read = false);
    }

    /// Everything that was sent, whole.
    pub fn sent(&self) -> Vec<String> {
        held(&self.shared.sent).clone()
    }

    /// How much was sent.
    pub fn count(&self) -> usize {
        held(&self.shared.sent).len()
    }
}

fn imap(stream: TcpStream, shared: &Shared) -> Option<()> {
    let mut write = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    write.write_all(b"* OK ready\r\n").ok()?;
    while let Some(Ok(line)) = lines.next() {
        let (tag, command) = line.split_once(' ')?;
        let words: Vec<&str> = command.split(' ').collect();
        let numbers =
            || words.get(2).into_iter().flat_map(|text| text.split(',')).filter_map(|one| one.parse::<usize>().ok());
        let mut answer: Vec<u8> = match (words[0].to_uppercase().as_str(), words.get(1).copied().unwrap_or_default()) {
            ("CAPABILITY", _) => b"* CAPABILITY IMAP4rev1\r\n".to_vec(),
            ("SELECT", _) => {
                let count = held(&shared.lying).len();
                let text = "* FLAGS (\\Seen)\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] for good\r\n";
                format!("* {count} EXISTS\r\n{text}").into_bytes()
            }
            ("UID", "SEARCH") => {
                let lying = held(&shared.lying);
                let unread = lying.iter().enumerate().filter(|(_, mail)| !mail.is_read);
                let numbers: String = unread.map(|(at, _)| format!(" {}", at + 1)).collect();
                format!("* SEARCH{numbers}\r\n").into_bytes()
            }
            ("UID", "FETCH") => {
                let lying = held(&shared.lying);
                let mut all = Vec::new();
                for uid in numbers() {
                    let raw = &lying.get(uid.checked_sub(1)?)?.raw;
                    let size = raw.len();
                    if command.contains("SIZE") {
                        all.extend(format!("* {uid} FETCH (UID {uid} RFC822.SIZE {size})\r\n").into_bytes());
                    } else {
                        let head = format!("* {uid} FETCH (UID {uid} BODY[] {{{size}}}\r\n");
                        all.extend([head.as_bytes(), raw, b")\r\n"].concat());
                    }
                }
                all
            }
            ("UID", "STORE") => {
                let mut lying = held(&shared.lying);
                for uid in numbers() {
                    lying.get_mut(uid.checked_sub(1)?)?.is_read = true;
                }
                Vec::new()
            }
            _ => Vec::new(),
        };
        answer.extend_from_slice(format!("{tag} OK done\r\n").as_bytes());
        write.write_all(&answer).ok()?;
    }
    Some(())
}

fn smtp(stream: TcpStream, shared: &Shared) -> Option<()> {
    let mut write = stream.try_clone().ok()?;
    let mut read = BufReader::new(stream);
    write.write_all(b"220 post ESMTP\r\n").ok()?;
    let mut line = String::new();
    while read.read_line(&mut line).ok()? > 0 {
        let answer = match line.split([' ', '\r']).next().unwrap_or_default().to_uppercase().as_str() {
            "EHLO" => "250-post\r\n250 8BITMIME",
            "DATA" => {
                write.write_all(b"354 go on\r\n").ok()?;
                held(&shared.sent).push(data(&mut read)?);
                "250 kept"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).ok()?;
        line.clear();
    }
    Some(())
}

/// A mail up to its end; one that breaks off was not sent.
fn data(read: &mut impl BufRead) -> Option<String> {
    let (mut raw, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if read.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(raw);
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
