//! Tickets on behalf of other projects' customers.

use gatehouse::base::Role;
use gatehouse::jobs;
use gatehouse::store::{self, params};
use serde_json::{Value, json};

use crate::app::{Caller, Instance, Reply};
use crate::desk::mailed;

const TICKETS: &str = "/api/external/tickets";

/// Two projects, each with its pair; an agent of both.
struct Ends {
    instance: Instance,
    admin: Caller,
    agent: Caller,
    pair: Caller,
    other: Caller,
}

impl Ends {
    async fn start() -> Self {
        Self::start_with(&["--rate-limit", "off"]).await
    }

    async fn start_with(flags: &[&str]) -> Self {
        let instance = Instance::start_with(flags);
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        for name in ["NaijaHomes", "AgriMarket"] {
            instance.send(&admin, "POST", "/api/admin/projects", Some(json!({"name": name}))).await.with(201);
        }
        let agent = instance.person("alice@example.org", Role::Agent);
        [2, 3].into_iter().for_each(|project| instance.assign_to_project(agent, project));
        let agent = instance.sign_in("alice@example.org").await;
        let (pair, other) = (instance.key_pair(&admin, 2).await, instance.key_pair(&admin, 3).await);
        Self { instance, admin, agent, pair, other }
    }

    async fn send(&self, caller: &Caller, method: &str, path: &str, body: Value) -> Reply {
        self.instance.send(caller, method, path, Some(body)).await
    }

    async fn get(&self, caller: &Caller, path: &str) -> Reply {
        self.instance.send(caller, "GET", path, None).await
    }

    async fn create(&self, email: &str) -> Value {
        self.send(&self.pair, "POST", TICKETS, new(email)).await.with(201)
    }

    async fn verb(&self, verb: &str, body: Value) -> Reply {
        self.send(&self.pair, "POST", &format!("{TICKETS}/NAIJ-2026-00001/{verb}"), body).await
    }

    async fn status(&self, status: &str) {
        self.send(&self.agent, "POST", "/api/tickets/1/status", json!({"status": status})).await.with(200);
    }

    async fn shown(&self) -> Value {
        self.get(&self.pair, &format!("{TICKETS}/NAIJ-2026-00001")).await.with(200)["ticket"].clone()
    }

    /// The account under an address, as admins see it.
    async fn account(&self, email: &str) -> Value {
        let found = self.get(&self.admin, &format!("/api/admin/users?search={email}")).await.with(200);
        found["data"][0].clone()
    }

    async fn verify(&self, account: &Value) {
        let body = json!({"email_verified": true, "password": "correct horse"});
        self.send(&self.admin, "PUT", &format!("/api/admin/users/{}", account["id"]), body).await.with(200);
    }
}

fn new(email: &str) -> Value {
    json!({"customer_name": "Tunde", "customer_email": email, "subject": "Cannot upload", "description": "Nothing."})
}

#[tokio::test]
async fn a_ticket_comes_back_with_all_that_was_given() {
    let ends = Ends::start().await;
    let category = ends.send(&ends.admin, "POST", "/api/categories", json!({"name": "Technical"})).await;
    let mut body = new("Tunde@gmail.com");
    body["customer_phone"] = json!("+234 1");
    body["customer_id"] = json!("USR-98231");
    body["priority"] = json!("critical");
    body["metadata"] = json!({"listing_id": "LST-00421", "browser": "Chrome 124"});
    if category.status == 201 {
        body["category_id"] = category.json()["category"]["id"].clone();
    }
    let made = ends.send(&ends.pair, "POST", TICKETS, body).await.with(201);
    assert_eq!(
        made,
        json!({"ticket_number": "NAIJ-2026-00001", "ticket_id": 1, "status": "open", "priority": "critical",
            "created_at": "2026-05-06T12:00:00Z"})
    );
    ends.send(&ends.agent, "POST", "/api/tickets/1/assign", json!({"user_id": 2})).await.with(200);
    ends.send(&ends.agent, "POST", "/api/tickets/1/messages", json!({"body": "Which browser?"})).await.with(201);
    ends.send(&ends.agent, "POST", "/api/tickets/1/messages", json!({"body": "secret", "type": "note"}))
        .await
        .with(201);
    let shown = ends.get(&ends.pair, &format!("{TICKETS}/NAIJ-2026-00001")).await;
    assert!(!shown.text().contains("secret"));
    let shown = shown.with(200)["ticket"].clone();
    for (field, value) in [
        ("ticket_number", json!("NAIJ-2026-00001")),
        ("subject", json!("Cannot upload")),
        ("description", json!("Nothing.")),
        ("status", json!("in_progress")),
        ("priority", json!("critical")),
        ("assigned_to", json!("alice")),
        ("customer_name", json!("Tunde")),
        ("customer_email", json!("Tunde@gmail.com")),
        ("customer_phone", json!("+234 1")),
        ("customer_id", json!("USR-98231")),
        ("metadata", json!({"listing_id": "LST-00421", "browser": "Chrome 124"})),
        ("resolved_at", Value::Null),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    assert_eq!(shown["messages"].as_array().unwrap().len(), 1);
    let message = &shown["messages"][0];
    assert_eq!(
        (&message["body"], &message["from"], &message["is_agent"]),
        (&json!("Which browser?"), &json!("alice"), &json!(true))
    );
    let trail = ends.get(&ends.agent, "/api/tickets/1").await.with(200)["ticket"]["activities"].clone();
    assert_eq!(trail[0]["via"], json!("key 1 (back end)"));
}

#[tokio::test]
async fn what_a_ticket_cannot_be_is_told_by_field() {
    let ends = Ends::start().await;
    let refused = ends.send(&ends.pair, "POST", TICKETS, json!({"priority": "x", "metadata": [1]})).await.with(422);
    let fields: Vec<&String> = refused["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["customer_email", "customer_name", "description", "metadata", "priority", "subject"]);
    for (field, value) in [("customer_email", json!("nobody")), ("category_id", json!(99)), ("customer_id", json!([]))]
    {
        let mut body = new("t@gmail.com");
        body[field] = value;
        let refused = ends.send(&ends.pair, "POST", TICKETS, body).await.with(422);
        assert!(refused["details"][field][0].is_string(), "{field}: {refused}");
    }
    for query in ["status=new", "priority=huge", "per_page=101", "per_page=0", "page=x"] {
        ends.get(&ends.pair, &format!("{TICKETS}?{query}")).await.with(422);
    }
    assert_eq!(ends.account("t@gmail.com").await, Value::Null, "no account of a ticket that is not");
    let mut empty = new("t@gmail.com");
    empty["metadata"] = json!([]);
    // What PHP makes of an empty object, and what nobody should send on purpose.
    let text = empty.to_string();
    ends.instance.send_raw(&ends.pair, "POST", TICKETS, Some("application/json"), text).await.with(201);
}

#[tokio::test]
async fn the_list_is_the_projects_own_and_narrows() {
    let ends = Ends::start().await;
    for email in ["a@gmail.com", "B@gmail.com", "a@gmail.com"] {
        ends.create(email).await;
    }
    ends.status("resolved").await;
    let row = json!({"ticket_number": "NAIJ-2026-00001", "subject": "Cannot upload", "status": "resolved",
        "priority": "medium", "customer_email": "a@gmail.com", "created_at": "2026-05-06T12:00:00Z",
        "resolved_at": "2026-05-06T12:00:00Z"});
    let found = ends.get(&ends.pair, &format!("{TICKETS}?status=resolved&customer_email=A@gmail.com")).await.with(200);
    assert_eq!(found, json!({"data": [row], "current_page": 1, "last_page": 1, "total": 1, "per_page": 20}));
    let numbers = async |query: &str| {
        let found = ends.get(&ends.pair, &format!("{TICKETS}?{query}")).await.with(200);
        let row = |row: &Value| row["ticket_number"].as_str().unwrap()[10..].to_owned();
        found["data"].as_array().unwrap().iter().map(row).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(numbers("").await, "00003 00002 00001");
    assert_eq!(numbers("customer_email=b%40GMAIL.com").await, "00002");
    assert_eq!(numbers("customer_email=nobody").await, "");
    assert_eq!(numbers("priority=low").await, "");
    let first = ends.get(&ends.pair, &format!("{TICKETS}?per_page=2")).await;
    assert_eq!(first.headers["link"], "</api/external/tickets?per_page=2&page=2>; rel=\"next\"");
    assert_eq!(numbers("per_page=2&page=2").await, "00001");
    assert_eq!(ends.get(&ends.other, TICKETS).await.with(200)["total"], json!(0));
}

#[tokio::test]
async fn another_projects_number_reads_like_one_that_never_was() {
    let ends = Ends::start().await;
    ends.create("t@gmail.com").await;
    let body = json!({"body": "x", "customer_email": "t@gmail.com"});
    for (method, verb) in [("GET", ""), ("POST", "/reply"), ("POST", "/close")] {
        let at = async |number: &str| {
            let body = (method == "POST").then(|| body.clone());
            let path = format!("{TICKETS}/{number}{verb}");
            ends.instance.send(&ends.other, method, &path, body).await.with(404).to_string()
        };
        assert_eq!(at("NAIJ-2026-00001").await, at("NAIJ-2026-99999").await);
        assert_eq!(at("1").await, at("naij-2026-00001").await);
    }
    ends.send(&ends.admin, "DELETE", "/api/tickets/1", json!({})).await.with(200);
    ends.get(&ends.pair, &format!("{TICKETS}/NAIJ-2026-00001")).await.with(404);
}

#[tokio::test]
async fn only_the_customers_own_address_replies_and_closes() {
    let ends = Ends::start().await;
    ends.create("Tunde@gmail.com").await;
    for wrong in ["other@gmail.com", "tunde+x@gmail.com", "tunde@gmail.com.example.org", "tunde@gmaıl.com"] {
        for verb in ["reply", "close"] {
            ends.verb(verb, json!({"body": "x", "customer_email": wrong})).await.with(403);
        }
    }
    for verb in ["reply", "close"] {
        let refused = ends.verb(verb, json!({"body": "x"})).await.with(422);
        assert!(refused["details"]["customer_email"].is_array());
    }
    let refused = ends.verb("reply", json!({"customer_email": "tunde@gmail.com"})).await.with(422);
    assert!(refused["details"]["body"].is_array());
    assert_eq!(ends.shown().await["messages"], json!([]));
    assert_eq!(ends.shown().await["status"], json!("open"));
    ends.verb("reply", json!({"body": "Mine.", "customer_email": " TUNDE@GMAIL.com "})).await.with(201);
    ends.verb("close", json!({"customer_email": "tunde@GMAIL.com"})).await.with(200);
}

#[tokio::test]
async fn a_reply_reopens_and_tells_the_real_status() {
    let ends = Ends::start().await;
    ends.create("t@gmail.com").await;
    let reply = async || ends.verb("reply", json!({"body": "Still.", "customer_email": "t@gmail.com"})).await;
    for (status, becomes) in [("open", "open"), ("pending_customer", "open"), ("resolved", "open")] {
        ends.status(status).await;
        let replied = reply().await.with(201);
        assert_eq!((&replied["status"], &replied["ticket"]), (&json!(becomes), &json!("NAIJ-2026-00001")));
        let messages = ends.shown().await["messages"].clone();
        assert_eq!(messages.as_array().unwrap().last().unwrap()["id"], replied["message_id"]);
    }
    ends.send(&ends.agent, "POST", "/api/tickets/1/assign", json!({"user_id": 2})).await.with(200);
    ends.status("pending").await;
    assert_eq!(reply().await.with(201)["status"], json!("in_progress"));
    let closed = json!({"message": "Ticket closed", "ticket": "NAIJ-2026-00001"});
    for _ in 0..2 {
        assert_eq!(ends.verb("close", json!({"customer_email": "t@gmail.com"})).await.with(200), closed);
    }
    reply().await.with(409);
    assert_eq!(ends.shown().await["status"], json!("closed"));
    let trail = ends.get(&ends.agent, "/api/tickets/1").await.with(200)["ticket"]["activities"].clone();
    let closed: Vec<&Value> = trail.as_array().unwrap().iter().filter(|row| row["to"] == json!("closed")).collect();
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0]["via"], json!("key 1 (back end)"));
}

#[tokio::test]
async fn an_inactive_project_takes_no_new_tickets_of_its_pairs_and_reading_goes_on() {
    let ends = Ends::start().await;
    ends.create("t@gmail.com").await;
    ends.send(&ends.admin, "PUT", "/api/admin/projects/2", json!({"is_active": false})).await.with(200);
    ends.send(&ends.pair, "POST", TICKETS, new("t@gmail.com")).await.with(403);
    ends.get(&ends.pair, TICKETS).await.with(200);
    ends.verb("close", json!({"customer_email": "t@gmail.com"})).await.with(200);
    ends.send(&ends.other, "POST", TICKETS, new("t@gmail.com")).await.with(201);
}

#[tokio::test]
async fn a_pair_opens_sixty_tickets_a_minute() {
    let ends = Ends::start_with(&[]).await;
    for n in 0..60 {
        let reply = ends.send(&ends.pair, "POST", TICKETS, new("t@gmail.com")).await;
        assert_eq!(reply.headers["ratelimit-policy"], "\"external-ticket\";q=60;w=60");
        assert_eq!(reply.status, 201, "{n}");
    }
    // The allowance comes back evenly, one a second.
    let mut refused = ends.send(&ends.pair, "POST", TICKETS, new("t@gmail.com")).await;
    while refused.status == 201 {
        refused = ends.send(&ends.pair, "POST", TICKETS, new("t@gmail.com")).await;
    }
    assert!(refused.headers.contains_key("retry-after"));
    assert!(refused.with(429)["error"].is_string());
    ends.send(&ends.other, "POST", TICKETS, new("t@gmail.com")).await.with(201);
    ends.get(&ends.pair, TICKETS).await.with(200);
}

#[tokio::test]
async fn a_new_customer_gets_an_account_that_nobody_can_use_yet() {
    let ends = Ends::start().await;
    ends.create("tunde@gmail.com").await;
    ends.create("TUNDE@gmail.com").await;
    let account = ends.account("tunde@gmail.com").await;
    assert_eq!((&account["name"], &account["role"]), (&json!("Tunde"), &json!("customer")));
    assert_eq!(account["email_verified"], json!(false));
    let listed = ends.get(&ends.admin, "/api/admin/users?role=customer").await.with(200);
    assert_eq!(listed["total"], json!(1));
    for password in ["", "correct horse"] {
        let body = json!({"email": "tunde@gmail.com", "password": password});
        let refused = ends.send(&Caller::default(), "POST", "/api/auth/login", body).await;
        assert!([401, 422].contains(&refused.status.as_u16()));
    }
    let mails = store::read_once(&ends.instance.directory, &ends.instance.app.clock, |conn| {
        conn.one("select count(*) as n from outbox", params! {}, |row| row.get::<i64>("n"))
    });
    assert_eq!(mails.unwrap(), Some(0), "nothing is mailed to an address that is not proven");
}

#[tokio::test]
async fn tickets_of_a_proven_address_show_up_in_its_account() {
    let ends = Ends::start().await;
    ends.create("Tunde@gmail.com").await;
    ends.create("somebody@gmail.com").await;
    let ticket = async || ends.get(&ends.agent, "/api/tickets/1").await.with(200)["ticket"].clone();
    assert_eq!(ticket().await["creator"], Value::Null);
    let account = ends.account("tunde@gmail.com").await;
    ends.verify(&account).await;
    assert_eq!(ticket().await["creator"]["id"], account["id"]);
    let customer = ends.instance.sign_in("tunde@gmail.com").await;
    for path in ["/api/tickets", "/api/tickets?search=upload", "/api/tickets?search=NAIJ-2026"] {
        let found = ends.get(&customer, path).await.with(200);
        assert_eq!((&found["total"], &found["data"][0]["id"]), (&json!(1), &json!(1)), "{path}");
    }
    ends.create("TUNDE@gmail.com").await;
    let found = ends.get(&customer, "/api/tickets?search=upload").await.with(200);
    assert_eq!(found["total"], json!(2), "the next ones at once");
    ends.get(&customer, "/api/tickets/2").await.with(404);
}

#[tokio::test]
async fn somebody_who_signs_up_under_an_address_sees_its_tickets_only_once_it_is_theirs() {
    let ends = Ends::start().await;
    let sign_up = json!({"name": "Eve", "email": "victim@gmail.com", "password": "correct horse",
        "password_confirmation": "correct horse"});
    let begun = ends.send(&Caller::default(), "POST", "/api/auth/register", sign_up).await.with(201);
    let eve = Caller::bearer(begun["access_token"].as_str().unwrap());
    ends.create("victim@gmail.com").await;
    for path in ["/api/tickets", "/api/tickets?search=upload", "/v1/tickets"] {
        assert!(!ends.get(&eve, path).await.text().contains("Cannot upload"), "{path}");
    }
    ends.get(&eve, "/api/tickets/1").await.with(404);
}

#[tokio::test]
async fn whoever_opens_the_mailed_link_finds_the_tickets_of_their_address() {
    let ends = Ends::start().await;
    ends.create("tunde@gmail.com").await;
    let sign_up = json!({"name": "T", "email": "tunde@gmail.com", "password": "correct horse",
        "password_confirmation": "correct horse"});
    let nobody = Caller::default();
    let waits = ends.send(&nobody, "POST", "/api/auth/register", sign_up).await.with(201);
    assert!(waits.get("access_token").is_none() && waits.get("user").is_none(), "{waits}");
    let log_in = json!({"email": "tunde@gmail.com", "password": "correct horse"});
    ends.send(&nobody, "POST", "/api/auth/login", log_in.clone()).await.with(401);
    let token = mailed(&ends.instance)[0].token();
    ends.send(&nobody, "POST", "/api/auth/verify", json!({"token": token})).await.with(200);
    let entered = ends.send(&nobody, "POST", "/api/auth/login", log_in).await.with(200);
    let customer = Caller::bearer(entered["access_token"].as_str().unwrap());
    let found = ends.get(&customer, "/api/tickets?search=upload").await.with(200);
    assert_eq!(found["data"][0]["ticket_number"], json!("NAIJ-2026-00001"));
    ends.send(&customer, "POST", "/api/tickets/1/status", json!({"status": "closed"})).await.with(200);
    ends.send(&customer, "POST", "/api/tickets/1/rate", json!({"score": 5})).await.with(200);
}

#[tokio::test]
async fn staff_are_never_made_a_creator_by_address() {
    let ends = Ends::start().await;
    ends.create("admin@example.org").await;
    ends.create("ALICE@example.org").await;
    for id in [1, 2] {
        let ticket = ends.get(&ends.admin, &format!("/api/tickets/{id}")).await.with(200);
        assert_eq!(ticket["ticket"]["creator"], Value::Null);
    }
    let listed = ends.get(&ends.admin, "/api/admin/users").await.with(200);
    assert_eq!(listed["total"], json!(2), "no account beside theirs");
    let alice = json!({"role": "customer"});
    ends.send(&ends.admin, "PUT", "/api/admin/users/2", alice).await.with(200);
    let ticket = ends.get(&ends.admin, "/api/tickets/2").await.with(200);
    assert_eq!(ticket["ticket"]["creator"]["id"], json!(2), "once they are a customer it is theirs");
}

#[tokio::test]
async fn many_tickets_follow_their_owner_in_steps() {
    let ends = Ends::start().await;
    for _ in 0..230 {
        ends.create("tunde@gmail.com").await;
    }
    let account = ends.account("tunde@gmail.com").await;
    ends.verify(&account).await;
    let customer = ends.instance.sign_in("tunde@gmail.com").await;
    let total = async |path: &str| ends.get(&customer, path).await.with(200)["total"].clone();
    assert_eq!(total("/api/tickets").await, json!(100), "the first at once");
    assert_eq!(ends.instance.app.proven.take(), [account["id"].as_i64().unwrap()], "the rest is asked for");
    // As after a stop in between: nobody knows of it any more.
    let jobs = tokio::spawn(jobs::run(ends.instance.app.clone()));
    while total("/api/tickets").await != json!(230) {
        tokio::task::yield_now().await;
    }
    ends.instance.app.stopping.cancel();
    jobs.await.unwrap();
    let last = ends.get(&customer, "/api/tickets?search=upload&per_page=50&page=5").await.with(200);
    assert_eq!(last["data"].as_array().unwrap().len(), 30, "and every one is found by its words");
    assert!(ends.instance.app.store.read(gatehouse::ticket::unadopted).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_retry_under_the_same_idempotency_key_opens_one_ticket() {
    let ends = Ends::start().await;
    let once = |pair: &Caller| pair.clone().header("idempotency-key", "k1");
    let first = ends.send(&once(&ends.pair), "POST", TICKETS, new("t@gmail.com")).await.with(201);
    let again = ends.send(&once(&ends.pair), "POST", TICKETS, new("t@gmail.com")).await.with(201);
    assert_eq!(first, again);
    ends.send(&once(&ends.pair), "POST", TICKETS, new("u@gmail.com")).await.with(422);
    ends.send(&once(&ends.other), "POST", TICKETS, new("t@gmail.com")).await.with(201);
    assert_eq!(ends.get(&ends.pair, TICKETS).await.with(200)["total"], json!(1));
}
