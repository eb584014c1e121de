//! Who is told of what: the other side, whoever has or watches a ticket, never the one who did it, never a customer of a note.

use gatehouse::base::Role;
use gatehouse::ticket;
use gatehouse::vpn::report::tell_of_silence;
use serde_json::{Value, json};

use super::{Post, to};
use crate::app::Caller;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

#[tokio::test]
async fn an_answer_of_staff_reaches_the_customer_and_the_staff_concerned_but_not_its_author() {
    let mut post = Post::start_with(&["--mail-inbound", "help@example.org"]).await;
    let customer = post.instance.signed_in("customer@example.org", Role::Customer).await;
    let (first, agent) = post.agent("agent@example.org").await;
    let (_, watcher) = post.agent("watcher@example.org").await;
    let ticket = post.ticket(&customer, "No handshake").await;
    let receipt = post.mails().await;
    assert_eq!(to(&receipt), ["customer@example.org"]);
    assert_eq!(receipt[0].subject(), "[SUPP-2026-00001] No handshake");
    post.send(&watcher, "POST", &format!("/api/tickets/{ticket}/watch"), Value::Null).await.with(200);
    post.send(&post.admin, "POST", &format!("/api/tickets/{ticket}/assign"), json!({"user_id": first})).await.with(200);
    assert_eq!(to(&post.mails().await), ["agent@example.org"]);
    post.reply(&agent, ticket, "Switch it **off** and on.").await;
    let mails = post.mails().await;
    assert_eq!(to(&mails), ["customer@example.org", "watcher@example.org"]);
    assert_eq!(mails[0].subject(), "Re: [SUPP-2026-00001] No handshake");
    assert!(mails[0].text().contains("agent wrote:\n\nSwitch it off and on."), "{}", mails[0].text());
    assert!(mails[0].html().contains("<strong>off</strong>"), "{}", mails[0].html());
    assert!(mails[0].header("From").starts_with("Support <support@example.org>"), "{}", mails[0].header("From"));
    let thread = receipt[0].header("In-Reply-To");
    assert!(thread.len() > 20 && thread == mails[0].header("References"), "{thread}");
    let back = receipt[0].header("Reply-To");
    assert!(back.starts_with(&format!("help+{ticket}.")) && back.ends_with("@example.org"), "{back}");
    assert_eq!(back, mails[0].header("Reply-To"));
    post.reply(&customer, ticket, "It works.").await;
    assert_eq!(to(&post.mails().await), ["agent@example.org", "watcher@example.org"]);
}

#[tokio::test]
async fn a_note_reaches_staff_and_never_the_customer() {
    let mut post = Post::start().await;
    let customer = post.instance.signed_in("customer@example.org", Role::Customer).await;
    let (first, _) = post.agent("agent@example.org").await;
    let ticket = post.ticket(&customer, "Help").await;
    post.send(&customer, "POST", &format!("/api/tickets/{ticket}/watch"), Value::Null).await.with(200);
    post.send(&post.admin, "POST", &format!("/api/tickets/{ticket}/assign"), json!({"user_id": first})).await.with(200);
    post.mails().await;
    let note = json!({"body": "He is a nuisance.", "type": "note"});
    post.send(&post.admin, "POST", &format!("/api/tickets/{ticket}/messages"), note).await.with(201);
    let mails = post.mails().await;
    assert_eq!(to(&mails), ["agent@example.org"]);
    assert!(mails[0].text().contains("which customers do not see"));
}

#[tokio::test]
async fn staff_who_do_not_see_a_ticket_any_more_hear_nothing_of_it() {
    let mut post = Post::start().await;
    let customer = post.instance.signed_in("customer@example.org", Role::Customer).await;
    let ticket = post.ticket(&customer, "Help").await;
    for email in ["away@example.org", "gone@example.org", "narrow@example.org"] {
        let (_, agent) = post.agent(email).await;
        post.send(&agent, "POST", &format!("/api/tickets/{ticket}/watch"), Value::Null).await.with(200);
    }
    post.mails().await;
    post.instance
        .sql("delete from project_agents where user_id = (select id from users where email = 'away@example.org')");
    post.instance.sql("update users set is_active = 0 where email = 'gone@example.org'");
    post.instance.sql("update users set ticket_scope = 'assigned' where email = 'narrow@example.org'");
    post.reply(&customer, ticket, "Hello?").await;
    assert_eq!(to(&post.mails().await), Vec::<&str>::new());
}

#[tokio::test]
async fn what_strangers_can_set_off_holds_none_of_their_words_and_comes_once_a_day() {
    let mut post = Post::start().await;
    let body = json!({"name": "Buy now", "email": "victim@example.org", "password": "correct horse",
        "password_confirmation": "correct horse"});
    let begun = post.send(&Caller::default(), "POST", "/api/auth/register", body).await.with(201);
    let stranger = Caller::bearer(begun["access_token"].as_str().unwrap());
    post.ticket(&stranger, "Buy now at evil.example").await;
    post.ticket(&stranger, "Buy now at evil.example").await;
    let mails = post.mails().await;
    let received: Vec<_> = mails.iter().filter(|mail| mail.subject().starts_with("[SUPP")).collect();
    assert_eq!((mails.len(), received.len()), (2, 1), "the verification, and one receipt");
    assert!(mails.iter().all(|mail| !mail.raw.contains("Buy now")), "{}", received[0].raw);
    post.instance.later(DAY + 1);
    let next = post.send(&stranger, "POST", "/api/auth/refresh", Value::Null).await.with(200);
    let stranger = Caller::bearer(next["access_token"].as_str().unwrap());
    post.ticket(&stranger, "Buy now at evil.example").await;
    assert_eq!(post.mails().await.len(), 1);
    let pair = post.instance.key_pair(&post.instance.sign_in("admin@example.org").await, 1).await;
    let filed =
        json!({"subject": "Buy now", "description": "d", "customer_email": "other@example.org", "customer_name": "n"});
    post.send(&pair, "POST", "/api/external/tickets", filed).await.with(201);
    assert!(post.mails().await.is_empty());
}

#[tokio::test]
async fn a_customer_is_told_once_that_the_ticket_is_resolved_and_asked_to_rate() {
    let mut post = Post::start().await;
    let customer = post.instance.signed_in("customer@example.org", Role::Customer).await;
    let ticket = post.ticket(&customer, "Help").await;
    post.mails().await;
    let status = async |post: &Post, caller: &Caller, word: &str| {
        let path = format!("/api/tickets/{ticket}/status");
        post.send(caller, "POST", &path, json!({"status": word})).await.with(200);
    };
    status(&post, &post.admin, "resolved").await;
    let mails = post.mails().await;
    assert_eq!(to(&mails), ["customer@example.org"]);
    assert!(mails[0].text().contains("How did we do?"), "{}", mails[0].text());
    status(&post, &post.admin, "closed").await;
    status(&post, &customer, "open").await;
    status(&post, &post.admin, "resolved").await;
    assert!(post.mails().await.is_empty());
    status(&post, &customer, "closed").await;
    assert!(post.mails().await.is_empty(), "who closes it knows");
}

#[tokio::test]
async fn people_choose_what_they_get_and_in_which_language() {
    let mut post = Post::start_with(&["--mail-language", "de"]).await;
    let customer = post.instance.signed_in("customer@example.org", Role::Customer).await;
    let shown = post.send(&customer, "GET", "/api/me/notifications", Value::Null).await.with(200);
    let all = json!({"reply_to_customer": true, "ticket_received": true, "ticket_resolved": true});
    assert_eq!(shown, json!({"language": null, "mails": all}));
    let ticket = post.ticket(&customer, "Hilfe").await;
    assert!(post.mails().await[0].text().starts_with("Guten Tag"));
    let choice = json!({"language": "en", "mails": {"ticket_received": false}});
    let chosen = post.send(&customer, "PUT", "/api/me/notifications", choice).await.with(200);
    assert_eq!((&chosen["language"], &chosen["mails"]["ticket_received"]), (&json!("en"), &json!(false)));
    post.ticket(&customer, "Hilfe").await;
    assert!(post.mails().await.is_empty());
    post.reply(&post.admin, ticket, "Ja").await;
    assert!(post.mails().await[0].text().contains("admin wrote:"));
    for wrong in
        [json!({"language": "fr"}), json!({"mails": {"reset": false}}), json!({"mails": {"sla_breach": false}})]
    {
        post.send(&customer, "PUT", "/api/me/notifications", wrong).await.with(422);
    }
    let back = json!({"language": null, "mails": {"ticket_received": true}});
    assert_eq!(post.send(&customer, "PUT", "/api/me/notifications", back).await.with(200), shown);
}

#[tokio::test]
async fn staff_are_warned_of_a_deadline_and_told_when_it_is_missed() {
    let mut post = Post::start().await;
    let customer = post.instance.signed_in("customer@example.org", Role::Customer).await;
    let (first, _) = post.agent("agent@example.org").await;
    post.agent("other@example.org").await;
    let ticket = post.ticket(&customer, "Help").await;
    post.mails().await;
    let warn = async |post: &Post| while post.instance.app.store.write(ticket::warn_of_deadlines).await.unwrap() {};
    // Four hours for the first answer.
    post.instance.later(210 * MINUTE - 1);
    warn(&post).await;
    assert!(post.mails().await.is_empty());
    post.instance.later(1);
    warn(&post).await;
    let mails = post.mails().await;
    assert_eq!(to(&mails), ["agent@example.org", "other@example.org"], "nobody has it yet");
    assert!(mails[0].text().contains("due at 2026-05-06 16:00 UTC"), "{}", mails[0].text());
    warn(&post).await;
    assert!(post.mails().await.is_empty(), "once");
    let admin = post.instance.sign_in("admin@example.org").await;
    post.send(&admin, "POST", &format!("/api/tickets/{ticket}/assign"), json!({"user_id": first})).await.with(200);
    post.mails().await;
    post.instance.later(30 * MINUTE + 1);
    while post.instance.app.store.write(ticket::mark_breaches).await.unwrap() {}
    let mails = post.mails().await;
    assert_eq!((to(&mails), mails[0].subject().contains("overdue")), (vec!["agent@example.org"], true));
}

#[tokio::test]
async fn admins_are_told_once_of_a_server_that_falls_silent() {
    let mut post = Post::start().await;
    let agent = post.instance.agent(&post.admin, "la").await;
    let report = json!({"server_id": "la", "ping_ms": 12.4, "transfer_rx": 1, "transfer_tx": 2, "peers": 5});
    let reply = post.send(&agent, "POST", "/api/report", report).await;
    assert!(reply.status.is_success(), "{}", reply.text());
    post.instance.later(5 * MINUTE);
    post.instance.app.store.write(tell_of_silence).await.unwrap();
    assert!(post.mails().await.is_empty());
    post.instance.later(1);
    for expected in [1, 0] {
        post.instance.app.store.write(tell_of_silence).await.unwrap();
        let mails = post.mails().await;
        assert_eq!(mails.len(), expected);
        assert!(mails.iter().all(|mail| mail.to == "admin@example.org" && mail.subject() == "la is offline"));
    }
}

#[tokio::test]
async fn admins_are_told_once_of_a_quota_that_is_used_up_and_again_when_it_was_raised() {
    let mut post = Post::start().await;
    let agent = post.instance.agent(&post.admin, "la").await;
    let peer = post.instance.peer(&post.admin, "la", json!({"name": "phone", "quotaBytes": 1_000})).await;
    let path = format!("/api/wg-clients/la/{}", peer["id"].as_str().unwrap());
    let report = async |post: &Post, rx: u64| {
        let stats = json!([{"public_key": peer["publicKey"], "rx": rx, "tx": 1}]);
        let body = json!({"server_id": "la", "ping_ms": 1, "transfer_rx": 1, "transfer_tx": 1, "epoch": 7, "seq": rx,
            "peer_stats": stats});
        post.send(&agent, "POST", "/api/report", body).await.with(200);
        gatehouse::jobs::tell_of_spent(&post.instance.app).await.unwrap();
    };
    for (rx, subject) in [(10, None), (2_000, Some("la/phone has used up its quota")), (3_000, None)] {
        post.instance.later(1_000);
        report(&post, rx).await;
        let mails = post.mails().await;
        assert_eq!(mails.first().map(|mail| mail.subject()).as_deref(), subject, "{rx}");
    }
    post.send(&post.admin, "PUT", &path, json!({"quotaBytes": 4_000})).await.with(200);
    for (rx, expected) in [(3_500, 0), (5_000, 1)] {
        post.instance.later(1_000);
        report(&post, rx).await;
        assert_eq!(post.mails().await.len(), expected, "{rx}");
    }
}

#[tokio::test]
async fn a_name_or_subject_with_line_breaks_never_makes_a_header() {
    let mut post = Post::start().await;
    let customer = post.instance.signed_in("customer@example.org", Role::Customer).await;
    let ticket = post.ticket(&customer, "Help").await;
    post.instance.sql("update users set name = 'A' || char(13, 10) || 'Bcc: all@example.org' where role = 'customer'");
    post.instance.sql("update projects set name = 'P' || char(10) || 'X-Evil: 1'");
    post.instance.sql("update tickets set subject = 'S' || char(13, 10) || 'X-Evil: 2'");
    post.mails().await;
    post.reply(&post.admin, ticket, "Hi").await;
    let mails = post.mails().await;
    assert_eq!(to(&mails), ["customer@example.org"]);
    assert_eq!((mails[0].header("X-Evil"), mails[0].header("Bcc")), (String::new(), String::new()));
    assert!(mails[0].subject().contains("S X-Evil: 2"));
}
