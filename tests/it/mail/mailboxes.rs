//! Mailboxes that admins add: where they may lead, what is shown of them, and how it goes with them.

use gatehouse::base::Role;
use gatehouse::imap::{Mailbox, Security};
use gatehouse::jobs;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::Post;
use super::dovecot::Dovecot;
use crate::app::Instance;
use crate::events::Follower;

const ALLOW: [&str; 2] = ["--webhook-allow", "127.0.0.1"];

fn mailbox() -> Value {
    json!({"name": "Sales", "host": "127.0.0.1", "port": 1143, "security": "none", "username": "sales@example.org",
        "password": "a secret of theirs"})
}

#[tokio::test]
async fn a_password_is_sealed_never_shown_and_asked_for_again_where_it_would_go_elsewhere() {
    let post = Post::start_with(&ALLOW).await;
    let made = post.send(&post.admin, "POST", "/api/mailboxes", mailbox()).await.with(201);
    let shown = &made["mailbox"];
    assert_eq!(
        (&shown["folder"], &shown["taken"], &shown["last_fetch_at"]),
        (&json!("INBOX"), &json!(0), &Value::Null)
    );
    let path = format!("/api/mailboxes/{}", shown["id"]);
    let renamed = post.send(&post.admin, "PATCH", &path, json!({"name": "Shop", "project_id": 1})).await.with(200);
    assert_eq!((&renamed["mailbox"]["name"], &renamed["mailbox"]["host"]), (&json!("Shop"), &json!("127.0.0.1")));
    for change in [
        json!({"host": "imap.evil.example"}),
        json!({"port": 1144}),
        json!({"username": "x"}),
        json!({"security": "tls"}),
    ] {
        let refused = post.send(&post.admin, "PATCH", &path, change.clone()).await.with(422);
        assert!(refused["details"]["password"][0].as_str().unwrap().contains("again"), "{change}: {refused}");
    }
    let other = json!({"port": 1144, "password": "another"});
    post.send(&post.admin, "PATCH", &path, other).await.with(200);
    for path in ["/api/mailboxes", &path] {
        let all = post.send(&post.admin, "GET", path, Value::Null).await.with(200).to_string();
        assert!(!all.contains("another") && !all.contains("a secret of theirs"), "{all}");
    }
    let file = std::fs::read(post.instance.directory.database()).unwrap();
    let log = std::fs::read(post.instance.directory.database().with_extension("db-wal")).unwrap_or_default();
    for needle in [b"a secret of theirs".as_slice(), b"another"] {
        assert!(![&file, &log].iter().any(|held| held.windows(needle.len()).any(|window| window == needle)));
    }
    let audit = post.send(&post.admin, "GET", "/api/audit?limit=3", Value::Null).await.with(200);
    let actions: Vec<&Value> = audit.as_array().unwrap().iter().map(|row| &row["action"]).collect();
    assert_eq!(actions, ["mailbox_updated", "mailbox_updated", "mailbox_created"]);
    post.send(&post.admin, "POST", "/api/mailboxes", json!({"port": 1144}).merged(mailbox())).await.with(409);
    post.send(&post.admin, "DELETE", &path, Value::Null).await.with(200);
    post.send(&post.admin, "GET", &path, Value::Null).await.with(404);
}

trait Merged {
    fn merged(self, under: Value) -> Value;
}

impl Merged for Value {
    fn merged(self, mut under: Value) -> Value {
        under.as_object_mut().unwrap().extend(self.as_object().unwrap().clone());
        under
    }
}

#[tokio::test]
async fn a_mailbox_leads_into_no_private_network_and_to_no_other_service() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let refused = async |more: Value| {
        let body = more.merged(json!({"security": "tls", "port": 993}).merged(mailbox()));
        instance.send(&admin, "POST", "/api/mailboxes", Some(body)).await.with(422)["details"].clone()
    };
    for host in
        ["127.0.0.1", "10.1.2.3", "::1", "0x7f.1", "2130706433", "169.254.169.254", "[::ffff:10.0.0.1]", "localhost"]
    {
        assert!(refused(json!({"host": host})).await["host"][0].is_string(), "{host}");
    }
    for host in ["imap.example.org:993", "https://example.org", "a b", "user@example.org", "example.org/x"] {
        assert!(refused(json!({"host": host})).await["host"][0].is_string(), "{host}");
    }
    for port in [0, 22, 25, 80, 65_536] {
        assert!(refused(json!({"port": port})).await["port"][0].is_string(), "{port}");
    }
    let plain = refused(json!({"host": "1.1.1.1", "security": "none", "port": 143})).await;
    assert!(plain["host"][0].as_str().unwrap().contains("TLS"), "{plain}");
    let wrong = json!({"security": "ssl", "folder": "a\nb", "username": "a\r\nb", "password": "a\nb", "name": ""});
    let fields: Vec<String> = refused(wrong).await.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["folder", "name", "password", "security", "username"]);
    assert!(refused(json!({"host": "1.1.1.1", "project_id": 77})).await["project_id"][0].is_string());
}

#[tokio::test]
async fn what_is_wrong_with_a_mailbox_is_told_to_whoever_tries_it_and_shown_with_it() {
    let post = Post::start_with(&ALLOW).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let made =
        post.send(&post.admin, "POST", "/api/mailboxes", json!({"port": free}).merged(mailbox())).await.with(201);
    let path = format!("/api/mailboxes/{}", made["mailbox"]["id"]);
    let tested = post.send(&post.admin, "POST", &format!("{path}/test"), Value::Null).await.with(200);
    assert_eq!(tested["works"], json!(false));
    assert!(tested["message"].as_str().unwrap().contains("cannot be reached"), "{tested}");
    let jobs = tokio::spawn(jobs::run(post.instance.app.clone()));
    let shown = loop {
        let shown = post.send(&post.admin, "GET", &path, Value::Null).await.with(200)["mailbox"].clone();
        if shown["last_error"].is_string() {
            break shown;
        }
        tokio::task::yield_now().await;
    };
    assert!(shown["last_error"].as_str().unwrap().contains("cannot be reached"), "{shown}");
    assert_eq!(shown["failing_since"], shown["last_fetch_at"]);
    post.instance.app.stopping.cancel();
    jobs.await.unwrap();
}

#[tokio::test]
async fn admins_alone_are_told_when_a_mailbox_begins_to_fail_and_when_it_recovers() {
    let post = Post::start_with(&ALLOW).await;
    let made = post.send(&post.admin, "POST", "/api/mailboxes", mailbox()).await.with(201);
    let id = made["mailbox"]["id"].as_i64().unwrap();
    let path = format!("/api/mailboxes/{id}");
    let instance = &post.instance;
    let agent = instance.person("follower@example.org", Role::Agent);
    instance.assign_to_project(agent, 1);
    let agent = instance.sign_in("follower@example.org").await;
    let mut followers = [Follower::new(instance, &post.admin).await, Follower::new(instance, &agent).await];
    let looked = async |error: Option<&'static str>| {
        instance.app.store.write(move |tx| gatehouse::mailbox::note(tx, id, error)).await.unwrap();
    };
    for error in [None, Some("It cannot be reached."), Some("It refuses."), None, None, Some("It refuses again.")] {
        looked(error).await;
    }
    // What it was changed to may work or not: that is to be seen.
    post.send(&post.admin, "PATCH", &path, json!({"name": "Shop"})).await.with(200);
    looked(Some("It still refuses.")).await;
    post.send(&post.admin, "DELETE", &path, Value::Null).await.with(200);
    looked(None).await;
    let [admins, _] = &mut followers;
    for (number, kind) in
        ["mailbox.failing", "mailbox.recovered", "mailbox.failing", "mailbox.recovered", "mailbox.failing"]
            .into_iter()
            .enumerate()
    {
        let heard = admins.happened().await;
        assert_eq!((heard.event.as_str(), &heard.data["content"]), (kind, &json!({"mailbox_id": id})), "{number}");
        assert_eq!((&heard.data["is_internal"], heard.data["by"].is_null()), (&json!(true), number != 3));
    }
    let body = json!({"project_id": 1, "subject": "s", "description": "d"});
    post.send(&post.admin, "POST", "/api/tickets", body).await.with(201);
    for follower in &mut followers {
        assert_eq!(follower.happened().await.event, "ticket.created");
    }
}

#[tokio::test]
async fn a_mailbox_that_is_added_is_read_at_once_and_counts_what_it_took() {
    let Some(dovecot) = Dovecot::start("a mailbox that an admin added").await else { return };
    let post = Post::start_with(&ALLOW).await;
    let project = post.send(&post.admin, "POST", "/api/admin/projects", json!({"name": "Shop"})).await.with(201);
    let jobs = tokio::spawn(jobs::run(post.instance.app.clone()));
    let project = &project["project"]["id"];
    let more = json!({"port": dovecot.port, "password": "secret", "username": "help", "project_id": project});
    let made = post.send(&post.admin, "POST", "/api/mailboxes", more.merged(mailbox())).await.with(201);
    let path = format!("/api/mailboxes/{}", made["mailbox"]["id"]);
    let tested = post.send(&post.admin, "POST", &format!("{path}/test"), Value::Null).await.with(200);
    assert_eq!(tested["works"], json!(true), "{tested}");
    // Dovecot tells by itself what comes in: nobody waits for the next look.
    for count in 1..=2 {
        dovecot.deliver(&count.to_string(), &format!("From: a@example.org\r\nSubject: {count}\r\n\r\nHello.\r\n"));
        while post.send(&post.admin, "GET", &path, Value::Null).await.with(200)["mailbox"]["taken"] != count {
            tokio::task::yield_now().await;
        }
    }
    let shown = post.send(&post.admin, "GET", &path, Value::Null).await.with(200)["mailbox"].clone();
    assert_eq!((&shown["last_error"], shown["last_fetch_at"].is_string()), (&Value::Null, true));
    let tickets = post.send(&post.admin, "GET", "/api/tickets", Value::Null).await.with(200);
    assert!(tickets["data"].as_array().unwrap().iter().all(|ticket| ticket["project"]["id"] == *project), "{tickets}");
    post.instance.app.stopping.cancel();
    jobs.await.unwrap();
}

#[tokio::test]
async fn a_mail_server_whose_address_became_our_own_is_not_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let post = Post::start_with(&["--webhook-allow", "127.0.0.1,::1"]).await;
    for host in ["127.0.0.1", "localhost"] {
        let more = json!({"port": port, "host": host}).merged(mailbox());
        post.send(&post.admin, "POST", "/api/mailboxes", more).await.with(201);
    }
    // As if the names had led elsewhere when they were saved: the operator allows nothing any more.
    let instance = post.instance.restarted(&[]).await;
    let sources = jobs::mailboxes(&instance.app).await.unwrap();
    assert_eq!(sources.len(), 2);
    let hung_up = tokio::spawn(async move {
        let mut count = 0;
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream);
            count += 1;
            if count == 3 {
                break;
            }
        }
        count
    });
    for source in sources {
        let refused = source.to.open().await.unwrap_err();
        assert!(refused.contains("may not be called"), "{}: {refused}", source.to.host);
    }
    // Whoever is allowed gets there: nobody else had been.
    let allowed = Mailbox::parse(&format!("imap://help:secret@127.0.0.1:{port}/INBOX")).unwrap();
    for _ in 0..3 {
        assert!(!hung_up.is_finished());
        allowed.open().await.unwrap_err();
    }
    assert_eq!(hung_up.await.unwrap(), 3);
}

#[tokio::test]
async fn a_server_that_does_not_begin_tls_hears_no_password() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"* OK [CAPABILITY IMAP4rev1] ready\r\n").await.unwrap();
        let (read, mut write) = stream.split();
        let (mut lines, mut heard) = (BufReader::new(read).lines(), Vec::new());
        while let Ok(Some(line)) = lines.next_line().await {
            let tag = line.split(' ').next().unwrap_or_default().to_owned();
            heard.push(line);
            if write.write_all(format!("{tag} BAD unknown\r\n").as_bytes()).await.is_err() {
                break;
            }
        }
        heard
    });
    let mailbox = Mailbox::parse(&format!("imap://help:secret@127.0.0.1:{port}/INBOX?tls=required")).unwrap();
    let refused = mailbox.open().await.unwrap_err();
    assert!(refused.contains("STARTTLS") && !refused.contains("secret"), "{refused}");
    let heard = heard.await.unwrap();
    assert!(heard.len() == 1 && heard[0].ends_with("STARTTLS"), "{heard:?}");
}

#[test]
fn urls_say_how_the_way_is_kept_secret() {
    let security = |text: &str| Mailbox::parse(text).unwrap().security;
    assert_eq!(security("imaps://a:b@imap.example.org"), Security::Tls);
    assert_eq!(security("imap://a:b@imap.example.org"), Security::StartTls);
    assert_eq!(security("imap://a:b@127.0.0.1"), Security::None);
    assert_eq!(security("imap://a:b@127.0.0.1?tls=required"), Security::StartTls);
    assert_eq!(security("imap://a:b@imap.example.org?tls=none"), Security::None);
    assert_eq!(Mailbox::parse("imap://a:b@imap.example.org").unwrap().port, 143);
}
