//! The whole way of a mail through Debian's Postfix and Dovecot, with the program as it is installed: in, out, in again, all of it
//! behind TLS that is begun in plain text (STARTTLS) and verified.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport};
use mail_parser::MessageParser;
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::space::{has, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gatehouse");
/// Longest that a mail may take to its end, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks at what other processes do.
const LOOK: Duration = Duration::from_millis(50);

/// Addresses, and the mailbox of each.
const PEOPLE: [(&str, &str); 5] = [
    ("help@desk.example", "desk"),
    ("support@desk.example", "desk"),
    ("help@other.example", "other"),
    ("support@other.example", "other"),
    ("alice@people.example", "alice"),
];

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // They end their own children.
        let ended = Command::new("kill").arg(self.0.id().to_string()).status();
        assert!(ended.is_ok() && self.0.wait().is_ok());
    }
}

/// A Postfix that ends with the test.
struct Postfix(PathBuf);

impl Postfix {
    fn ask(&self, what: &str) {
        let mut asked = Command::new("postfix");
        asked.arg("-c").arg(&self.0).arg(what).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(asked.status().unwrap().success(), "postfix {what}");
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.ask("stop");
    }
}

/// A mail server for three domains.
struct Servers {
    _postfix: Postfix,
    _dovecot: Running,
    folder: TempDir,
    smtp: u16,
    imap: u16,
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let began = std::time::Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(LOOK).await;
    }
}

/// A root of its own, and a certificate for this machine that it signed.
fn certify(folder: &Path) {
    fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    let at = |name: &str| folder.join(name).display().to_string();
    let new = |arguments: &[&str]| run("openssl", &[&["req", "-newkey", "rsa:2048", "-nodes"], arguments].concat());
    new(&["-x509", "-keyout", &at("ca.key"), "-out", &at("ca.pem"), "-subj", "/CN=root", "-days", "2"]);
    new(&["-keyout", &at("key.pem"), "-out", &at("request"), "-subj", "/CN=localhost"]);
    let signed = ["x509", "-req", "-days", "2", "-CAcreateserial", "-in", &at("request"), "-CA", &at("ca.pem")]
        .map(str::to_owned);
    let rest = ["-CAkey", &at("ca.key"), "-out", &at("cert.pem"), "-extfile", &at("names")].map(str::to_owned);
    let all: Vec<&str> = signed.iter().chain(&rest).map(String::as_str).collect();
    run("openssl", &all);
}

impl Servers {
    /// `None` where they are not installed, or nobody may start them.
    async fn start(test: &str) -> Option<Self> {
        let missing = ["postfix", "dovecot", "openssl"].into_iter().find(|tool| !has(tool));
        if !rustix::process::geteuid().is_root() || missing.is_some() {
            println!("skipped: {test} needs root, and {}", missing.unwrap_or("nothing else"));
            return None;
        }
        let folder = TempDir::new().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        certify(folder.path());
        let number = |flag: &str, who: &str| run("id", &[flag, who]).trim().parse::<u32>().unwrap();
        let (user, group) = (number("-u", "mail"), number("-g", "mail"));
        for name in ["conf", "queue", "data", "mail"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        chown(folder.path().join("data"), Some(number("-u", "postfix")), None).unwrap();
        chown(folder.path().join("mail"), Some(user), Some(group)).unwrap();
        let (smtp, imap) = (free_port(), free_port());
        let place = folder.path().display();
        let people: String = PEOPLE.iter().map(|(address, mailbox)| format!("{address} {mailbox}/\n")).collect();
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
        write("conf/people", people);
        write(
            "conf/main.cf",
            format!(
                "compatibility_level = 3.6\nqueue_directory = {place}/queue\ndata_directory = {place}/data\n\
                 command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmail_owner = postfix\n\
                 setgid_group = postdrop\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mx.desk.example\n\
                 mydestination =\nmynetworks = 127.0.0.0/8\nvirtual_mailbox_base = {place}/mail\n\
                 virtual_mailbox_domains = desk.example, other.example, people.example\n\
                 virtual_mailbox_maps = texthash:{place}/conf/people\nvirtual_minimum_uid = 1\n\
                 virtual_uid_maps = static:{user}\nvirtual_gid_maps = static:{group}\nrecipient_delimiter = +\n\
                 maillog_file = {place}/log\nmaillog_file_prefixes = {place}\nalias_maps =\nalias_database =\n\
                 default_transport = error:nowhere else\nsmtpd_tls_cert_file = {place}/cert.pem\n\
                 smtpd_tls_key_file = {place}/key.pem\nsmtpd_tls_security_level = may\n"
            ),
        );
        let services = [
            "pickup unix n - n 60 1 pickup",
            "cleanup unix n - n - 0 cleanup",
            "qmgr unix n - n 300 1 qmgr",
            "tlsmgr unix - - n 1000? 1 tlsmgr",
            "rewrite unix - - n - - trivial-rewrite",
            "bounce unix - - n - 0 bounce",
            "defer unix - - n - 0 bounce",
            "trace unix - - n - 0 bounce",
            "proxymap unix - - n - - proxymap",
            "error unix - - n - - error",
            "retry unix - - n - - error",
            "virtual unix - n n - - virtual",
            "anvil unix - - n - 1 anvil",
            "postlog unix-dgram n - n - 1 postlogd",
        ];
        write("conf/master.cf", format!("127.0.0.1:{smtp} inet n - n - - smtpd\n{}\n", services.join("\n")));
        write(
            "dovecot.conf",
            format!(
                "protocols = imap\nlisten = 127.0.0.1\nssl = required\nssl_cert = <{place}/cert.pem\nssl_key = <{place}/key.pem\n\
                 base_dir = {place}/run\nstate_dir = {place}/state\nlog_path = {place}/log.imap\nfirst_valid_uid = 1\n\
                 first_valid_gid = 1\nmail_location = maildir:{place}/mail/%n\nservice imap-login {{\n  inet_listener imap {{\n    \
                 port = {imap}\n  }}\n  inet_listener imaps {{\n    port = 0\n  }}\n}}\npassdb {{\n  driver = static\n  \
                 args = password=secret\n}}\nuserdb {{\n  driver = static\n  args = uid={user} gid={group} home={place}/mail/%n\n}}\n"
            ),
        );
        let began =
            |command: &mut Command| Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let postfix = Postfix(folder.path().join("conf"));
        postfix.ask("start");
        let dovecot = began(Command::new("dovecot").args(["-F", "-c"]).arg(folder.path().join("dovecot.conf")));
        for port in [smtp, imap] {
            let connects = async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok();
            until("the mail server listens", connects).await;
        }
        Some(Self { _postfix: postfix, _dovecot: dovecot, folder, smtp, imap })
    }

    /// What lies in a mailbox.
    fn mails(&self, mailbox: &str) -> Vec<String> {
        let folders = ["new", "cur"].map(|name| self.folder.path().join("mail").join(mailbox).join(name));
        let files = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
        let read = |path: PathBuf| fs::read(path).ok().map(|raw| String::from_utf8_lossy(&raw).into_owned());
        files.filter_map(|entry| read(entry.unwrap().path())).collect()
    }

    /// The mail in a mailbox that says this.
    async fn arrived(&self, mailbox: &str, words: &str) -> String {
        let says = |raw: &String| text(raw).contains(words);
        until(words, async || self.mails(mailbox).into_iter().find(says)).await
    }

    fn send(&self, from: &str, to: &str, raw: String) {
        let parsed = |address: &str| address.parse().unwrap();
        let envelope = Envelope::new(Some(parsed(from)), vec![parsed(to)]).unwrap();
        let transport = SmtpTransport::builder_dangerous("127.0.0.1").port(self.smtp).build();
        transport.send_raw(&envelope, raw.as_bytes()).unwrap();
    }

    /// Whether Postfix has nothing under way.
    fn is_idle(&self) -> bool {
        let folders =
            ["incoming", "active", "deferred", "maildrop"].map(|name| self.folder.path().join("queue").join(name));
        folders
            .iter()
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flatten()
            .flatten()
            .all(|entry| entry.path().is_dir())
    }
}

fn text(raw: &str) -> String {
    let mail = MessageParser::default().parse(raw.as_bytes()).unwrap();
    mail.body_text(0).unwrap_or_default().replace("\r\n", "\n")
}

fn header(raw: &str, name: &str) -> String {
    let mail = MessageParser::default().parse(raw.as_bytes()).unwrap();
    mail.header_raw(name).unwrap_or_default().trim().to_owned()
}

/// A Gatehouse of a domain.
struct Desk {
    _serve: Running,
    url: String,
    token: String,
    client: Client,
}

impl Desk {
    async fn start(servers: &Servers, name: &str) -> Self {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let data = servers.folder.path().join(format!("gatehouse-{name}"));
        let mut create = Command::new(PROGRAM);
        create.args(["create-admin", "--email", "admin@example.org", "--password-stdin", "--data-dir"]).arg(&data);
        let mut create = create.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        create.stdin.take().unwrap().write_all(b"correct horse").unwrap();
        assert!(create.wait().unwrap().success());
        let mut serve = Command::new(PROGRAM);
        serve.args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off", "--data-dir"]).arg(&data);
        serve.arg(format!("--smtp-url=smtp://localhost:{}?tls=required", servers.smtp));
        serve.arg(format!("--imap-url=imap://{name}:secret@localhost:{}/INBOX?tls=required", servers.imap));
        serve.arg(format!("--mail-from=support@{name}.example")).arg(format!("--mail-inbound=help@{name}.example"));
        let log = fs::File::create(servers.folder.path().join(format!("log.{name}"))).unwrap();
        serve.env("SSL_CERT_FILE", servers.folder.path().join("ca.pem")).stdout(Stdio::piped()).stderr(log);
        let mut serve = Running(serve.spawn().unwrap());
        let mut lines = BufReader::new(serve.0.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| line.unwrap().strip_prefix("listening on ").map(str::to_owned)).unwrap();
        let mut desk = Self { _serve: serve, url, token: String::new(), client: Client::new() };
        let signed_in = json!({"email": "admin@example.org", "password": "correct horse"});
        desk.token = desk.ask("POST", "/api/login", signed_in).await["token"].as_str().unwrap().to_owned();
        desk
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        let mut asked = self.client.request(method.parse().unwrap(), format!("{}{path}", self.url));
        if !self.token.is_empty() {
            asked = asked.bearer_auth(&self.token);
        }
        if !body.is_null() {
            asked = asked.json(&body);
        }
        let answer = asked.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, Value::Null).await
    }

    /// Waits until there are so many tickets; answers the newest one's number.
    async fn tickets(&self, count: i64) -> i64 {
        let found = async || {
            let all = self.get("/api/tickets").await;
            (all["total"] == count).then(|| all["data"][0]["id"].as_i64().unwrap())
        };
        until("as many tickets", found).await
    }

    async fn ticket(&self, id: i64) -> Value {
        self.get(&format!("/api/tickets/{id}")).await["ticket"].clone()
    }

    async fn reply(&self, id: i64, text: &str) {
        self.ask("POST", &format!("/api/tickets/{id}/messages"), json!({"body": text})).await;
    }

    /// How many mails it wrote; all of them have left.
    async fn wrote(&self) -> usize {
        let left = async || {
            let all = self.get("/api/outbox?per_page=100").await["mails"].as_array().unwrap().clone();
            all.iter().all(|mail| mail["state"] == "delivered").then_some(all.len())
        };
        until("all mails left", left).await
    }
}

fn from_alice(to: &str, more: &str, text: &str) -> String {
    format!("From: Alice <alice@people.example>\r\nTo: {to}\r\nSubject: No handshake\r\n{more}\r\n{text}\r\n")
}

#[tokio::test]
async fn a_mail_becomes_a_ticket_its_answer_a_mail_and_the_answer_to_that_the_same_ticket() {
    let Some(servers) = Servers::start("the whole way of a mail").await else { return };
    let desk = Desk::start(&servers, "desk").await;
    let asks = from_alice("help@desk.example", "Message-ID: <1@people.example>\r\n", "Nothing since noon.");
    servers.send("alice@people.example", "help@desk.example", asks);
    let id = desk.tickets(1).await;
    desk.reply(id, "Please switch it off and on.").await;
    let answer = servers.arrived("alice", "switch it off").await;
    let (to, thread) = (header(&answer, "Reply-To"), header(&answer, "Message-ID"));
    assert!(to.starts_with(&format!("help+{id}.")) && to.ends_with("@desk.example"), "{to}");
    let answers = from_alice(
        &to,
        &format!("In-Reply-To: {thread}\r\n"),
        "It works, thank you.\r\n\r\nOn Monday, Support wrote:\r\n> Please switch it off and on.",
    );
    servers.send("alice@people.example", &to, answers);
    let ticket = until("the answer", async || {
        let ticket = desk.ticket(id).await;
        (ticket["reply_count"] == 2).then_some(ticket)
    })
    .await;
    let last = ticket["messages"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["body"], &last["channel"]), (&json!("It works, thank you."), &json!("mail")));
    assert!(last["mail"]["quoted"].as_str().unwrap().ends_with("> Please switch it off and on."), "{last}");
    desk.tickets(1).await;
    // A receipt and an answer, and nobody is told of what they wrote themselves.
    assert_eq!((desk.wrote().await, servers.mails("alice").len()), (2, 2));
    for raw in servers.mails("alice") {
        assert!(header(&raw, "Received").contains("with ESMTPS"), "it came over TLS: {raw}");
    }
}

#[tokio::test]
async fn two_desks_and_a_vacation_notice_do_not_answer_each_other() {
    let Some(servers) = Servers::start("two desks").await else { return };
    let (desk, other) = (Desk::start(&servers, "desk").await, Desk::start(&servers, "other").await);
    let filed = json!({"project_id": 1, "subject": "s", "description": "d", "customer_email": "help@other.example"});
    let id = desk.ask("POST", "/api/tickets", filed).await["ticket"]["id"].as_i64().unwrap();
    desk.reply(id, "Hello, other desk.").await;
    let theirs = other.tickets(2).await;
    other.reply(theirs, "Hello back.").await;
    desk.tickets(2).await;
    // Somebody who is away writes to one of them, and their mail program answers whatever comes.
    let asks = from_alice("help@desk.example", "", "Before I leave.");
    servers.send("alice@people.example", "help@desk.example", asks);
    let asked = desk.tickets(3).await;
    desk.reply(asked, "Have a good journey.").await;
    for words in ["", "good journey"] {
        let came = servers.arrived("alice", words).await;
        let to = header(&came, "Reply-To");
        let more = format!("Auto-Submitted: auto-replied\r\nIn-Reply-To: {}\r\n", header(&came, "Message-ID"));
        servers.send("alice@people.example", &to, from_alice(&to, &more, &format!("I am away ({words}).")));
    }
    until("both notices lie on the ticket", async || {
        let ticket = desk.ticket(asked).await;
        let notes = ticket["messages"].as_array().unwrap().iter().filter(|message| message["type"] == "note").count();
        (notes == 2).then_some(())
    })
    .await;
    until("nothing is under way", async || servers.is_idle().then_some(())).await;
    // Receipts to the other desk and to Alice, and three answers of people: no machine answered one.
    assert_eq!((desk.wrote().await, other.wrote().await), (4, 1));
    assert_eq!(servers.mails("alice").len(), 2);
    assert_eq!((desk.tickets(3).await, other.tickets(2).await), (asked, theirs));
}
