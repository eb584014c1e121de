//! How tickets are let go of when their category is deleted, and that reports count them right all the while.

use std::time::Duration;

use gatehouse::store::{self, params};
use gatehouse::ticket;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::categories::{make, path};
use super::staffed::Staffed;

/// Tickets by category; none is blank.
type Counts = Vec<(String, i64)>;

/// What `ticket_days` keeps by category, and what counting the tickets gives.
fn counts(desk: &Staffed) -> (Counts, Counts) {
    store::read_once(&desk.instance.directory, &desk.instance.app.clock, |conn| {
        let read = |row: &store::Row<'_>| Ok((row.get("key")?, row.get("n")?));
        let kept = conn.all(
            "select key, sum(total) as n from ticket_days where kind = 'category' group by key having sum(total) > 0
             order by key",
            params! {},
            read,
        )?;
        let counted = conn.all(
            "select coalesce(cast(category_id as text), '') as key, count(*) as n from tickets where deleted_at is null
             group by 1 order by 1",
            params! {},
            read,
        )?;
        Ok((kept, counted))
    })
    .unwrap()
}

/// Sums of what is kept by category, and by project: of the same tickets, so they must be the same.
fn sums(desk: &Staffed) -> Vec<[i64; 4]> {
    let sums = |conn: &store::Conn<'_>, kind: &str| {
        conn.one(
            "select sum(total) as a, sum(resolved) as b, sum(unassigned) as c, sum(resolution_ms) as d from ticket_days
             where kind = :kind",
            params! {":kind": kind},
            |row| {
                let sum = |name| row.get::<Option<i64>>(name).map(Option::unwrap_or_default);
                Ok([sum("a")?, sum("b")?, sum("c")?, sum("d")?])
            },
        )
    };
    let both = store::read_once(&desk.instance.directory, &desk.instance.app.clock, |conn| {
        Ok([sums(conn, "category")?, sums(conn, "project")?])
    });
    both.unwrap().into_iter().flatten().collect()
}

async fn let_go(desk: &Staffed) {
    while desk.instance.app.store.write(ticket::let_go).await.unwrap() {}
}

#[tokio::test]
async fn tickets_are_let_go_of_in_steps_and_stay_counted_whatever_happens_in_between() {
    let desk = Staffed::start().await;
    let (a, b) = (make(&desk, json!({"name": "a"})).await, make(&desk, json!({"name": "b"})).await);
    let mut tickets = Vec::new();
    for n in 0..7 {
        let category = [&a["id"], &b["id"], &Value::Null][n % 3];
        tickets.push(desk.ticket(json!({"category_id": category})).await);
    }
    let of = async |ticket: &Value, verb: &str, method: &str, body: Value| {
        let path = format!("/api/tickets/{}{verb}", ticket["id"]);
        desk.send(&desk.admin, method, &path, body).await.with(200)
    };
    of(&tickets[0], "", "DELETE", json!({})).await;
    desk.delete(&desk.admin, &path(&a)).await.with(200);
    // One is changed, one gets another category, one comes back, before anything was let go of.
    of(&tickets[3], "/status", "POST", json!({"status": "resolved"})).await;
    let (kept, counted) = counts(&desk);
    assert_eq!(kept, counted);
    of(&tickets[6], "", "PUT", json!({"category_id": b["id"]})).await;
    of(&tickets[0], "/restore", "POST", json!({})).await;
    let (kept, counted) = counts(&desk);
    assert_eq!(kept, counted);
    let before = desk.seen(&tickets[0]).await;
    let_go(&desk).await;
    assert_eq!(desk.seen(&tickets[0]).await, before);
    let (kept, counted) = counts(&desk);
    assert_eq!(kept, counted);
    assert_eq!(counted, [(String::new(), 4), (b["id"].to_string(), 3)]);
    let report = desk.get(&desk.admin, "/api/admin/reports/categories").await.with(200);
    assert_eq!(report, json!([{"category": "b", "color": null, "total": 3}]));
    assert!(!desk.instance.app.store.write(ticket::let_go).await.unwrap());
    let rows = store::read_once(&desk.instance.directory, &desk.instance.app.clock, |conn| {
        conn.all("select id from categories", params! {}, |row| row.get::<i64>("id"))
    });
    assert_eq!(rows.unwrap(), [b["id"].as_i64().unwrap()]);
}

#[tokio::test]
async fn no_step_lets_go_of_more_than_some_tickets() {
    let desk = Staffed::start().await;
    let category = make(&desk, json!({"name": "a"})).await;
    let first = desk.ticket(json!({"category_id": category["id"]})).await;
    desk.instance
        .app
        .store
        .write(|tx| {
            // Copies of the first one, as they are counted.
            tx.execute(
                "with recursive n (n) as (select 2 union all select n + 1 from n where n < 500)
                 insert into tickets (uuid, number, project_id, subject, status, priority, category_id, source, created_at,
                   updated_at, last_activity_at)
                 select 'uuid ' || n, 'number ' || n, project_id, subject, status, priority, category_id, source,
                   created_at, updated_at, last_activity_at
                 from tickets, n where id = 1",
                params! {},
            )?;
            tx.execute("update ticket_days set total = 500 where kind = 'category'", params! {})
        })
        .await
        .unwrap();
    desk.delete(&desk.admin, &path(&category)).await.with(200);
    let mut steps = 0;
    while desk.instance.app.store.write(ticket::let_go).await.unwrap() {
        steps += 1;
        let (kept, counted) = counts(&desk);
        assert_eq!(kept, counted, "after step {steps}");
    }
    assert!(steps > 2, "{steps}");
    assert_eq!(desk.seen(&first).await["category"], Value::Null);
    assert_eq!(counts(&desk).1, [(String::new(), 500)]);
}

#[tokio::test]
async fn the_jobs_let_go_without_being_asked() {
    let desk = Staffed::start().await;
    let category = make(&desk, json!({"name": "a"})).await;
    let ticket = desk.ticket(json!({"category_id": category["id"]})).await;
    desk.delete(&desk.admin, &path(&category)).await.with(200);
    let jobs = tokio::spawn(gatehouse::jobs::run(desk.instance.app.clone()));
    let gone = async {
        let count = |conn: &store::Conn<'_>| {
            conn.one("select count(*) as n from categories", params! {}, |row| row.get::<i64>("n"))
        };
        while desk.instance.app.store.read(count).await.unwrap() != Some(0) {}
    };
    tokio::time::timeout(Duration::from_secs(60), gone).await.unwrap();
    desk.instance.app.stopping.cancel();
    jobs.await.unwrap();
    assert_eq!(desk.seen(&ticket).await["category"], Value::Null);
}

/// Something that befalls one of the tickets or categories: which one, the number says.
#[derive(Clone, Debug)]
enum Step {
    File(Option<usize>),
    Give(usize, Option<usize>),
    Status(usize, &'static str),
    Delete(usize),
    Restore(usize),
    MakeCategory,
    DeleteCategory(usize),
    LetGo,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let any = 0..64_usize;
    let maybe = || proptest::option::of(0..64_usize);
    let status = prop_oneof![Just("open"), Just("resolved"), Just("pending"), Just("closed")];
    let step = prop_oneof![
        4 => maybe().prop_map(Step::File),
        3 => (any.clone(), maybe()).prop_map(|(ticket, category)| Step::Give(ticket, category)),
        3 => (any.clone(), status).prop_map(|(ticket, status)| Step::Status(ticket, status)),
        1 => any.clone().prop_map(Step::Delete),
        2 => any.clone().prop_map(Step::Restore),
        1 => Just(Step::MakeCategory),
        2 => any.prop_map(Step::DeleteCategory),
        2 => Just(Step::LetGo),
    ];
    proptest::collection::vec(step, 5..40)
}

/// What people should see: categories by id, tickets by id with their category and whether they are deleted.
#[derive(Default)]
struct Model {
    categories: Vec<i64>,
    tickets: Vec<(i64, Option<i64>, bool)>,
}

impl Model {
    fn category(&self, pick: Option<usize>) -> Option<i64> {
        pick.filter(|_| !self.categories.is_empty()).map(|pick| self.categories[pick % self.categories.len()])
    }

    /// Does a step to the model and to the instance.
    async fn take(&mut self, desk: &Staffed, step: Step) {
        let ticket = |pick: usize| (!self.tickets.is_empty()).then(|| pick % self.tickets.len());
        let send = async |n: usize, verb: &str, method: &str, body: Value| {
            let path = format!("/api/tickets/{}{verb}", self.tickets[n].0);
            desk.send(&desk.admin, method, &path, body).await
        };
        match step {
            Step::File(pick) => {
                let category = self.category(pick);
                let made = desk.ticket(json!({"category_id": category})).await;
                self.tickets.push((made["id"].as_i64().unwrap(), category, false));
            }
            Step::Give(pick, category) => {
                let (Some(n), category) = (ticket(pick), self.category(category)) else { return };
                if !self.tickets[n].2 {
                    send(n, "", "PUT", json!({"category_id": category})).await.with(200);
                    self.tickets[n].1 = category;
                }
            }
            Step::Status(pick, status) => {
                let Some(n) = ticket(pick) else { return };
                desk.instance.later(1_000);
                let expected = if self.tickets[n].2 { 404 } else { 200 };
                send(n, "/status", "POST", json!({"status": status})).await.with(expected);
            }
            Step::Delete(pick) => {
                let Some(n) = ticket(pick) else { return };
                send(n, "", "DELETE", json!({})).await;
                self.tickets[n].2 = true;
            }
            Step::Restore(pick) => {
                let Some(n) = ticket(pick) else { return };
                send(n, "/restore", "POST", json!({})).await.with(200);
                self.tickets[n].2 = false;
            }
            Step::MakeCategory => {
                let made = make(desk, json!({"name": "category"})).await;
                self.categories.push(made["id"].as_i64().unwrap());
            }
            Step::DeleteCategory(pick) => {
                let Some(category) = self.category(Some(pick)) else { return };
                desk.delete(&desk.admin, &path(&json!({"id": category}))).await.with(200);
                self.categories.retain(|other| *other != category);
                self.tickets
                    .iter_mut()
                    .filter(|(_, own, _)| *own == Some(category))
                    .for_each(|(_, own, _)| *own = None);
            }
            Step::LetGo => {
                desk.instance.app.store.write(ticket::let_go).await.unwrap();
            }
        }
    }

    async fn check(&self, desk: &Staffed) {
        let (kept, counted) = counts(desk);
        assert_eq!(kept, counted);
        let sums = sums(desk);
        assert_eq!(sums[0], sums[1]);
        for (id, category, _) in &self.tickets {
            let shown = desk.seen(&json!({"id": id})).await;
            assert_eq!(shown["category"]["id"].as_i64(), *category, "ticket {id}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_tickets_show_and_count_the_category_that_they_have(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (desk, mut model) = (Staffed::start().await, Model::default());
            model.take(&desk, Step::MakeCategory).await;
            for step in steps {
                model.take(&desk, step).await;
                let (kept, counted) = counts(&desk);
                assert_eq!(kept, counted);
            }
            model.check(&desk).await;
            let_go(&desk).await;
            model.check(&desk).await;
        });
    }
}
