//! That mails arrive: once where all goes well, again where it does not, in order, and never silently not at all.

use gatehouse::base::Role;
use gatehouse::jobs::deliver_mail;
use gatehouse::notify;
use serde_json::{Value, json};

use super::{Post, to};
use crate::app::{Caller, Instance};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

#[tokio::test]
async fn a_mail_is_delivered_once_and_its_link_is_not_kept() {
    let mut post = Post::start_with(&["--public-url", "https://vpn.example.org"]).await;
    post.instance.person("a@example.org", Role::Customer);
    post.forget("a@example.org").await;
    let waiting = post.outbox("?state=waiting").await;
    assert_eq!((&waiting[0]["template"], &waiting[0]["attempts"]), (&json!("reset"), &json!(0)));
    let mails = post.mails().await;
    assert_eq!((to(&mails), mails[0].from.as_str()), (vec!["a@example.org"], "support@example.org"));
    assert!(mails[0].text().contains("https://vpn.example.org/reset-password?token="), "{}", mails[0].text());
    let html = mails[0].html().replace("&#x2f;", "/");
    assert!(html.contains("<a href=\"https://vpn.example.org/reset-password?token="), "{html}");
    assert_eq!(mails[0].header("Auto-Submitted"), "auto-generated");
    assert_eq!(mails[0].header("X-Auto-Response-Suppress"), "All");
    assert_eq!(mails[0].header("Precedence"), "bulk");
    assert_eq!(mails[0].header("List-Id") + &mails[0].header("List-Unsubscribe"), "", "a link is no list");
    assert!(post.mails().await.is_empty());
    let delivered = post.outbox("").await;
    assert_eq!((&delivered[0]["state"], &delivered[0]["attempts"]), (&json!("delivered"), &json!(1)));
    assert_eq!(delivered[0]["delivered_at"], json!("2026-05-06T12:00:00Z"));
    assert!(!Value::from(delivered.clone()).to_string().contains("token="));
    let path = format!("/api/outbox/{}/replay", delivered[0]["uuid"].as_str().unwrap());
    post.send(&post.admin, "POST", &path, Value::Null).await.with(409);
}

#[tokio::test]
async fn the_job_sends_a_mail_as_soon_as_it_is_queued() {
    let mut post = Post::start().await;
    post.instance.person("a@example.org", Role::Customer);
    let jobs = tokio::spawn(gatehouse::jobs::run(post.instance.app.clone()));
    post.forget("a@example.org").await;
    assert_eq!(post.sink.next().await.to, "a@example.org");
    post.instance.app.stopping.cancel();
    jobs.await.unwrap();
}

#[tokio::test]
async fn what_the_server_puts_off_is_tried_again_after_a_minute_and_then_twice_as_late() {
    let mut post = Post::start().await;
    post.instance.person("a@example.org", Role::Customer);
    post.forget("a@example.org").await;
    for (attempts, next) in [(1, "2026-05-06T12:01:00Z"), (2, "2026-05-06T12:03:00Z"), (3, "2026-05-06T12:07:00Z")] {
        post.sink.refuse("450 4.2.0 greylisted");
        assert!(post.mails().await.is_empty());
        let shown = &post.outbox("?state=waiting").await[0];
        assert_eq!((&shown["attempts"], &shown["next_attempt_at"]), (&json!(attempts), &json!(next)));
        assert!(shown["error"].as_str().unwrap().contains("greylisted"), "{shown}");
        let wait = MINUTE << (attempts - 1);
        post.instance.later(wait - 1);
        assert!(post.mails().await.is_empty(), "not before its time");
        post.instance.later(1);
    }
    assert_eq!(to(&post.mails().await), ["a@example.org"]);
    assert_eq!(post.outbox("").await[0]["error"], Value::Null);
}

#[tokio::test]
async fn what_the_server_refuses_is_given_up_and_goes_out_again_when_an_admin_says_so() {
    let mut post = Post::start().await;
    let customer = post.instance.signed_in("a@example.org", Role::Customer).await;
    post.ticket(&customer, "Help").await;
    post.sink.refuse("550 5.1.1 no such user");
    assert!(post.mails().await.is_empty());
    let failed = post.outbox("?state=failed").await;
    assert_eq!((failed.len(), &failed[0]["next_attempt_at"]), (1, &Value::Null));
    assert!(failed[0]["error"].as_str().unwrap().contains("no such user"));
    post.instance.later(DAY);
    assert!(post.mails().await.is_empty());
    let admin = post.instance.sign_in("admin@example.org").await;
    let path = format!("/api/outbox/{}/replay", failed[0]["uuid"].as_str().unwrap());
    let again = post.send(&admin, "POST", &path, Value::Null).await.with(200);
    assert_eq!((&again["mail"]["state"], &again["mail"]["attempts"]), (&json!("waiting"), &json!(0)));
    assert_eq!(to(&post.mails().await), ["a@example.org"]);
}

#[tokio::test]
async fn a_mail_that_went_out_before_the_process_died_goes_out_again_as_the_same_mail() {
    let mut post = Post::start().await;
    post.instance.person("a@example.org", Role::Customer);
    post.forget("a@example.org").await;
    let app = post.instance.app.clone();
    let sender = app.sender();
    let due = app.store.read(move |conn| notify::due(conn, &sender, 10)).await.unwrap();
    let sent = app.mailer.as_ref().unwrap().send(due[0].letter.as_ref().unwrap()).await;
    assert_eq!(sent.outcome(), notify::Outcome::Delivered);
    let first = post.sink.received();
    // Nothing was written down of it.
    let flags = post.sink.flags();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    post.instance = post.instance.restarted(&flags).await;
    let second = post.mails().await;
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(first[0].header("Message-ID"), second[0].header("Message-ID"));
}

#[tokio::test]
async fn an_address_gets_the_mails_of_a_ticket_in_their_order_and_holds_up_nobody_else() {
    let mut post = Post::start().await;
    let customer = post.instance.signed_in("a@example.org", Role::Customer).await;
    let (_, watcher) = post.agent("watcher@example.org").await;
    let ticket = post.ticket(&customer, "Help").await;
    post.send(&watcher, "POST", &format!("/api/tickets/{ticket}/watch"), Value::Null).await.with(200);
    post.sink.refuse("450 4.2.0 later");
    assert!(post.mails().await.is_empty(), "the receipt waits");
    post.reply(&post.admin, ticket, "first").await;
    post.reply(&post.admin, ticket, "second").await;
    let mails = post.mails().await;
    assert_eq!(to(&mails), ["watcher@example.org", "watcher@example.org"]);
    assert!(mails[0].text().contains("first") && mails[1].text().contains("second"));
    post.instance.later(MINUTE);
    let mails = post.mails().await;
    assert_eq!(to(&mails), ["a@example.org"; 3]);
    assert!(mails[1].text().contains("first") && mails[2].text().contains("second"));
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_costs_one_mail_an_attempt_and_says_where_it_should_be() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("smtp://{gone}");
    let flags = ["--rate-limit", "off", "--smtp-url", &url, "--mail-from", "support@example.org"];
    let instance = Instance::start_with(&flags);
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    for email in ["a@example.org", "b@example.org"] {
        instance.person(email, Role::Customer);
        let body = json!({"email": email});
        instance.send(&Caller::default(), "POST", "/api/auth/forgot-password", Some(body)).await.with(200);
    }
    assert!(!deliver_mail(&instance.app).await.unwrap());
    let shown = instance.send(&admin, "GET", "/api/outbox", None).await.with(200);
    assert_eq!((&shown["mails"][0]["attempts"], &shown["mails"][1]["attempts"]), (&json!(0), &json!(1)));
    let error = shown["mails"][1]["error"].as_str().unwrap();
    assert!(error.contains(&gone.to_string()) && error.contains("cannot be reached"), "{error}");
    let tested = instance.send(&admin, "POST", "/api/mail/test", None).await.with(200);
    assert_eq!(tested["sent"], json!(false));
    assert!(tested["message"].as_str().unwrap().contains("cannot be reached"), "{tested}");
}

#[tokio::test]
async fn a_server_that_lets_in_two_at_once_gets_them_all_and_no_attempt_is_counted() {
    let mut post = Post::start().await;
    post.sink.let_in(2);
    let addresses: Vec<String> = (10..35).map(|n| format!("a{n}@example.org")).collect();
    for address in &addresses {
        post.instance.person(address, Role::Customer);
        post.forget(address).await;
    }
    assert_eq!(to(&post.mails().await), addresses);
    for mail in post.outbox("?per_page=100").await {
        assert_eq!((&mail["state"], &mail["attempts"]), (&json!("delivered"), &json!(1)));
    }
}

#[tokio::test]
async fn what_waited_for_three_days_is_given_up() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Customer);
    let body = json!({"email": "a@example.org"});
    instance.send(&Caller::default(), "POST", "/api/auth/forgot-password", Some(body)).await.with(200);
    let admin = instance.person("admin@example.org", Role::Admin);
    assert!(admin > 0 && deliver_mail(&instance.app).await.unwrap(), "without a mail server it waits");
    let state = async || {
        let admin = instance.sign_in("admin@example.org").await;
        instance.app.store.write(notify::purge).await.unwrap();
        instance.send(&admin, "GET", "/api/outbox", None).await.with(200)["mails"][0]["state"].clone()
    };
    instance.later(3 * DAY);
    assert_eq!(state().await, json!("waiting"));
    instance.later(1);
    assert_eq!(state().await, json!("failed"));
    instance.later(30 * DAY + 1);
    assert_eq!(state().await, Value::Null, "and forgotten a month later");
}

#[tokio::test]
async fn nothing_goes_to_an_account_that_was_closed_meanwhile() {
    let mut post = Post::start().await;
    let user = post.instance.person("a@example.org", Role::Customer);
    post.forget("a@example.org").await;
    let path = format!("/api/admin/users/{user}");
    post.send(&post.admin, "PUT", &path, json!({"is_active": false})).await.with(200);
    assert!(post.mails().await.is_empty());
    assert_eq!(post.outbox("?state=failed").await[0]["error"], json!("The account was closed."));
}

#[tokio::test]
async fn an_admin_sends_themselves_a_mail_to_see_whether_it_works() {
    let mut post = Post::start().await;
    let tested = post.send(&post.admin, "POST", "/api/mail/test", Value::Null).await.with(200);
    assert_eq!(tested["sent"], json!(true), "{tested}");
    assert_eq!(to(&post.sink.received()), ["admin@example.org"]);
    assert!(post.outbox("").await.is_empty(), "it does not go through the outbox");
    post.sink.refuse("550 5.7.1 not from you");
    let tested = post.send(&post.admin, "POST", "/api/mail/test", Value::Null).await.with(200);
    assert!(tested["message"].as_str().unwrap().contains("not from you"), "{tested}");
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let tested = instance.send(&admin, "POST", "/api/mail/test", None).await.with(200);
    assert!(tested["message"].as_str().unwrap().contains("--smtp-url"), "{tested}");
}

#[tokio::test]
async fn the_outbox_is_read_in_pages_without_mails_about_nobody() {
    let post = Post::start().await;
    for n in 0..5 {
        post.instance.person(&format!("a{n}@example.org"), Role::Customer);
        post.forget(&format!("a{n}@example.org")).await;
        post.forget(&format!("nobody{n}@example.org")).await;
    }
    let (mut path, mut seen) = ("/api/outbox?per_page=2&state=waiting".to_owned(), Vec::new());
    loop {
        let reply = post.instance.send(&post.admin, "GET", &path, None).await;
        let link = reply.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
        let shown = reply.with(200);
        let addresses =
            shown["mails"].as_array().unwrap().iter().map(|mail| mail["address"].as_str().unwrap().to_owned());
        seen.extend(addresses);
        match link {
            Some(link) => path = link.split(['<', '>']).nth(1).unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, [4, 3, 2, 1, 0].map(|n| format!("a{n}@example.org")));
    for query in ["?state=lost", "?per_page=0", "?per_page=101", "?cursor=0"] {
        post.send(&post.admin, "GET", &format!("/api/outbox{query}"), Value::Null).await.with(422);
    }
}

#[tokio::test]
async fn what_may_be_declined_says_where_and_what_goes_to_staff_says_what_it_is_filtered_by() {
    let mut post = Post::start_with(&["--public-url", "https://vpn.example.org"]).await;
    let customer = post.instance.signed_in("a@example.org", Role::Customer).await;
    let (_, watcher) = post.agent("watcher@example.org").await;
    let ticket = post.ticket(&customer, "Help").await;
    post.send(&watcher, "POST", &format!("/api/tickets/{ticket}/watch"), Value::Null).await.with(200);
    post.reply(&post.admin, ticket, "Try again.").await;
    let mails = post.mails().await;
    assert_eq!(to(&mails), ["a@example.org", "a@example.org", "watcher@example.org"]);
    for mail in &mails {
        let to_staff = mail.to == "watcher@example.org";
        assert_eq!(mail.header("List-Id"), if to_staff { "<support.tickets.example.org>" } else { "" });
        assert_eq!(mail.header("List-Unsubscribe"), "<https://vpn.example.org/profile>");
        assert_eq!(
            (mail.header("Precedence"), mail.header("Auto-Submitted")),
            ("bulk".into(), "auto-generated".into())
        );
    }
}

#[tokio::test]
async fn whoever_wrote_an_answer_that_the_server_refused_is_told() {
    let mut post = Post::start().await;
    let customer = post.instance.signed_in("a@example.org", Role::Customer).await;
    let (_, agent) = post.agent("agent@example.org").await;
    let ticket = post.ticket(&customer, "Help").await;
    assert_eq!(post.mails().await.len(), 1);
    post.reply(&agent, ticket, "Try again.").await;
    post.sink.refuse("550 5.1.1 no such user");
    let told = post.mails().await;
    assert_eq!(to(&told), ["agent@example.org"], "who neither has the ticket nor watches it");
    assert!(told[0].text().contains("a@example.org") && told[0].text().contains("no such user"), "{}", told[0].text());
    let seen = post.send(&agent, "GET", &format!("/api/tickets/{ticket}"), Value::Null).await.with(200);
    let note = seen["ticket"]["messages"].as_array().unwrap().last().unwrap();
    assert_eq!((&note["type"], &note["channel"]), (&json!("note"), &Value::Null));
    assert!(note["body"].as_str().unwrap().contains("(550): 5.1.1 no such user"), "{note}");
    let bell = post.send(&agent, "GET", "/api/notifications", Value::Null).await.with(200).to_string();
    assert!(bell.contains("mentioned"), "{bell}");
    let theirs = post.send(&customer, "GET", &format!("/api/tickets/{ticket}"), Value::Null).await.with(200);
    assert_eq!(theirs["ticket"]["messages"].as_array().unwrap().len(), 1, "customers see no note");
    assert!(post.mails().await.is_empty());
    // What cannot be mailed to staff is no news to staff: it would go the same way.
    post.send(&agent, "POST", &format!("/api/tickets/{ticket}/watch"), Value::Null).await.with(200);
    post.send(&customer, "POST", &format!("/api/tickets/{ticket}/messages"), json!({"body": "Hello?"})).await.with(201);
    post.sink.refuse("550 5.1.1 no such user");
    assert!(post.mails().await.is_empty());
    assert_eq!(post.outbox("?state=failed").await.len(), 2);
    let seen = post.send(&agent, "GET", &format!("/api/tickets/{ticket}"), Value::Null).await.with(200);
    assert_eq!(seen["ticket"]["messages"].as_array().unwrap().len(), 3);
}
