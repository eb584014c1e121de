//! Projects, and who works for them.

use gatehouse::base::Role;
use gatehouse::store::{self, params};
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

const PROJECTS: &str = "/api/admin/projects";

async fn with_admin() -> (Instance, Caller) {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    (instance, admin)
}

async fn make(instance: &Instance, admin: &Caller, body: Value) -> Value {
    instance.send(admin, "POST", PROJECTS, Some(body)).await.with(201)["project"].take()
}

fn path(project: &Value) -> String {
    format!("{PROJECTS}/{}", project["id"])
}

async fn names(instance: &Instance, caller: &Caller) -> Vec<String> {
    let open = instance.send(caller, "GET", "/api/projects", None).await.with(200);
    open["projects"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect()
}

async fn actions(instance: &Instance, admin: &Caller) -> Vec<(String, String)> {
    let log = instance.send(admin, "GET", "/api/audit", None).await.with(200);
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    let mut all: Vec<(String, String)> =
        log.as_array().unwrap().iter().map(|entry| (text(entry, "action"), text(entry, "target"))).collect();
    all.reverse();
    all.retain(|(action, _)| action.starts_with("project"));
    all
}

#[tokio::test]
async fn a_new_project_has_what_was_given_and_a_slug_of_its_name() {
    let (instance, admin) = with_admin().await;
    let body = json!({"name": " Agri Market! ", "description": "Crops\nand more", "support_email": "help@agri.example",
        "website_url": "https://agri.example/help?a=b", "timezone": "Africa/Lagos", "settings": {"theme": {"dark": true}}});
    let project = make(&instance, &admin, body).await;
    assert_eq!(
        project,
        json!({"id": 2, "uuid": project["uuid"], "name": "Agri Market!", "slug": "agri-market", "ticket_prefix": "AGRI",
            "description": "Crops\nand more", "support_email": "help@agri.example",
            "website_url": "https://agri.example/help?a=b", "timezone": "Africa/Lagos",
            "settings": {"theme": {"dark": true}}, "is_active": true, "is_default": false,
            "created_at": "2026-05-06T12:00:00Z", "updated_at": "2026-05-06T12:00:00Z"})
    );
    let shown = instance.send(&admin, "GET", &path(&project), None).await.with(200);
    assert_eq!((&shown["project"]["settings"], &shown["project"]["agents"]), (&project["settings"], &json!([])));
    let plain = make(&instance, &admin, json!({"name": "Plain"})).await;
    assert_eq!(
        (&plain["timezone"], &plain["settings"], &plain["support_email"]),
        (&json!("UTC"), &json!({}), &json!(null))
    );
    assert_eq!(
        actions(&instance, &admin).await,
        [("project_created".into(), "agri-market".into()), ("project_created".into(), "plain".into())]
    );
}

#[tokio::test]
async fn slugs_and_prefixes_are_made_unique() {
    let (instance, admin) = with_admin().await;
    let mut made = Vec::new();
    for name in ["Project X", "project-x", "Project Y", "日本", "!?", "a"] {
        let project = make(&instance, &admin, json!({"name": name})).await;
        made.push(format!("{} {}", project["slug"].as_str().unwrap(), project["ticket_prefix"].as_str().unwrap()));
    }
    assert_eq!(made, ["project-x PROJ", "project-x-2 PRO2", "project-y PRO3", "日本 XXXX", "project PRO4", "a AXXX"]);
    for _ in 0..5 {
        make(&instance, &admin, json!({"name": "Project"})).await;
    }
    let tenth = make(&instance, &admin, json!({"name": "Project"})).await;
    assert_eq!(tenth["ticket_prefix"], json!("PR10"));
}

#[tokio::test]
async fn everything_wrong_with_a_project_is_told_by_field() {
    let (instance, admin) = with_admin().await;
    let large = json!({"text": "x".repeat(64 * 1024)});
    let cases = [
        ("name", json!("")),
        ("name", json!("  ")),
        ("name", json!("a\nb")),
        ("name", json!("a".repeat(256))),
        ("name", json!(7)),
        ("description", json!("a".repeat(65 * 1024))),
        ("support_email", json!("nobody")),
        ("support_email", json!("a@b@c")),
        ("website_url", json!("javascript:alert(1)")),
        ("website_url", json!("https://")),
        ("website_url", json!("https://a.example/\"onclick=")),
        ("website_url", json!("https://user:word@a.example/")),
        ("timezone", json!("Mars/Olympus")),
        ("timezone", json!("../etc")),
        ("settings", json!([1])),
        ("settings", json!("{}")),
        ("settings", large),
    ];
    let kept = make(&instance, &admin, json!({"name": "Kept"})).await;
    for (field, value) in cases {
        let mut body = json!({"name": "Name"});
        body[field] = value.clone();
        for (method, path) in [("POST", PROJECTS.to_owned()), ("PUT", path(&kept))] {
            let refused = instance.send(&admin, method, &path, Some(body.clone())).await.with(422);
            assert_eq!(refused["error"], json!("Validation failed."));
            assert!(refused["details"][field][0].is_string(), "{field}: {refused}");
        }
    }
    let both = json!({"timezone": "x", "website_url": "x"});
    let refused = instance.send(&admin, "POST", PROJECTS, Some(both)).await.with(422);
    let fields: Vec<&String> = refused["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["name", "timezone", "website_url"]);
    assert_eq!(instance.send(&admin, "GET", PROJECTS, None).await.with(200)["total"], json!(2));
}

#[tokio::test]
async fn a_change_keeps_what_is_left_out_clears_what_is_null_and_never_touches_slug_or_prefix() {
    let (instance, admin) = with_admin().await;
    let body = json!({"name": "One", "description": "d", "support_email": "h@a.example", "timezone": "Africa/Lagos"});
    let project = make(&instance, &admin, body).await;
    instance.later(60_000);
    let body = json!({"name": "Two", "description": null, "settings": {"a": 1}, "slug": "other", "prefix": "OTHR"});
    let changed = instance.send(&admin, "PUT", &path(&project), Some(body)).await.with(200)["project"].take();
    let mut expected = project.clone();
    expected["name"] = json!("Two");
    expected["description"] = Value::Null;
    expected["settings"] = json!({"a": 1});
    expected["updated_at"] = json!("2026-05-06T12:01:00Z");
    assert_eq!(changed, expected);
    let empty = instance.send(&admin, "PUT", &path(&project), Some(json!({"name": ""}))).await.with(422);
    assert!(empty["details"]["name"][0].is_string());
    assert_eq!(actions(&instance, &admin).await.last().unwrap().0, "project_updated");
}

#[tokio::test]
async fn there_is_always_exactly_one_default_and_it_is_active() {
    let (instance, admin) = with_admin().await;
    let other = make(&instance, &admin, json!({"name": "Other"})).await;
    let first = json!({"id": 1});
    let put = async |project: &Value, body: Value| instance.send(&admin, "PUT", &path(project), Some(body)).await;
    let defaults = async || {
        let all = instance.send(&admin, "GET", PROJECTS, None).await.with(200);
        let rows = all["data"].as_array().unwrap().clone();
        rows.into_iter().filter(|p| p["is_default"] == json!(true)).map(|p| p["id"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(defaults().await, [json!(1)]);
    put(&first, json!({"is_active": false})).await.with(409);
    put(&first, json!({"is_default": false})).await.with(409);
    put(&other, json!({"is_active": false, "is_default": true})).await.with(409);
    put(&other, json!({"is_active": false})).await.with(200);
    put(&other, json!({"is_default": true})).await.with(409);
    assert_eq!(defaults().await, [json!(1)]);
    put(&other, json!({"is_active": true, "is_default": true})).await.with(200);
    put(&other, json!({"is_default": true})).await.with(200);
    assert_eq!(defaults().await, [other["id"].clone()]);
    put(&first, json!({"is_active": false, "is_default": false})).await.with(200);
    put(&other, json!({"is_active": false})).await.with(409);
}

#[tokio::test]
async fn the_list_is_searched_filtered_and_paged() {
    let (instance, admin) = with_admin().await;
    for name in ["Naija Homes", "AgriMarket", "Homestead", "Ökohof"] {
        make(&instance, &admin, json!({"name": name})).await;
    }
    let off = make(&instance, &admin, json!({"name": "Closed homes"})).await;
    instance.send(&admin, "PUT", &path(&off), Some(json!({"is_active": false}))).await.with(200);
    let found = async |query: &str| {
        let page = instance.send(&admin, "GET", &format!("{PROJECTS}?{query}"), None).await.with(200);
        let names: Vec<String> =
            page["data"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect();
        (names.join(", "), page["total"].as_i64().unwrap())
    };
    assert_eq!(found("search=HOME").await, ("Closed homes, Homestead, Naija Homes".into(), 3));
    assert_eq!(found("search=home&active=true").await, ("Homestead, Naija Homes".into(), 2));
    assert_eq!(found("active=0").await, ("Closed homes".into(), 1));
    assert_eq!(found("search=naija-h").await.1, 1);
    assert_eq!(found("search=%C3%96KO").await, ("Ökohof".into(), 1));
    assert_eq!(found("search=%25").await.1, 0);
    assert_eq!(found("search=!!").await.1, 0);
    let page = instance.send(&admin, "GET", &format!("{PROJECTS}?per_page=2&page=2"), None).await;
    assert_eq!(page.headers["link"], "</api/admin/projects?per_page=2&page=3>; rel=\"next\"");
    let page = page.with(200);
    assert_eq!(
        (&page["current_page"], &page["last_page"], &page["total"], &page["per_page"]),
        (&json!(2), &json!(3), &json!(6), &json!(2))
    );
    assert_eq!(page["data"][0]["name"], json!("Homestead"));
    for wrong in ["per_page=101", "per_page=0", "page=0", "page=x", "active=maybe"] {
        let field = wrong.split('=').next().unwrap();
        let refused = instance.send(&admin, "GET", &format!("{PROJECTS}?{wrong}"), None).await.with(422);
        assert!(refused["details"][field][0].is_string(), "{wrong}: {refused}");
    }
}

#[tokio::test]
async fn a_row_of_the_list_tells_how_many_tickets_and_agents_there_are() {
    let (instance, admin) = with_admin().await;
    let agent = instance.person("g@example.org", Role::Agent);
    let body = json!({"user_id": agent});
    instance.send(&admin, "POST", &format!("{PROJECTS}/1/agents"), Some(body)).await.with(200);
    instance
        .app
        .store
        .write(|tx| {
            // The project, another, and what stands for a status and for all projects.
            for (project, status, tickets) in [(1, "", 42), (2, "", 7), (1, "open", 40), (0, "", 49)] {
                tx.execute(
                    "insert into ticket_totals values (:project, :status, :tickets)",
                    params! {":project": project, ":status": status, ":tickets": tickets},
                )?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let row = instance.send(&admin, "GET", PROJECTS, None).await.with(200)["data"][0].take();
    assert_eq!((&row["tickets_count"], &row["agents_count"], &row["is_active"]), (&json!(42), &json!(1), &json!(true)));
}

#[tokio::test]
async fn active_staff_work_for_a_project_from_one_call_to_another() {
    let (instance, admin) = with_admin().await;
    let agent = instance.person("g@example.org", Role::Agent);
    let caller = instance.sign_in("g@example.org").await;
    let project = make(&instance, &admin, json!({"name": "Homes"})).await;
    let agents = format!("{}/agents", path(&project));
    assert!(names(&instance, &caller).await.is_empty());
    for body in [json!({"user_id": agent}), json!({"user_id": agent}), json!({"user_id": agent, "is_lead": true})] {
        let done = instance.send(&admin, "POST", &agents, Some(body)).await.with(200);
        assert_eq!(done, json!({"message": "Agent assigned to project"}));
    }
    instance.send(&admin, "POST", &agents, Some(json!({"user_id": agent}))).await.with(200);
    let shown = instance.send(&admin, "GET", &path(&project), None).await.with(200);
    let expected = json!([{"id": agent, "name": "g", "email": "g@example.org", "role": "agent", "is_lead": true}]);
    assert_eq!(shown["project"]["agents"], expected);
    assert_eq!(names(&instance, &caller).await, ["Homes"]);
    for _ in 0..2 {
        let gone = instance.send(&admin, "DELETE", &format!("{agents}/{agent}"), None).await.with(200);
        assert_eq!(gone, json!({"message": "Agent removed from project"}));
    }
    assert!(names(&instance, &caller).await.is_empty());
    instance.send(&admin, "DELETE", &format!("{agents}/999"), None).await.with(404);
    let log: Vec<String> = actions(&instance, &admin).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(log, ["project_created", "project_agent_added", "project_agent_added", "project_agent_removed"]);
}

#[tokio::test]
async fn only_active_staff_can_be_assigned() {
    let (instance, admin) = with_admin().await;
    let customer = instance.person("c@example.org", Role::Customer);
    let gone = instance.person("x@example.org", Role::Agent);
    let clock = gatehouse::base::Clock::System;
    store::write_once(&instance.directory, &clock, |tx| {
        tx.execute("update users set is_active = 0 where id = :id", params! {":id": gone})
    })
    .unwrap();
    let agents = format!("{PROJECTS}/1/agents");
    for user in [json!(customer), json!(gone), json!(999), json!(-1), json!("x"), Value::Null] {
        let refused = instance.send(&admin, "POST", &agents, Some(json!({"user_id": user}))).await.with(422);
        assert!(refused["details"]["user_id"][0].is_string(), "{user}: {refused}");
    }
    let shown = instance.send(&admin, "GET", &format!("{PROJECTS}/1"), None).await.with(200);
    assert_eq!(shown["project"]["agents"], json!([]));
}

#[tokio::test]
async fn everybody_is_shown_the_active_projects_to_file_into() {
    let (instance, admin) = with_admin().await;
    let customer = instance.signed_in("c@example.org", Role::Customer).await;
    let agent = instance.person("g@example.org", Role::Agent);
    let caller = instance.sign_in("g@example.org").await;
    let homes = make(&instance, &admin, json!({"name": "Homes"})).await;
    let off = make(&instance, &admin, json!({"name": "Off"})).await;
    for project in [&homes, &off] {
        let body = json!({"user_id": agent});
        instance.send(&admin, "POST", &format!("{}/agents", path(project)), Some(body)).await.with(200);
    }
    instance.send(&admin, "PUT", &path(&off), Some(json!({"is_active": false}))).await.with(200);
    assert_eq!(names(&instance, &admin).await, ["Homes", "Support"]);
    assert_eq!(names(&instance, &customer).await, ["Homes", "Support"]);
    assert_eq!(names(&instance, &caller).await, ["Homes"]);
    let open = instance.send(&customer, "GET", "/api/projects", None).await.with(200);
    assert_eq!(open["projects"][0], json!({"id": homes["id"], "name": "Homes", "slug": "homes"}));
}

#[tokio::test]
async fn what_is_no_project_is_not_found_and_the_area_is_closed_before_anything_else() {
    let (instance, admin) = with_admin().await;
    let agent = instance.signed_in("g@example.org", Role::Agent).await;
    for id in ["99", "0", "-1", "x", "1.0", "99999999999999999999"] {
        instance.send(&admin, "GET", &format!("{PROJECTS}/{id}"), None).await.with(404);
        instance.send(&agent, "GET", &format!("{PROJECTS}/{id}"), None).await.with(403);
    }
    instance.send(&agent, "GET", &format!("{PROJECTS}?page=x"), None).await.with(403);
    instance.send_raw(&agent, "POST", PROJECTS, None, "{").await.with(403);
}
