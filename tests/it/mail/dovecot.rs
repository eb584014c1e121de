//! Mailboxes of Debian's Dovecot on loopback: what is read, marked as read, and never taken twice.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use gatehouse::imap::Mailbox;
use gatehouse::jobs::{Source, take_mails};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::Post;
use crate::space::{has, run};

/// A server with one mailbox, `help`.
pub struct Dovecot {
    folder: TempDir,
    server: Child,
    pub port: u16,
    mail: (u32, u32),
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // It ends its own children.
        let ended = Command::new("kill").arg(self.server.id().to_string()).status();
        assert!(ended.is_ok() && self.server.wait().is_ok());
    }
}

impl Dovecot {
    /// `None` where there is no Dovecot, or nobody who may start it.
    pub async fn start(test: &str) -> Option<Self> {
        if !rustix::process::geteuid().is_root() || !has("dovecot") {
            println!("skipped: {test} needs root and dovecot");
            return None;
        }
        let folder = TempDir::new().unwrap();
        let place = folder.path().display();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let number = |flag: &str| run("id", &[flag, "mail"]).trim().parse::<u32>().unwrap();
        let mail = (number("-u"), number("-g"));
        let configuration = format!(
            "protocols = imap\nlisten = 127.0.0.1\nssl = no\ndisable_plaintext_auth = no\nbase_dir = {place}/run\n\
             state_dir = {place}/state\nlog_path = {place}/log\nfirst_valid_uid = 1\nfirst_valid_gid = 1\n\
             mail_location = maildir:{place}/mail\nservice imap-login {{\n  inet_listener imap {{\n    port = {port}\n  }}\n  \
             inet_listener imaps {{\n    port = 0\n  }}\n}}\npassdb {{\n  driver = static\n  args = password=secret\n}}\n\
             userdb {{\n  driver = static\n  args = uid={} gid={} home={place}/mail\n}}\n",
            mail.0, mail.1
        );
        for name in ["mail", "mail/new", "mail/cur", "mail/tmp"] {
            let path = folder.path().join(name);
            fs::create_dir(&path).unwrap();
            chown(&path, Some(mail.0), Some(mail.1)).unwrap();
        }
        let file = folder.path().join("dovecot.conf");
        fs::write(&file, configuration).unwrap();
        let mut server = Command::new("dovecot");
        server.args(["-F", "-c"]).arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
        let server = server.spawn().unwrap();
        let dovecot = Self { folder, server, port, mail };
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        Some(dovecot)
    }

    pub fn mailbox(&self, password: &str) -> Mailbox {
        Mailbox::parse(&format!("imap://help:{password}@127.0.0.1:{}/INBOX", self.port)).unwrap()
    }

    /// Puts a mail into the mailbox.
    pub fn deliver(&self, name: &str, raw: &str) {
        let path = self.folder.path().join("mail/new").join(name);
        fs::write(&path, raw).unwrap();
        chown(&path, Some(self.mail.0), Some(self.mail.1)).unwrap();
    }

    /// Where a mail lies by now.
    fn find(&self, name: &str) -> PathBuf {
        let all = fs::read_dir(self.folder.path().join("mail/cur")).unwrap().map(|entry| entry.unwrap().path());
        all.into_iter().find(|path| file_name(path).starts_with(name)).unwrap()
    }

    fn is_read(&self, name: &str) -> bool {
        file_name(&self.find(name)).split_once(":2,").unwrap().1.contains('S')
    }

    /// Makes a mail unread, as if the process had died before it said that it had read it.
    fn unread(&self, name: &str) {
        let path = self.find(name);
        fs::rename(&path, path.with_file_name(format!("{name}:2,"))).unwrap();
    }
}

fn file_name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

async fn tickets(post: &Post) -> Value {
    post.send(&post.admin, "GET", "/api/tickets", Value::Null).await.with(200)["total"].clone()
}

#[tokio::test]
async fn mails_of_a_mailbox_become_tickets_once_and_are_marked_as_read_afterwards() {
    let Some(dovecot) = Dovecot::start("a mailbox").await else { return };
    let post = Post::start().await;
    dovecot.deliver("1", "From: a@example.org\r\nSubject: One\r\n\r\nFirst.\r\n");
    dovecot.deliver("2", "From: b@example.org\r\nSubject: Two\r\n\r\nSecond.\r\n");
    dovecot.deliver("3", "Subject: from nobody\r\n\r\nThird.\r\n");
    let mailbox = dovecot.mailbox("secret");
    let source = Source::from(mailbox.clone());
    let mut reading = mailbox.open().await.unwrap();
    take_mails(&post.instance.app, &source, &mut reading).await.unwrap();
    assert_eq!(tickets(&post).await, 2);
    assert_eq!(["1", "2", "3"].map(|name| dovecot.is_read(name)), [true, true, false]);
    dovecot.unread("1");
    let mut again = mailbox.open().await.unwrap();
    assert_eq!(again.unread().await.unwrap().len(), 2);
    take_mails(&post.instance.app, &source, &mut again).await.unwrap();
    assert_eq!((tickets(&post).await, dovecot.is_read("1")), (json!(2), true), "what was taken is not taken again");
    dovecot.deliver("4", "From: a@example.org\r\nSubject: Four\r\n\r\nFourth.\r\n");
    take_mails(&post.instance.app, &source, &mut again).await.unwrap();
    assert_eq!(tickets(&post).await, 3, "an open mailbox shows what comes in");
}

#[tokio::test]
async fn a_mailbox_that_does_not_let_us_in_says_so() {
    let Some(dovecot) = Dovecot::start("a wrong password").await else { return };
    let refused = dovecot.mailbox("wrong").open().await.unwrap_err();
    assert!(refused.contains("refused the user name or password: it says “"), "{refused}");
    assert!(!refused.contains("wrong") && !refused.contains("Some("), "{refused}");
}

#[test]
fn a_mailbox_elsewhere_is_read_with_tls_alone() {
    for wrong in
        ["imap://a:b@imap.example.org/INBOX?tls=maybe", "imaps://imap.example.org", "https://a:b@example.org", "x"]
    {
        assert!(Mailbox::parse(wrong).is_err(), "{wrong}");
    }
    let mailbox = Mailbox::parse("imaps://help%40example.org:p%3Aw@imap.example.org/Help%20desk?project=vpn").unwrap();
    assert_eq!(mailbox.name(), "help@example.org@imap.example.org:993/Help desk");
    assert_eq!(mailbox.project.as_deref(), Some("vpn"));
}
