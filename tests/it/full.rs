//! A full disk: what goes through on it, and what does not. Each test has a small one of its own, in a mount namespace that
//! nobody else sees.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use gatehouse::base::{Kind, Role};
use gatehouse::doctor::{State, examine};
use gatehouse::store::{Tx, params};
use rustix::fs::{FallocateFlags, fallocate};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{Caller, Instance, NOON};

/// Bytes of the disk.
const SIZE: &str = "size=64m";

/// Runs a test whose instance lies on a small disk; false where this machine has none to give.
fn on_a_small_disk<F: Future<Output = ()>>(test: impl FnOnce(TempDir) -> F + Send) -> bool {
    let disk = TempDir::new().unwrap();
    let own = || {
        // Threads that begin here see the same mounts.
        #[allow(deprecated, reason = "the other one is unsafe, and no descriptors are unshared")]
        let unshared = rustix::thread::unshare(rustix::thread::UnshareFlags::NEWNS);
        let mount = |arguments: &[&str]| Command::new("mount").args(arguments).arg(disk.path()).status().unwrap();
        let own = unshared.is_ok()
            && Command::new("mount").args(["--make-rprivate", "/"]).status().is_ok_and(|status| status.success())
            && mount(&["-t", "tmpfs", "-o", SIZE, "tmpfs"]).success();
        if own {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(test(TempDir::new_in(disk.path()).unwrap()));
        }
        own
    };
    let done = std::thread::scope(|scope| scope.spawn(own).join());
    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn log_of(instance: &Instance) -> std::path::PathBuf {
    instance.directory.path().join("gatehouse.db-wal")
}

/// Bytes of the disk that the log has, and its length.
fn held(instance: &Instance) -> (u64, u64) {
    let log = log_of(instance).metadata().unwrap();
    (log.blocks() * 512, log.len())
}

/// Takes every byte that is left.
fn fill(path: &Path) {
    let mut file = File::options().create(true).append(true).open(path).unwrap();
    for size in [1 << 20, 4_096, 64] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

/// Fills the disk when the log has given away all that it held beyond its length.
fn fill_everything(instance: &Instance) {
    let filler = instance.directory.path().with_extension("filler");
    fill(&filler);
    let (held, length) = held(instance);
    let log = OpenOptions::new().write(true).open(log_of(instance)).unwrap();
    let from = length.next_multiple_of(4_096);
    fallocate(&log, FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE, from, held - from).unwrap();
    fill(&filler);
}

fn free(instance: &Instance) {
    std::fs::remove_file(instance.directory.path().with_extension("filler")).unwrap();
}

/// The log grows by so much, and is long from then on.
async fn lengthen(instance: &Instance, bytes: i64) {
    let store = &instance.app.store;
    let long = move |tx: &Tx<'_>| {
        tx.execute("create table long (content blob)", params! {})?;
        tx.execute("insert into long (content) values (zeroblob(:bytes))", params! {":bytes": bytes})
    };
    store.write(long).await.unwrap();
    store.write(|tx| tx.execute("drop table long", params! {})).await.unwrap();
}

#[tokio::test]
async fn the_log_holds_room_beyond_its_length_and_has_it_back_after_it_was_cut() {
    let instance = Instance::start();
    instance.signed_in("admin@example.org", Role::Admin).await;
    let (before, length) = held(&instance);
    assert!(before >= 16 << 20 && length < 4 << 20, "{before} bytes for {length}");
    assert!(instance.app.store.cut_log().await.unwrap());
    let (after, length) = held(&instance);
    assert!(after >= 16 << 20 && length == 0, "{after} bytes for {length}");
    lengthen(&instance, 20 << 20).await;
    instance.signed_in("another@example.org", Role::Admin).await;
    let (held, length) = held(&instance);
    assert!(length > 20 << 20 && held >= length + (12 << 20), "{held} bytes for {length}");
}

#[test]
fn on_a_full_disk_logins_and_what_takes_access_away_go_through_and_nothing_else_does() {
    let done = on_a_small_disk(|folder| async move {
        let instance = Instance::over(folder, NOON);
        let admin = instance.signed_in("admin@example.org", Role::SuperAdmin).await;
        let ok = async |caller: &Caller, method: &str, path: &str, body: Value, status: u16| {
            let body = Some(body).filter(|body| !body.is_null());
            instance.send(caller, method, path, body).await.with(status)
        };
        let server = json!({"id": "la", "name": "la", "endpoint": "203.0.113.7:51820", "address": "10.8.0.1/24"});
        ok(&admin, "POST", "/api/servers", server, 201).await;
        let other = json!({"id": "ny", "name": "ny", "endpoint": "203.0.113.8:51820", "address": "10.9.0.1/24"});
        ok(&admin, "POST", "/api/servers", other, 201).await;
        let mut peers = Vec::new();
        for name in ["phone", "laptop", "tablet"] {
            let made = ok(&admin, "POST", "/api/wg-clients/la", json!({"name": name}), 201).await;
            peers.push(format!("/api/wg-clients/la/{}", made["id"].as_str().unwrap()));
        }
        let (leaver, gone) =
            (instance.person("leaver@example.org", Role::Agent), instance.person("gone@example.org", Role::Agent));
        let uuid = instance.user_uuid(leaver);
        instance.assign_to_project(leaver, 1);
        let leaving = instance.sign_in("leaver@example.org").await;
        let key = ok(&admin, "POST", "/api/api-keys", json!({"name": "old"}), 201).await;
        let pair = json!({"name": "old"});
        let pair = ok(&admin, "POST", "/api/admin/projects/1/api-keys", pair, 201).await;

        lengthen(&instance, 9 << 20).await;
        fill_everything(&instance);
        let ticket = json!({"project_id": 1, "subject": "No", "description": "Nothing works."});
        ok(&admin, "POST", "/api/tickets", ticket.clone(), 507).await;
        ok(&admin, "POST", "/api/wg-clients/la", json!({"name": "new"}), 507).await;
        ok(&admin, "PUT", &peers[0], json!({"name": "renamed"}), 507).await;
        ok(&admin, "POST", &format!("{}/enable", peers[0]), Value::Null, 507).await;
        ok(&admin, "PUT", &format!("/api/admin/users/{leaver}"), json!({"name": "Renamed"}), 507).await;

        let refused = instance.app.store.must_have_room().await.unwrap_err();
        assert_eq!(refused.kind, Kind::Full, "nothing is sent of which nobody could write down that it was");

        let again = instance.sign_in("admin@example.org").await;
        let wrong = json!({"email": "admin@example.org", "password": "wrong horse"});
        ok(&Caller::default(), "POST", "/api/login", wrong, 401).await;
        ok(&again, "GET", "/api/tickets", Value::Null, 200).await;
        let disabled = ok(&again, "POST", &format!("{}/disable", peers[0]), Value::Null, 200).await;
        assert_eq!(disabled["enabled"], false);
        let disabled = ok(&again, "PUT", &peers[1], json!({"enabled": false}), 200).await;
        assert_eq!(disabled["enabled"], false);
        ok(&again, "DELETE", &peers[2], Value::Null, 204).await;
        ok(&again, "DELETE", "/api/servers/ny", Value::Null, 204).await;
        ok(&again, "DELETE", &format!("/api/api-keys/{}", key["id"].as_str().unwrap()), Value::Null, 204).await;
        ok(&again, "DELETE", &format!("/api/admin/projects/1/api-keys/{}", pair["key_id"]), Value::Null, 200).await;
        ok(&again, "DELETE", &format!("/api/admin/projects/1/agents/{leaver}"), Value::Null, 200).await;
        ok(&again, "DELETE", &format!("/api/admin/users/{leaver}/sessions"), Value::Null, 200).await;
        ok(&leaving, "GET", "/api/tickets", Value::Null, 401).await;
        ok(&again, "PUT", &format!("/api/admin/users/{leaver}"), json!({"is_active": false}), 200).await;
        ok(&again, "DELETE", &format!("/api/admin/users/{gone}"), Value::Null, 200).await;
        let change = json!({"password": "another horse", "password_confirmation": "another horse"});
        ok(&again, "PUT", "/api/auth/profile", change, 200).await;
        ok(&admin, "GET", "/api/tickets", Value::Null, 401).await;
        let login = json!({"email": "admin@example.org", "password": "another horse"});
        let token = ok(&Caller::default(), "POST", "/api/login", login, 200).await["token"].clone();
        let admin = Caller { authorization: Some(format!("Bearer {}", token.as_str().unwrap())), ..Caller::default() };
        ok(&admin, "PATCH", &format!("/api/users/{uuid}"), json!({"isActive": false}), 200).await;
        let fresh = ok(&admin, "POST", "/api/auth/refresh", Value::Null, 200).await["access_token"].clone();
        let admin = Caller { authorization: Some(format!("Bearer {}", fresh.as_str().unwrap())), ..Caller::default() };
        ok(&admin, "POST", "/api/tickets", ticket.clone(), 507).await;

        std::fs::write(instance.directory.path().join("running"), "").unwrap();
        let told = |instance: &Instance| {
            let found = examine(instance.directory.path(), None, &instance.app.clock, true);
            found.into_iter().find(|finding| finding.check == "disk").unwrap()
        };
        let full = told(&instance);
        assert!(full.state == State::Wrong && full.what.contains("The disk is full"), "{full:?}");
        assert!(!instance.app.store.cut_log().await.unwrap(), "the log lets nothing go for others to take");

        free(&instance);
        ok(&admin, "POST", "/api/tickets", ticket, 201).await;
        let (held, length) = held(&instance);
        assert!(held >= length + (12 << 20), "{held} bytes for {length}");
        assert!(!told(&instance).what.contains("The disk is full"));
        ok(&admin, "POST", "/api/auth/logout", Value::Null, 200).await;
    });
    if !done {
        println!("skipped: it needs root, for a disk of its own");
    }
}

#[test]
fn changes_go_on_until_the_room_that_the_log_holds_would_be_touched() {
    let done = on_a_small_disk(|folder| async move {
        let instance = Instance::over(folder, NOON);
        let admin = instance.signed_in("admin@example.org", Role::SuperAdmin).await;
        fill(&instance.directory.path().with_extension("filler"));
        let mut accepted = 0;
        loop {
            let subject = format!("{accepted} of many");
            let body = json!({"project_id": 1, "subject": subject, "description": "Nothing works. ".repeat(2_000)});
            match instance.send(&admin, "POST", "/api/tickets", Some(body)).await.status.as_u16() {
                201 => accepted += 1,
                status => {
                    assert_eq!(status, 507, "after {accepted}");
                    break;
                }
            }
        }
        let (held, length) = held(&instance);
        assert!(accepted > 10 && held >= 16 << 20, "{accepted} accepted, {held} bytes for {length}");
        assert!(length > 4 << 20 && length < 6 << 20, "the log has {length} bytes");
        // Each writes a session, and each is on disk: far more than people need until somebody has made room.
        for _ in 0..60 {
            instance.sign_in("admin@example.org").await;
        }
        let body = json!({"project_id": 1, "subject": "One more", "description": "Nothing works."});
        instance.send(&admin, "POST", "/api/tickets", Some(body)).await.with(507);
        let found = instance.send(&admin, "GET", "/api/tickets", None).await.with(200);
        assert_eq!(found["total"], accepted);
    });
    if !done {
        println!("skipped: it needs root, for a disk of its own");
    }
}
