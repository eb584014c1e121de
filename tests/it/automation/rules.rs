//! What rules do to tickets, and how they say so.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::{Desk, path, rule, tags};
use crate::app::Caller;

#[tokio::test]
async fn a_new_ticket_is_changed_before_its_caller_sees_it() {
    let desk = Desk::start().await;
    let made = desk
        .rule(rule(
            "Uploads are urgent",
            "ticket_creation",
            ["subject", "contains", "UPLOAD"],
            ["set_priority", "urgent"],
        ))
        .await;
    let ticket = desk.ticket("Cannot upload").await;
    assert_eq!(ticket["priority"], json!("critical"));
    assert_eq!(desk.ticket("Something else").await["priority"], json!("medium"));
    let looked = desk.look(&made).await;
    assert_eq!((&looked["executionCount"], &looked["lastExecutedAt"]), (&json!(1), &json!("2026-05-06T12:00:00.000Z")));
}

#[tokio::test]
async fn each_change_is_in_the_trail_with_the_rule_and_its_cause_for_staff_alone() {
    let desk = Desk::start().await;
    desk.rule(rule("Uploads", "ticket_creation", ["subject", "contains", "upload"], ["set_priority", "urgent"])).await;
    desk.rule(rule("Urgent ones", "ticket_update", ["priority", "is", "urgent"], ["add_tag", "now"])).await;
    let ticket = desk.ticket("Cannot upload").await;
    let shown = desk.show(&ticket).await;
    let trail: Vec<[Value; 4]> = shown["activities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| ["action", "to", "rule", "cause"].map(|field| row[field].clone()))
        .collect();
    let first = json!("ticket.created: subject contains upload");
    let second = json!("ticket.created, rule “Uploads”: priority is urgent");
    assert_eq!(
        trail[1..],
        [
            [json!("automation_executed"), json!("Uploads"), json!("Uploads"), first.clone()],
            [json!("priority_changed"), json!("critical"), json!("Uploads"), first],
            [json!("automation_executed"), json!("Urgent ones"), json!("Urgent ones"), second.clone()],
            [json!("tags_changed"), json!("now"), json!("Urgent ones"), second],
        ]
    );
    let seen = desk.instance.send(&desk.customer, "GET", &path(&ticket, ""), None).await.text();
    assert!(!seen.contains("Uploads") && !seen.contains("Urgent ones") && !seen.contains("automation"), "{seen}");
    assert!(seen.contains("priority_changed"), "what changed is told");
}

#[tokio::test]
async fn integrators_read_in_the_trail_which_rule_acted_and_why() {
    let desk = Desk::start().await;
    let made =
        desk.rule(rule("Uploads", "ticket_creation", ["subject", "contains", "upload"], ["add_tag", "up"])).await;
    let ticket = desk.ticket("Cannot upload").await;
    let key = desk.instance.api_key(&desk.admin, &["tickets:read"]).await;
    let uuid = desk.instance.ticket_uuid(ticket["id"].as_i64().unwrap());
    let trail = desk.instance.send(&key, "GET", &format!("/api/tickets/{uuid}/activities"), None).await.with(200);
    assert_eq!(trail[0].get("ruleName"), None, "the customer filed it");
    for row in [&trail[1], &trail[2]] {
        assert_eq!((&row["ruleId"], &row["ruleName"]), (&made["id"], &json!("Uploads")), "{row}");
        assert_eq!(row["cause"], json!("ticket.created: subject contains upload"));
    }
}

#[tokio::test]
async fn a_merge_wakes_the_rules_of_the_ticket_that_goes_on_and_undoing_it_those_of_both() {
    let desk = Desk::start().await;
    let made =
        json!({"name": "Merged", "ruleType": "ticket_update", "actions": [{"type": "add_tag", "value": "seen"}]});
    let made = desk.rule(made).await;
    let (one, two) = (desk.ticket("One").await, desk.ticket("Two").await);
    let uuid = |ticket: &Value| desk.instance.ticket_uuid(ticket["id"].as_i64().unwrap());
    let merge = format!("/api/tickets/{}/merge", uuid(&one));
    let into = desk.send(&desk.admin, "POST", &merge, json!({"into": uuid(&two)})).await.with(200);
    assert_eq!(into["tags"], json!(["seen"]), "its caller sees what rules made of it");
    assert_eq!(desk.executions(&made).await, 1, "what leads to another is no ticket of its own");
    desk.instance.sql("delete from ticket_tags");
    let undo = format!("/api/tickets/{}/unmerge", uuid(&one));
    let undone = desk.instance.send(&desk.admin, "POST", &undo, None).await.with(200);
    assert_eq!((&undone["tags"], &undone["status"]), (&json!(["seen"]), &json!("open")));
    assert_eq!(tags(&desk.show(&two).await), ["seen"], "it has lost what was said to the other");
    assert_eq!(desk.executions(&made).await, 3);
}

#[tokio::test]
async fn rules_run_whichever_surface_the_change_came_through() {
    let desk = Desk::start().await;
    desk.rule(rule("Greet", "ticket_creation", ["status", "is", "open"], ["add_tag", "new"])).await;
    let by_app = json!({"subject": "From the app", "message": "Hello"});
    desk.send(&desk.customer, "POST", "/v1/tickets", by_app).await.with(201);
    let pair = desk.instance.key_pair(&desk.admin, 1).await;
    let by_pair = json!({"subject": "From a back end", "description": "Hello", "customer_email": "x@example.net"});
    let made = desk.send(&pair, "POST", "/api/external/tickets", by_pair).await;
    let filed = 1 + usize::from(made.status == 201);
    let listed = desk.instance.send(&desk.admin, "GET", "/api/tickets", None).await.with(200);
    let tickets = listed["data"].as_array().unwrap();
    assert_eq!(tickets.len(), filed);
    for ticket in tickets {
        assert_eq!(tags(&desk.show(ticket).await), ["new"]);
    }
}

#[tokio::test]
async fn a_rule_hears_what_its_trigger_says() {
    let desk = Desk::start().await;
    let on = |name: &str, rule_type: &str, trigger: &str| json!({"name": name, "ruleType": rule_type, "trigger": trigger, "actions": [{"type": "add_tag", "value": name}]});
    desk.rule(on("created", "ticket_creation", "ticket.created")).await;
    desk.rule(on("replied", "ticket_update", "ticket.replied")).await;
    let ticket = desk.ticket("Hello").await;
    assert_eq!(tags(&ticket), ["created"]);
    let ticket = desk.status(&ticket, "pending_customer").await;
    assert_eq!(tags(&ticket), ["created"]);
    let note = json!({"body": "among us", "type": "note"});
    desk.send(&desk.agent, "POST", &path(&ticket, "/messages"), note).await.with(201);
    assert_eq!(tags(&desk.show(&ticket).await), ["created"]);
    desk.send(&desk.customer, "POST", &path(&ticket, "/messages"), json!({"body": "Any news?"})).await.with(201);
    assert_eq!(tags(&desk.show(&ticket).await), ["created", "replied"]);
}

#[tokio::test]
async fn an_update_rule_hears_of_every_change_and_of_answers_but_not_of_creation() {
    let desk = Desk::start().await;
    let made = desk
        .rule(json!({"name": "u", "ruleType": "ticket_update",
        "actions": [{"type": "set_priority", "value": "low"}]}))
        .await;
    let ticket = desk.ticket("Hello").await;
    assert_eq!(ticket["priority"], json!("medium"));
    let low = |ticket: &Value| assert_eq!(ticket["priority"], json!("low"));
    low(&desk.status(&ticket, "pending_customer").await);
    low(&desk.change(&ticket, json!({"priority": "high"})).await);
    low(&desk.change(&ticket, json!({"priority": "high", "subject": "Other"})).await);
    assert_eq!(desk.executions(&made).await, 3);
    desk.send(&desk.customer, "POST", &path(&ticket, "/messages"), json!({"body": "Any news?"})).await.with(201);
    assert_eq!(desk.executions(&made).await, 3, "an answer changed nothing that the rule would");
}

#[tokio::test]
async fn a_rule_that_would_change_nothing_is_silent() {
    let desk = Desk::start().await;
    let made = desk.rule(rule("Medium", "ticket_creation", ["status", "is", "open"], ["set_priority", "medium"])).await;
    let ticket = desk.ticket("Hello").await;
    assert_eq!(desk.look(&made).await["lastExecutedAt"], Value::Null);
    assert_eq!(desk.executions(&made).await, 0);
    assert_eq!(desk.show(&ticket).await["activities"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_rule_that_is_inactive_or_deleted_does_nothing() {
    let desk = Desk::start().await;
    let mut off = rule("Off", "ticket_creation", ["status", "is", "open"], ["add_tag", "off"]);
    off["isActive"] = json!(false);
    let off = desk.rule(off).await;
    let gone = desk.rule(rule("Gone", "ticket_creation", ["status", "is", "open"], ["add_tag", "gone"])).await;
    let before = desk.ticket("Before").await;
    let path_of = |rule: &Value| format!("/api/automation-rules/{}", rule["id"].as_str().unwrap());
    desk.instance.send(&desk.admin, "DELETE", &path_of(&gone), None).await.with(204);
    desk.instance.send(&desk.admin, "DELETE", &path_of(&gone), None).await.with(404);
    assert_eq!(tags(&desk.ticket("Hello").await), Vec::<String>::new());
    assert_eq!(desk.show(&before).await["activities"][1]["rule"], json!("Gone"));
    desk.send(&desk.admin, "PATCH", &path_of(&off), json!({"isActive": true})).await.with(200);
    assert_eq!(tags(&desk.ticket("Hello again").await), ["off"]);
}

#[tokio::test]
async fn rules_run_in_the_order_of_their_making_and_later_ones_have_the_last_word() {
    let desk = Desk::start().await;
    for (name, priority) in [("first", "low"), ("second", "high"), ("third", "urgent")] {
        desk.rule(rule(name, "ticket_creation", ["status", "is", "open"], ["set_priority", priority])).await;
    }
    assert_eq!(desk.ticket("Hello").await["priority"], json!("critical"));
}

#[tokio::test]
async fn a_chain_goes_five_deep_and_then_says_that_it_was_stopped() {
    let desk = Desk::start().await;
    let mut first = rule("1", "ticket_creation", ["status", "is", "open"], ["add_tag", "t1"]);
    let mut rules = Vec::new();
    for step in 1..=7 {
        rules.push(desk.rule(first).await);
        let (has, adds) = (format!("t{step}"), format!("t{}", step + 1));
        first = rule(&(step + 1).to_string(), "ticket_update", ["tags", "contains", &has], ["add_tag", &adds]);
    }
    let ticket = desk.ticket("Hello").await;
    assert_eq!(tags(&ticket), ["t1", "t2", "t3", "t4", "t5"]);
    let shown = desk.show(&ticket).await;
    let stopped = shown["activities"].as_array().unwrap().last().unwrap();
    assert_eq!((&stopped["action"], &stopped["to"]), (&json!("automation_stopped"), &json!("6")));
    for (place, rule) in rules.iter().enumerate() {
        assert_eq!(desk.executions(rule).await, i64::from(place < 5));
    }
}

#[tokio::test]
async fn each_action_does_what_it_says() {
    let desk = Desk::start().await;
    let agent = desk.agent_id;
    let made = desk
        .rule(json!({"name": "All", "ruleType": "ticket_creation", "actions": [
            {"type": "set_category", "value": "Billing & Money"}, {"type": "assign_to", "value": agent},
            {"type": "add_tag", "value": "VIP"}, {"type": "add_tag", "value": "vip"},
            {"type": "set_priority", "value": "critical"}]}))
        .await;
    let ticket = desk.ticket("Hello").await;
    assert_eq!(ticket["category"]["name"], json!("billing-money"));
    assert_eq!(ticket["assignee"]["id"], json!(agent));
    assert_eq!(ticket["status"], json!("in_progress"), "giving an open ticket to somebody moves it");
    assert_eq!((tags(&ticket), &ticket["priority"]), (vec!["VIP".to_owned()], &json!("critical")));
    assert_eq!(desk.executions(&made).await, 1, "however much it changed");
    let shown = &desk.look(&made).await["actions"];
    assert_eq!(shown[0]["value"], json!("billing-money"));
    assert_eq!(shown[1]["value"].as_str().unwrap().len(), 36, "ids are shown as this surface's");
    assert_eq!(shown[4]["value"], json!("urgent"), "words are shown as this surface's");
}

#[tokio::test]
async fn what_cannot_be_done_is_left_out_and_told_on_the_rule() {
    let desk = Desk::start().await;
    let stranger = desk.instance.person("stranger@example.org", Role::Agent);
    let made = desk
        .rule(json!({"name": "Half", "ruleType": "ticket_creation", "actions": [
            {"type": "assign_to", "value": stranger}, {"type": "set_priority", "value": "high"}]}))
        .await;
    let ticket = desk.ticket("Hello").await;
    assert_eq!((&ticket["priority"], &ticket["status"]), (&json!("high"), &json!("open")));
    assert_eq!(ticket["assignee"], Value::Null);
    let looked = desk.look(&made).await;
    assert!(looked["lastError"].as_str().unwrap().contains("assign_to"), "{looked}");
    assert_eq!(looked["executionCount"], json!(1));
    let nothing = desk
        .rule(
            json!({"name": "None", "ruleType": "ticket_update", "actions": [{"type": "assign_to", "value": stranger}]}),
        )
        .await;
    let before = desk.show(&ticket).await["activities"].as_array().unwrap().len();
    desk.change(&ticket, json!({"subject": "Other"})).await;
    assert_eq!(desk.executions(&nothing).await, 0);
    assert_eq!(desk.show(&ticket).await["activities"].as_array().unwrap().len(), before + 1);
}

#[tokio::test]
async fn a_rule_that_fails_ten_times_in_a_row_is_switched_off_and_admins_are_told() {
    let desk = Desk::start().await;
    let stranger = desk.instance.person("stranger@example.org", Role::Agent);
    let made = desk
        .rule(json!({"name": "Hopeless", "ruleType": "ticket_creation", "actions": [
            {"type": "assign_to", "value": stranger}, {"type": "set_priority", "value": "high"}]}))
        .await;
    for n in 1..10 {
        desk.ticket(&format!("Ticket {n}")).await;
    }
    // Once that everything could be done, the count begins anew.
    desk.instance.assign_to_project(stranger, 1);
    assert_eq!(desk.ticket("Luck").await["priority"], json!("high"));
    desk.instance.sql("delete from project_agents where user_id <> (select id from users where email like 'alice%')");
    for n in 1..10 {
        desk.ticket(&format!("Ticket {n}")).await;
    }
    let looked = desk.look(&made).await;
    assert_eq!((&looked["isActive"], &looked["switchedOffAt"]), (&json!(true), &Value::Null));
    let last = desk.ticket("The tenth").await;
    assert_eq!(last["priority"], json!("high"), "what could be done was done");
    let looked = desk.look(&made).await;
    assert_eq!((&looked["isActive"], &looked["switchedOffAt"]), (&json!(false), &json!("2026-05-06T12:00:00.000Z")));
    assert!(looked["lastError"].as_str().unwrap().contains("assign_to"), "{looked}");
    assert_eq!(desk.ticket("After").await["priority"], json!("medium"));
    let bell = desk.instance.send(&desk.admin, "GET", "/api/notifications", None).await.with(200);
    let first = &bell["notifications"][0];
    assert_eq!(first["kind"], json!("automation_rule.switched_off"));
    assert_eq!((&first["reason"], &first["ticket"]["id"]), (&json!("administering"), &last["id"]));
    let bell = desk.instance.send(&desk.agent, "GET", "/api/notifications", None).await.with(200);
    assert_eq!(bell["notifications"], json!([]), "agents cannot mend it");
    let audit = desk.instance.send(&desk.admin, "GET", "/api/audit", None).await.with(200);
    let of_it = audit.as_array().unwrap().iter().find(|row| row["action"] == json!("automation_rule_switched_off"));
    assert_eq!(of_it.unwrap()["target"], json!("Hopeless"));
    // What leaves it off keeps the reason; switching it on forgets it.
    let path = format!("/api/automation-rules/{}", made["id"].as_str().unwrap());
    let renamed = desk.send(&desk.admin, "PATCH", &path, json!({"name": "Still hopeless"})).await.with(200);
    assert_eq!((&renamed["switchedOffAt"], &renamed["lastError"]), (&looked["switchedOffAt"], &looked["lastError"]));
    let on = desk.send(&desk.admin, "PATCH", &path, json!({"isActive": true})).await.with(200);
    assert_eq!((&on["switchedOffAt"], &on["lastError"]), (&Value::Null, &Value::Null));
    desk.ticket("Once more").await;
    assert_eq!(desk.look(&made).await["isActive"], json!(true), "the count began anew");
}

/// One condition against a ticket that is low, open, from the portal, tagged, without category and assignee.
async fn holds(desk: &Desk, condition: Value) -> bool {
    let made = desk
        .rule(json!({"name": condition.to_string(), "ruleType": "ticket_creation", "conditions": [condition],
            "actions": [{"type": "set_status", "value": "pending"}]}))
        .await;
    let body = json!({"project_id": 1, "subject": "Über Café", "description": "It says ERROR 42.", "priority": "low",
        "tags": [1, 2]});
    let ticket = desk.send(&desk.customer, "POST", "/api/tickets", body).await.with(201);
    let path = format!("/api/automation-rules/{}", made["id"].as_str().unwrap());
    desk.instance.send(&desk.admin, "DELETE", &path, None).await.with(204);
    ticket["ticket"]["status"] == json!("pending_customer")
}

#[tokio::test]
async fn conditions_compare_as_their_fields_do() {
    let desk = Desk::start().await;
    desk.instance.tags(&["vip", "Billing"]);
    for (condition, expected) in [
        (json!(["subject", "is", "über café"]), true),
        (json!(["subject", "is_not", "ÜBER CAFÉ"]), false),
        (json!(["subject", "contains", "CAFÉ"]), true),
        (json!(["description", "contains", "error 42"]), true),
        (json!(["status", "is", "open"]), true),
        (json!(["status", "is_not", "pending_customer"]), true),
        (json!(["priority", "less_than", "medium"]), true),
        (json!(["priority", "greater_than", "low"]), false),
        (json!(["priority", "is_not", "critical"]), true),
        (json!(["source", "is", "portal"]), true),
        (json!(["tags", "contains", "VIP"]), true),
        (json!(["tags", "is", ["vip", "billing"]]), true),
        (json!(["tags", "is_not", "other"]), true),
        (json!(["tags", "is_not", ["other", "vip"]]), false),
        (json!(["tags", "is", null]), false),
        (json!(["category", "is", null]), true),
        (json!(["category", "is", "technical"]), false),
        (json!(["category", "is_not", "technical"]), true),
        (json!(["assigneeId", "is", null]), true),
        (json!(["assigneeId", "is_not", 1]), true),
        (json!(["groupId", "is_not", null]), false),
        (json!(["projectId", "is", "00000000-0000-7000-8000-000000000001"]), true),
        (json!(["customerEmail", "contains", "@EXAMPLE.org"]), true),
        (json!(["hoursSinceCreated", "less_than", 0.5]), true),
        (json!(["hoursSinceCreated", "is", 0]), true),
        (json!(["hoursSinceUpdated", "greater_than", "0"]), false),
        (json!(["hoursUntilDue", "less_than", 1000]), false),
    ] {
        let [field, operator, value] = [0, 1, 2].map(|place| condition[place].clone());
        let asked = json!({"field": field, "operator": operator, "value": value});
        assert_eq!(holds(&desk, asked).await, expected, "{condition}");
    }
}

#[tokio::test]
async fn conditions_on_custom_fields_compare_as_their_types_do() {
    let desk = Desk::start().await;
    let fields = [
        ("seats", "number", json!([])),
        ("plan", "dropdown", json!(["Free", "Pro"])),
        ("renewal", "date", json!([])),
        ("beta", "checkbox", json!([])),
        ("areas", "multiselect", json!(["web", "app"])),
        ("note", "text", json!([])),
    ];
    for (name, kind, options) in fields {
        define(&desk, name, kind, options).await;
    }
    let ticket = desk.ticket("Hello").await;
    let values = json!({"seats": 10, "plan": "Pro", "renewal": "2026-06-01", "beta": true, "areas": ["web"]});
    fill(&desk, &ticket, values).await;
    for (name, operator, value, expected) in [
        ("seats", "greater_than", json!(9), true),
        ("seats", "less_than", json!("9.5"), false),
        ("seats", "is", json!(10), true),
        ("plan", "is", json!("pro"), true),
        ("plan", "is_not", json!("Free"), true),
        ("renewal", "less_than", json!("2026-07-01"), true),
        ("renewal", "greater_than", json!("2026-06-01"), false),
        ("beta", "is", json!(true), true),
        ("beta", "is_not", json!("true"), false),
        ("areas", "contains", json!("web"), true),
        ("areas", "is_not", json!(["app"]), true),
        ("note", "is", json!(null), true),
        ("note", "contains", json!("x"), false),
        ("note", "is_not", json!("x"), true),
    ] {
        let field = format!("customFields.{name}");
        let made = desk
            .rule(json!({"name": "c", "ruleType": "ticket_update",
                "conditions": [{"field": field, "operator": operator, "value": value}],
                "actions": [{"type": "set_priority", "value": "urgent"}]}))
            .await;
        let subject = format!("{name} {operator} {value}");
        let changed = desk.change(&ticket, json!({"subject": subject, "priority": "low"})).await;
        assert_eq!(changed["priority"] == json!("critical"), expected, "{subject}");
        let path = format!("/api/automation-rules/{}", made["id"].as_str().unwrap());
        desk.instance.send(&desk.admin, "DELETE", &path, None).await.with(204);
    }
}

/// Defines a custom field of tickets; answers its path.
async fn define(desk: &Desk, name: &str, kind: &str, options: Value) -> String {
    let field = json!({"entityType": "ticket", "name": name, "label": name, "fieldType": kind, "options": options});
    let made = desk.send(&desk.admin, "POST", "/api/custom-fields", field).await.with(201);
    format!("/api/custom-fields/{}", made["id"].as_str().unwrap())
}

/// Sets custom fields of a ticket.
async fn fill(desk: &Desk, ticket: &Value, values: Value) {
    let path = format!("/api/tickets/{}", desk.instance.ticket_uuid(ticket["id"].as_i64().unwrap()));
    desk.send(&desk.admin, "PATCH", &path, json!({"customFields": values})).await.with(200);
}

#[tokio::test]
async fn a_condition_follows_its_custom_field_out_of_use_and_back() {
    let desk = Desk::start().await;
    let field = define(&desk, "seats", "number", json!([])).await;
    let ticket = desk.ticket("Hello").await;
    fill(&desk, &ticket, json!({"seats": 10})).await;
    desk.rule(rule("Many", "ticket_update", ["customFields.seats", "is", "10"], ["set_priority", "urgent"])).await;
    for (is_active, expected) in [(true, "critical"), (false, "low"), (true, "critical")] {
        desk.send(&desk.admin, "PATCH", &field, json!({"isActive": is_active})).await.with(200);
        let changed = desk.change(&ticket, json!({"subject": format!("{is_active}"), "priority": "low"})).await;
        assert_eq!(changed["priority"], json!(expected), "the field in use: {is_active}");
        desk.change(&ticket, json!({"subject": "Hello", "priority": "low"})).await;
    }
}

#[tokio::test]
async fn any_wants_one_condition_and_all_wants_each() {
    let desk = Desk::start().await;
    for (matching, tag) in [("all", "both"), ("any", "either")] {
        desk.rule(json!({"name": tag, "ruleType": "ticket_creation", "conditionMatch": matching, "conditions": [
            {"field": "subject", "operator": "contains", "value": "tunnel"},
            {"field": "priority", "operator": "is", "value": "medium"}],
            "actions": [{"type": "add_tag", "value": tag}]}))
            .await;
    }
    assert_eq!(tags(&desk.ticket("Cannot upload").await), ["either"]);
    assert_eq!(tags(&desk.ticket("My tunnel is down").await), ["both", "either"]);
}

#[tokio::test]
async fn a_change_of_many_fields_is_one_cause() {
    let desk = Desk::start().await;
    let made =
        desk.rule(rule("Once", "ticket_update", ["status", "is", "in_progress"], ["set_priority", "urgent"])).await;
    let ticket = desk.ticket("Hello").await;
    let body = json!({"subject": "Other", "priority": "low", "tags": []});
    desk.status(&ticket, "in_progress").await;
    let changed = desk.change(&ticket, body).await;
    assert_eq!(changed["priority"], json!("critical"), "the rule sees the change as a whole");
    assert_eq!(desk.executions(&made).await, 2);
}

#[tokio::test]
async fn a_change_that_fails_leaves_no_trace_of_the_rules_that_it_woke() {
    let desk = Desk::start().await;
    let made = desk.rule(rule("r", "ticket_creation", ["status", "is", "open"], ["add_tag", "x"])).await;
    let body = json!({"project_id": 99, "subject": "s", "description": "d"});
    desk.send(&desk.agent, "POST", "/api/tickets", body).await.with(422);
    assert_eq!(desk.executions(&made).await, 0);
    let nobody = Caller::default();
    desk.send(&nobody, "POST", "/api/automation-rules", json!({})).await.with(401);
}
