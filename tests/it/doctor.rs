//! The doctor: silent about what is well, and each kind of damage is named.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use gatehouse::base::clock::{DAY, HOUR};
use gatehouse::base::{Clock, Role};
use gatehouse::doctor::{Finding, State, examine};
use serde_json::json;

use crate::app::Instance;

/// An instance with people, tickets, replies, votes and a server, which are all counted somewhere.
async fn instance() -> Instance {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    for n in 0..4 {
        let body = json!({"project_id": 1, "subject": format!("No {n}"), "description": "Nothing works."});
        instance.send(&admin, "POST", "/api/tickets", Some(body)).await.with(201);
    }
    for (ticket, kind) in [(1, "reply"), (1, "note"), (2, "reply")] {
        let path = format!("/api/tickets/{ticket}/messages");
        instance.send(&admin, "POST", &path, Some(json!({"body": "Try again.", "type": kind}))).await.with(201);
    }
    let status = Some(json!({"status": "resolved"}));
    instance.send(&admin, "POST", "/api/tickets/2/status", status).await.with(200);
    instance.send(&admin, "DELETE", "/api/tickets/3", None).await.with(200);
    instance
}

fn look(instance: &Instance) -> Vec<Finding> {
    let path = instance.directory.path();
    fs::set_permissions(path, Permissions::from_mode(0o700)).unwrap();
    examine(path, None, &instance.app.clock, false)
}

/// What is wrong, as check and text.
fn wrong(found: &[Finding]) -> Vec<(&'static str, String)> {
    let wrong = found.iter().filter(|finding| finding.state == State::Wrong);
    wrong.map(|finding| (finding.check, finding.what.clone())).collect()
}

#[tokio::test]
async fn what_is_well_is_said_to_be_well() {
    let instance = instance().await;
    let found = look(&instance);
    assert_eq!(wrong(&found), []);
    assert!(found.iter().any(|finding| finding.check == "integrity" && finding.state == State::Fine));
    assert!(found.len() >= 12, "{found:?}");
}

#[tokio::test]
async fn every_kept_count_is_counted_anew() {
    let cases = [
        "update ticket_runs set tickets = tickets + 1 where project_id = 1 and status = 'open'",
        "update ticket_totals set tickets = tickets - 1 where project_id = 0 and status = ''",
        "update tickets set reply_count = 7 where id = 1",
        "delete from messages where ticket_id = 2 and kind = 'reply'",
        "update ticket_days set resolution_ms = resolution_ms + 1 where kind = 'project'",
        "delete from ticket_days where kind = 'status' and key = 'resolved'",
        "update id_counters set last = 1 where name = 'messages'",
        "delete from ticket_search where rowid = 4",
    ];
    for case in cases {
        let instance = instance().await;
        instance.sql(case);
        let found = wrong(&look(&instance));
        assert!(found.iter().any(|(check, _)| *check == "counts"), "{case}: {found:?}");
    }
}

#[tokio::test]
async fn each_kind_of_damage_is_named_with_what_to_do() {
    let cases: [(&str, &str); 7] = [
        ("audit", "update audit set target = 'x' where id = 1"),
        ("audit", "delete from audit where id = (select max(id) from audit)"),
        ("secret", "update instance set secret_check = zeroblob(32)"),
        ("schema", "pragma user_version = 9999"),
        ("schema", "drop index tickets_project"),
        ("schema", "alter table ratings drop column comment"),
        ("clock", "update sessions set created_at = created_at + 86400000"),
    ];
    for (check, case) in cases {
        let instance = instance().await;
        if case.starts_with("pragma") {
            rusqlite::Connection::open(instance.directory.database()).unwrap().execute_batch(case).unwrap();
        } else {
            instance.sql(case);
        }
        let found = look(&instance);
        assert!(wrong(&found).iter().any(|(named, _)| *named == check), "{case}: {found:?}");
        assert!(found.iter().filter(|f| f.state != State::Fine).all(|f| f.remedy.is_some()));
    }
}

#[tokio::test]
async fn a_folder_that_others_may_read_and_a_wrong_clock_are_told() {
    let instance = instance().await;
    let path = instance.directory.path();
    fs::set_permissions(path.join("secret.key"), Permissions::from_mode(0o644)).unwrap();
    let found = look(&instance);
    let [(check, what)] = &wrong(&found)[..] else { panic!("{found:?}") };
    assert!(*check == "permissions" && what.contains("secret.key"), "{what}");
    fs::set_permissions(path.join("secret.key"), Permissions::from_mode(0o600)).unwrap();
    instance.later(-HOUR);
    assert!(wrong(&look(&instance)).iter().any(|(check, _)| *check == "clock"));
}

#[test]
fn a_folder_that_cannot_be_looked_into_is_not_taken_for_an_empty_one() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let found = examine(&file.path().join("data"), None, &Clock::System, false);
    let [(check, what)] = &wrong(&found)[..] else { panic!("{found:?}") };
    assert!(*check == "folder" && what.contains("cannot be used: Not a directory"), "{what}");
}

#[tokio::test]
async fn a_broken_page_is_told_and_so_are_late_jobs_of_a_running_serve() {
    let instance = instance().await;
    instance.later(40 * DAY);
    let late = |found: &[Finding]| found.iter().find(|f| f.check == "jobs").map(|f| f.state);
    assert_eq!(late(&look(&instance)), Some(State::Note), "nobody is there to do it");
    fs::write(instance.directory.path().join("running"), "").unwrap();
    assert_eq!(late(&look(&instance)), Some(State::Wrong));
    assert!(instance.app.store.cut_log().await.unwrap());
    let path = instance.directory.database();
    let mut bytes = fs::read(&path).unwrap();
    for page in 20..40 {
        bytes[page * 4_096..][..100].fill(0xff);
    }
    fs::write(&path, bytes).unwrap();
    assert!(wrong(&look(&instance)).iter().any(|(check, _)| *check == "integrity"));
}
