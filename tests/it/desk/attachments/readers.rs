//! Who may have a file: whoever may see the message that carries it.

use gatehouse::base::Role;
use gatehouse::store::{self, params};
use serde_json::{Value, json};

use super::{Desk, Form, url};
use crate::app::Caller;

#[tokio::test]
async fn a_file_is_there_for_those_who_see_its_message() {
    let desk = Desk::start().await;
    let instance = &desk.instance;
    let public = url(&desk.message(&desk.customer, Form::reply("x").text("a.txt", "public")).await, 0);
    let note = Form::reply("x").field("type", "note").text("n.txt", "secret");
    let note = url(&desk.message(&desk.agent, note).await, 0);
    instance.send(&desk.admin, "POST", "/api/admin/projects", Some(json!({"name": "Other"}))).await.with(201);
    let stranger = instance.signed_in("other@example.org", Role::Customer).await;
    let outsider = instance.signed_in("bob@example.org", Role::Agent).await;
    let (pair, foreign) = (instance.key_pair(&desk.admin, 1).await, instance.key_pair(&desk.admin, 2).await);
    let key = instance.api_key(&desk.admin, &["tickets:read"]).await;
    let blind = instance.api_key(&desk.admin, &["tickets:write"]).await;
    let narrow = json!({"name": "narrow", "scopes": ["tickets:read"], "projectId": "2"});
    let narrow = instance.send(&desk.admin, "POST", "/api/api-keys", Some(narrow)).await.with(201);
    let narrow = Caller::bearer(narrow["key"].as_str().unwrap());
    for (caller, of_public, of_note) in [
        (&desk.admin, 200, 200),
        (&desk.agent, 200, 200),
        (&desk.customer, 200, 404),
        (&stranger, 404, 404),
        (&outsider, 404, 404),
        (&pair, 200, 404),
        (&foreign, 404, 404),
        (&key, 200, 200),
        (&blind, 403, 403),
        (&narrow, 404, 404),
        (&Caller::default(), 401, 401),
        (&Caller::bearer("ag_x"), 401, 401),
    ] {
        let status = async |path: &str| desk.get(caller, path).await.status.as_u16();
        assert_eq!((status(&public).await, status(&note).await), (of_public, of_note), "{caller:?}");
    }
    let unknown = desk.get(&stranger, "/api/attachments/4000000").await.with(404);
    assert_eq!(desk.get(&stranger, &public).await.with(404), unknown);
    assert_eq!(desk.get(&desk.customer, &note).await.with(404), unknown);
    for path in ["0", "-1", "x", "1e3", "9223372036854775808"] {
        assert_eq!(desk.get(&desk.admin, &format!("/api/attachments/{path}")).await.with(404), unknown);
    }
    let shown = desk.get(&desk.customer, "/api/tickets/1").await;
    assert!(!shown.text().contains("n.txt"));
    let external = desk.get(&pair, "/api/external/tickets/SUPP-2026-00001").await.with(200);
    assert_eq!(external["ticket"]["messages"][0]["attachments"][0]["url"], json!(public));
    assert_eq!(external["ticket"]["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_agent_who_sees_less_of_a_project_gets_less() {
    let desk = Desk::start().await;
    let file = url(&desk.message(&desk.customer, Form::reply("x").text("a.txt", "a")).await, 0);
    let narrow = |scope: &'static str| {
        store::write_once(&desk.instance.directory, &desk.instance.app.clock, |tx| {
            let sql = "update users set ticket_scope = :scope where email = 'alice@example.org'";
            tx.execute(sql, params! {":scope": scope})
        })
        .unwrap();
    };
    let got = async || desk.get(&desk.agent, &file).await.status.as_u16();
    assert_eq!(got().await, 200);
    narrow("assigned");
    assert_eq!(got().await, 404);
    narrow("group");
    assert_eq!(got().await, 404);
    let path = "/api/tickets/1/assign";
    desk.instance.send(&desk.admin, "POST", path, Some(json!({"user_id": 2}))).await.with(200);
    assert_eq!(got().await, 200);
    narrow("assigned");
    assert_eq!(got().await, 200);
}

#[tokio::test]
async fn the_files_of_a_deleted_ticket_are_there_for_admins_alone() {
    let desk = Desk::start().await;
    let file = url(&desk.message(&desk.customer, Form::reply("x").text("a.txt", "a")).await, 0);
    desk.instance.send(&desk.admin, "DELETE", "/api/tickets/1", None).await.with(200);
    for (caller, status) in [(&desk.admin, 200), (&desk.agent, 404), (&desk.customer, 404)] {
        assert_eq!(desk.get(caller, &file).await.status.as_u16(), status);
    }
    desk.instance.send(&desk.admin, "POST", "/api/tickets/1/restore", None).await.with(200);
    assert_eq!(desk.get(&desk.customer, &file).await.text(), "a");
}

#[tokio::test]
async fn a_browser_gets_a_file_by_its_cookie_and_a_head_is_no_body() {
    let desk = Desk::start().await;
    let file = url(&desk.message(&desk.customer, Form::reply("x").text("a.txt", "abc")).await, 0);
    let token = desk.customer.authorization.clone().unwrap().replace("Bearer ", "");
    let cookie = Caller::default().header("cookie", &format!("gatehouse_session={token}"));
    assert_eq!(desk.get(&cookie, &file).await.text(), "abc");
    let head = desk.instance.send(&cookie, "HEAD", &file, None).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    assert_eq!(head.headers["content-length"], "3");
    let elsewhere = cookie.header("origin", "https://evil.example.org").header("host", "desk.example.org");
    let refused = desk.send(&elsewhere, "/api/tickets/1/messages", Form::reply("x").text("a.txt", "abc")).await;
    assert_eq!(refused.with(403)["error"], Value::from("This request came from another site."));
}
