//! Any set of rules ends: random rules, on a ticket in memory and on tickets of an instance.

use std::sync::Arc;

use gatehouse::automation::{
    Action, Cause, Condition, DEPTH, Event, Facts, First, Ground, Match, Named, Names, Noun, Plan, Program, Runnable,
    run,
};
use gatehouse::base::{Priority, Result, Source, Status, Time};
use gatehouse::field::{Definition, Values};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Value, json};

use super::Desk;
use crate::app::NOON;

struct NoNames;

impl Names for NoNames {
    fn find(&self, _: Noun, id: &str) -> Result<Option<Named>> {
        Ok(Some(Named { number: id.parse().unwrap_or(1), uuid: id.to_owned() }))
    }

    fn own_field(&self, _: &str) -> Result<Option<Definition>> {
        Ok(None)
    }
}

fn condition() -> impl Strategy<Value = Value> {
    let of = |field: &'static str, operators: &'static [&'static str], values: Vec<Value>| {
        (prop::sample::select(operators), prop::sample::select(values))
            .prop_map(move |(operator, value)| json!({"field": field, "operator": operator, "value": value}))
    };
    let words = |words: &[&str]| words.iter().map(|word| json!(word)).collect::<Vec<_>>();
    prop_oneof![
        of("status", &["is", "is_not"], words(&["open", "pending", "in_progress", "resolved", "closed"])),
        of("priority", &["is", "is_not", "greater_than", "less_than"], words(&["low", "medium", "high", "urgent"])),
        of("category", &["is", "is_not", "contains"], words(&["a", "b", "c"])),
        of("tags", &["is", "is_not", "contains"], words(&["x", "y", "z"])),
        of("subject", &["is", "is_not", "contains"], words(&["hello", "l"])),
        of("hoursSinceCreated", &["is", "greater_than", "less_than"], vec![json!(0), json!(1), json!(5)]),
        of("hoursSinceUpdated", &["is", "greater_than", "less_than"], vec![json!(0), json!(2)]),
    ]
}

fn action() -> impl Strategy<Value = Value> {
    let of = |kind: &'static str, values: &'static [&'static str]| {
        prop::sample::select(values).prop_map(move |value| json!({"type": kind, "value": value}))
    };
    prop_oneof![
        of("set_status", &["open", "pending", "in_progress", "resolved", "closed"]),
        of("set_priority", &["low", "medium", "high", "urgent"]),
        of("set_category", &["a", "b", "c"]),
        of("add_tag", &["x", "y", "z"]),
        Just(json!({"type": "assign_to", "value": null})),
    ]
}

prop_compose! {
    fn rule()(
        trigger in prop::sample::select(vec!["ticket.created", "ticket.updated", "ticket.replied", "time"]),
        any in any::<bool>(),
        mut conditions in prop::collection::vec(condition(), 0..4),
        actions in prop::collection::vec(action(), 1..4),
    ) -> Value {
        let rule_type = match trigger {
            "ticket.created" => "ticket_creation",
            "time" => "time_trigger",
            _ => "ticket_update",
        };
        if trigger == "time" {
            conditions.push(json!({"field": "hoursSinceUpdated", "operator": "greater_than", "value": 1}));
        }
        json!({"name": "r", "ruleType": rule_type, "trigger": trigger, "conditionMatch": if any { "any" } else { "all" },
            "conditions": conditions, "actions": actions})
    }
}

fn runnable(number: i64, rule: &Value) -> Arc<Runnable> {
    let conditions = rule["conditions"].as_array().unwrap();
    let actions = rule["actions"].as_array().unwrap();
    Arc::new(Runnable {
        number,
        name: format!("rule {number}"),
        event: Event::parse(rule["trigger"].as_str().unwrap()).unwrap(),
        version: 1,
        armed_at: Time(0),
        program: Program {
            matching: Match::parse(rule["conditionMatch"].as_str().unwrap()).unwrap(),
            conditions: conditions.iter().map(|one| Condition::read(one, "c", &NoNames, false).unwrap()).collect(),
            actions: actions.iter().map(|one| Action::read(one, "a", &NoNames, false).unwrap()).collect(),
        },
    })
}

/// A ticket in memory that counts who acted.
struct Memory {
    facts: Facts,
    acted: Vec<i64>,
}

impl Ground for Memory {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn is_waited_for(&mut self, _: &Runnable, _: Time) -> Result<bool> {
        // The worst there is: rules on time that would always fire.
        Ok(true)
    }

    fn act(&mut self, rule: &Runnable, plan: &Plan, _: &Cause<'_>) -> Result<bool> {
        let before = self.facts.clone();
        plan.apply(&mut self.facts);
        let changed = before != self.facts;
        assert_eq!(changed, !plan.is_empty(), "a plan is what differs: {plan:?}");
        self.acted.extend(changed.then_some(rule.number));
        Ok(changed)
    }
}

fn ticket() -> Facts {
    Facts {
        status: Status::Open,
        priority: Priority::Medium,
        category: None,
        subject: "hello".to_owned(),
        description: String::new(),
        source: Source::Api,
        tags: Vec::new(),
        customer_email: None,
        assignee: None,
        group: None,
        project: 1,
        created_at: Time(NOON),
        updated_at: Time(NOON),
        due_at: None,
        own: Values::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_set_of_rules_ends_each_at_most_once_and_not_deeper_than_five(
        rules in prop::collection::vec(rule(), 1..60),
        event in prop::sample::select(Event::ALL.to_vec()),
        hours in 0_i64..8,
    ) {
        let rules: Vec<Arc<Runnable>> = (1..).zip(&rules).map(|(number, rule)| runnable(number, rule)).collect();
        let mut memory = Memory { facts: ticket(), acted: Vec::new() };
        let now = Time(NOON + hours * 3_600_000);
        let ran = run(&rules, First::Happened(event), now, &mut memory).unwrap();
        let mut once = memory.acted.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), memory.acted.len());
        prop_assert_eq!(ran.acted.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(), memory.acted);
        prop_assert!(ran.acted.iter().all(|(_, round)| (1..=DEPTH).contains(round)));
        prop_assert!(ran.acted.is_sorted_by_key(|(rule, round)| (*round, *rule)));
        // What is heard outside is heard in the first round only by those who listen to it.
        for (rule, _) in ran.acted.iter().filter(|(_, round)| *round == 1) {
            let rule = rules.iter().find(|other| other.number == *rule).unwrap();
            prop_assert!(rule.event.hears(event) || rule.event == Event::Time);
        }
        // Where it came to rest by itself, no rule that was still to act has anything left to do.
        if ran.stopped.is_empty() {
            let idle = |rule: &&Arc<Runnable>| !ran.acted.iter().any(|(number, _)| *number == rule.number);
            let heard = |rule: &&Arc<Runnable>| rule.event.hears(event) || rule.event == Event::Time
                || (!ran.acted.is_empty() && rule.event == Event::Updated);
            for rule in rules.iter().filter(idle).filter(heard) {
                let applies = rule.minds(&memory.facts) && rule.program.applies(&memory.facts, now);
                prop_assert!(!applies || rule.program.plan(&memory.facts).is_empty());
            }
        }
    }

    #[test]
    fn a_rule_reads_back_as_it_was_written(rule in rule()) {
        let rule = runnable(1, &rule);
        for condition in &rule.program.conditions {
            prop_assert_eq!(&Condition::read(&condition.write(), "c", &NoNames, false).unwrap(), condition);
        }
        for action in &rule.program.actions {
            prop_assert_eq!(&Action::read(&action.write(), "a", &NoNames, false).unwrap(), action);
        }
    }

    #[test]
    fn a_condition_comes_true_at_its_moment_and_not_before(
        field in prop::sample::select(vec!["hoursSinceCreated", "hoursSinceUpdated", "hoursUntilDue"]),
        operator in prop::sample::select(vec!["is", "greater_than", "less_than", "is_not"]),
        hours in 0_i64..100,
    ) {
        let condition = json!({"field": field, "operator": operator, "value": hours});
        let condition = Condition::read(&condition, "c", &NoNames, false).unwrap();
        let facts = Facts { due_at: Some(Time(NOON)), ..ticket() };
        let moment = gatehouse::automation::Moment::of(&condition).unwrap();
        if moment.after.is_some() {
            let at = moment.at(Time(NOON));
            prop_assert!(condition.holds(&facts, at), "{condition:?} at its moment");
            prop_assert!(!condition.holds(&facts, at.plus(-1)), "{condition:?} just before");
            prop_assert_eq!(moment.reach(at), Time(NOON));
        }
    }
}

#[tokio::test]
async fn rules_that_undo_each_other_end_on_a_real_ticket() {
    let desk = Desk::start().await;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let sets = prop::collection::vec(rule(), 12);
    for _ in 0..4 {
        let mut made = Vec::new();
        for mut body in sets.new_tree(&mut runner).unwrap().current() {
            // Those that would go round are refused while they are active, so they are switched on behind the door.
            body["isActive"] = json!(false);
            made.push(desk.rule(body).await);
        }
        desk.instance.sql("update automation_rules set is_active = 1 where deleted_at is null");
        desk.instance.sql("update automation_state set revision = hex(randomblob(16))");
        let count = async || {
            let listed = desk.instance.send(&desk.admin, "GET", "/api/automation-rules", None).await.with(200);
            let counts = listed.as_array().unwrap().iter().map(|rule| rule["executionCount"].as_i64().unwrap());
            counts.collect::<Vec<_>>()
        };
        let mut before = count().await;
        let ticket = desk.ticket("hello").await;
        for step in 0..4 {
            let after = count().await;
            let once = before.iter().zip(&after).all(|(before, after)| (0..=1).contains(&(after - before)));
            assert!(once, "{before:?} {after:?}");
            before = after;
            match step {
                0 => drop(desk.change(&ticket, json!({"subject": "hello again", "priority": "high"})).await),
                1 => drop(desk.status(&ticket, "open").await),
                _ => drop(desk.change(&ticket, json!({"subject": format!("l {step}")})).await),
            }
        }
        for hours in [1.5, 3.0, 3.0, 3.0, 3.0] {
            desk.hours_later(hours).await;
        }
        let rested = count().await;
        desk.hours_later(100.0).await;
        desk.hours_later(100.0).await;
        assert_eq!(count().await, rested, "time alone does not let them go on for ever");
        for rule in made {
            let path = format!("/api/automation-rules/{}", rule["id"].as_str().unwrap());
            desk.instance.send(&desk.admin, "DELETE", &path, None).await.with(204);
        }
    }
}
