//! Replies, notes and the trail of a ticket, as integrators see them.

use gatehouse::base::Role;
use gatehouse::base::clock::MINUTE;
use serde_json::{Value, json};

use super::shared::{Desk, path, wrong};

#[tokio::test]
async fn a_reply_of_staff_is_the_first_response_and_a_customers_reopens() {
    let desk = Desk::open().await;
    let ticket = desk.ticket(json!({})).await;
    let replies = format!("{}/replies", path(&ticket));
    desk.instance.later(MINUTE);
    let body = json!({"userId": desk.agent_id, "content": "On it."});
    let reply = desk.send("POST", &replies, body).await.with(201);
    let expected = json!({"id": reply["id"], "ticketId": ticket["id"], "userId": desk.agent_id, "content": "On it.",
        "isInternal": false, "createdAt": "2026-05-06T12:01:00.000Z"});
    assert_eq!(reply, expected);
    assert_eq!(reply["id"].as_str().map(str::len), Some(36));
    let now = desk.get(&path(&ticket)).await;
    assert_eq!((&now["status"], &now["firstResponseAt"]), (&json!("in_progress"), &json!("2026-05-06T12:01:00.000Z")));
    desk.patch(&ticket, json!({"status": "resolved"})).await.with(200);
    let body = json!({"userId": desk.customer_id, "content": "Still broken."});
    desk.send("POST", &replies, body.clone()).await.with(201);
    assert_eq!(desk.get(&path(&ticket)).await["status"], "open");
    desk.patch(&ticket, json!({"status": "closed"})).await.with(200);
    desk.send("POST", &replies, body).await.with(409);
    let listed = desk.get(&replies).await;
    let who: Vec<&Value> = listed.as_array().unwrap().iter().map(|reply| &reply["userId"]).collect();
    assert_eq!(who, [&json!(desk.agent_id), &json!(desk.customer_id)]);
}

#[tokio::test]
async fn a_key_names_active_staff_or_the_tickets_own_customer() {
    let desk = Desk::open().await;
    let ticket = desk.ticket(json!({})).await;
    let other = desk.instance.person("other@example.org", Role::Customer);
    let gone = desk.instance.person("gone@example.org", Role::Agent);
    desk.instance.sql(&format!("update users set is_active = 0 where id = {gone}"));
    let (other, gone) = (desk.instance.user_uuid(other), desk.instance.user_uuid(gone));
    for user in [json!(null), json!("x"), json!("00000000-0000-7000-8000-000000000000"), json!(other), json!(gone)] {
        for end in ["replies", "notes"] {
            let body = json!({"userId": user, "content": "x"});
            let told = wrong(desk.send("POST", &format!("{}/{end}", path(&ticket)), body).await);
            assert_eq!(told, ["userId"], "{end} {user}");
        }
    }
    let told = wrong(desk.send("POST", &format!("{}/replies", path(&ticket)), json!({"content": " "})).await);
    assert_eq!(told, ["content", "userId"]);
    for (end, internal) in [("notes", json!(null)), ("replies", json!(true))] {
        let body = json!({"userId": desk.customer_id, "content": "x", "isInternal": internal});
        assert_eq!(wrong(desk.send("POST", &format!("{}/{end}", path(&ticket)), body).await), ["userId"]);
    }
}

#[tokio::test]
async fn a_session_speaks_for_itself_unless_it_is_an_admins() {
    let desk = Desk::open().await;
    let replies = format!("{}/replies", path(&desk.ticket(json!({})).await));
    let admin_id = desk.instance.user_uuid(1);
    let said = async |caller, user: Value| {
        let body = json!({"userId": user, "content": "x"});
        desk.instance.send(caller, "POST", &replies, Some(body)).await
    };
    assert_eq!(said(&desk.agent, Value::Null).await.with(201)["userId"], json!(desk.agent_id));
    assert_eq!(said(&desk.agent, json!(desk.agent_id)).await.with(201)["userId"], json!(desk.agent_id));
    assert_eq!(wrong(said(&desk.agent, json!(admin_id)).await), ["userId"]);
    assert_eq!(said(&desk.admin, json!(desk.agent_id)).await.with(201)["userId"], json!(desk.agent_id));
    said(&desk.customer, Value::Null).await.with(403);
}

#[tokio::test]
async fn a_note_is_never_shown_to_customers_whatever_it_says_of_itself() {
    let desk = Desk::open().await;
    let ticket = desk.ticket(json!({})).await;
    let (notes, replies) = (format!("{}/notes", path(&ticket)), format!("{}/replies", path(&ticket)));
    let body = json!({"userId": desk.agent_id, "content": "Aardvark", "isPrivate": false});
    let open = desk.send("POST", &notes, body).await.with(201);
    let expected = json!({"id": open["id"], "ticketId": ticket["id"], "userId": desk.agent_id, "content": "Aardvark",
        "isPrivate": false, "createdAt": "2026-05-06T12:00:00.000Z"});
    assert_eq!(open, expected);
    let body = json!({"userId": desk.agent_id, "content": "Badger", "isInternal": true});
    assert_eq!(desk.send("POST", &replies, body).await.with(201)["isInternal"], true);
    let body = json!({"userId": desk.agent_id, "content": "Cheetah"});
    desk.send("POST", &replies, body).await.with(201);
    let column = |listed: &Value, name: &str| -> Vec<Value> {
        listed.as_array().unwrap().iter().map(|row| row[name].clone()).collect()
    };
    let listed = desk.get(&notes).await;
    assert_eq!(column(&listed, "content"), ["Aardvark", "Badger"]);
    assert_eq!(column(&listed, "isPrivate"), [false, true]);
    let listed = desk.get(&replies).await;
    assert_eq!(column(&listed, "content"), ["Aardvark", "Badger", "Cheetah"]);
    assert_eq!(column(&listed, "isInternal"), [true, true, false]);
    for path in ["/api/tickets/1", "/v1/tickets/1", "/api/tickets?search=aardvark", "/api/tickets?search=badger"] {
        let shown = desk.instance.send(&desk.customer, "GET", path, None).await;
        let text = shown.text();
        assert_eq!(shown.status, 200, "{path}");
        assert!(!text.contains("Aardvark") && !text.contains("Badger") && !text.contains("note"), "{path}: {text}");
    }
}

#[tokio::test]
async fn the_trail_names_the_user_and_the_key() {
    let desk = Desk::open().await;
    let ticket = desk.ticket(json!({})).await;
    let replies = format!("{}/replies", path(&ticket));
    desk.send("POST", &replies, json!({"userId": desk.agent_id, "content": "x"})).await.with(201);
    desk.instance.send(&desk.agent, "PATCH", &path(&ticket), Some(json!({"priority": "low"}))).await.with(200);
    let trail = desk.get(&format!("{}/activities", path(&ticket))).await;
    let rows: Vec<_> = trail
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (row["action"].as_str().unwrap(), row["userId"].clone(), row["oldValue"].clone(), row["newValue"].clone())
        })
        .collect();
    let (admin, agent) = (json!(desk.instance.user_uuid(1)), json!(desk.agent_id));
    let none = Value::Null;
    let expected = [
        ("created", admin, none.clone(), json!("open")),
        ("replied", agent.clone(), none.clone(), none),
        ("status_changed", agent.clone(), json!("open"), json!("in_progress")),
        ("priority_changed", agent, json!("medium"), json!("low")),
    ];
    assert_eq!(rows, expected);
    for (row, by_key) in trail.as_array().unwrap().iter().zip([true, true, true, false]) {
        assert_eq!(row["ticketId"], ticket["id"]);
        let key = (row.get("apiKeyId").cloned(), row.get("apiKeyName").cloned());
        let expected = (Some(json!(desk.key_id)), Some(json!("integration")));
        assert_eq!(key, if by_key { expected } else { (None, None) });
    }
    // The audit log names whoever the key belongs to, not whom it named.
    let log = desk.instance.send(&desk.admin, "GET", "/api/audit", None).await.with(200);
    let replied = log.as_array().unwrap().iter().find(|row| row["action"] == "ticket_replied").unwrap();
    assert_eq!(replied["actor"], "admin@example.org");
}

#[tokio::test]
async fn a_conversation_goes_on_behind_its_link() {
    let desk = Desk::open().await;
    let replies = format!("{}/replies", path(&desk.ticket(json!({})).await));
    for text in ["one", "two", "three"] {
        desk.send("POST", &replies, json!({"userId": desk.agent_id, "content": text})).await.with(201);
    }
    let first = desk.instance.send(&desk.key, "GET", &format!("{replies}?limit=2"), None).await;
    let link = first.headers["link"].to_str().unwrap().to_owned();
    let next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap();
    let rest = desk.instance.send(&desk.key, "GET", next, None).await;
    assert!(!rest.headers.contains_key("link"));
    assert_eq!(
        (first.with(200)[1]["content"].clone(), rest.with(200)[0]["content"].clone()),
        (json!("two"), json!("three"))
    );
}

#[tokio::test]
async fn a_list_is_no_body_even_where_its_items_would_fit_the_fields() {
    let desk = Desk::open().await;
    for (method, path) in [("POST", "/api/tickets"), ("POST", "/api/agent-groups"), ("POST", "/api/companies")] {
        for body in [json!([]), json!(["name", null]), json!(["a", "b", "c", "d"])] {
            let refused = desk.send(method, path, body).await.with(400);
            assert_eq!(refused["error"], "The body must be a JSON object.");
        }
    }
    let group = desk.send("POST", "/api/agent-groups", json!({"name": "Night"})).await.with(201);
    let path = format!("/api/agent-groups/{}", group["id"].as_str().unwrap());
    desk.send("PATCH", &path, json!(["Day", null])).await.with(400);
    assert_eq!(desk.get(&path).await["name"], "Night");
}

#[tokio::test]
async fn a_body_that_is_no_json_says_what_was_expected_and_where() {
    let desk = Desk::open().await;
    for (body, why) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        (r#"{"name": "Night""#, "EOF while parsing an object at line 1 column 16"),
        ("{\"name\":\n \"Night\",}", "trailing comma at line 2 column 10"),
        (r#"{"name": "Night"} {}"#, "trailing characters at line 1 column 19"),
        ("[1", "EOF while parsing a list at line 1 column 2"),
    ] {
        let media = Some("application/json");
        let refused = desk.instance.send_raw(&desk.key, "POST", "/api/agent-groups", media, body).await.with(400);
        assert_eq!(refused["error"], format!("The body is not valid JSON: {why}."), "{body}");
    }
    assert_eq!(desk.get("/api/agent-groups").await, json!([]));
}
