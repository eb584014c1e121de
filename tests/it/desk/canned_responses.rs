//! Texts that staff answer with.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::staffed::{Staffed, each, wrong};
use crate::app::Caller;

const PATH: &str = "/api/canned-responses";

async fn make(desk: &Staffed, caller: &Caller, title: &str, more: Value) -> Value {
    let mut body = json!({"title": title, "body": format!("The text of {title}.")});
    more.as_object().unwrap().iter().for_each(|(field, value)| body[field] = value.clone());
    desk.send(caller, "POST", PATH, body).await.with(201)["canned_response"].take()
}

fn path(response: &Value) -> String {
    format!("{PATH}/{}", response["id"])
}

async fn titles(desk: &Staffed, caller: &Caller, query: &str) -> String {
    let found = desk.get(caller, &format!("{PATH}{query}")).await.with(200);
    each(&found["canned_responses"], "title").join(", ")
}

#[tokio::test]
async fn a_new_one_has_what_was_given_and_is_private_unless_it_is_shared() {
    let desk = Staffed::start().await;
    let body = json!({"title": " Refund ", "body": "Dear {{customer.name}},\nyes.", "shortcut": "/refund",
        "project_id": 1, "is_shared": true});
    let made = desk.send(&desk.alice, "POST", PATH, body).await.with(201);
    assert_eq!(
        made,
        json!({"canned_response": {"id": 1, "title": "Refund", "body": "Dear {{customer.name}},\nyes.",
            "shortcut": "/refund", "is_shared": true, "project_id": 1, "user": {"id": desk.alice_id, "name": "alice"},
            "created_at": "2026-05-06T12:00:00Z"}})
    );
    let plain = make(&desk, &desk.alice, "Plain", json!({})).await;
    assert_eq!(
        (&plain["is_shared"], &plain["shortcut"], &plain["project_id"]),
        (&json!(false), &Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn staff_choose_from_their_own_and_from_what_is_shared_where_they_work() {
    let desk = Staffed::start().await;
    make(&desk, &desk.alice, "alice's own", json!({})).await;
    make(&desk, &desk.alice, "Alice's shared", json!({"is_shared": true})).await;
    make(&desk, &desk.admin, "admin's own", json!({})).await;
    make(&desk, &desk.admin, "of the first project", json!({"is_shared": true, "project_id": 1})).await;
    make(&desk, &desk.admin, "of homes", json!({"is_shared": true, "project_id": desk.homes})).await;
    assert_eq!(titles(&desk, &desk.alice, "").await, "alice's own, Alice's shared, of the first project");
    assert_eq!(titles(&desk, &desk.bob, "").await, "Alice's shared, of homes");
    let admins = "admin's own, Alice's shared, of homes, of the first project";
    assert_eq!(titles(&desk, &desk.admin, "").await, admins);
    desk.get(&desk.customer, PATH).await.with(403);
}

#[tokio::test]
async fn anothers_private_one_does_not_exist_and_a_shared_one_is_its_owners_to_change() {
    let desk = Staffed::start().await;
    let private = make(&desk, &desk.alice, "private", json!({})).await;
    let shared = make(&desk, &desk.alice, "shared", json!({"is_shared": true})).await;
    let elsewhere = make(&desk, &desk.alice, "elsewhere", json!({"is_shared": true, "project_id": 1})).await;
    let unknown = json!({"id": 4_000_000});
    for (method, verb) in [("PUT", ""), ("DELETE", ""), ("GET", "/rendered?ticket=1")] {
        let absent = desk.send(&desk.bob, method, &format!("{}{verb}", path(&unknown)), json!({})).await;
        for hidden in [&private, &elsewhere] {
            let foreign = desk.send(&desk.bob, method, &format!("{}{verb}", path(hidden)), json!({})).await;
            assert_eq!((foreign.status.as_u16(), &foreign.body), (404, &absent.body), "{method}{verb}");
        }
    }
    desk.send(&desk.bob, "PUT", &path(&shared), json!({"title": "mine"})).await.with(403);
    desk.delete(&desk.bob, &path(&shared)).await.with(403);
    desk.send(&desk.customer, "PUT", &path(&shared), json!({})).await.with(403);
    desk.delete(&desk.customer, &path(&unknown)).await.with(403);
    assert_eq!(titles(&desk, &desk.alice, "").await, "elsewhere, private, shared");
    desk.delete(&desk.alice, &path(&shared)).await.with(200);
    let gone = desk.delete(&desk.admin, &path(&private)).await.with(200);
    assert_eq!(gone, json!({"message": "Canned response deleted"}));
    desk.delete(&desk.alice, &path(&private)).await.with(404);
    assert_eq!(titles(&desk, &desk.alice, "").await, "elsewhere");
    let log: Vec<String> = desk.audited("canned").await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(log[3..], ["canned_response_deleted", "canned_response_deleted"]);
}

#[tokio::test]
async fn an_owner_changes_what_they_name_and_null_clears() {
    let desk = Staffed::start().await;
    let more = json!({"shortcut": "/a", "project_id": 1, "is_shared": true});
    let made = make(&desk, &desk.alice, "a", more).await;
    let same = desk.send(&desk.alice, "PUT", &path(&made), json!({})).await.with(200);
    assert_eq!(same["canned_response"], made);
    let body = json!({"title": "b", "shortcut": null, "project_id": null, "is_shared": false});
    let changed = desk.send(&desk.alice, "PUT", &path(&made), body).await.with(200)["canned_response"].take();
    let mut expected = made.clone();
    for (field, value) in
        [("title", json!("b")), ("shortcut", Value::Null), ("project_id", Value::Null), ("is_shared", json!(false))]
    {
        expected[field] = value;
    }
    assert_eq!(changed, expected);
    assert_eq!(titles(&desk, &desk.bob, "").await, "");
    let by_admin = desk.send(&desk.admin, "PUT", &path(&made), json!({"body": "New"})).await.with(200);
    assert_eq!(by_admin["canned_response"]["user"]["name"], json!("alice"));
    assert_eq!(titles(&desk, &desk.alice, "?search=NEW").await, "b");
}

#[tokio::test]
async fn what_cannot_be_is_told_by_field() {
    let desk = Staffed::start().await;
    let made = make(&desk, &desk.alice, "a", json!({})).await;
    let cases = [
        ("title", json!(" ")),
        ("title", json!("a\nb")),
        ("title", json!("a".repeat(256))),
        ("body", json!("")),
        ("body", json!("a".repeat(65 * 1024))),
        ("shortcut", json!("a".repeat(65))),
        ("project_id", json!(99)),
        // The project that she does not work for is told apart from none by nothing.
        ("project_id", json!(desk.homes)),
        ("is_shared", json!("yes")),
    ];
    for (field, value) in cases {
        let mut body = json!({"title": "t", "body": "b"});
        body[field] = value;
        for (method, path) in [("POST", PATH.to_owned()), ("PUT", path(&made))] {
            let refused = desk.send(&desk.alice, method, &path, body.clone()).await.with(422);
            assert_eq!(wrong(&refused), [field], "{method} {refused}");
        }
    }
    let refused = desk.send(&desk.alice, "POST", PATH, json!({"shortcut": "\u{7}"})).await.with(422);
    assert_eq!(wrong(&refused), ["body", "shortcut", "title"]);
    for id in ["0", "x", "-1", "00000000-0000-7000-8000-000000000000"] {
        desk.delete(&desk.alice, &format!("{PATH}/{id}")).await.with(404);
    }
}

#[tokio::test]
async fn the_list_is_searched_in_every_script_narrowed_to_a_project_and_paged() {
    let desk = Staffed::start().await;
    make(&desk, &desk.admin, "Über uns", json!({"shortcut": "/about"})).await;
    make(&desk, &desk.admin, "Refund", json!({"project_id": 1, "body": "100% ΟΔΟΣ"})).await;
    make(&desk, &desk.admin, "Goodbye", json!({"project_id": desk.homes})).await;
    for (query, found) in [
        ("?search=%C3%9CBER", "Über uns"),
        ("?search=%C3%BCber", "Über uns"),
        ("?search=ABOUT", "Über uns"),
        ("?search=%CE%BF%CE%B4%CE%BF%CF%82", "Refund"),
        ("?search=100%25", "Refund"),
        ("?search=the+text", "Goodbye, Über uns"),
        ("?search=nothing", ""),
        ("?project_id=1", "Refund, Über uns"),
        ("?project_id=2&search=good", "Goodbye"),
        ("?project_id=99", "Über uns"),
        ("?per_page=2", "Goodbye, Refund"),
        ("?per_page=2&page=2", "Über uns"),
    ] {
        assert_eq!(titles(&desk, &desk.admin, query).await, found, "{query}");
    }
    let page = desk.get(&desk.admin, &format!("{PATH}?per_page=2&search=e")).await;
    assert_eq!(page.headers["link"], "</api/canned-responses?per_page=2&search=e&page=2>; rel=\"next\"");
    for bad in ["per_page=101", "page=0", "project_id=x"] {
        desk.get(&desk.admin, &format!("{PATH}?{bad}")).await.with(422);
    }
}

#[tokio::test]
async fn placeholders_are_replaced_for_a_ticket_that_the_caller_sees() {
    let desk = Staffed::start().await;
    let ticket = desk.ticket(json!({"subject": "Slow {{agent.name}} <b>"})).await;
    let body = "Dear {{customer.name}}, your {{ ticket.number }} ({{ticket.subject}}) is with {{agent.name}} of \
                {{project.name}}. {{unknown}} {{customer.email}}";
    let more = json!({"body": body, "is_shared": true});
    let made = make(&desk, &desk.admin, "{{ticket.number}}", more).await;
    let rendered =
        async |caller: &Caller, query: &str| desk.get(caller, &format!("{}/rendered{query}", path(&made))).await;
    let query = format!("?ticket={}", ticket["id"]);
    let shown = rendered(&desk.alice, &query).await.with(200)["canned_response"].take();
    assert_eq!(shown["title"], json!("SUPP-2026-00001"));
    assert_eq!(
        shown["body"],
        json!(
            "Dear tunde, your SUPP-2026-00001 (Slow {{agent.name}} <b>) is with alice of Support. {{unknown}} \
               {{customer.email}}"
        )
    );
    let by_admin = rendered(&desk.admin, &query).await.with(200);
    assert!(by_admin["canned_response"]["body"].as_str().unwrap().contains("with admin of"));
    let unseen = rendered(&desk.bob, &query).await;
    let absent = rendered(&desk.bob, "?ticket=4000000").await;
    assert_eq!((unseen.status.as_u16(), unseen.body), (404, absent.body));
    rendered(&desk.customer, &query).await.with(403);
    for bad in ["", "?ticket=", "?ticket=x", "?ticket=0"] {
        assert_eq!(wrong(&rendered(&desk.alice, bad).await.with(422)), ["ticket"], "{bad}");
    }
    let unchanged = desk.get(&desk.alice, PATH).await.with(200);
    assert_eq!(unchanged["canned_responses"][0]["body"], json!(body));
}

#[tokio::test]
async fn a_customer_without_a_name_is_called_by_their_address() {
    let desk = Staffed::start().await;
    let filed = json!({"project_id": 1, "subject": "s", "description": "d", "customer_email": "who@example.org"});
    let ticket = desk.send(&desk.alice, "POST", "/api/tickets", filed).await.with(201);
    let made = make(&desk, &desk.alice, "a", json!({"body": "Hi {{customer.name}}"})).await;
    let path = format!("{}/rendered?ticket={}", path(&made), ticket["ticket"]["id"]);
    assert_eq!(desk.get(&desk.alice, &path).await.with(200)["canned_response"]["body"], json!("Hi who@example.org"));
}

#[tokio::test]
async fn who_stops_being_staff_chooses_no_more() {
    let desk = Staffed::start().await;
    make(&desk, &desk.alice, "a", json!({"is_shared": true})).await;
    let root = desk.instance.signed_in("root@example.org", Role::SuperAdmin).await;
    let user = format!("/api/admin/users/{}", desk.alice_id);
    desk.send(&root, "PUT", &user, json!({"role": "customer"})).await.with(200);
    desk.get(&desk.alice, PATH).await.with(403);
    assert_eq!(titles(&desk, &desk.bob, "").await, "a");
}
