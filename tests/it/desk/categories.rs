//! The tree of what tickets are about.

use gatehouse::base::Actor;
use gatehouse::catalog::category;
use gatehouse::store;
use serde_json::{Value, json};

use super::staffed::{Staffed, wrong};

pub async fn make(desk: &Staffed, body: Value) -> Value {
    desk.send(&desk.admin, "POST", "/api/categories", body).await.with(201)["category"].take()
}

async fn put(desk: &Staffed, category: &Value, body: Value) -> crate::app::Reply {
    desk.send(&desk.admin, "PUT", &path(category), body).await
}

pub fn path(category: &Value) -> String {
    format!("/api/categories/{}", category["id"])
}

/// The tree as `a(b c(d))`.
async fn tree(desk: &Staffed) -> String {
    fn draw(branches: &Value) -> String {
        let one = |branch: &Value| {
            let below = draw(&branch["children"]);
            let below = if below.is_empty() { below } else { format!("({below})") };
            format!("{}{below}", branch["name"].as_str().unwrap())
        };
        branches.as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(" ")
    }
    draw(&desk.get(&desk.customer, "/api/categories").await.with(200)["categories"])
}

#[tokio::test]
async fn categories_are_shown_as_a_tree_by_name() {
    let desk = Staffed::start().await;
    let technical = make(&desk, json!({"name": " Technical Issue ", "color": "#EF4444"})).await;
    assert_eq!(
        technical,
        json!({"id": 1, "name": "Technical Issue", "slug": "technical-issue", "color": "#EF4444", "parent_id": null})
    );
    let upload = make(&desk, json!({"name": "Upload", "parent_id": technical["id"]})).await;
    make(&desk, json!({"name": "Photos", "parent_id": upload["id"]})).await;
    make(&desk, json!({"name": "Login", "parent_id": technical["id"]})).await;
    make(&desk, json!({"name": "ähnliches"})).await;
    make(&desk, json!({"name": "Ähnlich"})).await;
    assert_eq!(tree(&desk).await, "Technical Issue(Login Upload(Photos)) Ähnlich ähnliches");
    let all = desk.get(&desk.alice, "/api/categories").await.with(200);
    let login = json!({"id": 4, "name": "Login", "slug": "login", "color": null, "parent_id": 1, "children": []});
    assert_eq!(all["categories"][0]["children"][0], login);
}

#[tokio::test]
async fn two_of_one_name_have_slugs_of_their_own_and_keep_them() {
    let desk = Staffed::start().await;
    make(&desk, json!({"name": "Other"})).await;
    let second = make(&desk, json!({"name": "other!"})).await;
    assert_eq!(second["slug"], json!("other-2"));
    let renamed = put(&desk, &second, json!({"name": "Billing", "color": "#fff"})).await.with(200);
    assert_eq!(
        renamed["category"],
        json!({"id": 2, "name": "Billing", "slug": "other-2", "color": "#fff", "parent_id": null})
    );
    let cleared = put(&desk, &second, json!({"color": null})).await.with(200);
    assert_eq!((&cleared["category"]["name"], &cleared["category"]["color"]), (&json!("Billing"), &Value::Null));
    assert_eq!(make(&desk, json!({"name": "!?"})).await["slug"], json!("category"));
}

#[tokio::test]
async fn a_category_moves_with_all_below_it_and_never_below_itself() {
    let desk = Staffed::start().await;
    let a = make(&desk, json!({"name": "a"})).await;
    let b = make(&desk, json!({"name": "b", "parent_id": a["id"]})).await;
    let c = make(&desk, json!({"name": "c", "parent_id": b["id"]})).await;
    let d = make(&desk, json!({"name": "d"})).await;
    for (moved, below) in [(&a, &a), (&a, &b), (&a, &c), (&b, &c)] {
        let refused = put(&desk, moved, json!({"parent_id": below["id"]})).await.with(422);
        assert_eq!(wrong(&refused), ["parent_id"]);
    }
    assert_eq!(tree(&desk).await, "a(b(c)) d");
    put(&desk, &b, json!({"parent_id": d["id"]})).await.with(200);
    assert_eq!(tree(&desk).await, "a d(b(c))");
    put(&desk, &a, json!({"parent_id": c["id"]})).await.with(200);
    assert_eq!(tree(&desk).await, "d(b(c(a)))");
    put(&desk, &b, json!({"parent_id": null})).await.with(200);
    assert_eq!(tree(&desk).await, "b(c(a)) d");
}

#[tokio::test]
async fn the_tree_has_sixteen_levels_however_they_come_about() {
    let desk = Staffed::start().await;
    let mut lowest = Value::Null;
    let mut all = Vec::new();
    for level in 1..=16 {
        let made = make(&desk, json!({"name": format!("level {level}"), "parent_id": lowest["id"]})).await;
        lowest = made.clone();
        all.push(made);
    }
    let deeper = json!({"name": "deeper", "parent_id": lowest["id"]});
    let refused = desk.send(&desk.admin, "POST", "/api/categories", deeper).await.with(422);
    assert_eq!(wrong(&refused), ["parent_id"]);
    let other = make(&desk, json!({"name": "other"})).await;
    let refused = put(&desk, &all[0], json!({"parent_id": other["id"]})).await.with(422);
    assert_eq!(wrong(&refused), ["parent_id"]);
    put(&desk, &all[1], json!({"parent_id": other["id"]})).await.with(200);
    // What was deleted below it makes nothing deeper.
    desk.delete(&desk.admin, &path(&lowest)).await.with(200);
    put(&desk, &all[1], json!({"parent_id": all[0]["id"]})).await.with(200);
    put(&desk, &all[0], json!({"parent_id": other["id"]})).await.with(200);
}

#[tokio::test]
async fn what_a_category_cannot_be_is_told_by_field_and_changes_nothing() {
    let desk = Staffed::start().await;
    let kept = make(&desk, json!({"name": "kept"})).await;
    let cases = [
        ("name", json!("")),
        ("name", json!("a\nb")),
        ("name", json!("a".repeat(256))),
        ("name", json!(7)),
        ("color", json!("red")),
        ("color", json!("#12345")),
        ("parent_id", json!(99)),
        ("parent_id", json!(-1)),
        ("parent_id", json!("1")),
    ];
    for (field, value) in cases {
        let mut body = json!({"name": "Name"});
        body[field] = value.clone();
        for (method, path) in [("POST", "/api/categories".to_owned()), ("PUT", path(&kept))] {
            let refused = desk.send(&desk.admin, method, &path, body.clone()).await.with(422);
            assert_eq!(wrong(&refused), [field], "{method} {value}");
        }
    }
    let refused = desk.send(&desk.admin, "POST", "/api/categories", json!({"color": "red"})).await.with(422);
    assert_eq!(wrong(&refused), ["color", "name"]);
    assert_eq!(tree(&desk).await, "kept");
    for id in ["99", "0", "-1", "x", "1.0", "99999999999999999999"] {
        let path = format!("/api/categories/{id}");
        desk.send(&desk.admin, "PUT", &path, json!({})).await.with(404);
        desk.delete(&desk.admin, &path).await.with(404);
        desk.delete(&desk.alice, &path).await.with(403);
    }
}

#[tokio::test]
async fn deleting_a_category_lifts_its_children_and_takes_it_off_tickets_at_once() {
    let desk = Staffed::start().await;
    let top = make(&desk, json!({"name": "top"})).await;
    let middle = make(&desk, json!({"name": "middle", "parent_id": top["id"]})).await;
    make(&desk, json!({"name": "low", "parent_id": middle["id"]})).await;
    let filed = desk.ticket(json!({"category_id": middle["id"]})).await;
    assert_eq!(filed["category"]["name"], json!("middle"));
    let gone = desk.delete(&desk.admin, &path(&middle)).await.with(200);
    assert_eq!(gone, json!({"message": "Category deleted"}));
    assert_eq!(tree(&desk).await, "top(low)");
    desk.delete(&desk.admin, &path(&middle)).await.with(404);
    assert_eq!(desk.seen(&filed).await["category"], Value::Null);
    let listed = desk.get(&desk.admin, "/api/tickets").await.with(200);
    assert_eq!(listed["data"][0]["category"], Value::Null);
    let of_it = desk.get(&desk.admin, &format!("/api/tickets?category_id={}", middle["id"])).await.with(200);
    assert_eq!((&of_it["total"], &of_it["data"]), (&json!(0), &json!([])));
    let report = desk.get(&desk.admin, "/api/admin/reports/categories").await.with(200);
    assert_eq!(report, json!([]));
    let body = json!({"category_id": middle["id"]});
    let ticket = format!("/api/tickets/{}", filed["id"]);
    assert_eq!(wrong(&desk.send(&desk.alice, "PUT", &ticket, body).await.with(422)), ["category_id"]);
    let again = make(&desk, json!({"name": "middle"})).await;
    assert_eq!(again["slug"], json!("middle"));
    let log = desk.audited("category").await;
    let actions: Vec<(&str, &str)> = log.iter().map(|(action, target)| (action.as_str(), target.as_str())).collect();
    let made = |slug| ("category_created", slug);
    assert_eq!(actions, [made("top"), made("middle"), made("low"), ("category_deleted", "middle"), made("middle")]);
}

#[tokio::test]
async fn the_trail_never_names_a_category_that_was_deleted_before() {
    let desk = Staffed::start().await;
    let (a, b) = (make(&desk, json!({"name": "a"})).await, make(&desk, json!({"name": "b"})).await);
    let ticket = desk.ticket(json!({"category_id": a["id"]})).await;
    let path_of = format!("/api/tickets/{}", ticket["id"]);
    desk.delete(&desk.admin, &path(&a)).await.with(200);
    let same = desk.send(&desk.alice, "PUT", &path_of, json!({"category_id": null})).await.with(200);
    assert_eq!(same["ticket"]["activities"].as_array().unwrap().len(), 1);
    let changed = desk.send(&desk.alice, "PUT", &path_of, json!({"category_id": b["id"]})).await.with(200);
    let last = changed["ticket"]["activities"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["action"], &last["from"], &last["to"]), (&json!("category_changed"), &Value::Null, &json!("b")));
}

#[tokio::test]
async fn a_word_finds_the_living_category_of_its_slug_or_makes_one() {
    let desk = Staffed::start().await;
    let billing = make(&desk, json!({"name": "Billing Issue"})).await;
    let enter = async |word: &'static str| {
        let write = move |tx: &store::Tx<'_>| category::enter(tx, &Actor::system(), word);
        desk.instance.app.store.write(write).await
    };
    let id = billing["id"].as_i64().unwrap();
    for word in ["billing-issue", "BILLING issue", " Billing  Issue! "] {
        assert_eq!(enter(word).await.unwrap(), id, "{word}");
    }
    desk.delete(&desk.admin, &path(&billing)).await.with(200);
    let made = enter("billing-issue").await.unwrap();
    assert_ne!(made, id);
    assert_eq!(enter("Billing issue").await.unwrap(), made);
    for word in ["", "!?", "a\nb"] {
        let error = enter(word).await.unwrap_err();
        assert!(error.fields.contains_key("category"), "{word}");
    }
    assert_eq!(tree(&desk).await, "billing-issue");
}
