//! Lists of tickets under several filters at once.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

/// Tickets that there are, numbered from 1.
const TICKETS: i64 = 48;
const STATUSES: [&str; 5] = ["open", "in_progress", "pending", "resolved", "closed"];

/// A ticket, made up from its number.
struct Made {
    id: i64,
    agent: i64,
}

impl Made {
    fn status(&self) -> &'static str {
        STATUSES[usize::try_from(self.id % 5).unwrap()]
    }

    fn is_low(&self) -> bool {
        self.id % 3 == 0
    }

    fn project(&self) -> i64 {
        1 + self.id / 2 % 2
    }

    fn has_category(&self) -> bool {
        self.id % 4 < 2
    }

    fn assignee(&self) -> Option<i64> {
        (self.id % 7 < 4).then_some(self.agent)
    }

    fn is_late(&self) -> bool {
        self.id / 3 % 2 == 0
    }

    fn is_unfinished(&self) -> bool {
        self.id % 5 < 3
    }
}

/// What is asked for.
type Choice = (String, Left);
/// Whether that leaves a ticket.
type Left = fn(&Made) -> bool;

fn choices(agent: i64) -> [Vec<Choice>; 7] {
    let all: (&str, Left) = ("", |_| true);
    let pairs: [Vec<(&str, Left)>; 7] = [
        vec![all, ("status=open", |made| made.status() == "open"), ("status=closed", |made| made.status() == "closed")],
        vec![all, ("priority=low", Made::is_low)],
        vec![all, ("project_id=2", |made| made.project() == 2)],
        vec![all, ("category_id=1", Made::has_category)],
        vec![
            all,
            ("assigned_to=AGENT", |made| made.assignee().is_some()),
            ("unassigned=true", |made| made.assignee().is_none()),
        ],
        vec![all, ("overdue=true", Made::is_late)],
        vec![all, ("unfinished=true", Made::is_unfinished)],
    ];
    pairs.map(|pairs| pairs.into_iter().map(|(text, of)| (text.replace("AGENT", &agent.to_string()), of)).collect())
}

async fn filled() -> (Instance, Caller, i64) {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let agent = instance.person("agent@example.org", Role::Agent);
    let second = json!({"name": "Second"});
    instance.send(&admin, "POST", "/api/admin/projects", Some(second)).await.with(201);
    let category = json!({"name": "Tunnels"});
    instance.send(&admin, "POST", "/api/categories", Some(category)).await.with(201);
    instance.assign_to_project(agent, 1);
    instance.assign_to_project(agent, 2);
    for id in 1..=TICKETS {
        let body = json!({"project_id": 1, "subject": format!("T{id}"), "description": "No handshake."});
        instance.send(&admin, "POST", "/api/tickets", Some(body)).await.with(201);
        let made = Made { id, agent };
        let (priority, category) = (if made.is_low() { "low" } else { "high" }, made.has_category().then_some(1));
        instance.sql(&format!(
            "update tickets set status = '{}', priority = '{priority}', project_id = {}, category_id = {}, assignee_id = {},
               first_response_breached = {} where id = {id}",
            made.status(),
            made.project(),
            json!(category),
            json!(made.assignee()),
            i64::from(made.is_late()),
        ));
    }
    let caller = instance.sign_in("agent@example.org").await;
    (instance, caller, agent)
}

#[tokio::test]
async fn whatever_filters_are_combined_leave_what_each_of_them_would() {
    let (instance, caller, agent) = filled().await;
    let [statuses, priorities, projects, categories, assignees, late, unfinished] = choices(agent);
    // How a list is walked depends on how many tickets a project is thought to have.
    for many in [1, 1_000_000] {
        instance.sql(&format!("update ticket_totals set tickets = {many} where status = ''"));
        let mut narrowed: Vec<Vec<&Choice>> = vec![Vec::new()];
        for some in [&statuses, &priorities, &projects, &categories, &assignees, &late, &unfinished] {
            narrowed =
                narrowed.iter().flat_map(|all| some.iter().map(move |one| [all.as_slice(), &[one]].concat())).collect();
        }
        for filters in narrowed {
            let asked: Vec<&str> =
                filters.iter().map(|(text, _)| text.as_str()).filter(|text| !text.is_empty()).collect();
            let is_counted = asked.iter().all(|text| text.starts_with("status") || text.starts_with("project"));
            // These go by totals that the statements above went past.
            if is_counted {
                continue;
            }
            let query = asked.join("&");
            let listed =
                instance.send(&caller, "GET", &format!("/api/tickets?per_page=100&{query}"), None).await.with(200);
            let found: Vec<i64> =
                listed["data"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect();
            let all = (1..=TICKETS).rev().map(|id| Made { id, agent });
            let expected: Vec<i64> =
                all.filter(|made| filters.iter().all(|(_, of)| of(made))).map(|made| made.id).collect();
            assert_eq!(found, expected, "{query}");
            assert_eq!(listed["total"], Value::from(expected.len()), "{query}");
        }
    }
}
