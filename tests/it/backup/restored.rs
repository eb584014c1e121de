//! What an instance is after it was restored, and where a restore is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use gatehouse::audit::{Verdict, verify};
use gatehouse::backup::{From, Restored};
use gatehouse::base::{Kind, Secret};
use gatehouse::store::{self, Directory};
use serde_json::json;
use tempfile::TempDir;

use super::{FILE, Scene, names};
use crate::app::{Instance, NOON};

#[tokio::test]
async fn everything_is_there_again_and_whoever_was_signed_in_is_not() {
    let scene = Scene::new().await;
    let key = scene.instance.api_key(&scene.admin, &["tickets:read"]).await;
    let path = format!("/api/wg-clients/la/{}/configuration", scene.peer["id"].as_str().unwrap());
    let configuration = scene.instance.send(&scene.admin, "GET", &path, None).await.text();
    scene.backup(None, true).unwrap();
    scene.ticket("After the backup", "later").await;
    let into = TempDir::new().unwrap();
    let restored = scene.restore(into.path(), None).unwrap();
    let Restored::Whole { manifest, standing, replaced } = restored else { panic!("{restored:?}") };
    assert_eq!((manifest.counts["tickets"], manifest.counts["attachments"], manifest.counts["peers"]), (1, 1, 1));
    assert_eq!((standing.api_keys, replaced), (1, None));
    for name in ["attachments", "gatehouse.db", "secret.key"] {
        let mode = fs::metadata(into.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{name}");
    }

    let then = Instance::over(into, NOON);
    assert_eq!(then.send(&scene.admin, "GET", "/api/tickets", None).await.status, 401);
    let admin = then.sign_in("admin@example.org").await;
    let tickets = then.send(&admin, "GET", "/api/tickets", None).await.with(200);
    assert_eq!(tickets["data"].as_array().map(Vec::len), Some(1), "{tickets}");
    assert_eq!(then.send(&admin, "GET", "/api/attachments/1", None).await.text(), FILE);
    assert_eq!(then.send(&admin, "GET", &path, None).await.text(), configuration, "what is sealed opens");
    then.send(&key, "GET", "/api/tickets", None).await.with(200);
    let (verdict, found) = store::read_once(&then.directory, &then.app.clock, |conn| {
        let sql = "select target from audit where action = 'instance_restored'";
        Ok((verify(conn)?, conn.one(sql, store::params! {}, |row| row.get::<String>("target"))?))
    })
    .unwrap();
    assert!(matches!(verdict, Verdict::Sound { .. }), "{verdict:?}");
    assert_eq!(found.as_deref(), Some("2026-05-06T12:00:00.000Z"));
}

#[tokio::test]
async fn an_agent_hears_of_changes_although_it_has_seen_the_same_number_before() {
    let scene = Scene::new().await;
    let desired = scene.instance.send(&scene.agent, "GET", "/api/agent/desired", None).await.with(200);
    scene.backup(None, true).unwrap();
    // Two changes that the backup does not have, and that the agent has seen.
    for name in ["bob", "carol"] {
        scene.instance.peer(&scene.admin, "la", json!({"name": name})).await;
    }
    let seen = scene.instance.send(&scene.agent, "GET", "/api/agent/desired", None).await.with(200);
    assert_eq!(seen["revision"].as_i64().unwrap(), desired["revision"].as_i64().unwrap() + 2);
    let into = TempDir::new().unwrap();
    scene.restore(into.path(), None).unwrap();
    let then = Instance::over(into, NOON);
    let admin = then.sign_in("admin@example.org").await;
    for name in ["dave", "erin"] {
        then.peer(&admin, "la", json!({"name": name})).await;
    }
    let poll = format!("/api/agent/desired?revision={}", seen["revision"]);
    let news = then.send(&scene.agent, "GET", &poll, None).await.with(200);
    assert_eq!(news["peers"].as_array().map(Vec::len), Some(3));
    assert!(news["revision"].as_i64() > seen["revision"].as_i64());
}

#[tokio::test]
async fn data_is_replaced_only_by_force_and_then_it_is_moved_aside() {
    let scene = Scene::new().await;
    scene.backup(None, true).unwrap();
    let into = TempDir::new().unwrap();
    fs::write(into.path().join("notes.txt"), "mine").unwrap();
    let refused = scene.restore(into.path(), None).unwrap_err();
    assert_eq!(refused.kind, Kind::Conflict);
    assert!(refused.to_string().contains("notes.txt") && refused.to_string().contains("--force"), "{refused}");
    assert_eq!(names(into.path()), ["gatehouse.lock", "notes.txt"]);
    let file = scene.target();
    let from = From { file: &file, passphrase: None, data_dir: into.path(), secret: None, force: true };
    let Restored::Whole { replaced, .. } = scene.restore_as(&from).unwrap() else { panic!() };
    assert_eq!(fs::read_to_string(replaced.unwrap().join("notes.txt")).unwrap(), "mine");
    assert_eq!(
        names(into.path()),
        ["attachments", "gatehouse.db", "gatehouse.lock", "replaced-2026-05-06T12-00-00Z", "secret.key"]
    );
}

#[tokio::test]
async fn a_directory_that_is_being_served_is_not_restored_into() {
    let scene = Scene::new().await;
    scene.backup(None, true).unwrap();
    let into = TempDir::new().unwrap();
    let hold = Directory::open(into.path(), None).unwrap().hold().unwrap();
    let file = scene.target();
    let from = From { file: &file, passphrase: None, data_dir: into.path(), secret: None, force: true };
    assert!(matches!(scene.restore_as(&from).unwrap_err().kind, Kind::Unavailable { .. }));
    drop(hold);
    scene.restore_as(&from).unwrap();
}

#[tokio::test]
async fn a_backup_without_the_secret_needs_it_and_no_other() {
    let scene = Scene::new().await;
    scene.backup(None, false).unwrap();
    let secret = scene.instance.directory.secret_text();
    let bytes = fs::read(scene.target()).unwrap();
    assert!(!bytes.windows(64).any(|window| window == secret.as_bytes()));
    let folder = TempDir::new().unwrap();
    let into = folder.path().join("new");
    let file = scene.target();
    let refused = |secret: Option<&Secret<String>>| {
        let from = From { file: &file, passphrase: None, data_dir: &into, secret, force: false };
        scene.restore_as(&from).unwrap_err().to_string()
    };
    assert!(refused(None).contains("GATEHOUSE_SECRET_KEY"));
    assert!(refused(Some(&Secret::new("7".repeat(64)))).contains("does not belong to this database"));
    assert!(!into.exists(), "nothing is left of a restore that did not come off");
    let secret = Secret::new(secret.to_string());
    let from = From { file: &file, passphrase: None, data_dir: &into, secret: Some(&secret), force: false };
    scene.restore_as(&from).unwrap();
    assert!(!into.join("secret.key").exists());
    Directory::existing(&into, Some(&secret)).unwrap();
}

#[tokio::test]
async fn what_is_no_backup_is_refused_in_plain_words() {
    let scene = Scene::new().await;
    scene.backup(None, true).unwrap();
    let whole = fs::read(scene.target()).unwrap();
    let into = TempDir::new().unwrap();
    for bytes in [&b""[..], b"hello", &[0; 20_000], &whole[..whole.len() / 2], &whole[512..]] {
        fs::write(scene.target(), bytes).unwrap();
        let refused = scene.restore(into.path(), None).unwrap_err();
        assert_eq!(refused.kind, Kind::Invalid, "{refused}");
    }
    assert_eq!(names(into.path()), ["gatehouse.lock"]);
}
