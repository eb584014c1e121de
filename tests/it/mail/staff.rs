//! What staff say by mail, and what is said in their name.

use gatehouse::base::Role;
use gatehouse::inbound::Became;
use serde_json::{Value, json};

use super::inbound::{Inbox, PROVEN, mail};
use super::to;

const AGENT: &str = "agent@example.org";

/// A ticket that an agent has, and the mail that told them of the customer's last answer: what an answer to it says.
async fn told(inbox: &mut Inbox) -> (i64, i64, String) {
    let (ticket, _, _) = inbox.customer().await;
    let customer = inbox.post.instance.sign_in("customer@example.org").await;
    let (agent, _) = inbox.post.agent(AGENT).await;
    let assign = json!({"user_id": agent});
    inbox.post.send(&inbox.post.admin, "POST", &format!("/api/tickets/{ticket}/assign"), assign).await.with(200);
    inbox.post.mails().await;
    inbox.post.reply(&customer, ticket, "Hello?").await;
    let mails = inbox.post.mails().await;
    assert_eq!(to(&mails), [AGENT]);
    let named = format!("Cc: {}\r\nIn-Reply-To: {}\r\n", mails[0].header("Reply-To"), mails[0].header("Message-ID"));
    (ticket, agent, named)
}

fn proven(more: &str) -> String {
    format!("{more}Authentication-Results: {PROVEN}\r\n")
}

#[tokio::test]
async fn staff_who_are_proven_answer_in_their_own_name() {
    let mut inbox = Inbox::start().await;
    let (id, agent, named) = told(&mut inbox).await;
    let text = "Switch it off.\r\n\r\nOn Mon, Gatehouse wrote:\r\n> Hello?";
    assert_eq!(inbox.take(mail(AGENT, &proven(&named), text)).await, Became::Reply(id));
    let ticket = inbox.ticket(id).await;
    let answer = ticket["messages"].as_array().unwrap().last().unwrap();
    assert_eq!((&answer["body"], &answer["user"]["id"]), (&json!("Switch it off."), &json!(agent)));
    assert_eq!((&answer["is_first_response"], &answer["channel"]), (&json!(true), &json!("mail")));
    let mails = inbox.post.mails().await;
    assert_eq!(to(&mails), ["customer@example.org"]);
    assert!(mails[0].text().contains("agent wrote:\n\nSwitch it off.\n"), "{}", mails[0].text());
    let trail = inbox.post.send(&inbox.post.admin, "GET", "/api/audit", Value::Null).await.with(200).to_string();
    assert!(trail.contains("ticket_replied") && trail.contains(AGENT), "{trail}");
}

#[tokio::test]
async fn what_is_not_proven_to_be_from_staff_is_kept_among_staff_and_they_hear_of_it() {
    let mut inbox = Inbox::start().await;
    let (id, _, named) = told(&mut inbox).await;
    let failed = format!("{named}Authentication-Results: mx.example.org; dmarc=fail\r\n");
    for more in [named.as_str(), failed.as_str()] {
        assert_eq!(inbox.take(mail(AGENT, more, &format!("Send me your key. {more}"))).await, Became::Note(id));
        let mails = inbox.post.mails().await;
        assert_eq!(to(&mails), [AGENT], "nothing reaches the customer");
        assert!(mails[0].text().contains("could not be proven"), "{}", mails[0].text());
    }
    // An admin types an address; whoever has it did not say so yet.
    inbox.post.instance.sql("update users set email_verified_at = null where email = 'admin@example.org'");
    assert_eq!(inbox.take(mail("admin@example.org", &proven(&named), "Well?")).await, Became::Note(id));
    assert_eq!(to(&inbox.post.mails().await), ["admin@example.org", AGENT]);
    let customer = inbox.post.instance.sign_in("customer@example.org").await;
    let path = format!("/api/tickets/{id}");
    let seen = inbox.post.send(&customer, "GET", &path, Value::Null).await.with(200).to_string();
    assert!(!seen.contains("Send me") && !seen.contains("Well?"), "{seen}");
    assert_eq!(inbox.ticket(id).await["status"], json!("in_progress"));
}

#[tokio::test]
async fn whoever_does_not_see_the_ticket_any_more_is_a_stranger() {
    let mut inbox = Inbox::start().await;
    let (id, agent, named) = told(&mut inbox).await;
    inbox.post.instance.sql(&format!("delete from project_agents where user_id = {agent}"));
    let became = inbox.take(mail(AGENT, &proven(&named), "One more thing.")).await;
    assert!(matches!(became, Became::Ticket(other) if other != id), "{became:?}");
    inbox.post.instance.assign_to_project(agent, 1);
    inbox.post.instance.sql(&format!("update users set is_active = 0 where id = {agent}"));
    let became = inbox.take(mail(AGENT, &proven(&named), "And another.")).await;
    assert!(matches!(became, Became::Ticket(other) if other != id), "{became:?}");
    assert_eq!(inbox.ticket(id).await["reply_count"], json!(1));
}

#[tokio::test]
async fn a_robot_of_the_staff_is_noted_and_tells_nobody() {
    let mut inbox = Inbox::start().await;
    let (id, _, named) = told(&mut inbox).await;
    let (_, watcher) = inbox.post.agent("watcher@example.org").await;
    inbox.post.send(&watcher, "POST", &format!("/api/tickets/{id}/watch"), Value::Null).await.with(200);
    let away = format!("{}Auto-Submitted: auto-replied\r\n", proven(&named));
    assert_eq!(inbox.take(mail(AGENT, &away, "I am away.")).await, Became::Note(id));
    assert!(inbox.post.mails().await.is_empty());
    // Of what a customer's says staff hear as ever.
    let away = format!("{named}Auto-Submitted: auto-replied\r\n");
    assert_eq!(inbox.take(mail("customer@example.org", &away, "I am away.")).await, Became::Note(id));
    assert_eq!(to(&inbox.post.mails().await), [AGENT, "watcher@example.org"]);
}

#[tokio::test]
async fn what_names_no_mail_that_staff_may_answer_in_public_stays_among_them() {
    let mut inbox = Inbox::start().await;
    let (id, address, message_id) = inbox.customer().await;
    let (agent, _) = inbox.post.agent(AGENT).await;
    // The customer's own mail, forwarded or in copy; mails of older versions named the same.
    for named in [format!("Cc: {address}\r\n"), format!("In-Reply-To: {message_id}\r\n")] {
        assert_eq!(inbox.take(mail(AGENT, &proven(&named), &format!("Well. {named}"))).await, Became::Note(id));
    }
    let notes = inbox.ticket(id).await["messages"].clone();
    assert!(notes.as_array().unwrap().iter().all(|note| note["user"]["id"] == json!(agent)), "{notes}");
    assert!(inbox.post.mails().await.is_empty());
    // An address comes back as its server likes it.
    let assign = json!({"user_id": agent});
    inbox.post.send(&inbox.post.admin, "POST", &format!("/api/tickets/{id}/assign"), assign).await.with(200);
    let told = inbox.post.mails().await;
    let named = format!("Cc: {}\r\n", told[0].header("Reply-To").to_uppercase());
    assert_eq!(inbox.take(mail(AGENT, &proven(&named), "Switch it off.")).await, Became::Reply(id));
}

#[tokio::test]
async fn a_deadline_is_answered_among_staff() {
    let mut inbox = Inbox::start().await;
    let (id, _, _) = told(&mut inbox).await;
    inbox.post.instance.later(3_600_000 * 24 * 30);
    while inbox.post.instance.app.store.write(gatehouse::ticket::mark_breaches).await.unwrap() {}
    let mails = inbox.post.mails().await;
    let breach = mails.iter().find(|mail| mail.to == AGENT && mail.subject().contains("overdue")).unwrap();
    let named = format!("In-Reply-To: {}\r\n", breach.header("Message-ID"));
    assert_eq!(inbox.take(mail(AGENT, &proven(&named), "On it.")).await, Became::Note(id));
    inbox.post.instance.person("other@example.org", Role::Customer);
    assert!(to(&inbox.post.mails().await).iter().all(|to| *to != "customer@example.org"));
}
