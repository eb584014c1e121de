//! Who may do what: every operation that is served, for every kind of caller. An operation without a row fails.

use std::collections::BTreeSet;

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

/// Method, path, and the status for: anonymous, customer, agent, admin, super admin, VPN server's agent.
///
/// `{peer}` is another person's device, `{own}` the customer's own; `{id}` the customer's own ticket, in a project that
/// the agent is assigned to, `{ticket_uuid}` its other id, and `{tick}` the same as document 003 writes it; `{canned}` a
/// canned response that an admin shares; `{user}` a customer and `{root}` a super admin, both none of the callers;
/// `{kb_article}` is published and public, `{kb_draft}` a draft, the folder holds neither. POST, PUT and PATCH send an empty
/// object.
const TABLE: &[(&str, &str, [u16; 6])] = &[
    ("GET", "/api/health", [200, 200, 200, 200, 200, 200]),
    ("POST", "/api/login", [400, 400, 400, 400, 400, 400]),
    ("POST", "/api/auth/login", [422, 422, 422, 422, 422, 422]),
    ("POST", "/api/auth/register", [422, 422, 422, 422, 422, 422]),
    ("POST", "/api/auth/verify", [422, 422, 422, 422, 422, 422]),
    ("POST", "/api/auth/forgot-password", [422, 422, 422, 422, 422, 422]),
    ("POST", "/api/auth/reset-password", [422, 422, 422, 422, 422, 422]),
    ("POST", "/api/auth/resend-verification", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/auth/me", [401, 200, 200, 200, 200, 401]),
    ("PUT", "/api/auth/profile", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/auth/sessions", [401, 200, 200, 200, 200, 401]),
    ("DELETE", "/api/auth/sessions/{session}", [401, 404, 404, 404, 404, 401]),
    ("POST", "/api/auth/refresh", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/auth/logout", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/admin/users", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/admin/users", [401, 403, 403, 422, 422, 401]),
    ("GET", "/api/admin/users/{root}", [401, 403, 403, 200, 200, 401]),
    ("PUT", "/api/admin/users/{user}", [401, 403, 403, 200, 200, 401]),
    ("PUT", "/api/admin/users/{root}", [401, 403, 403, 403, 200, 401]),
    ("POST", "/api/admin/users/{user}/link", [401, 403, 403, 422, 422, 401]),
    ("POST", "/api/admin/users/{root}/link", [401, 403, 403, 403, 422, 401]),
    ("GET", "/api/admin/users/{user}/sessions", [401, 403, 403, 200, 200, 401]),
    ("DELETE", "/api/admin/users/{user}/sessions", [401, 403, 403, 200, 200, 401]),
    ("DELETE", "/api/admin/users/{root}/sessions", [401, 403, 403, 403, 200, 401]),
    ("DELETE", "/api/admin/users/{root}", [401, 403, 403, 403, 200, 401]),
    ("DELETE", "/api/admin/users/{user}", [401, 403, 403, 200, 404, 401]),
    ("GET", "/api/servers", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/servers", [401, 403, 403, 400, 400, 401]),
    ("GET", "/api/servers/{server}", [401, 403, 403, 200, 200, 401]),
    ("PUT", "/api/servers/{server}", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/servers/{server}/enrollment", [401, 403, 403, 201, 201, 401]),
    ("GET", "/api/wg-clients/{server}", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/wg-clients/{server}", [401, 403, 403, 400, 400, 401]),
    ("POST", "/api/wg-clients/{server}/{peer}/{action}", [401, 404, 404, 200, 200, 401]),
    ("POST", "/api/wg-clients/{server}/{own}/{action}", [401, 403, 404, 200, 200, 401]),
    ("PUT", "/api/wg-clients/{server}/{peer}", [401, 404, 404, 200, 200, 401]),
    ("PUT", "/api/wg-clients/{server}/{own}", [401, 403, 404, 200, 200, 401]),
    ("GET", "/api/wg-clients/{server}/{peer}/configuration", [401, 404, 404, 200, 200, 401]),
    ("GET", "/api/wg-clients/{server}/{own}/configuration", [401, 200, 404, 200, 200, 401]),
    ("GET", "/api/wg-clients/{server}/{peer}/qrcode", [401, 404, 404, 200, 200, 401]),
    ("GET", "/api/wg-clients/{server}/{own}/qrcode", [401, 200, 404, 200, 200, 401]),
    ("GET", "/api/statuses", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/history", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/report", [401, 401, 401, 401, 401, 400]),
    ("GET", "/api/audit", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/audit/export", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/agent/enroll", [400, 400, 400, 400, 400, 400]),
    ("GET", "/api/agent/desired", [401, 401, 401, 401, 401, 200]),
    ("GET", "/v1/tickets", [401, 200, 200, 200, 200, 401]),
    ("POST", "/v1/tickets", [401, 422, 422, 422, 422, 401]),
    ("GET", "/v1/tickets/{ticket}", [401, 200, 404, 404, 404, 401]),
    ("POST", "/v1/tickets/{ticket}/reply", [401, 422, 404, 404, 404, 401]),
    ("PUT", "/v1/tickets/{ticket}/close", [401, 200, 404, 404, 404, 401]),
    ("GET", "/v1/health", [200, 200, 200, 200, 200, 200]),
    ("PUT", "/v1/tickets/{tick}", [401, 401, 401, 401, 401, 401]),
    ("PATCH", "/v1/tickets/{tick}", [401, 401, 401, 401, 401, 401]),
    ("GET", "/v1/tickets/{tick}/comments", [401, 401, 401, 401, 401, 401]),
    ("POST", "/v1/tickets/{tick}/comments", [401, 401, 401, 401, 401, 401]),
    ("PUT", "/v1/tickets/{tick}/comments/{uuid}", [401, 401, 401, 401, 401, 401]),
    ("PATCH", "/v1/tickets/{tick}/comments/{uuid}", [401, 401, 401, 401, 401, 401]),
    ("GET", "/v1/tickets/{tick}/credentials", [401, 404, 403, 403, 403, 401]),
    ("POST", "/v1/tickets/{tick}/credentials", [401, 401, 401, 401, 401, 401]),
    ("GET", "/v1/tickets/{tick}/credentials/{uuid}", [401, 404, 403, 403, 403, 401]),
    ("GET", "/oauth/authorize", [400, 400, 400, 400, 400, 400]),
    ("POST", "/oauth/authorize", [415, 415, 415, 415, 415, 415]),
    ("POST", "/oauth/token", [415, 415, 415, 415, 415, 415]),
    ("POST", "/oauth/revoke", [415, 415, 415, 415, 415, 415]),
    ("GET", "/.well-known/oauth-authorization-server", [200, 200, 200, 200, 200, 200]),
    ("GET", "/api/oauth-clients", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/oauth-clients", [401, 403, 403, 400, 400, 401]),
    ("DELETE", "/api/oauth-clients/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("GET", "/api/tickets", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/tickets", [401, 422, 422, 422, 422, 401]),
    ("GET", "/api/tickets/{id}", [401, 200, 200, 200, 200, 401]),
    ("PUT", "/api/tickets/{id}", [401, 403, 200, 200, 200, 401]),
    ("POST", "/api/tickets/{id}/messages", [401, 422, 422, 422, 422, 401]),
    ("POST", "/api/tickets/{id}/status", [401, 422, 422, 422, 422, 401]),
    ("POST", "/api/tickets/{id}/assign", [401, 403, 422, 422, 422, 401]),
    ("POST", "/api/tickets/{id}/rate", [401, 422, 403, 403, 403, 401]),
    ("POST", "/api/tickets/{id}/watch", [401, 200, 200, 200, 200, 401]),
    ("DELETE", "/api/tickets/{id}/watch", [401, 200, 200, 200, 200, 401]),
    ("DELETE", "/api/tickets/{id}", [401, 403, 403, 200, 404, 401]),
    ("POST", "/api/tickets/{id}/restore", [401, 404, 404, 200, 200, 401]),
    ("GET", "/api/api-keys", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/api-keys", [401, 403, 403, 400, 400, 401]),
    ("DELETE", "/api/api-keys/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("GET", "/api/custom-fields", [401, 403, 200, 200, 200, 401]),
    ("POST", "/api/custom-fields", [401, 403, 403, 400, 400, 401]),
    ("PATCH", "/api/custom-fields/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("DELETE", "/api/custom-fields/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("PATCH", "/api/tickets/{ticket_uuid}", [401, 403, 200, 200, 200, 401]),
    ("POST", "/api/tickets/{ticket_uuid}/pick", [401, 403, 200, 409, 409, 401]),
    ("GET", "/api/tickets/{ticket_uuid}/replies", [401, 403, 200, 200, 200, 401]),
    ("POST", "/api/tickets/{ticket_uuid}/replies", [401, 403, 400, 400, 400, 401]),
    ("GET", "/api/tickets/{ticket_uuid}/notes", [401, 403, 200, 200, 200, 401]),
    ("POST", "/api/tickets/{ticket_uuid}/notes", [401, 403, 400, 400, 400, 401]),
    ("GET", "/api/tickets/{ticket_uuid}/activities", [401, 403, 200, 200, 200, 401]),
    ("POST", "/api/tickets/{ticket_uuid}/merge", [401, 403, 400, 400, 400, 401]),
    ("POST", "/api/tickets/{ticket_uuid}/unmerge", [401, 403, 409, 409, 409, 401]),
    ("GET", "/api/tickets/{ticket_uuid}/time-entries", [401, 403, 200, 200, 200, 401]),
    ("POST", "/api/tickets/{ticket_uuid}/time-entries", [401, 403, 201, 201, 201, 401]),
    ("POST", "/api/time-entries/{uuid}/toggle", [401, 403, 404, 404, 404, 401]),
    ("GET", "/api/dashboard/stats", [401, 403, 200, 200, 200, 401]),
    ("GET", "/api/reports", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/api-keys/verify", [401, 401, 401, 401, 401, 401]),
    ("POST", "/api/portal/signup", [400, 400, 400, 400, 400, 400]),
    ("POST", "/api/portal/login", [400, 400, 400, 400, 400, 400]),
    ("GET", "/api/users", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/users", [401, 403, 403, 400, 400, 401]),
    ("GET", "/api/users/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("PATCH", "/api/users/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("POST", "/api/contacts/export", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/companies/export", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/contacts/import", [401, 403, 403, 415, 415, 401]),
    ("POST", "/api/companies/import", [401, 403, 403, 415, 415, 401]),
    ("GET", "/api/contacts/import/template", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/companies/import/template", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/companies", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/companies", [401, 403, 403, 400, 400, 401]),
    ("GET", "/api/companies/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("PATCH", "/api/companies/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("DELETE", "/api/companies/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("GET", "/api/agent-groups", [401, 403, 200, 200, 200, 401]),
    ("POST", "/api/agent-groups", [401, 403, 403, 400, 400, 401]),
    ("GET", "/api/agent-groups/{uuid}", [401, 403, 404, 404, 404, 401]),
    ("PATCH", "/api/agent-groups/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("DELETE", "/api/agent-groups/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("GET", "/api/agent-groups/{uuid}/members", [401, 403, 404, 404, 404, 401]),
    ("POST", "/api/agent-groups/{uuid}/members", [401, 403, 403, 404, 404, 401]),
    ("DELETE", "/api/agent-groups/{uuid}/members/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("GET", "/api/automation-rules", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/automation-rules", [401, 403, 403, 400, 400, 401]),
    ("POST", "/api/automation-rules/dry-run", [401, 403, 403, 400, 400, 401]),
    ("PATCH", "/api/automation-rules/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("DELETE", "/api/automation-rules/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("GET", "/api/projects", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/admin/projects", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/admin/projects", [401, 403, 403, 422, 422, 401]),
    ("GET", "/api/admin/projects/{project}", [401, 403, 403, 200, 200, 401]),
    ("PUT", "/api/admin/projects/{project}", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/admin/projects/{project}/agents", [401, 403, 403, 422, 422, 401]),
    ("DELETE", "/api/admin/projects/{project}/agents/{user}", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/admin/projects/{project}/api-keys", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/admin/projects/{project}/api-keys", [401, 403, 403, 422, 422, 401]),
    ("DELETE", "/api/admin/projects/{project}/api-keys/{key}", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/external/ping", [401, 401, 401, 401, 401, 401]),
    ("GET", "/api/external/tickets", [401, 401, 401, 401, 401, 401]),
    ("POST", "/api/external/tickets", [401, 401, 401, 401, 401, 401]),
    ("GET", "/api/external/tickets/{number}", [401, 401, 401, 401, 401, 401]),
    ("POST", "/api/external/tickets/{number}/reply", [401, 401, 401, 401, 401, 401]),
    ("POST", "/api/external/tickets/{number}/close", [401, 401, 401, 401, 401, 401]),
    ("GET", "/api/attachments/{file}", [401, 404, 404, 404, 404, 401]),
    ("GET", "/api/admin/reports/dashboard", [401, 403, 200, 200, 200, 401]),
    ("GET", "/api/admin/reports/by-project", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/admin/reports/agents", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/admin/reports/volume", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/admin/reports/sla", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/admin/reports/categories", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/categories", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/categories", [401, 403, 403, 422, 422, 401]),
    ("PUT", "/api/categories/{category}", [401, 403, 403, 200, 200, 401]),
    ("DELETE", "/api/categories/{category}", [401, 403, 403, 200, 404, 401]),
    ("GET", "/api/tags", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/tags", [401, 403, 422, 422, 422, 401]),
    ("DELETE", "/api/tags/{tag}", [401, 403, 200, 404, 404, 401]),
    ("GET", "/api/canned-responses", [401, 403, 200, 200, 200, 401]),
    ("POST", "/api/canned-responses", [401, 403, 422, 422, 422, 401]),
    ("PUT", "/api/canned-responses/{canned}", [401, 403, 403, 200, 200, 401]),
    ("PATCH", "/api/canned-responses/{uuid}", [401, 403, 404, 404, 404, 401]),
    ("GET", "/api/canned-responses/{canned}/rendered", [401, 403, 422, 422, 422, 401]),
    ("DELETE", "/api/canned-responses/{canned}", [401, 403, 403, 200, 404, 401]),
    ("GET", "/api/admin/sla", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/admin/sla", [401, 403, 403, 422, 422, 401]),
    ("PUT", "/api/admin/sla/{policy}", [401, 403, 403, 200, 200, 401]),
    ("DELETE", "/api/admin/sla/{policy}", [401, 403, 403, 200, 404, 401]),
    ("GET", "/api/sla-policies", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/sla-policies", [401, 403, 403, 400, 400, 401]),
    ("PATCH", "/api/sla-policies/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("DELETE", "/api/sla-policies/{uuid}", [401, 403, 403, 404, 404, 401]),
    ("GET", "/api/outbox", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/outbox/{uuid}/replay", [401, 403, 403, 404, 404, 401]),
    ("POST", "/api/mail/test", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/mail-templates", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/mail-templates/{mail}", [401, 403, 403, 200, 200, 401]),
    ("PUT", "/api/mail-templates/{mail}", [401, 403, 403, 200, 200, 401]),
    ("DELETE", "/api/mail-templates/{mail}", [401, 403, 403, 200, 404, 401]),
    ("POST", "/api/mail-templates/{mail}/preview", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/me/notifications", [401, 200, 200, 200, 200, 401]),
    ("PUT", "/api/me/notifications", [401, 200, 200, 200, 200, 401]),
    ("GET", "/v1/faq", [200, 200, 200, 200, 200, 200]),
    ("GET", "/api/public/kb", [200, 200, 200, 200, 200, 200]),
    ("GET", "/api/public/kb/{uuid}", [404, 404, 404, 404, 404, 404]),
    ("GET", "/api/kb/categories", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/kb/categories", [401, 403, 400, 400, 400, 401]),
    ("PATCH", "/api/kb/categories/{kb_category}", [401, 403, 200, 200, 200, 401]),
    ("GET", "/api/kb/folders", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/kb/folders/{kb_folder}", [401, 404, 200, 200, 200, 401]),
    ("POST", "/api/kb/folders", [401, 403, 400, 400, 400, 401]),
    ("PATCH", "/api/kb/folders/{kb_folder}", [401, 403, 200, 200, 200, 401]),
    ("GET", "/api/kb/articles", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/kb/articles", [401, 403, 400, 400, 400, 401]),
    ("GET", "/api/kb/articles/{kb_article}", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/kb/articles/{kb_draft}", [401, 404, 200, 200, 200, 401]),
    ("PATCH", "/api/kb/articles/{kb_article}", [401, 403, 200, 200, 200, 401]),
    ("GET", "/api/kb/articles/{kb_article}/rendered", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/kb/articles/{kb_draft}/rendered", [401, 404, 200, 200, 200, 401]),
    ("GET", "/api/kb/articles/{kb_article}/feedback", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/kb/articles/{kb_article}/feedback", [401, 400, 400, 400, 400, 401]),
    ("POST", "/api/kb/articles/{kb_draft}/feedback", [401, 404, 400, 400, 400, 401]),
    ("DELETE", "/api/kb/articles/{kb_article}", [401, 403, 204, 404, 404, 401]),
    ("DELETE", "/api/kb/folders/{kb_folder}", [401, 403, 204, 404, 404, 401]),
    ("DELETE", "/api/kb/categories/{kb_category}", [401, 403, 204, 404, 404, 401]),
    ("DELETE", "/api/wg-clients/{server}/{own}", [401, 403, 404, 204, 404, 401]),
    ("DELETE", "/api/wg-clients/{server}/{peer}", [401, 404, 404, 204, 404, 401]),
    ("DELETE", "/api/servers/{server}", [401, 403, 403, 204, 404, 401]),
];

#[tokio::test]
async fn every_operation_answers_every_caller_as_the_table_says() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let customer = instance.person("customer@example.org", Role::Customer);
    let agent = instance.person("agent@example.org", Role::Agent);
    instance.assign_to_project(agent, 1);
    let callers = [
        Caller::default(),
        instance.sign_in("customer@example.org").await,
        instance.sign_in("agent@example.org").await,
        admin.clone(),
        instance.signed_in("root@example.org", Role::SuperAdmin).await,
        instance.agent(&admin, "la").await,
    ];
    let own = instance.peer(&admin, "la", json!({"name": "own", "userId": customer})).await;
    let other = instance.peer(&admin, "la", json!({"name": "other"})).await;
    let filed = json!({"project_id": 1, "subject": "s", "description": "d"});
    let ticket = instance.send(&callers[1], "POST", "/api/tickets", Some(filed)).await.with(201);
    instance.key_pair(&admin, 1).await;
    instance.send(&admin, "POST", "/api/categories", Some(json!({"name": "c"}))).await.with(201);
    instance.send(&admin, "POST", "/api/tags", Some(json!({"name": "t"}))).await.with(201);
    let shared = json!({"title": "t", "body": "b", "is_shared": true});
    instance.send(&admin, "POST", "/api/canned-responses", Some(shared)).await.with(201);
    let mut knowledge = Vec::new();
    for (name, noun, body) in [
        ("{kb_category}", "categories", json!({"name": "c"})),
        ("{kb_folder}", "folders", json!({"name": "f"})),
        ("{kb_article}", "articles", json!({"title": "a", "content": "a", "status": "published"})),
        ("{kb_draft}", "articles", json!({"title": "d"})),
    ] {
        let made = instance.send(&admin, "POST", &format!("/api/kb/{noun}"), Some(body)).await.with(201);
        knowledge.push((name, made["id"].as_str().unwrap().to_owned()));
    }
    let user = instance.person("somebody@example.org", Role::Customer).to_string();
    let root = instance.person("other-root@example.org", Role::SuperAdmin).to_string();
    let emails = ["customer@example.org", "agent@example.org", "admin@example.org", "root@example.org"];
    let id = |peer: &Value| peer["id"].as_str().unwrap().to_owned();
    let mut wrong = Vec::new();
    for (method, template, expected) in TABLE {
        let path = template
            .replace("{server}", "la")
            .replace("{own}", &id(&own))
            .replace("{peer}", &id(&other))
            .replace("{action}", "enable")
            .replace("{ticket_uuid}", &instance.ticket_uuid(ticket["ticket"]["id"].as_i64().unwrap()))
            .replace("{tick}", &format!("TICK-{}", ticket["ticket"]["id"]))
            .replace("{ticket}", &ticket["ticket"]["id"].to_string())
            .replace("{project}", "1")
            .replace("{key}", "1")
            .replace("{uuid}", "00000000-0000-7000-8000-000000000000")
            .replace("{category}", "1")
            .replace("{tag}", "1")
            .replace("{canned}", "1")
            .replace("{policy}", "1")
            .replace("{mail}", "assigned")
            .replace("{user}", &user)
            .replace("{root}", &root)
            .replace("/{id}", &format!("/{}", ticket["ticket"]["id"]));
        let path = knowledge.iter().fold(path, |path, (name, id)| path.replace(name, id));
        let body = matches!(*method, "POST" | "PUT" | "PATCH").then(|| json!({}));
        for (index, (caller, expected)) in callers.iter().zip(expected).enumerate() {
            let ends = ["/api/auth/refresh", "/api/auth/logout"].contains(template);
            let email = index.checked_sub(1).and_then(|index| emails.get(index)).filter(|_| ends);
            let caller = match email {
                Some(email) => &instance.sign_in(email).await,
                None => caller,
            };
            let reply = instance.send(caller, method, &path, body.clone()).await;
            if reply.status.as_u16() != *expected {
                wrong.push(format!("{method} {template}: {} instead of {expected}", reply.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn every_operation_has_a_row() {
    let instance = Instance::start();
    let document = instance.send(&Caller::default(), "GET", "/api/openapi.json", None).await.with(200);
    let mut served = BTreeSet::new();
    let mut open = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            served.insert((method.to_uppercase(), shape(path)));
            if operation["security"].as_array().unwrap().contains(&json!({})) {
                open.insert((method.to_uppercase(), shape(path)));
            }
        }
    }
    let rows: BTreeSet<(String, String)> =
        TABLE.iter().map(|(method, path, _)| (method.to_string(), shape(path))).collect();
    assert_eq!(served, rows);
    let free = TABLE.iter().filter(|(.., [anonymous, ..])| *anonymous != 401);
    let free: BTreeSet<(String, String)> = free.map(|(method, path, _)| (method.to_string(), shape(path))).collect();
    assert_eq!(open, free, "what is described as open must answer without a credential, and nothing else may");
}

/// A path without the names of its parts that vary: rows name them after what the test puts there.
pub fn shape(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn a_key_pair_opens_its_own_surface_and_nothing_else() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let pair = instance.key_pair(&admin, 1).await;
    for (method, path, [anonymous, ..]) in TABLE {
        let body = matches!(*method, "POST" | "PUT").then(|| json!({}));
        let status = instance.send(&pair, method, path, body).await.status.as_u16();
        match path.starts_with("/api/external/") || path.starts_with("/api/attachments/") {
            true => assert_ne!(status, 401, "{method} {path}"),
            false => assert_eq!(status, *anonymous, "{method} {path}"),
        }
    }
}
