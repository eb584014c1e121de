//! A ticket's life against a small model: whatever anybody does in whatever order, both agree.

use gatehouse::base::Role;
use gatehouse::store::{self, params};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::app::{Caller, Instance};

const STATUSES: [&str; 5] = ["open", "in_progress", "pending_customer", "resolved", "closed"];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    /// Who filed it.
    Owner,
    /// An agent of its project.
    Agent,
    Admin,
    /// A customer, and an agent of another project.
    Stranger,
    Outsider,
}

#[derive(Clone, Copy, Debug)]
enum Verb {
    Reply,
    Note,
    Status(usize),
    /// To the agent, or to nobody.
    Assign(bool),
    Priority(bool),
    Rate,
    Watch,
    Delete,
    Restore,
    /// By the project's own back end, for the customer.
    PairReply,
    PairClose,
}

#[derive(Clone, Debug, PartialEq)]
struct Model {
    status: &'static str,
    assigned: bool,
    high: bool,
    replies: i64,
    answered: bool,
    rated: bool,
    deleted: bool,
}

impl Model {
    fn new() -> Self {
        Self { status: "open", assigned: false, high: false, replies: 0, answered: false, rated: false, deleted: false }
    }

    fn is_finished(&self) -> bool {
        matches!(self.status, "resolved" | "closed")
    }

    fn customer_replies(&mut self) -> u16 {
        match self.status {
            "closed" => return 409,
            "pending_customer" | "resolved" => self.status = if self.assigned { "in_progress" } else { "open" },
            _ => {}
        }
        self.replies += 1;
        201
    }

    /// What somebody's verb answers, and what it does.
    fn step(&mut self, who: Who, verb: Verb) -> u16 {
        match verb {
            Verb::PairReply | Verb::PairClose if self.deleted => return 404,
            Verb::PairReply => return self.customer_replies(),
            Verb::PairClose => {
                self.status = "closed";
                return 200;
            }
            _ => {}
        }
        let hidden = match who {
            Who::Stranger | Who::Outsider => true,
            Who::Admin => self.deleted && !matches!(verb, Verb::Restore),
            Who::Owner | Who::Agent => self.deleted,
        };
        if hidden {
            return 404;
        }
        let is_staff = who != Who::Owner;
        match verb {
            Verb::Reply if is_staff => {
                if self.status == "open" {
                    self.status = "in_progress";
                }
                (self.answered, self.replies) = (true, self.replies + 1);
                201
            }
            Verb::Reply => self.customer_replies(),
            Verb::Note => {
                if is_staff {
                    201
                } else {
                    403
                }
            }
            Verb::Status(to) => {
                let to = STATUSES[to];
                if !is_staff && to != "closed" && !(to == "open" && self.is_finished()) {
                    return 403;
                }
                self.status = to;
                200
            }
            Verb::Assign(_) | Verb::Priority(_) if !is_staff => 403,
            Verb::Assign(to) => {
                if to && !self.assigned && self.status == "open" {
                    self.status = "in_progress";
                }
                self.assigned = to;
                200
            }
            Verb::Priority(high) => {
                self.high = high;
                200
            }
            Verb::Rate if is_staff => 403,
            Verb::Rate if self.rated || !self.is_finished() => 409,
            Verb::Rate => {
                self.rated = true;
                200
            }
            Verb::Watch => 200,
            Verb::Delete | Verb::Restore if who != Who::Admin => 403,
            Verb::Delete | Verb::Restore => {
                self.deleted = matches!(verb, Verb::Delete);
                200
            }
            Verb::PairReply | Verb::PairClose => 0,
        }
    }
}

struct House {
    instance: Instance,
    callers: [Caller; 5],
    agent: i64,
    pair: Caller,
}

impl House {
    async fn start() -> Self {
        let instance = Instance::start();
        let owner = instance.signed_in("owner@example.org", Role::Customer).await;
        let agent = instance.person("agent@example.org", Role::Agent);
        instance.assign_to_project(agent, 1);
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        let stranger = instance.signed_in("stranger@example.org", Role::Customer).await;
        let outsider = instance.signed_in("outsider@example.org", Role::Agent).await;
        let pair = instance.key_pair(&admin, 1).await;
        let callers = [owner, instance.sign_in("agent@example.org").await, admin, stranger, outsider];
        Self { instance, callers, agent, pair }
    }

    fn caller(&self, who: Who) -> &Caller {
        &self.callers[who as usize]
    }

    async fn open(&self) -> Value {
        let body = json!({"project_id": 1, "subject": "s", "description": "d", "priority": "low"});
        let made = self.instance.send(self.caller(Who::Owner), "POST", "/api/tickets", Some(body)).await;
        made.with(201)["ticket"].clone()
    }

    async fn act(&self, ticket: &Value, who: Who, verb: Verb) -> u16 {
        let own = format!("/api/tickets/{}", ticket["id"]);
        let external = format!("/api/external/tickets/{}", ticket["ticket_number"].as_str().unwrap());
        let email = "OWNER@example.org";
        let (caller, method, path, body) = match verb {
            Verb::Reply => (self.caller(who), "POST", format!("{own}/messages"), json!({"body": "r"})),
            Verb::Note => (self.caller(who), "POST", format!("{own}/messages"), json!({"body": "n", "type": "note"})),
            Verb::Status(to) => (self.caller(who), "POST", format!("{own}/status"), json!({"status": STATUSES[to]})),
            Verb::Assign(to) => {
                (self.caller(who), "POST", format!("{own}/assign"), json!({"user_id": to.then_some(self.agent)}))
            }
            Verb::Priority(high) => {
                (self.caller(who), "PUT", own, json!({"priority": if high { "high" } else { "low" }}))
            }
            Verb::Rate => (self.caller(who), "POST", format!("{own}/rate"), json!({"score": 4})),
            Verb::Watch => (self.caller(who), "POST", format!("{own}/watch"), json!({})),
            Verb::Delete => (self.caller(who), "DELETE", own, json!({})),
            Verb::Restore => (self.caller(who), "POST", format!("{own}/restore"), json!({})),
            Verb::PairReply => {
                (&self.pair, "POST", format!("{external}/reply"), json!({"body": "p", "customer_email": email}))
            }
            Verb::PairClose => (&self.pair, "POST", format!("{external}/close"), json!({"customer_email": email})),
        };
        self.instance.send(caller, method, &path, Some(body)).await.status.as_u16()
    }

    async fn check(&self, ticket: &Value, model: &Model) {
        let path = format!("/api/tickets/{}", ticket["id"]);
        let shown = self.instance.send(self.caller(Who::Admin), "GET", &path, None).await.with(200)["ticket"].clone();
        let is_there = |field: &str| !shown[field].is_null();
        let found = Model {
            status: STATUSES.into_iter().find(|status| shown["status"] == *status).unwrap(),
            assigned: shown["assigned_to"] == self.agent,
            high: shown["priority"] == "high",
            replies: shown["reply_count"].as_i64().unwrap(),
            answered: is_there("first_response_at"),
            rated: is_there("rating"),
            deleted: is_there("deleted_at"),
        };
        assert_eq!(found, *model);
        assert_eq!(is_there("resolved_at"), model.is_finished());
        assert_eq!(is_there("closed_at"), model.status == "closed");
        assert_eq!(is_there("resolution_due_at"), model.status != "pending_customer");
        let public = |message: &&Value| message["type"] == "reply";
        let messages = shown["messages"].as_array().unwrap();
        assert_eq!(i64::try_from(messages.iter().filter(public).count()).unwrap(), model.replies);
        let first = messages.iter().filter(|message| message["is_first_response"] == true).count();
        assert_eq!(first, usize::from(model.answered));
        // Each change of status leaves from where the one before arrived.
        let mut at = json!("open");
        for row in shown["activities"].as_array().unwrap().iter().filter(|row| row["action"] == "status_changed") {
            assert_eq!(row["from"], at);
            at = row["to"].clone();
        }
        assert_eq!(at, model.status);
    }

    /// What is kept so that lists and the dashboard need not count is what one counts.
    async fn check_counts(&self) {
        let admin = self.caller(Who::Admin);
        let dashboard = self.instance.send(admin, "GET", "/api/admin/reports/dashboard", None).await.with(200);
        for (status, key) in STATUSES.into_iter().zip(["open", "inProgress", "pending", "resolved", "closed"]) {
            let stored = status.trim_end_matches("_customer");
            let counted = store::read_once(&self.instance.directory, &self.instance.app.clock, |conn| {
                conn.one(
                    "select count(*) as n from tickets where status = :status and deleted_at is null",
                    params! {":status": stored},
                    |row| row.get::<i64>("n"),
                )
            });
            let counted = json!(counted.unwrap());
            for caller in [Who::Admin, Who::Agent, Who::Owner].map(|who| self.caller(who)) {
                let path = format!("/api/tickets?status={status}&per_page=1");
                let listed = self.instance.send(caller, "GET", &path, None).await.with(200);
                assert_eq!(listed["total"], counted, "{status}");
            }
            assert_eq!(dashboard["by_status"][key], counted, "{status}");
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<(Who, Verb)>> {
    let who = prop_oneof![
        5 => Just(Who::Owner), 5 => Just(Who::Agent), 4 => Just(Who::Admin), 1 => Just(Who::Stranger),
        1 => Just(Who::Outsider)
    ];
    let verb = prop_oneof![
        4 => Just(Verb::Reply), 1 => Just(Verb::Note), 6 => (0..5_usize).prop_map(Verb::Status),
        3 => any::<bool>().prop_map(Verb::Assign), 1 => any::<bool>().prop_map(Verb::Priority), 2 => Just(Verb::Rate),
        1 => Just(Verb::Watch), 1 => Just(Verb::Delete), 2 => Just(Verb::Restore), 2 => Just(Verb::PairReply),
        1 => Just(Verb::PairClose)
    ];
    proptest::collection::vec((who, verb), 1..16)
}

#[test]
fn whatever_is_done_in_whatever_order_the_ticket_is_where_the_model_says() {
    let runtime = Runtime::new().unwrap();
    let house = runtime.block_on(House::start());
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            let (ticket, mut model) = (house.open().await, Model::new());
            for (who, verb) in steps {
                house.instance.later(1_000);
                let before = model.clone();
                let expected = model.step(who, verb);
                let status = house.act(&ticket, who, verb).await;
                prop_assert_eq!(status, expected, "{:?} {:?} on {:?}", who, verb, before);
                house.check(&ticket, &model).await;
            }
            Ok(())
        })
    });
    outcome.unwrap();
    runtime.block_on(house.check_counts());
}
