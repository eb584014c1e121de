//! An instance with an admin, two agents and a customer, and a second project that only one of the agents works for.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance, Reply};

pub struct Staffed {
    pub instance: Instance,
    pub admin: Caller,
    /// Works for the first project.
    pub alice: Caller,
    pub alice_id: i64,
    /// Works for the second project.
    pub bob: Caller,
    pub customer: Caller,
    /// The second project.
    pub homes: i64,
}

impl Staffed {
    pub async fn start() -> Self {
        let instance = Instance::start();
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        let body = json!({"name": "Homes"});
        let homes = instance.send(&admin, "POST", "/api/admin/projects", Some(body)).await.with(201)["project"]["id"]
            .as_i64()
            .unwrap();
        let alice_id = instance.person("alice@example.org", Role::Agent);
        instance.assign_to_project(alice_id, 1);
        instance.assign_to_project(instance.person("bob@example.org", Role::Agent), homes);
        let (alice, bob) = (instance.sign_in("alice@example.org").await, instance.sign_in("bob@example.org").await);
        let customer = instance.signed_in("tunde@example.org", Role::Customer).await;
        Self { instance, admin, alice, alice_id, bob, customer, homes }
    }

    pub async fn send(&self, caller: &Caller, method: &str, path: &str, body: Value) -> Reply {
        self.instance.send(caller, method, path, Some(body)).await
    }

    pub async fn get(&self, caller: &Caller, path: &str) -> Reply {
        self.instance.send(caller, "GET", path, None).await
    }

    pub async fn delete(&self, caller: &Caller, path: &str) -> Reply {
        self.instance.send(caller, "DELETE", path, None).await
    }

    /// A ticket of the customer in the first project, with other fields besides.
    pub async fn ticket(&self, more: Value) -> Value {
        let mut body = json!({"project_id": 1, "subject": "Slow", "description": "Since monday"});
        more.as_object().unwrap().iter().for_each(|(field, value)| body[field] = value.clone());
        self.send(&self.customer, "POST", "/api/tickets", body).await.with(201)["ticket"].take()
    }

    /// The ticket as staff see it now.
    pub async fn seen(&self, ticket: &Value) -> Value {
        self.get(&self.admin, &format!("/api/tickets/{}", ticket["id"])).await.with(200)["ticket"].take()
    }

    /// What the audit log says of such things, oldest first.
    pub async fn audited(&self, what: &str) -> Vec<(String, String)> {
        let log = self.get(&self.admin, "/api/audit").await.with(200);
        let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
        let all = log.as_array().unwrap().iter().map(|entry| (text(entry, "action"), text(entry, "target")));
        let mut all: Vec<_> = all.filter(|(action, _)| action.starts_with(what)).collect();
        all.reverse();
        all
    }
}

/// The fields that an answer says are wrong.
pub fn wrong(refused: &Value) -> Vec<&str> {
    refused["details"].as_object().unwrap().keys().map(String::as_str).collect()
}

/// A field of each row of a list.
pub fn each<'v>(rows: &'v Value, field: &str) -> Vec<&'v str> {
    rows.as_array().unwrap().iter().map(|row| row[field].as_str().unwrap()).collect()
}
