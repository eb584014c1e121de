//! Whose the tickets are that mails open, and what becomes of answers to those that are closed.

use gatehouse::base::Role;
use gatehouse::inbound::Became;
use serde_json::{Value, json};

use super::inbound::{Inbox, PROVEN, mail};
use crate::app::Caller;

async fn close(inbox: &Inbox, ticket: i64) {
    let path = format!("/api/tickets/{ticket}/status");
    inbox.post.send(&inbox.post.admin, "POST", &path, json!({"status": "closed"})).await.with(200);
}

#[tokio::test]
async fn an_answer_to_a_closed_ticket_goes_on_in_a_new_one_beside_it() {
    let mut inbox = Inbox::start().await;
    let customer = inbox.post.instance.signed_in("customer@example.org", Role::Customer).await;
    let project = json!({"name": "Second", "slug": "second"});
    let project = inbox.post.send(&inbox.post.admin, "POST", "/api/admin/projects", project).await.with(201);
    let project = project["project"]["id"].as_i64().unwrap();
    let body = json!({"project_id": project, "subject": "Help", "description": "It stopped."});
    let made = inbox.post.send(&customer, "POST", "/api/tickets", body).await.with(201);
    let id = made["ticket"]["id"].as_i64().unwrap();
    let receipt = inbox.post.mails().await.remove(0);
    close(&inbox, id).await;
    let named = format!("Cc: {}\r\n", receipt.header("Reply-To"));
    let proven = format!(
        "Authentication-Results: {PROVEN}\r\nSubject: Re: {}\r\n",
        made["ticket"]["ticket_number"].as_str().map(|number| format!("[{number}] Help")).unwrap()
    );
    let numbered = mail("customer@example.org", &proven, "And again.").replace("Subject: Help\r\n", "");
    for raw in [mail("customer@example.org", &named, "Once more."), numbered] {
        let Became::Ticket(next) = inbox.take(raw).await else { panic!() };
        assert_ne!(next, id);
        let ticket = inbox.ticket(next).await;
        assert_eq!((&ticket["project"]["id"], &ticket["creator"]["name"]), (&json!(project), &json!("customer")));
        let path = format!("/api/tickets/{}", inbox.post.instance.ticket_uuid(next));
        let more = inbox.post.send(&inbox.post.admin, "PATCH", &path, json!({})).await.with(200);
        assert_eq!(more["linkedTicketIds"], json!([inbox.post.instance.ticket_uuid(id)]));
        inbox.post.send(&customer, "GET", &format!("/api/tickets/{next}"), Value::Null).await.with(200);
    }
    // What takes no tickets any more takes none of these.
    let path = format!("/api/admin/projects/{project}");
    inbox.post.send(&inbox.post.admin, "PUT", &path, json!({"is_active": false})).await.with(200);
    let Became::Ticket(next) = inbox.take(mail("customer@example.org", &named, "Still.")).await else { panic!() };
    assert_eq!(inbox.ticket(next).await["project"]["id"], json!(1));
    assert_eq!(inbox.ticket(id).await["status"], json!("closed"));
}

#[tokio::test]
async fn whoever_proves_an_address_later_owns_what_its_mails_opened() {
    let mut inbox = Inbox::start().await;
    let Became::Ticket(id) = inbox.take(mail("new@example.org", "", "It stopped.")).await else { panic!() };
    inbox.post.mails().await;
    inbox.post.instance.later(60_000);
    let body = json!({"name": "New", "email": "new@example.org", "password": "correct horse",
        "password_confirmation": "correct horse"});
    let begun = inbox.post.send(&Caller::default(), "POST", "/api/auth/register", body).await.with(201);
    let caller = Caller::bearer(begun["access_token"].as_str().unwrap());
    let path = format!("/api/tickets/{id}");
    inbox.post.send(&caller, "GET", &path, Value::Null).await.with(404);
    let mails = inbox.post.mails().await;
    let text = mails[0].text();
    let token = text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap();
    let token = json!({"token": token});
    inbox.post.send(&Caller::default(), "POST", "/api/auth/verify", token).await.with(200);
    inbox.post.send(&caller, "GET", &path, Value::Null).await.with(200);
    // What comes afterwards may be anybody's.
    inbox.post.instance.later(60_000);
    let Became::Ticket(other) = inbox.take(mail("new@example.org", "", "Send me a key.")).await else { panic!() };
    let path = format!("/api/admin/users/{}", begun["user"]["id"]);
    inbox.post.send(&inbox.post.admin, "PUT", &path, json!({"name": "Newer"})).await.with(200);
    inbox.post.send(&caller, "GET", &format!("/api/tickets/{other}"), Value::Null).await.with(404);
    assert_eq!(inbox.ticket(other).await["creator"], Value::Null);
}

#[tokio::test]
async fn whoever_answers_the_receipt_of_a_mail_that_was_not_proven_owns_its_ticket() {
    let mut inbox = Inbox::start().await;
    let customer = inbox.post.instance.signed_in("customer@example.org", Role::Customer).await;
    inbox.post.instance.later(60_000);
    let Became::Ticket(id) = inbox.take(mail("customer@example.org", "", "It stopped.")).await else { panic!() };
    let path = format!("/api/tickets/{id}");
    inbox.post.send(&customer, "GET", &path, Value::Null).await.with(404);
    let receipt = inbox.post.mails().await.remove(0);
    let named = format!("Cc: {}\r\n", receipt.header("Reply-To"));
    assert_eq!(inbox.take(mail("customer@example.org", &named, "Still.")).await, Became::Reply(id));
    let seen = inbox.post.send(&customer, "GET", &path, Value::Null).await.with(200);
    assert_eq!(seen["ticket"]["messages"][0]["user"]["name"], json!("customer"));
    let listed = inbox.post.send(&customer, "GET", "/api/tickets?search=stopped", Value::Null).await.with(200);
    assert_eq!(listed["total"], json!(1), "{listed}");
}
