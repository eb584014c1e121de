//! One of everything, and everybody who might ask for it.

use std::future::Future;

use gatehouse::base::clock::HOUR;
use gatehouse::base::{Role, Scope};
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

/// A name that rows use in braces, what stands there, and one of the same kind that never was.
type Name = (&'static str, String, String);

/// Everything that rows name, and everybody who asks.
pub struct World {
    pub callers: Vec<(&'static str, Caller)>,
    pub names: Vec<Name>,
}

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
const NEVER: &str = "4000000";

impl World {
    /// The world, and the instance that it is in.
    pub async fn make() -> (Self, Instance) {
        // Mailboxes may be here, and nowhere once callers ask: what tries one out is told so at once.
        let instance = Instance::start_with(&["--rate-limit", "off", "--webhook-allow", "127.0.0.1"]);
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        let made = Maker { instance: &instance, admin: &admin };
        made.post("/api/admin/projects", json!({"name": "Homes"})).await;
        let past = made.over().await;
        instance.later(25 * HOUR);

        let admin = instance.sign_in("admin@example.org").await;
        let made = Maker { instance: &instance, admin: &admin };
        let mut callers = made.people().await;
        let server = instance.agent(&admin, "la").await;
        let names = made.things(&callers).await;
        callers.push(("admin", admin.clone()));
        callers.push(("super admin", instance.signed_in("root@example.org", Role::SuperAdmin).await));
        callers.push(("agent of the server", server));
        callers.push(("key pair of the project", instance.key_pair(&admin, 1).await));
        callers.push(("key pair of another project", instance.key_pair(&admin, 2).await));
        callers.push(("API key of an admin with every scope", made.key(Value::Null, Value::Null).await));
        callers.push(("the same, for another project only", made.key(json!("2"), Value::Null).await));
        callers.extend(past);
        (Self { callers, names }, instance)
    }

    /// The address that a caller signs in with.
    pub fn address(who: &str) -> Option<&'static str> {
        match who {
            "customer" => Some("customer@example.org"),
            "another customer" => Some("stranger@example.org"),
            "agent of the project" => Some("agent@example.org"),
            "agent of another project" => Some("outsider@example.org"),
            "admin" => Some("admin@example.org"),
            "super admin" => Some("root@example.org"),
            _ => None,
        }
    }

    /// A row's path, with what is there in place of names, or with what never was.
    pub fn path(&self, template: &str, is_there: bool) -> String {
        self.names.iter().fold(template.to_owned(), |path, (name, real, never)| {
            path.replace(&format!("{{{name}}}"), if is_there { real } else { never })
        })
    }
}

struct Maker<'i> {
    instance: &'i Instance,
    admin: &'i Caller,
}

impl Maker<'_> {
    async fn post(&self, path: &str, body: Value) -> Value {
        self.send(self.admin, path, body).await
    }

    async fn send(&self, caller: &Caller, path: &str, body: Value) -> Value {
        self.instance.send(caller, "POST", path, Some(body)).await.with(201)
    }

    async fn key(&self, project: Value, expires: Value) -> Caller {
        let scopes: Vec<&str> = Scope::ALL.into_iter().map(Scope::as_str).collect();
        let body = json!({"name": "k", "scopes": scopes, "projectId": project, "expiresAt": expires});
        Caller::bearer(self.post("/api/api-keys", body).await["key"].as_str().unwrap())
    }

    /// Credentials that ended, one way or the other, or will within a day.
    async fn over(&self) -> Vec<(&'static str, Caller)> {
        let pairs = "/api/admin/projects/1/api-keys";
        let soon = json!({"name": "k", "expires_at": "2026-05-06T13:00:00Z"});
        let soon = self.post(pairs, soon).await;
        let header = |name, field: &str| (name, soon[field].as_str().unwrap().to_owned());
        let headers = vec![header("x-api-key", "api_key"), header("x-api-secret", "api_secret")];
        let revoked_pair = self.instance.key_pair(self.admin, 1).await;
        self.delete(&format!("{pairs}/2")).await;
        let expiring = self.key(Value::Null, json!("2026-05-06T13:00:00Z")).await;
        let revoked = self.post("/api/api-keys", json!({"name": "k"})).await;
        self.delete(&format!("/api/api-keys/{}", revoked["id"].as_str().unwrap())).await;
        let signed_out = self.instance.signed_in("left@example.org", Role::Admin).await;
        self.instance.send(&signed_out, "POST", "/api/auth/logout", Some(json!({}))).await.with(200);
        let gone = self.instance.person("gone@example.org", Role::Admin);
        let deactivated = self.instance.sign_in("gone@example.org").await;
        let inactive = Some(json!({"is_active": false}));
        self.instance.send(self.admin, "PUT", &format!("/api/admin/users/{gone}"), inactive).await;
        vec![
            ("admin who signed out", signed_out),
            ("admin whose session expired", self.admin.clone()),
            ("admin who was deactivated", deactivated),
            ("key pair that was revoked", revoked_pair),
            ("key pair that expired", Caller { authorization: None, headers }),
            ("API key that was revoked", Caller::bearer(revoked["key"].as_str().unwrap())),
            ("API key that expired", expiring),
        ]
    }

    async fn delete(&self, path: &str) {
        let status = self.instance.send(self.admin, "DELETE", path, None).await.status;
        assert!(status.is_success(), "{path}: {status}");
    }

    async fn people(&self) -> Vec<(&'static str, Caller)> {
        let agent = self.instance.person("agent@example.org", Role::Agent);
        self.instance.assign_to_project(agent, 1);
        let outsider = self.instance.person("outsider@example.org", Role::Agent);
        self.instance.assign_to_project(outsider, 2);
        vec![
            ("nobody", Caller::default()),
            ("customer", self.instance.signed_in("customer@example.org", Role::Customer).await),
            ("another customer", self.instance.signed_in("stranger@example.org", Role::Customer).await),
            ("agent of the project", self.instance.sign_in("agent@example.org").await),
            ("agent of another project", self.instance.sign_in("outsider@example.org").await),
        ]
    }

    /// What rows name: the customer's ticket with what belongs to it, two devices, and one of everything that admins make.
    async fn things(&self, callers: &[(&'static str, Caller)]) -> Vec<Name> {
        let customer = &callers[1].1;
        let number = |value: &Value| value.to_string();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let listed = self.instance.send(customer, "GET", "/api/auth/sessions", None).await.with(200);
        let session = listed["sessions"][0]["id"].to_string().trim_matches('"').to_owned();
        let filed = json!({"project_id": 1, "subject": "s", "description": "d"});
        let ticket = self.send(customer, "/api/tickets", filed).await["ticket"].take();
        let id = ticket["id"].as_i64().unwrap();
        let uuid = self.instance.ticket_uuid(id);
        self.attach(customer, id).await;
        let developer = format!("/v1/tickets/TICK-{id}");
        let key = self.key(Value::Null, Value::Null).await;
        let comment = self.send(&key, &format!("{developer}/comments"), json!({"content": "c"})).await;
        let secret = json!({"type": "ssh", "credentials": {"user": "root"}});
        let credential = self.send(&key, &format!("{developer}/credentials"), secret).await;
        let entry = self.post(&format!("/api/tickets/{uuid}/time-entries"), json!({})).await;

        let me = self.instance.send(customer, "GET", "/api/auth/me", None).await.with(200);
        let own = self.instance.peer(self.admin, "la", json!({"name": "own", "userId": me["user"]["id"]})).await;
        let other = self.instance.peer(self.admin, "la", json!({"name": "other"})).await;
        let user = self.instance.person("somebody@example.org", Role::Customer);
        let root = self.instance.person("other-root@example.org", Role::SuperAdmin);
        let staff = self.instance.person("member@example.org", Role::Agent);
        let member = self.instance.user_uuid(staff);

        let category = self.post("/api/categories", json!({"name": "c"})).await;
        let tag = self.post("/api/tags", json!({"name": "t"})).await;
        let canned = json!({"title": "t", "body": "b", "is_shared": true});
        let canned = self.post("/api/canned-responses", canned).await;
        let canned = canned["canned_response"]["id"].as_i64().unwrap();
        let field = json!({"label": "L", "name": "l", "fieldType": "text", "entityType": "ticket"});
        let field = self.post("/api/custom-fields", field).await;
        let company = self.post("/api/companies", json!({"name": "c"})).await;
        let group = self.post("/api/agent-groups", json!({"name": "g"})).await;
        self.post(&format!("/api/agent-groups/{}/members", text(&group["id"])), json!({"userId": member})).await;
        let rule = json!({"name": "r", "ruleType": "ticket_update",
            "conditions": [{"field": "subject", "operator": "contains", "value": "never"}],
            "actions": [{"type": "set_priority", "value": "low"}]});
        let rule = self.post("/api/automation-rules", rule).await;
        let client = json!({"name": "App", "redirect_uris": ["https://app.example.org/"], "confidential": true,
            "scopes": ["tickets:read"]});
        let client = self.post("/api/oauth-clients", client).await;
        let api_key = self.post("/api/api-keys", json!({"name": "k"})).await;
        let pairs = "/api/admin/projects/1/api-keys";
        let pair = self.post(pairs, json!({"name": "k"})).await;
        let hook = json!({"name": "h", "url": "https://93.184.215.14/hook", "events": ["ticket.created"]});
        let hook = self.post("/api/webhooks", hook).await["webhook"].take();
        let mailbox = json!({"name": "m", "host": "127.0.0.1", "username": "help", "password": "secret", "port": 1143});
        let mailbox = self.post("/api/mailboxes", mailbox).await;
        let pinged = format!("/api/webhooks/{}/ping", hook["id"]);
        let pinged = self.instance.send(self.admin, "POST", &pinged, Some(json!({}))).await.with(202);
        let queued = self.instance.send(self.admin, "GET", "/api/outbox", None).await.with(200);
        let mail = queued["mails"][0]["uuid"].as_str().unwrap_or(NOBODY).to_owned();
        let policies = self.instance.send(&key, "GET", "/api/sla-policies", None).await.with(200);
        let about =
            |noun: &'static str| move |body: Value| async move { self.post(&format!("/api/kb/{noun}"), body).await };
        let kb_category = made(about("categories"), json!({"name": "c"})).await;
        let kb_folder = made(about("folders"), json!({"name": "f"})).await;
        let published = json!({"title": "a", "content": "a", "status": "published"});
        let kb_article = made(about("articles"), published).await;
        let kb_draft = made(about("articles"), json!({"title": "d"})).await;

        let by_number = |name, real: String| (name, real, NEVER.to_owned());
        let by_uuid = |name, real: String| (name, real, NOBODY.to_owned());
        let by_name = |name, real: &str, never: &str| (name, real.to_owned(), never.to_owned());
        vec![
            by_number("id", id.to_string()),
            by_number("ticket", id.to_string()),
            by_uuid("ticket_uuid", uuid),
            by_name("tick", &format!("TICK-{id}"), &format!("TICK-{NEVER}")),
            by_name("number", ticket["ticket_number"].as_str().unwrap(), "SUPP-2026-40000"),
            by_number("file", "1".to_owned()),
            by_name("comment", comment["id"].as_str().unwrap(), &format!("COMM-{NOBODY}")),
            by_uuid("credential", text(&credential["id"])),
            by_uuid("entry", text(&entry["id"])),
            by_number("session", session),
            by_name("server", "la", "ny"),
            by_uuid("own", text(&own["id"])),
            by_uuid("peer", text(&other["id"])),
            by_name("action", "enable", "enable"),
            by_number("user", user.to_string()),
            by_number("root", root.to_string()),
            by_uuid("user_uuid", self.instance.user_uuid(user)),
            by_number("project", "1".to_owned()),
            by_number("pair", number(&pair["id"])),
            by_uuid("api_key", text(&api_key["id"])),
            by_uuid("client", text(&client["client_id"])),
            by_number("category", number(&category["category"]["id"])),
            by_number("tag", number(&tag["tag"]["id"])),
            by_number("canned", canned.to_string()),
            by_uuid("canned_uuid", self.instance.uuid_of("select uuid from canned_responses where id = :id", canned)),
            by_number("policy", "1".to_owned()),
            by_uuid("policy_uuid", text(&policies[1]["id"])),
            by_number("webhook", number(&hook["id"])),
            by_number("mailbox", number(&mailbox["mailbox"]["id"])),
            by_number("delivery", number(&pinged["delivery"]["id"])),
            by_uuid("mail", mail),
            by_name("template", "assigned", "nothing"),
            by_uuid("field", text(&field["id"])),
            by_uuid("company", text(&company["id"])),
            by_uuid("group", text(&group["id"])),
            by_uuid("member", member),
            by_uuid("rule", text(&rule["id"])),
            by_uuid("kb_category", kb_category),
            by_uuid("kb_folder", kb_folder),
            by_uuid("kb_article", kb_article),
            by_uuid("kb_draft", kb_draft),
        ]
    }

    /// A file, which becomes number 1.
    async fn attach(&self, customer: &Caller, ticket: i64) {
        let body = "--b\r\ncontent-disposition: form-data; name=\"body\"\r\n\r\nSee\r\n--b\r\ncontent-disposition: \
                    form-data; name=\"attachments[]\"; filename=\"a.txt\"\r\ncontent-type: text/plain\r\n\r\na\r\n--b--\r\n";
        let media = Some("multipart/form-data; boundary=b");
        let path = format!("/api/tickets/{ticket}/messages");
        self.instance.send_raw(customer, "POST", &path, media, body).await.with(201);
    }
}

async fn made<F: Future<Output = Value>>(make: impl FnOnce(Value) -> F, body: Value) -> String {
    make(body).await["id"].as_str().unwrap().to_owned()
}
