//! Tables of tickets, in and out.

use gatehouse::base::Role;
use gatehouse::store::{self, params};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::import::{export, import, line};
use super::shared::Desk;
use super::users;
use crate::app::{Caller, Instance};

const COLUMNS: &str = "externalId,project,subject,description,status,priority,category,tags,source,customerEmail,\
    customerName,customerPhone,assignee,group,dueDate,environment,createdAt,resolvedAt,updatedAt";

async fn tickets(instance: &Instance, caller: &Caller, csv: &str) -> Value {
    import(instance, caller, "/api/tickets/import", csv).await.with(200)
}

/// Row and field of everything that was wrong.
fn wrong(report: &Value) -> Vec<(i64, &str)> {
    let errors = report["errors"].as_array().unwrap().iter();
    errors.map(|error| (error["row"].as_i64().unwrap(), error["field"].as_str().unwrap_or_default())).collect()
}

/// How many rows tables have that tell somebody something, and how many tickets there are.
fn rows(instance: &Instance) -> [i64; 4] {
    store::read_once(&instance.directory, &instance.app.clock, |conn| {
        let count =
            |table: &str| conn.one(&format!("select count(*) as n from {table}"), params![], |row| row.get::<i64>("n"));
        let told = ["outbox", "events where kind like 'ticket%'", "notifications", "tickets"];
        Ok(told.map(|table| count(table).unwrap().unwrap()))
    })
    .unwrap()
}

#[tokio::test]
async fn the_template_names_what_export_writes_and_import_reads() {
    let desk = Desk::open().await;
    let template = desk.instance.send(&desk.key, "GET", "/api/tickets/import/template", None).await;
    assert_eq!(template.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(template.text(), format!("{COLUMNS}\r\n"));
    assert_eq!(export(&desk.instance, &desk.key, "tickets").await, template.text());
    for caller in [&desk.agent, &desk.customer] {
        desk.instance.send(caller, "POST", "/api/tickets/export", None).await.with(403);
        import(&desk.instance, caller, "/api/tickets/import", "externalId\n").await.with(403);
    }
}

#[tokio::test]
async fn what_happened_elsewhere_keeps_its_dates_and_nobody_is_told() {
    let desk = Desk::open().await;
    desk.instance
        .send(
            &desk.admin,
            "POST",
            "/api/automation-rules",
            Some(json!({"name": "All", "ruleType": "ticket_creation", "actions": [{"type": "add_tag", "value": "seen"}]})),
        )
        .await
        .with(201);
    let before = rows(&desk.instance);
    let csv = "\u{feff}externalId,subject,description,status,priority,category,tags,customerEmail,assignee,createdAt,resolvedAt\n\
        Z-1,Old,\"It\nfailed\",closed,urgent,Billing & Money,\"vip, eu\",customer@example.org,agent@example.org,2024-03-01T10:00:00Z,2024-03-05\n\
        Z-2,Newer,Since then,,,,,stranger@example.org,agent@example.org,,\n";
    let report = tickets(&desk.instance, &desk.key, csv).await;
    assert_eq!(report, json!({"created": 2, "updated": 0, "skipped": 0, "errors": []}));
    let [mails, events, notes, made] = rows(&desk.instance);
    assert_eq!([mails, events, notes, made], [before[0], before[1], before[2], before[3] + 2]);
    let listed = desk.get("/api/tickets").await;
    let (newer, old) = (&listed[0], &listed[1]);
    assert_eq!((&old["createdAt"], &old["status"]), (&json!("2024-03-01T10:00:00.000Z"), &json!("closed")));
    assert_eq!((&old["category"], &old["tags"]), (&json!("billing-money"), &json!(["eu", "vip"])));
    assert_eq!(
        (&newer["status"], &newer["priority"]),
        (&json!("open"), &json!("medium")),
        "given to somebody, yet open"
    );
    assert_eq!((&old["slaDeadline"], &newer["slaDeadline"]), (&Value::Null, &Value::Null));
    // It is the customer's own now, under a number of its year.
    let own = desk.instance.send(&desk.customer, "GET", "/api/tickets", None).await.with(200);
    assert_eq!(own["data"][0]["ticket_number"], json!("SUPP-2024-00001"), "{own}");
    let shown = desk.instance.send(&desk.customer, "GET", "/api/tickets/1", None).await.with(200);
    assert_eq!(shown["ticket"]["created_at"], json!("2024-03-01T10:00:00Z"));
    assert_eq!(shown["ticket"]["resolved_at"], json!("2024-03-05T00:00:00Z"));
}

#[tokio::test]
async fn a_ticket_from_elsewhere_was_touched_last_when_it_was_there() {
    let desk = Desk::open().await;
    let csv = "externalId,subject,description,status,assignee,createdAt,resolvedAt,updatedAt\n\
        A,All,Text,closed,agent@example.org,2024-03-01,2024-03-05,2024-03-07T08:30:00.500Z\n\
        B,Resolved,Text,resolved,,2024-03-01,2024-03-05,\n\
        C,Filed,Text,,agent@example.org,2024-03-01,,\n\
        D,Before,Text,,,2024-03-01,,2023-01-01\n\
        E,Over,Text,closed,,2024-03-01,,2024-03-07\n\
        F,Nothing,Text,closed,,,,\n";
    assert_eq!(tickets(&desk.instance, &desk.key, csv).await["created"], json!(6));
    let listed = desk.get("/api/tickets").await;
    let times = |column: &str| -> Vec<String> {
        let all = listed.as_array().unwrap().iter().rev();
        all.map(|ticket| ticket[column].as_str().unwrap_or_default().get(..10).unwrap_or_default().to_owned()).collect()
    };
    let today = "2026-05-06";
    assert_eq!(times("updatedAt"), ["2024-03-07", "2024-03-05", "2024-03-01", "2024-03-01", "2024-03-07", today]);
    assert_eq!(times("resolvedAt"), ["2024-03-05", "2024-03-05", "", "", "2024-03-07", today]);
    assert_eq!(listed[5]["updatedAt"], json!("2024-03-07T08:30:00.500Z"));
    let shown = desk.instance.send(&desk.admin, "GET", "/api/tickets/3", None).await.with(200);
    assert_eq!(shown["ticket"]["last_activity_at"], json!("2024-03-01T00:00:00Z"));
    // What is done with it here happens today.
    tickets(&desk.instance, &desk.key, "externalId,priority,updatedAt\nA,low,2024-03-08\n").await;
    let touched = desk.get("/api/tickets").await[5]["updatedAt"].clone();
    assert!(touched.as_str().unwrap().starts_with(today), "{touched}");
}

#[tokio::test]
async fn the_same_table_again_changes_nothing_and_what_differs_is_changed() {
    let desk = Desk::open().await;
    let csv = "externalId,subject,description,tags,status\nA,One,First,x,open\nB,Two,Second,,resolved\n";
    assert_eq!(tickets(&desk.instance, &desk.key, csv).await["created"], json!(2));
    let again = tickets(&desk.instance, &desk.key, csv).await;
    assert_eq!(again, json!({"created": 0, "updated": 0, "skipped": 2, "errors": []}));
    let other = "externalId,subject,description,tags,status,priority\nA,One,First,\"x, y\",closed,\nB,,,,,high\n";
    let before = rows(&desk.instance);
    let changed = tickets(&desk.instance, &desk.key, other).await;
    assert_eq!(changed, json!({"created": 0, "updated": 2, "skipped": 0, "errors": []}));
    assert_eq!(rows(&desk.instance), before, "nobody is told");
    let listed = desk.get("/api/tickets").await;
    assert_eq!((&listed[1]["tags"], &listed[1]["status"]), (&json!(["x", "y"]), &json!("closed")));
    assert_eq!((&listed[0]["priority"], &listed[0]["subject"]), (&json!("high"), &json!("Two")), "what is blank stays");
    // One that was filed here is found by its id.
    let own = desk.ticket(json!({})).await;
    let csv = format!("externalId,priority\n{},low\n", own["id"].as_str().unwrap());
    assert_eq!(tickets(&desk.instance, &desk.key, &csv).await["updated"], json!(1));
    assert_eq!(tickets(&desk.instance, &desk.key, &csv).await["skipped"], json!(1));
}

#[tokio::test]
async fn bad_rows_are_told_by_row_and_field_and_good_ones_go_in() {
    let desk = Desk::open().await;
    let csv = "externalId,project,subject,description,status,priority,assignee,group,customerEmail,createdAt,tags,shoe\n\
        A,,Good,Text,,,,,,,,\n\
        ,,No id,Text,,,,,,,,\n\
        C,nowhere,Project,Text,,,,,,,,\n\
        D,,,,,,,,,,,\n\
        E,,Words,Text,finished,,,,,,,\n\
        F,,People,Text,,,customer@example.org,Nobody,no address,yesterday,,\n\
        G,,People,Text,,,customer@example.org,Nobody,no address,,,\n\
        A,,,,,,,,other@example.org,,,\n\
        H,,Good too,Text,pending,low,agent@example.org,,,,,\n";
    let report = tickets(&desk.instance, &desk.key, csv).await;
    assert_eq!((&report["created"], &report["skipped"]), (&json!(2), &json!(7)), "{report}");
    let expected = [
        (1, "shoe"),
        (3, "externalId"),
        (4, "project"),
        (5, "description"),
        (5, "subject"),
        (6, "status"),
        (7, "createdAt"),
        (8, "assignee"),
        (8, "customerEmail"),
        (8, "group"),
        (9, "customerEmail"),
    ];
    assert_eq!(wrong(&report), expected);
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_changes_nothing() {
    let desk = Desk::open().await;
    tickets(&desk.instance, &desk.key, "externalId,subject,description\nold,Old,Text\nsame,Same,Text\n").await;
    let csv = "externalId,subject,description,category,tags\nold,Older,,,\nsame,Same,Text,,\nnew,New,Text,made,also\n\
        wrong,,,,\nnew,Newer,Text,,\n";
    let before = rows(&desk.instance);
    let dry = import(&desk.instance, &desk.key, "/api/tickets/import?dryRun=true", csv).await.with(200);
    assert_eq!(rows(&desk.instance), before);
    assert_eq!((&dry["created"], &dry["updated"], &dry["skipped"]), (&json!(1), &json!(2), &json!(2)), "{dry}");
    assert_eq!(tickets(&desk.instance, &desk.key, csv).await, dry);
}

#[tokio::test]
async fn what_is_deleted_or_of_another_project_is_not_touched() {
    let desk = Desk::open().await;
    let csv = "externalId,subject,description\nA,One,First\nB,Two,Second\n";
    tickets(&desk.instance, &desk.key, csv).await;
    desk.instance.send(&desk.admin, "DELETE", "/api/tickets/1", None).await.with(200);
    assert_eq!(wrong(&tickets(&desk.instance, &desk.key, csv).await), [(2, "externalId")]);
    assert_eq!(export(&desk.instance, &desk.key, "tickets").await.lines().count(), 2, "it is not exported either");
    let project = json!({"name": "Other", "slug": "other"});
    let project = desk.instance.send(&desk.admin, "POST", "/api/admin/projects", Some(project)).await.with(201);
    let id = project["project"]["id"].to_string();
    let made = json!({"name": "narrow", "projectId": id, "scopes": ["tickets:read", "tickets:write"]});
    let made = desk.instance.send(&desk.admin, "POST", "/api/api-keys", Some(made)).await.with(201);
    let narrow = Caller::bearer(made["key"].as_str().unwrap());
    let report = tickets(&desk.instance, &narrow, "externalId,subject,description\nB,Mine,Text\nC,Mine,Text\n").await;
    assert_eq!((wrong(&report), &report["created"]), (vec![(2, "externalId")], &json!(1)));
    let seen = export(&desk.instance, &narrow, "tickets").await;
    assert!(seen.contains("C,other,Mine,Text") && !seen.contains("Two"), "{seen}");
}

async fn prepared() -> (Instance, Caller) {
    let desk = Desk::open().await;
    for (name, kind) in [("=text", "text"), ("number", "number"), ("some", "multiselect")] {
        let field = json!({"entityType": "ticket", "name": name, "fieldType": kind, "options": ["red", "=green"]});
        users::define(&desk.instance, &desk.admin, field).await;
    }
    (desk.instance, desk.key)
}

fn ticket() -> impl Strategy<Value = Value> {
    let word = |words: &[&'static str]| proptest::sample::select(words.to_vec());
    let custom = (proptest::option::of(line()), proptest::option::of(any::<i64>()), any::<bool>());
    let custom = custom.prop_map(|(text, number, some)| {
        json!({"=text": text, "number": number, "some": if some { json!(["red", "=green"]) } else { json!([]) }})
    });
    let texts = (line(), "[=' \"\n\tab,;-]{0,9}[a-z][ \n,]{0,2}", proptest::option::of("[a-z]{1,4}( [a-z]{1,3})?"));
    let words = (
        word(&["open", "in_progress", "pending", "resolved", "closed"]),
        word(&["low", "medium", "high", "urgent"]),
        proptest::option::of(word(&["2026-12-31", "2026-05-07T08:30:00.000Z"])),
        any::<bool>(),
    );
    (texts, words, proptest::collection::vec(line(), 0..3), custom).prop_map(
        |((subject, description, category), (status, priority, due, has), tags, custom)| {
            json!({"subject": subject, "description": description, "category": category, "status": status,
                "priority": priority, "dueDate": due, "tags": tags, "customFields": custom, "has": has})
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn tickets_exported_and_imported_are_what_there_was(all in proptest::collection::vec(ticket(), 0..6)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let ((from, key), (to, other)) = (prepared().await, prepared().await);
            let customer = from.uuid_of("select uuid from users where id = :id and role = 'customer'", 3);
            let agent = from.uuid_of("select uuid from users where id = :id and role = 'agent'", 2);
            for mut one in all {
                from.later(61_234);
                one["customerId"] = json!(customer);
                if one["has"] == json!(true) {
                    one["assigneeId"] = json!(agent);
                }
                from.send(&key, "POST", "/api/tickets", Some(one)).await.with(201);
            }
            let csv = export(&from, &key, "tickets").await;
            let count = csv::Reader::from_reader(csv.as_bytes()).records().count();
            let again = tickets(&from, &key, &csv).await;
            assert_eq!(again, json!({"created": 0, "updated": 0, "skipped": count, "errors": []}), "{csv}");
            let report = tickets(&to, &other, &csv).await;
            assert_eq!(report, json!({"created": count, "updated": 0, "skipped": 0, "errors": []}), "{csv}");
            assert_eq!(export(&to, &other, "tickets").await, csv);
        });
    }
}

/// Nobody but admins of everything has a say over what came from elsewhere.
#[tokio::test]
async fn a_key_needs_the_scope_and_its_owner_the_role() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let reader = instance.api_key(&admin, &["tickets:read"]).await;
    import(&instance, &reader, "/api/tickets/import", "externalId,subject,description\nA,B,C\n").await.with(403);
    let writer = instance.api_key(&admin, &["tickets:write"]).await;
    assert_eq!(tickets(&instance, &writer, "externalId,subject,description\nA,B,C\n").await["created"], json!(1));
    instance.send(&writer, "POST", "/api/tickets/export", None).await.with(403);
}
