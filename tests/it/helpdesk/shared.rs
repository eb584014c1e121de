//! A desk with an integration: what the tests of tickets begin with.

use gatehouse::base::Role;
use serde_json::{Map, Value, json};

use crate::app::{Caller, Instance, Reply};

pub struct Desk {
    pub instance: Instance,
    pub admin: Caller,
    /// A key of the admin's, with the documented scopes.
    pub key: Caller,
    pub key_id: String,
    pub agent: Caller,
    pub agent_id: String,
    pub customer: Caller,
    pub customer_id: String,
}

impl Desk {
    pub async fn open() -> Self {
        let instance = Instance::start();
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        let made = json!({"name": "integration"});
        let made = instance.send(&admin, "POST", "/api/api-keys", Some(made)).await.with(201);
        let key = Caller::bearer(made["key"].as_str().unwrap());
        let key_id = made["id"].as_str().unwrap().to_owned();
        let agent = instance.person("agent@example.org", Role::Agent);
        instance.assign_to_project(agent, 1);
        let customer = instance.person("customer@example.org", Role::Customer);
        let (agent_id, customer_id) = (instance.user_uuid(agent), instance.user_uuid(customer));
        let (agent, customer) =
            (instance.sign_in("agent@example.org").await, instance.sign_in("customer@example.org").await);
        Self { instance, admin, key, key_id, agent, agent_id, customer, customer_id }
    }

    pub async fn send(&self, method: &str, path: &str, body: Value) -> Reply {
        self.instance.send(&self.key, method, path, Some(body)).await
    }

    pub async fn get(&self, path: &str) -> Value {
        self.instance.send(&self.key, "GET", path, None).await.with(200)
    }

    /// A ticket of the customer's, with these fields beside the required ones.
    pub async fn ticket(&self, more: Value) -> Value {
        self.send("POST", "/api/tickets", self.body(more)).await.with(201)
    }

    pub fn body(&self, more: Value) -> Value {
        let mut body = json!({"subject": "Payment", "description": "It failed", "customerId": self.customer_id});
        let more: Map<String, Value> = more.as_object().cloned().unwrap_or_default();
        body.as_object_mut().unwrap().extend(more);
        body
    }

    pub async fn patch(&self, ticket: &Value, body: Value) -> Reply {
        self.send("PATCH", &path(ticket), body).await
    }

    pub async fn define(&self, body: Value) -> Value {
        self.instance.send(&self.admin, "POST", "/api/custom-fields", Some(body)).await.with(201)
    }
}

pub fn path(ticket: &Value) -> String {
    format!("/api/tickets/{}", ticket["id"].as_str().unwrap())
}

/// The names of the fields that were refused.
pub fn wrong(reply: Reply) -> Vec<String> {
    let body = reply.with(400);
    body["details"].as_object().unwrap_or_else(|| panic!("{body}")).keys().cloned().collect()
}
