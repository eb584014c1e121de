//! Rules that act on tickets by themselves.

mod cycles;
mod dry_run;
mod random;
mod rules;
mod saving;
mod time;

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

/// An instance with an admin, an agent of the default project, a customer.
pub struct Desk {
    pub instance: Instance,
    pub admin: Caller,
    pub agent: Caller,
    pub agent_id: i64,
    pub customer: Caller,
}

impl Desk {
    pub async fn start() -> Self {
        let instance = Instance::start_with(&["--rate-limit", "off", "--jwt-ttl", "525600"]);
        instance.person("admin@example.org", Role::Admin);
        let agent_id = instance.person("alice@example.org", Role::Agent);
        instance.assign_to_project(agent_id, 1);
        instance.person("tunde@example.org", Role::Customer);
        let [admin, agent, customer] = [
            sign_in(&instance, "admin@example.org").await,
            sign_in(&instance, "alice@example.org").await,
            sign_in(&instance, "tunde@example.org").await,
        ];
        Self { instance, admin, agent, agent_id, customer }
    }

    pub async fn send(&self, caller: &Caller, method: &str, path: &str, body: Value) -> crate::app::Reply {
        self.instance.send(caller, method, path, Some(body)).await
    }

    /// Makes a rule.
    pub async fn rule(&self, body: Value) -> Value {
        self.send(&self.admin, "POST", "/api/automation-rules", body).await.with(201)
    }

    /// A rule as it stands.
    pub async fn look(&self, rule: &Value) -> Value {
        let all = self.instance.send(&self.admin, "GET", "/api/automation-rules", None).await.with(200);
        all.as_array().unwrap().iter().find(|other| other["id"] == rule["id"]).unwrap().clone()
    }

    pub async fn executions(&self, rule: &Value) -> i64 {
        self.look(rule).await["executionCount"].as_i64().unwrap()
    }

    /// Files a ticket as the customer; answers it as the desk shows it.
    pub async fn ticket(&self, subject: &str) -> Value {
        let body = json!({"project_id": 1, "subject": subject, "description": "Upload does nothing."});
        self.send(&self.customer, "POST", "/api/tickets", body).await.with(201)["ticket"].clone()
    }

    /// Changes a ticket as the agent.
    pub async fn change(&self, ticket: &Value, body: Value) -> Value {
        self.send(&self.agent, "PUT", &path(ticket, ""), body).await.with(200)["ticket"].clone()
    }

    /// Moves a ticket as the agent.
    pub async fn status(&self, ticket: &Value, status: &str) -> Value {
        let body = json!({"status": status});
        self.send(&self.agent, "POST", &path(ticket, "/status"), body).await.with(200)["ticket"].clone()
    }

    /// A ticket as it stands, for staff.
    pub async fn show(&self, ticket: &Value) -> Value {
        self.instance.send(&self.admin, "GET", &path(ticket, ""), None).await.with(200)["ticket"].clone()
    }

    /// Lets the hours go by, and rules on time act.
    pub async fn hours_later(&self, hours: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "a few hours")]
        self.instance.later((hours * 3_600_000.0) as i64);
        gatehouse::jobs::let_rules_act(&self.instance.app).await.unwrap();
    }
}

/// A session that lasts for weeks.
async fn sign_in(instance: &Instance, email: &str) -> Caller {
    let body = json!({"email": email, "password": "correct horse"});
    let token = instance.send(&Caller::default(), "POST", "/api/auth/login", Some(body)).await.with(200);
    Caller::bearer(token["access_token"].as_str().unwrap())
}

pub fn path(ticket: &Value, verb: &str) -> String {
    format!("/api/tickets/{}{verb}", ticket["id"])
}

/// A rule of one condition and one action; the type says when it listens.
pub fn rule(name: &str, rule_type: &str, condition: [&str; 3], action: [&str; 2]) -> Value {
    let [field, operator, value] = condition;
    let [kind, to] = action;
    json!({"name": name, "ruleType": rule_type,
        "conditions": [{"field": field, "operator": operator, "value": value}],
        "actions": [{"type": kind, "value": to}]})
}

/// The names of a ticket's tags, in order.
pub fn tags(ticket: &Value) -> Vec<String> {
    let mut tags: Vec<String> =
        ticket["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect();
    tags.sort();
    tags
}
