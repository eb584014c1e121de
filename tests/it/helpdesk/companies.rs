//! Companies, and who belongs to them.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::users::{self, body};
use crate::app::{Caller, Instance, Reply};
use crate::desk::links::mailed;

pub async fn make(instance: &Instance, caller: &Caller, body: Value) -> Reply {
    instance.send(caller, "POST", "/api/companies", Some(body)).await
}

fn path(company: &Value) -> String {
    format!("/api/companies/{}", company["id"].as_str().unwrap())
}

/// The name of the company that a user belongs to.
async fn company_of(instance: &Instance, admin: &Caller, user: &Value) -> Option<String> {
    let path = format!("/api/users/{}", user["id"].as_str().unwrap());
    let shown = instance.send(admin, "GET", &path, None).await.with(200);
    let id = shown["companyId"].as_str()?.to_owned();
    let company = instance.send(admin, "GET", &format!("/api/companies/{id}"), None).await.with(200);
    Some(company["name"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_company_has_the_documented_fields() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let key = instance.api_key(&admin, &["users:read", "users:write"]).await;
    let sent = json!({"name": "Acme", "description": "d", "domains": ["Acme.example", "@acme.test", "acme.example"],
        "industry": "Anvils", "healthScore": "at_risk", "accountTier": "enterprise",
        "renewalDate": "2027-01-31T10:00:00Z"});
    let made = make(&instance, &key, sent).await.with(201);
    let expected = json!({"id": made["id"], "name": "Acme", "description": "d", "domains": ["acme.example", "acme.test"],
        "industry": "Anvils", "healthScore": "at_risk", "accountTier": "enterprise", "renewalDate": "2027-01-31",
        "customFields": {}, "createdAt": "2026-05-06T12:00:00.000Z", "updatedAt": "2026-05-06T12:00:00.000Z"});
    assert_eq!(made, expected);
    assert_eq!(instance.send(&key, "GET", &path(&made), None).await.with(200), expected);
    assert_eq!(instance.send(&key, "GET", "/api/companies", None).await.with(200), json!([expected]));
    instance.later(1_000);
    let cleared = json!({"description": null, "domains": null, "industry": "", "healthScore": null,
        "accountTier": null, "renewalDate": null});
    let changed = instance.send(&key, "PATCH", &path(&made), Some(cleared)).await.with(200);
    assert_eq!(
        changed,
        json!({"id": made["id"], "name": "Acme", "description": null, "domains": [], "industry": null,
            "healthScore": null, "accountTier": null, "renewalDate": null, "customFields": {},
            "createdAt": "2026-05-06T12:00:00.000Z", "updatedAt": "2026-05-06T12:00:01.000Z"})
    );
    instance.send(&key, "DELETE", &path(&made), None).await.with(204);
    let gone = instance.send(&key, "GET", &path(&made), None).await;
    let never = instance.send(&key, "GET", "/api/companies/00000000-0000-7000-8000-000000000000", None).await;
    assert_eq!((gone.status.as_u16(), &gone.body), (404, &never.body));
}

#[tokio::test]
async fn custom_fields_are_given_by_name_merge_and_clear() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    users::define(&instance, &admin, json!({"entityType": "company", "name": "vat", "fieldType": "text"})).await;
    users::define(&instance, &admin, json!({"entityType": "company", "name": "since", "fieldType": "date"})).await;
    let wrong = json!({"name": "Acme", "customFields": {"since": "long", "shoe": 1}});
    let wrong = make(&instance, &admin, wrong).await.with(400);
    let fields: Vec<&String> = wrong["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["customFields.shoe", "customFields.since"]);
    let made = json!({"name": "Acme", "customFields": {"vat": "DE1", "since": "2020-02-29"}});
    let made = make(&instance, &admin, made).await.with(201);
    assert_eq!(made["customFields"], json!({"vat": "DE1", "since": "2020-02-29"}));
    let change = json!({"customFields": {"vat": null}});
    let changed = instance.send(&admin, "PATCH", &path(&made), Some(change)).await.with(200);
    assert_eq!(changed["customFields"], json!({"since": "2020-02-29"}));
    assert_eq!(instance.send(&admin, "GET", &path(&made), None).await.with(200), changed);
}

#[tokio::test]
async fn what_cannot_be_is_told_by_field_and_a_name_is_taken_in_whatever_case() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let wrong = json!({"domains": ["no host"], "healthScore": "well", "accountTier": "gold", "renewalDate": "soon"});
    let wrong = make(&instance, &admin, wrong).await.with(400);
    assert_eq!(
        wrong["details"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["accountTier", "domains", "healthScore", "name", "renewalDate"]
    );
    make(&instance, &admin, json!({"name": "Acme"})).await.with(201);
    let taken = make(&instance, &admin, json!({"name": "ACME"})).await.with(409);
    assert!(taken["details"]["name"][0].is_string());
    let other = make(&instance, &admin, json!({"name": "Other"})).await.with(201);
    instance.send(&admin, "PATCH", &path(&other), Some(json!({"name": "acme"}))).await.with(409);
}

#[tokio::test]
async fn a_proven_address_joins_and_no_other_does() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    make(&instance, &admin, json!({"name": "Acme", "domains": ["acme.example", "gmail.com"]})).await.with(201);
    make(&instance, &admin, json!({"name": "Twin", "domains": ["twin.example"]})).await.with(201);
    make(&instance, &admin, json!({"name": "Other twin", "domains": ["twin.example"]})).await.with(201);
    let user = |email: &str, more: Value| {
        let mut new = json!({"username": email.replace('@', "."), "email": email, "name": "N"});
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (instance, admin) = (&instance, &admin);
        async move {
            let made = users::make(instance, admin, new).await.with(201);
            (company_of(instance, admin, &made).await, made)
        }
    };
    let proven = json!({"emailVerified": true});
    assert_eq!(user("a@acme.example", proven.clone()).await.0.as_deref(), Some("Acme"));
    assert_eq!(user("b@ACME.example", proven.clone()).await.0.as_deref(), Some("Acme"));
    for email in ["a@gmail.com", "a@acme.example.org", "a@notacme.example", "a@sub.acme.example", "a@twin.example"] {
        assert_eq!(user(email, proven.clone()).await.0, None, "{email}");
    }
    assert_eq!(user("s@acme.example", json!({"emailVerified": true, "role": "agent"})).await.0, None, "staff");
    let (company, late) = user("c@acme.example", json!({})).await;
    assert_eq!(company, None, "anybody can claim an address");
    let path = format!("/api/users/{}", late["id"].as_str().unwrap());
    instance.send(&admin, "PATCH", &path, Some(proven)).await.with(200);
    assert_eq!(company_of(&instance, &admin, &late).await.as_deref(), Some("Acme"));
    instance.send(&admin, "PATCH", &path, Some(json!({"companyId": null}))).await.with(200);
    assert_eq!(company_of(&instance, &admin, &late).await, None, "whom an admin takes out stays out");
}

#[tokio::test]
async fn who_signs_up_joins_once_the_mailed_link_was_opened() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    make(&instance, &admin, json!({"name": "Acme", "domains": ["acme.example"]})).await.with(201);
    let new = json!({"name": "A", "email": "a@acme.example", "password": "secret"});
    let made = instance.send(&Caller::default(), "POST", "/api/portal/signup", Some(new)).await.with(201);
    assert_eq!(company_of(&instance, &admin, &made).await, None);
    let token = json!({"token": mailed(&instance)[0].token()});
    instance.send(&Caller::default(), "POST", "/api/auth/verify", Some(token)).await.with(200);
    assert_eq!(company_of(&instance, &admin, &made).await.as_deref(), Some("Acme"));
}

#[tokio::test]
async fn those_who_are_proven_already_join_when_their_domain_is_added_and_stay_when_the_company_goes() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    instance.person("a@acme.example", Role::Customer);
    let listed = instance.send(&admin, "GET", "/api/users?role=customer", None).await.with(200);
    let (user, unproven) = (
        &listed[0],
        users::make(&instance, &admin, {
            let mut new = body("b");
            new["email"] = json!("b@acme.example");
            new
        }),
    );
    let unproven = unproven.await.with(201);
    let made = make(&instance, &admin, json!({"name": "Acme"})).await.with(201);
    assert_eq!(company_of(&instance, &admin, user).await, None);
    let change = json!({"domains": ["acme.example"]});
    instance.send(&admin, "PATCH", &path(&made), Some(change)).await.with(200);
    assert_eq!(company_of(&instance, &admin, user).await.as_deref(), Some("Acme"));
    assert_eq!(company_of(&instance, &admin, &unproven).await, None);
    instance.send(&admin, "DELETE", &path(&made), None).await.with(204);
    assert_eq!(company_of(&instance, &admin, user).await, None);
}

#[tokio::test]
async fn a_key_of_one_project_finds_and_changes_its_own_companies_only() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = json!({"name": "narrow", "projectId": "1", "scopes": ["users:read", "users:write"]});
    let made = instance.send(&admin, "POST", "/api/api-keys", Some(made)).await.with(201);
    let key = Caller::bearer(made["key"].as_str().unwrap());
    let hidden = make(&instance, &admin, json!({"name": "Hidden"})).await.with(201);
    let known = make(&instance, &admin, json!({"name": "Known", "domains": ["known.example"]})).await.with(201);
    let filer = instance.signed_in("filer@known.example", Role::Customer).await;
    let ticket = json!({"project_id": 1, "subject": "s", "description": "d"});
    instance.send(&filer, "POST", "/api/tickets", Some(ticket)).await.with(201);
    let own = make(&instance, &key, json!({"name": "Own"})).await.with(201);
    let listed = instance.send(&key, "GET", "/api/companies", None).await.with(200);
    let names: Vec<&str> = listed.as_array().unwrap().iter().map(|company| company["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Known", "Own"]);
    for (company, status) in [(&hidden, 404), (&known, 403), (&own, 200)] {
        instance.send(&key, "PATCH", &path(company), Some(json!({"industry": "i"}))).await.with(status);
    }
    for (company, status) in [(&hidden, 404), (&known, 403), (&own, 204)] {
        instance.send(&key, "DELETE", &path(company), None).await.with(status);
    }
    let mut mine = body("mine");
    mine["companyId"] = hidden["id"].clone();
    users::make(&instance, &key, mine).await.with(400);
}
