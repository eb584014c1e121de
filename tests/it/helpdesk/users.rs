//! Customers and staff, as integrators see them.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance, Reply};
use crate::desk::links::mailed;

pub async fn make(instance: &Instance, caller: &Caller, body: Value) -> Reply {
    instance.send(caller, "POST", "/api/users", Some(body)).await
}

async fn patch(instance: &Instance, caller: &Caller, id: &Value, body: Value) -> Reply {
    instance.send(caller, "PATCH", &format!("/api/users/{}", id.as_str().unwrap()), Some(body)).await
}

async fn log_in(instance: &Instance, email: &str, password: &str) -> u16 {
    let body = json!({"email": email, "password": password});
    instance.send(&Caller::default(), "POST", "/api/auth/login", Some(body)).await.status.as_u16()
}

pub async fn define(instance: &Instance, admin: &Caller, field: Value) {
    instance.send(admin, "POST", "/api/custom-fields", Some(with(field, json!({"label": "L"})))).await.with(201);
}

pub fn body(username: &str) -> Value {
    json!({"username": username, "email": format!("{username}@example.org"), "name": username})
}

fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn id_of(instance: &Instance, caller: &Caller, email: &str) -> Value {
    let listed = instance.send(caller, "GET", "/api/users?limit=1000", None).await.with(200);
    listed.as_array().unwrap().iter().find(|user| user["email"] == json!(email)).unwrap()["id"].clone()
}

#[tokio::test]
async fn a_new_user_is_a_customer_with_the_documented_fields() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let key = instance.api_key(&admin, &["users:read", "users:write"]).await;
    let company = json!({"name": "Acme"});
    let company = instance.send(&key, "POST", "/api/companies", Some(company)).await.with(201)["id"].clone();
    let more = json!({"phone": "+1", "companyId": company, "tags": ["VIP", "vip", " eu ", ""],
        "avatarUrl": "https://example.org/a.png"});
    let made = make(&instance, &key, with(body("jane"), more)).await.with(201);
    assert_eq!(
        made,
        json!({"id": made["id"], "username": "jane", "email": "jane@example.org", "name": "jane", "phone": "+1",
            "role": "customer", "ticketScope": "all", "avatarUrl": "https://example.org/a.png", "companyId": company,
            "tags": ["VIP", "eu"], "customFields": {}, "isActive": true, "emailVerified": false,
            "createdAt": "2026-05-06T12:00:00.000Z"})
    );
    let path = format!("/api/users/{}", made["id"].as_str().unwrap());
    assert_eq!(instance.send(&key, "GET", &path, None).await.with(200), made);
    assert!(mailed(&instance).is_empty());
    let with_password = with(body("joe"), json!({"password": "battery staple"}));
    let made = make(&instance, &key, with_password).await.with(201);
    assert_eq!((&made["emailVerified"], made.get("password"), made.get("passwordHash")), (&json!(true), None, None));
    assert_eq!(log_in(&instance, "joe@example.org", "battery staple").await, 200);
}

#[tokio::test]
async fn what_cannot_be_is_told_by_field_all_at_once() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let missing = make(&instance, &admin, json!({})).await.with(400);
    assert_eq!(missing["details"].as_object().unwrap().keys().collect::<Vec<_>>(), ["email", "name", "username"]);
    let wrong = json!({"username": "a b", "email": "x", "name": "a\nb", "role": "owner", "password": "short",
        "ticketScope": "none", "avatarUrl": "javascript:alert(1)", "tags": ["t".repeat(65)]});
    let wrong = make(&instance, &admin, wrong).await.with(400);
    assert_eq!(
        wrong["details"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["avatarUrl", "email", "name", "password", "role", "tags", "ticketScope", "username"]
    );
    for company in ["x", "00000000-0000-7000-8000-000000000000"] {
        let wrong = make(&instance, &admin, with(body("a"), json!({"companyId": company}))).await.with(400);
        assert!(wrong["details"]["companyId"][0].is_string(), "{wrong}");
    }
}

#[tokio::test]
async fn addresses_and_usernames_are_one_in_whatever_case() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    make(&instance, &admin, body("jane")).await.with(201);
    let other = make(&instance, &admin, body("other")).await.with(201)["id"].clone();
    let email = make(&instance, &admin, with(body("x"), json!({"email": "JANE@example.org"}))).await.with(409);
    assert!(email["details"]["email"][0].is_string());
    let username = make(&instance, &admin, with(body("y"), json!({"username": "Jane"}))).await.with(409);
    assert!(username["details"]["username"][0].is_string());
    patch(&instance, &admin, &other, json!({"username": "JANE"})).await.with(409);
    patch(&instance, &admin, &other, json!({"email": "Jane@Example.org"})).await.with(409);
    patch(&instance, &admin, &other, json!({"username": "OTHER"})).await.with(200);
}

#[tokio::test]
async fn the_list_narrows_to_a_role_and_goes_on_behind_its_link() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    for (email, role) in
        [("r@example.org", Role::SuperAdmin), ("g@example.org", Role::Agent), ("c@example.org", Role::Customer)]
    {
        instance.person(email, role);
    }
    let emails = |path: String| {
        let (instance, admin) = (&instance, &admin);
        async move {
            let listed = instance.send(admin, "GET", &path, None).await.with(200);
            let users = listed.as_array().unwrap().iter();
            users.map(|user| user["email"].as_str().unwrap().chars().take(1).collect::<String>()).collect::<String>()
        }
    };
    for (query, expected) in
        [("", "argc"), ("?role=admin", "ar"), ("?role=super_admin", "r"), ("?role=agent", "g"), ("?role=customer", "c")]
    {
        assert_eq!(emails(format!("/api/users{query}")).await, expected, "{query}");
    }
    let first = instance.send(&admin, "GET", "/api/users?role=admin&limit=1", None).await;
    let link = first.headers["link"].to_str().unwrap().to_owned();
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    assert_eq!(emails(next.to_owned()).await, "r");
    for query in ["role=owner", "limit=0", "limit=1001", "cursor=x"] {
        instance.send(&admin, "GET", &format!("/api/users?{query}"), None).await.with(400);
    }
    let listed = instance.send(&admin, "GET", "/api/users", None).await.text();
    assert!(!listed.contains("argon2") && !listed.to_lowercase().contains("password"));
}

#[tokio::test]
async fn a_change_is_partial_and_null_clears() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let more = json!({"phone": "1", "tags": ["a"], "avatarUrl": "http://example.org/a"});
    let made = make(&instance, &admin, with(body("jane"), more)).await.with(201);
    let same = patch(&instance, &admin, &made["id"], json!({})).await.with(200);
    assert_eq!(same, made);
    let change = json!({"name": "Jane", "role": "agent", "ticketScope": "group", "isActive": false,
        "emailVerified": true, "tags": ["b", "c"]});
    let changed = patch(&instance, &admin, &made["id"], change.clone()).await.with(200);
    assert_eq!(changed, with(made.clone(), change));
    let cleared = json!({"phone": null, "tags": null, "avatarUrl": null});
    let changed = patch(&instance, &admin, &made["id"], cleared).await.with(200);
    assert_eq!((&changed["phone"], &changed["tags"], &changed["avatarUrl"]), (&Value::Null, &json!([]), &Value::Null));
    for (field, body) in [("name", json!({"name": " "})), ("username", json!({"username": ""}))] {
        let refused = patch(&instance, &admin, &made["id"], body).await.with(400);
        assert!(refused["details"][field][0].is_string(), "{refused}");
    }
    patch(&instance, &admin, &json!("00000000-0000-7000-8000-000000000000"), json!({"name": ""})).await.with(404);
    patch(&instance, &admin, &json!("17"), json!({})).await.with(404);
}

#[tokio::test]
async fn a_key_needs_settings_write_to_make_staff_or_to_get_into_an_account() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let plain = instance.api_key(&admin, &["users:read", "users:write"]).await;
    let strong = instance.api_key(&admin, &["users:read", "users:write", "settings:write"]).await;
    let agent = with(body("agent"), json!({"role": "agent"}));
    make(&instance, &plain, agent.clone()).await.with(403);
    let agent = make(&instance, &strong, agent).await.with(201);
    assert_eq!(mailed(&instance).iter().map(|mail| mail.template.as_str()).collect::<Vec<_>>(), ["invite"]);
    let customer = make(&instance, &plain, body("customer")).await.with(201);
    let guarded = [
        (&customer, json!({"role": "agent"})),
        (&customer, json!({"role": "admin"})),
        (&agent, json!({"role": "customer"})),
        (&customer, json!({"password": "battery staple"})),
        (&customer, json!({"email": "new@example.org"})),
        (&agent, json!({"email": "mine@example.org"})),
    ];
    for (user, change) in guarded {
        let before =
            instance.send(&plain, "GET", &format!("/api/users/{}", user["id"].as_str().unwrap()), None).await.with(200);
        let refused = patch(&instance, &plain, &user["id"], change.clone()).await.with(403);
        assert!(refused["error"].as_str().unwrap().contains("settings:write"), "{change}");
        let path = format!("/api/users/{}", user["id"].as_str().unwrap());
        assert_eq!(instance.send(&plain, "GET", &path, None).await.with(200), before);
    }
    let fine = json!({"name": "N", "role": "customer", "email": "customer@example.org", "emailVerified": true});
    patch(&instance, &plain, &customer["id"], fine).await.with(200);
    patch(&instance, &strong, &customer["id"], json!({"password": "battery staple"})).await.with(200);
    assert_eq!(log_in(&instance, "customer@example.org", "battery staple").await, 200);
}

#[tokio::test]
async fn vouching_for_an_address_for_which_a_password_waits_needs_settings_write_too() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let plain = instance.api_key(&admin, &["users:write"]).await;
    let anne = make(&instance, &plain, body("anne")).await.with(201)["id"].clone();
    let signed_up = json!({"name": "Mallory", "email": "anne@example.org", "password": "mallory's own"});
    instance.send(&Caller::default(), "POST", "/api/portal/signup", Some(signed_up)).await.with(201);
    patch(&instance, &plain, &anne, json!({"emailVerified": true})).await.with(403);
    assert_eq!(log_in(&instance, "anne@example.org", "mallory's own").await, 401);
    patch(&instance, &admin, &anne, json!({"emailVerified": true})).await.with(200);
    assert_eq!(log_in(&instance, "anne@example.org", "mallory's own").await, 200);
}

#[tokio::test]
async fn the_roles_hold_here_too() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let root = instance.signed_in("root@example.org", Role::SuperAdmin).await;
    let (own, other) =
        (id_of(&instance, &admin, "admin@example.org").await, id_of(&instance, &admin, "root@example.org").await);
    let key = instance.api_key(&admin, &["users:read", "users:write", "settings:write"]).await;
    for caller in [&admin, &key] {
        patch(&instance, caller, &own, json!({"role": "agent"})).await.with(403);
        patch(&instance, caller, &other, json!({"name": "X"})).await.with(403);
        make(&instance, caller, with(body("boss"), json!({"role": "super_admin"}))).await.with(403);
    }
    patch(&instance, &root, &other, json!({"isActive": false})).await.with(409);
    make(&instance, &root, with(body("boss"), json!({"role": "super_admin"}))).await.with(201);
}

#[tokio::test]
async fn a_key_of_one_project_finds_and_changes_its_own_people_only() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = json!({"name": "narrow", "projectId": "1", "scopes":
        ["users:read", "users:write", "settings:write"]});
    let made = instance.send(&admin, "POST", "/api/api-keys", Some(made)).await.with(201);
    let key = Caller::bearer(made["key"].as_str().unwrap());
    let foreign = make(&instance, &admin, body("foreign")).await.with(201);
    let agent = instance.person("agent@example.org", Role::Agent);
    instance.assign_to_project(agent, 1);
    let filer = instance.signed_in("filer@example.org", Role::Customer).await;
    let ticket = json!({"project_id": 1, "subject": "s", "description": "d"});
    instance.send(&filer, "POST", "/api/tickets", Some(ticket)).await.with(201);
    make(&instance, &key, body("mine")).await.with(201);
    make(&instance, &key, with(body("x"), json!({"role": "agent"}))).await.with(403);
    let listed = instance.send(&key, "GET", "/api/users", None).await.with(200);
    let emails: Vec<&str> = listed.as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap()).collect();
    assert_eq!(emails, ["agent@example.org", "filer@example.org", "mine@example.org"]);
    let path = format!("/api/users/{}", foreign["id"].as_str().unwrap());
    let hidden = instance.send(&key, "GET", &path, None).await;
    let never = instance.send(&key, "GET", "/api/users/00000000-0000-7000-8000-000000000000", None).await;
    assert_eq!((hidden.status.as_u16(), &hidden.body), (404, &never.body));
    for (index, status) in [(0, 403), (1, 403), (2, 200)] {
        patch(&instance, &key, &listed[index]["id"], json!({"name": "N"})).await.with(status);
    }
}

#[tokio::test]
async fn custom_fields_are_given_by_name_merge_and_clear() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    define(
        &instance,
        &admin,
        json!({"entityType": "contact", "name": "plan", "fieldType": "dropdown",
        "options": ["free", "paid"], "isRequired": true}),
    )
    .await;
    define(&instance, &admin, json!({"entityType": "contact", "name": "seats", "fieldType": "number"})).await;
    define(&instance, &admin, json!({"entityType": "ticket", "name": "order", "fieldType": "text"})).await;
    let missing = make(&instance, &admin, body("jane")).await.with(400);
    assert!(missing["details"]["customFields.plan"][0].is_string(), "{missing}");
    let wrong = json!({"plan": "gold", "seats": "5", "order": "1"});
    let wrong = make(&instance, &admin, with(body("jane"), json!({"customFields": wrong}))).await.with(400);
    let fields: Vec<&String> = wrong["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["customFields.order", "customFields.plan", "customFields.seats"]);
    let values = json!({"plan": "free", "seats": 5});
    let made = make(&instance, &admin, with(body("jane"), json!({"customFields": values}))).await.with(201);
    assert_eq!(made["customFields"], values);
    let change = json!({"customFields": {"plan": "paid"}});
    let changed = patch(&instance, &admin, &made["id"], change).await.with(200);
    assert_eq!(changed["customFields"], json!({"plan": "paid", "seats": 5}));
    let cleared = patch(&instance, &admin, &made["id"], json!({"customFields": {"seats": null}})).await.with(200);
    assert_eq!(cleared["customFields"], json!({"plan": "paid"}));
    patch(&instance, &admin, &made["id"], json!({"customFields": {"plan": null}})).await.with(400);
    let same = patch(&instance, &admin, &made["id"], json!({"name": "Jane"})).await.with(200);
    assert_eq!(same["customFields"], json!({"plan": "paid"}));
    let listed = instance.send(&admin, "GET", "/api/users?role=customer", None).await.with(200);
    assert_eq!(listed[0]["customFields"], json!({"plan": "paid"}));
}

#[tokio::test]
async fn a_retry_of_a_creation_makes_one_user() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let key = instance.api_key(&admin, &["users:write"]).await.header("idempotency-key", "k");
    let first = make(&instance, &key, body("jane")).await.with(201);
    assert_eq!(make(&instance, &key, body("jane")).await.with(201), first);
    make(&instance, &key, body("joe")).await.with(422);
}
