//! Who may do what: every operation that is served, for every kind of caller. An operation without a line fails.

mod world;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use crate::app::{Caller, Instance};
use world::World;

const FILE: &str = "tests/it/who_may/table.txt";
/// The callers whose credentials are no good any more are the last ones.
const OVER: usize = 7;

/// A line of the table.
struct Row {
    method: String,
    path: String,
    answers: Vec<u16>,
}

fn file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)
}

fn table() -> Vec<Row> {
    let text = std::fs::read_to_string(file()).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let mut word = || words.next().unwrap().to_owned();
        Row { method: word(), path: word(), answers: words.map(|status| status.parse().unwrap()).collect() }
    };
    lines.map(row).collect()
}

/// The file as it should be, under the lines at its top that people wrote.
fn written(world: &World, rows: &[Row], columns: &[Vec<u16>]) -> String {
    let known = std::fs::read_to_string(file()).unwrap();
    let begin = known.lines().take_while(|line| line.starts_with('#') && !line.starts_with("# a ="));
    let mut lines: Vec<String> = begin.map(str::to_owned).collect();
    let letters: Vec<char> = ('a'..='z').take(columns.len()).collect();
    lines.extend(letters.iter().zip(&world.callers).map(|(letter, (who, _))| format!("# {letter} = {who}")));
    let wide = rows.iter().map(|row| row.path.len()).max().unwrap_or_default();
    let head: String = letters.iter().map(|letter| format!(" {letter:<3}")).collect();
    lines.push(format!("#      {:wide$}{head}", "").trim_end().to_owned());
    for (index, row) in rows.iter().enumerate() {
        let answers: String = columns.iter().map(|column| format!(" {}", column[index])).collect();
        lines.push(format!("{:<6} {:<wide$}{answers}", row.method, row.path));
    }
    lines.join("\n") + "\n"
}

/// What every operation answers a caller, and where an answer tells that something is there which they may not see.
async fn ask(world: &World, instance: &Instance, index: usize, rows: &[Row]) -> (Vec<u16>, Vec<String>) {
    let (mut answers, mut told) = (Vec::new(), Vec::new());
    let (who, caller) = &world.callers[index];
    for Row { method, path: template, .. } in rows {
        let body = || matches!(method.as_str(), "POST" | "PUT" | "PATCH").then(|| json!({}));
        let (there, never) = (world.path(template, true), world.path(template, false));
        // These two end a session.
        let ends = ["/api/auth/refresh", "/api/auth/logout"].contains(&template.as_str());
        let caller = match World::address(who).filter(|_| ends) {
            Some(address) => &instance.sign_in(address).await,
            None => caller,
        };
        let reply = instance.send(caller, method, &there, body()).await;
        answers.push(reply.status.as_u16());
        if reply.status == 404 && there != never {
            let other = instance.send(caller, method, &never, body()).await;
            if (other.status, &other.body) != (reply.status, &reply.body) {
                told.push(format!("{method} {template}: {} and {}", reply.text(), other.text()));
            }
        }
    }
    (answers, told)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_answers_every_caller_as_the_table_says_and_hides_what_is_not_theirs() {
    let (world, instance) = World::make().await;
    let copies = instance.copies(world.callers.len()).await;
    let (world, rows) = (Arc::new(world), Arc::new(table()));
    let asked: Vec<_> = copies
        .into_iter()
        .enumerate()
        .map(|(index, instance)| {
            let (world, rows) = (world.clone(), rows.clone());
            tokio::spawn(async move { ask(&world, &instance, index, &rows).await })
        })
        .collect();
    let (mut columns, mut told) = (Vec::new(), Vec::new());
    for (asked, (who, _)) in asked.into_iter().zip(&world.callers) {
        let (answers, tells) = asked.await.unwrap();
        columns.push(answers);
        told.extend(tells.into_iter().map(|line| format!("to {who}: {line}")));
    }
    assert_eq!(told, Vec::<String>::new(), "what somebody may not see answers like what never was");
    let text = written(&world, &rows, &columns);
    if std::env::var_os("GATEHOUSE_REFRESH").is_some() {
        std::fs::write(file(), &text).unwrap();
    }
    let known = std::fs::read_to_string(file()).unwrap();
    let changed: Vec<_> = text.lines().zip(known.lines()).filter(|(now, then)| now != then).collect();
    assert!(
        text == known,
        "(now, in the table): {changed:#?}\nRefresh it: GATEHOUSE_REFRESH=1 cargo test --test it who_may"
    );
}

#[test]
fn a_credential_that_ended_is_as_good_as_none() {
    // A session that expired can be traded for a new one for a while.
    for row in table().iter().filter(|row| row.path != "/api/auth/refresh") {
        let (first, ended) = (row.answers[0], &row.answers[row.answers.len() - OVER..]);
        assert!(ended.iter().all(|answer| *answer == first), "{} {}: {ended:?}", row.method, row.path);
    }
}

#[tokio::test]
async fn every_operation_has_a_line() {
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
    let named = |row: &Row| (row.method.clone(), shape(&row.path));
    let rows = table();
    assert_eq!(served, rows.iter().map(named).collect());
    let free: BTreeSet<(String, String)> = rows.iter().filter(|row| row.answers[0] != 401).map(named).collect();
    assert_eq!(open, free, "what is described as open must answer without a credential, and nothing else may");
}

/// A path without the names of its parts that vary: lines name them after what the test puts there.
pub fn shape(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn a_key_pair_opens_its_own_surface_and_nothing_else() {
    for row in table() {
        for pair in [8, 9] {
            let is_open = row.answers[pair] != row.answers[0];
            let is_own = row.path.starts_with("/api/external/") || row.path.starts_with("/api/attachments/");
            assert_eq!(is_open, is_own, "{} {}", row.method, row.path);
        }
    }
}
