//! Which scope opens which operation: each scope alone, against each operation that takes keys.

use std::collections::BTreeSet;

use gatehouse::base::{Role, Scope};
use serde_json::json;

use crate::app::Instance;
use crate::description::operations;
use crate::description::proof::described;
use crate::who_may::shape;

/// Method, path, and the scope it takes, a row for each that will do; paths name objects that are not there, and bodies are empty.
const TABLE: &[(&str, &str, Scope)] = &[
    ("GET", "/api/api-keys", Scope::SettingsRead),
    ("POST", "/api/api-keys", Scope::SettingsWrite),
    ("DELETE", "/api/api-keys/{uuid}", Scope::SettingsWrite),
    ("GET", "/api/attachments/{number}", Scope::TicketsRead),
    ("GET", "/api/custom-fields", Scope::SettingsRead),
    ("GET", "/api/custom-fields", Scope::TicketsRead),
    ("POST", "/api/custom-fields", Scope::SettingsWrite),
    ("PATCH", "/api/custom-fields/{uuid}", Scope::SettingsWrite),
    ("DELETE", "/api/custom-fields/{uuid}", Scope::SettingsWrite),
    ("GET", "/api/tickets", Scope::TicketsRead),
    ("POST", "/api/tickets", Scope::TicketsWrite),
    ("GET", "/api/tickets/{uuid}", Scope::TicketsRead),
    ("PATCH", "/api/tickets/{uuid}", Scope::TicketsWrite),
    ("DELETE", "/api/tickets/{uuid}", Scope::TicketsWrite),
    ("POST", "/api/tickets/{uuid}/restore", Scope::TicketsWrite),
    ("POST", "/api/tickets/{uuid}/assign", Scope::TicketsWrite),
    ("POST", "/api/tickets/{uuid}/pick", Scope::TicketsWrite),
    ("GET", "/api/tickets/{uuid}/replies", Scope::TicketsRead),
    ("POST", "/api/tickets/{uuid}/replies", Scope::TicketsWrite),
    ("GET", "/api/tickets/{uuid}/notes", Scope::TicketsRead),
    ("POST", "/api/tickets/{uuid}/notes", Scope::TicketsWrite),
    ("GET", "/api/tickets/{uuid}/activities", Scope::TicketsRead),
    ("POST", "/api/tickets/{uuid}/merge", Scope::TicketsWrite),
    ("POST", "/api/tickets/{uuid}/unmerge", Scope::TicketsWrite),
    ("GET", "/api/tickets/{uuid}/time-entries", Scope::TicketsRead),
    ("POST", "/api/tickets/{uuid}/time-entries", Scope::TicketsWrite),
    ("POST", "/api/time-entries/{uuid}/toggle", Scope::TicketsWrite),
    ("GET", "/api/dashboard/stats", Scope::TicketsRead),
    ("GET", "/api/reports", Scope::TicketsRead),
    ("GET", "/api/canned-responses", Scope::SettingsRead),
    ("GET", "/api/canned-responses", Scope::TicketsRead),
    ("POST", "/api/canned-responses", Scope::SettingsWrite),
    ("PATCH", "/api/canned-responses/{uuid}", Scope::SettingsWrite),
    ("DELETE", "/api/canned-responses/{uuid}", Scope::SettingsWrite),
    ("GET", "/api/sla-policies", Scope::SettingsRead),
    ("POST", "/api/sla-policies", Scope::SettingsWrite),
    ("PATCH", "/api/sla-policies/{uuid}", Scope::SettingsWrite),
    ("DELETE", "/api/sla-policies/{uuid}", Scope::SettingsWrite),
    ("GET", "/api/kb/categories", Scope::KbRead),
    ("POST", "/api/kb/categories", Scope::KbWrite),
    ("PATCH", "/api/kb/categories/{uuid}", Scope::KbWrite),
    ("DELETE", "/api/kb/categories/{uuid}", Scope::KbWrite),
    ("GET", "/api/kb/folders", Scope::KbRead),
    ("GET", "/api/kb/folders/{uuid}", Scope::KbRead),
    ("POST", "/api/kb/folders", Scope::KbWrite),
    ("PATCH", "/api/kb/folders/{uuid}", Scope::KbWrite),
    ("DELETE", "/api/kb/folders/{uuid}", Scope::KbWrite),
    ("GET", "/api/kb/articles", Scope::KbRead),
    ("GET", "/api/kb/articles/{uuid}", Scope::KbRead),
    ("GET", "/api/kb/articles/{uuid}/rendered", Scope::KbRead),
    ("POST", "/api/kb/articles", Scope::KbWrite),
    ("PATCH", "/api/kb/articles/{uuid}", Scope::KbWrite),
    ("DELETE", "/api/kb/articles/{uuid}", Scope::KbWrite),
    ("GET", "/api/kb/articles/{uuid}/feedback", Scope::KbRead),
    ("POST", "/api/kb/articles/{uuid}/feedback", Scope::KbRead),
    ("GET", "/api/users", Scope::UsersRead),
    ("POST", "/api/users", Scope::UsersWrite),
    ("GET", "/api/users/{uuid}", Scope::UsersRead),
    ("PATCH", "/api/users/{uuid}", Scope::UsersWrite),
    ("POST", "/api/contacts/export", Scope::UsersRead),
    ("POST", "/api/companies/export", Scope::UsersRead),
    ("POST", "/api/contacts/import", Scope::UsersWrite),
    ("POST", "/api/companies/import", Scope::UsersWrite),
    ("POST", "/api/tickets/export", Scope::TicketsRead),
    ("POST", "/api/tickets/import", Scope::TicketsWrite),
    ("GET", "/api/tickets/import/template", Scope::TicketsRead),
    ("GET", "/api/contacts/import/template", Scope::UsersRead),
    ("GET", "/api/companies/import/template", Scope::UsersRead),
    ("GET", "/api/companies", Scope::UsersRead),
    ("POST", "/api/companies", Scope::UsersWrite),
    ("GET", "/api/companies/{uuid}", Scope::UsersRead),
    ("PATCH", "/api/companies/{uuid}", Scope::UsersWrite),
    ("DELETE", "/api/companies/{uuid}", Scope::UsersWrite),
    ("GET", "/api/agent-groups", Scope::UsersRead),
    ("POST", "/api/agent-groups", Scope::UsersWrite),
    ("GET", "/api/agent-groups/{uuid}", Scope::UsersRead),
    ("PATCH", "/api/agent-groups/{uuid}", Scope::UsersWrite),
    ("DELETE", "/api/agent-groups/{uuid}", Scope::UsersWrite),
    ("GET", "/api/agent-groups/{uuid}/members", Scope::UsersRead),
    ("POST", "/api/agent-groups/{uuid}/members", Scope::UsersWrite),
    ("DELETE", "/api/agent-groups/{uuid}/members/{uuid}", Scope::UsersWrite),
    ("GET", "/api/automation-rules", Scope::SettingsRead),
    ("POST", "/api/automation-rules", Scope::SettingsWrite),
    ("POST", "/api/automation-rules/dry-run", Scope::SettingsRead),
    ("PATCH", "/api/automation-rules/{uuid}", Scope::SettingsWrite),
    ("DELETE", "/api/automation-rules/{uuid}", Scope::SettingsWrite),
    ("GET", "/api/servers", Scope::FleetRead),
    ("POST", "/api/servers", Scope::FleetWrite),
    ("GET", "/api/servers/{uuid}", Scope::FleetRead),
    ("PUT", "/api/servers/{uuid}", Scope::FleetWrite),
    ("DELETE", "/api/servers/{uuid}", Scope::FleetWrite),
    ("POST", "/api/servers/{uuid}/enrollment", Scope::FleetWrite),
    ("GET", "/api/wg-clients/{uuid}", Scope::FleetRead),
    ("POST", "/api/wg-clients/{uuid}", Scope::FleetWrite),
    ("POST", "/api/wg-clients/{uuid}/{uuid}/{uuid}", Scope::FleetWrite),
    ("PUT", "/api/wg-clients/{uuid}/{uuid}", Scope::FleetWrite),
    ("DELETE", "/api/wg-clients/{uuid}/{uuid}", Scope::FleetWrite),
    ("GET", "/api/wg-clients/{uuid}/{uuid}/configuration", Scope::FleetWrite),
    ("GET", "/api/wg-clients/{uuid}/{uuid}/qrcode", Scope::FleetWrite),
    ("GET", "/api/audit", Scope::FleetRead),
    ("GET", "/api/audit/export", Scope::FleetRead),
    ("GET", "/api/statuses", Scope::FleetRead),
    ("GET", "/api/history", Scope::FleetRead),
];

#[tokio::test]
async fn an_operation_opens_to_its_scopes_and_to_no_other() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let mut wrong = Vec::new();
    for scope in Scope::ALL {
        let key = instance.api_key(&admin, &[scope.as_str()]).await;
        for (method, template, _) in TABLE {
            let needed = TABLE.contains(&(method, template, scope));
            let path = template.replace("{uuid}", "00000000-0000-7000-8000-000000000000").replace("{number}", "1");
            let body = matches!(*method, "POST" | "PUT" | "PATCH").then(|| json!({}));
            let reply = instance.send(&key, method, &path, body).await;
            let is_open = reply.status != 403;
            if reply.status == 401 || is_open != needed {
                wrong.push(format!("{method} {template} with {}: {}", scope.as_str(), reply.status));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Every set of the six documented scopes, as bits.
fn sets() -> impl Iterator<Item = Vec<Scope>> {
    (0..1_u32 << 6).map(|set| (0..6).filter(|bit| set & 1 << bit != 0).map(|bit| Scope::ALL[bit]).collect())
}

#[tokio::test]
async fn every_set_of_the_documented_scopes_opens_what_its_scopes_open_and_nothing_else() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let operations: BTreeSet<(&str, &str)> = TABLE.iter().map(|(method, path, _)| (*method, *path)).collect();
    let asked: Vec<_> = operations
        .into_iter()
        .map(|(method, template)| {
            let path = template.replace("{uuid}", "00000000-0000-7000-8000-000000000000").replace("{number}", "1");
            (method, template, path, matches!(method, "POST" | "PUT" | "PATCH").then(|| json!({})))
        })
        .collect();
    let (mut wrong, mut answers) = (Vec::new(), Vec::new());
    for set in sets() {
        let words: Vec<&str> = set.iter().map(|scope| scope.as_str()).collect();
        let key = instance.api_key(&admin, &words).await;
        let mut open = Vec::new();
        for (method, template, path, body) in &asked {
            let reply = instance.send(&key, method, path, body.clone()).await;
            let needed = set.iter().any(|scope| TABLE.contains(&(method, template, *scope)));
            let is_open = reply.status != 403;
            if reply.status == 401 || is_open != needed {
                wrong.push(format!("{method} {template} with {}: {}", words.join(" "), reply.status));
            }
            open.push(is_open);
        }
        answers.push(open);
    }
    assert_eq!(wrong, Vec::<String>::new());
    // One scope more never takes anything away.
    for (set, open) in answers.iter().enumerate() {
        for wider in (0..6).map(|bit| set | 1 << bit) {
            let lost = open.iter().zip(&answers[wider]).position(|(before, after)| *before && !after);
            assert_eq!(lost.map(|place| &asked[place].1), None, "{set:06b} against {wider:06b}");
        }
    }
}

#[test]
fn the_description_names_the_scope_of_every_operation_that_needs_one() {
    let mut named = BTreeSet::new();
    let all = operations(&described().document).filter(|(operation, _)| operation.contains(" /api/"));
    for (operation, described) in all {
        let (method, path) = operation.split_once(' ').unwrap();
        for scope in
            described["security"].as_array().unwrap().iter().filter_map(|one| one["apiKey"].as_array()).flatten()
        {
            named.insert((method.to_uppercase(), shape(path), scope.as_str().unwrap().to_owned()));
        }
    }
    let rows = TABLE.iter().map(|(method, path, scope)| (method.to_string(), shape(path), scope.as_str().to_owned()));
    let rows: BTreeSet<_> = rows.collect();
    let different: Vec<_> = named.symmetric_difference(&rows).collect();
    assert!(different.is_empty(), "say security((\"scope\" = [\"…\"])) as the table says: {different:#?}");
}
