//! What staff put on tickets.

use gatehouse::base::Actor;
use gatehouse::catalog::tag;
use gatehouse::store::{self, params};
use gatehouse::ticket;
use serde_json::{Value, json};

use super::staffed::{Staffed, each, wrong};

async fn make(desk: &Staffed, name: &str) -> Value {
    desk.send(&desk.alice, "POST", "/api/tags", json!({"name": name})).await.with(201)["tag"].take()
}

fn path(tag: &Value) -> String {
    format!("/api/tags/{}", tag["id"])
}

async fn names(desk: &Staffed) -> Vec<String> {
    let all = desk.get(&desk.customer, "/api/tags").await.with(200);
    each(&all["tags"], "name").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn staff_make_tags_that_everybody_sees_by_name() {
    let desk = Staffed::start().await;
    let body = json!({"name": " VIP ", "color": "#0a0"});
    let made = desk.send(&desk.alice, "POST", "/api/tags", body).await.with(201);
    assert_eq!(made, json!({"tag": {"id": 1, "name": "VIP", "color": "#0a0"}}));
    make(&desk, "billing").await;
    make(&desk, "Zoo").await;
    assert_eq!(names(&desk).await, ["billing", "VIP", "Zoo"]);
    assert_eq!(desk.audited("tag").await.len(), 3);
}

#[tokio::test]
async fn names_that_differ_only_by_case_clash_in_every_script() {
    let desk = Staffed::start().await;
    for (name, same) in [("Refund", "REFUND"), ("Ökostrom", "ÖKOSTROM"), ("Straße", "strasse"), ("Ошибка", "ОШИБКА")]
    {
        make(&desk, name).await;
        let refused = desk.send(&desk.alice, "POST", "/api/tags", json!({"name": same})).await.with(409);
        assert_eq!(wrong(&refused), ["name"], "{same}");
    }
    make(&desk, "Okostrom").await;
    assert_eq!(names(&desk).await.len(), 5);
}

#[tokio::test]
async fn what_a_tag_cannot_be_is_told_by_field() {
    let desk = Staffed::start().await;
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("a".repeat(65))),
        ("name", json!("a\tb")),
        ("name", json!([])),
        ("color", json!("blue")),
    ] {
        let mut body = json!({"name": "Name"});
        body[field] = value.clone();
        let refused = desk.send(&desk.alice, "POST", "/api/tags", body).await.with(422);
        assert_eq!(wrong(&refused), [field], "{value}");
    }
    make(&desk, &"ß".repeat(64)).await;
    for id in ["99", "0", "x"] {
        desk.delete(&desk.alice, &format!("/api/tags/{id}")).await.with(404);
        desk.delete(&desk.customer, &format!("/api/tags/{id}")).await.with(403);
    }
}

#[tokio::test]
async fn a_deleted_tag_is_on_no_ticket_any_more_and_its_name_is_free() {
    let desk = Staffed::start().await;
    let (gone, stays) = (make(&desk, "gone").await, make(&desk, "stays").await);
    let ticket = desk.ticket(json!({"tags": [gone["id"], stays["id"]]})).await;
    assert_eq!(each(&ticket["tags"], "name"), ["gone", "stays"]);
    let answer = desk.delete(&desk.alice, &path(&gone)).await.with(200);
    assert_eq!(answer, json!({"message": "Tag deleted"}));
    desk.delete(&desk.alice, &path(&gone)).await.with(404);
    assert_eq!(names(&desk).await, ["stays"]);
    assert_eq!(each(&desk.seen(&ticket).await["tags"], "name"), ["stays"]);
    let listed = desk.get(&desk.alice, "/api/tickets").await.with(200);
    assert_eq!(each(&listed["data"][0]["tags"], "name"), ["stays"]);
    let own = format!("/api/tickets/{}", ticket["id"]);
    let refused = desk.send(&desk.alice, "PUT", &own, json!({"tags": [gone["id"]]})).await.with(422);
    assert_eq!(wrong(&refused), ["tags"]);
    let again = make(&desk, "GONE").await;
    assert_ne!(again["id"], gone["id"]);
    // The trail tells only of what people saw.
    let changed = desk.send(&desk.alice, "PUT", &own, json!({"tags": [again["id"]]})).await.with(200);
    let last = changed["ticket"]["activities"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["from"], &last["to"]), (&json!("stays"), &json!("GONE")));
}

#[tokio::test]
async fn a_deleted_tag_leaves_its_tickets_in_steps_and_then_the_file() {
    let desk = Staffed::start().await;
    let (gone, stays) = (make(&desk, "gone").await, make(&desk, "stays").await);
    let ticket = desk.ticket(json!({"tags": [stays["id"]]})).await;
    let (store, tag) = (&desk.instance.app.store, gone["id"].as_i64().unwrap());
    store
        .write(move |tx| {
            tx.execute(
                "with recursive n (n) as (select 2 union all select n + 1 from n where n < 500)
                 insert into tickets (uuid, number, project_id, subject, status, priority, source, created_at, updated_at,
                   last_activity_at)
                 select 'uuid ' || n, 'number ' || n, project_id, subject, status, priority, source, created_at,
                   updated_at, last_activity_at
                 from tickets, n where id = 1",
                params! {},
            )?;
            tx.execute(
                "insert into ticket_tags (ticket_id, tag_id) select id, :tag from tickets",
                params! {":tag": tag},
            )
        })
        .await
        .unwrap();
    desk.delete(&desk.alice, &path(&gone)).await.with(200);
    let left = || {
        store::read_once(&desk.instance.directory, &desk.instance.app.clock, |conn| {
            let pairs = conn.one("select count(*) as n from ticket_tags", params! {}, |row| row.get::<i64>("n"))?;
            let tags = conn.one("select count(*) as n from tags", params! {}, |row| row.get::<i64>("n"))?;
            Ok((pairs.unwrap(), tags.unwrap()))
        })
        .unwrap()
    };
    let mut seen = vec![left()];
    while store.write(ticket::let_go).await.unwrap() {
        seen.push(left());
    }
    assert_eq!(seen[0], (501, 2));
    assert!(seen.len() > 3, "{seen:?}");
    assert_eq!(seen.last(), Some(&(1, 1)));
    assert_eq!(each(&desk.seen(&ticket).await["tags"], "name"), ["stays"]);
}

#[tokio::test]
async fn a_name_finds_the_living_tag_in_whatever_case_or_makes_one() {
    let desk = Staffed::start().await;
    let vip = make(&desk, "VIP Größe").await;
    let enter = async |name: &'static str| {
        let write = move |tx: &store::Tx<'_>| tag::enter(tx, &Actor::system(), name);
        desk.instance.app.store.write(write).await
    };
    let id = vip["id"].as_i64().unwrap();
    assert_eq!(enter(" vip GRÖSSE ").await.unwrap(), id);
    desk.delete(&desk.alice, &path(&vip)).await.with(200);
    let made = enter("vip größe").await.unwrap();
    assert_ne!(made, id);
    assert_eq!(enter("VIP Größe").await.unwrap(), made);
    assert_eq!(names(&desk).await, ["vip größe"]);
    assert!(enter(" ").await.unwrap_err().fields.contains_key("tags"));
}

#[tokio::test]
async fn the_list_comes_whole_or_in_pages() {
    let desk = Staffed::start().await;
    for n in 0..25 {
        make(&desk, &format!("tag {n:02}")).await;
    }
    let whole = desk.get(&desk.alice, "/api/tags").await;
    assert!(whole.headers.get("link").is_none());
    assert_eq!(whole.with(200)["tags"].as_array().unwrap().len(), 25);
    let page = desk.get(&desk.alice, "/api/tags?per_page=10&page=2").await;
    assert_eq!(page.headers["link"], "</api/tags?per_page=10&page=3>; rel=\"next\"");
    assert_eq!(page.with(200)["tags"][0]["name"], json!("tag 10"));
    let last = desk.get(&desk.alice, "/api/tags?per_page=10&page=3").await;
    assert!(last.headers.get("link").is_none());
    assert_eq!(last.with(200)["tags"].as_array().unwrap().len(), 5);
    for bad in ["per_page=101", "per_page=0", "page=0", "page=x"] {
        desk.get(&desk.alice, &format!("/api/tags?{bad}")).await.with(422);
    }
    desk.get(&desk.alice, "/api/tags?page=9223372036854775807").await.with(200);
    desk.instance
        .app
        .store
        .write(|tx| {
            tx.execute(
                "with recursive n (n) as (select 1 union all select n + 1 from n where n < 1000)
                 insert into tags (uuid, name, folded_name, created_at) select 'uuid ' || n, 'x' || n, 'x' || n, 0 from n",
                params! {},
            )
        })
        .await
        .unwrap();
    let first = desk.get(&desk.alice, "/api/tags").await;
    assert_eq!(first.headers["link"], "</api/tags?page=2>; rel=\"next\"");
    assert_eq!(first.with(200)["tags"].as_array().unwrap().len(), 1000);
    let rest = desk.get(&desk.alice, "/api/tags?page=2").await;
    assert!(rest.headers.get("link").is_none());
    assert_eq!(rest.with(200)["tags"].as_array().unwrap().len(), 25);
}
