//! Nothing is left on disk of a credential that is gone.

use std::fs;
use std::path::Path;

use gatehouse::base::clock::{DAY, HOUR};
use gatehouse::jobs;
use gatehouse::store::{self, params};
use serde_json::{Value, json};

use super::Scene;
use crate::app::{Caller, Instance};

/// Every byte of every file of an instance.
pub fn bytes_on_disk(instance: &Instance) -> Vec<u8> {
    fn gather(folder: &Path, bytes: &mut Vec<u8>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { gather(&path, bytes) } else { bytes.append(&mut fs::read(&path).unwrap()) }
        }
    }
    let mut bytes = Vec::new();
    gather(instance.directory.database().parent().unwrap(), &mut bytes);
    bytes
}

/// Pieces of sealed bytes, each long enough to be nowhere by chance.
const PIECE: usize = 16;

/// How many pieces of the sealed bytes lie anywhere on disk.
fn pieces(haystack: &[u8], sealed: &[Vec<u8>]) -> usize {
    let wanted: std::collections::HashSet<&[u8]> =
        sealed.iter().flat_map(|sealed| sealed.chunks_exact(PIECE)).collect();
    // Wherever it lies and however it is aligned.
    haystack.windows(PIECE).filter(|window| wanted.contains(window)).count()
}

fn sealed(instance: &Instance, after: i64, until: i64) -> Vec<Vec<u8>> {
    store::read_once(&instance.directory, &instance.app.clock, |conn| {
        conn.all(
            "select p.sealed from credentials c join credential_places p on p.id = c.place_id
             where c.id > :after and c.id <= :until order by c.id",
            params! {":after": after, ":until": until},
            |row| row.get::<Vec<u8>>("sealed"),
        )
    })
    .unwrap()
}

async fn share(scene: &Scene, key: &Caller, ticket: i64, size: usize, hours: i64) {
    let expires = gatehouse::base::Time(crate::app::NOON + hours * HOUR).to_seconds();
    let body = json!({"type": "t", "credentials": {"password": "p".repeat(size)}, "expires_at": expires});
    let path = format!("/v1/tickets/TICK-{ticket}/credentials");
    scene.instance.send(key, "POST", &path, Some(body)).await.with(201);
}

async fn erase(scene: &Scene) {
    assert!(jobs::erase_credentials(&scene.instance.app).await.unwrap(), "nobody reads, so the log can be cut");
}

/// A backup made now.
fn backup(instance: &Instance) -> Vec<u8> {
    let folder = tempfile::TempDir::new().unwrap();
    let target = folder.path().join("backup.tar");
    let wanted = gatehouse::backup::Wanted { target: &target, passphrase: None, with_secret: true, scratch: None };
    gatehouse::backup::create(&instance.directory, &instance.app.clock, &wanted).unwrap();
    fs::read(&target).unwrap()
}

#[tokio::test]
async fn an_expired_credential_is_in_no_file_and_in_no_later_backup() {
    let scene = Scene::new().await;
    let key = scene.instance.api_key(&scene.admin, &["tickets:write"]).await;
    let ticket = scene.ticket().await;
    // Some fit on a page, some take many, and they expire at different times.
    for n in 0..60 {
        let size = [10, 900, 3_000, 9_000, 60_000][n % 5];
        share(&scene, &key, ticket, size, if n % 3 == 0 { 20 * 24 } else { 1 }).await;
    }
    let all = sealed(&scene.instance, 0, 60);
    let long = all.iter().step_by(3).cloned().collect::<Vec<_>>();
    let brief: Vec<Vec<u8>> = all.iter().enumerate().filter(|(n, _)| n % 3 != 0).map(|(_, s)| s.clone()).collect();
    // A few pieces lie across the edge of a page.
    let most = |sealed: &[Vec<u8>]| sealed.iter().map(|sealed| sealed.len() / PIECE).sum::<usize>() * 9 / 10;
    assert!(pieces(&bytes_on_disk(&scene.instance), &brief) >= most(&brief), "the search finds what is there");
    assert!(pieces(&backup(&scene.instance), &brief) >= most(&brief), "also in a backup");
    scene.instance.later(HOUR);
    assert!(pieces(&bytes_on_disk(&scene.instance), &brief) > 0, "the job has not come round yet");
    let early = backup(&scene.instance);
    assert_eq!(pieces(&early, &brief), 0, "a backup does not wait for it");
    assert!(pieces(&early, &long) >= most(&long));
    erase(&scene).await;
    assert_eq!(pieces(&bytes_on_disk(&scene.instance), &brief), 0);
    assert_eq!(pieces(&backup(&scene.instance), &brief), 0);
    assert!(pieces(&bytes_on_disk(&scene.instance), &long) >= most(&long), "what has not expired is still there");
    // The places are filled again, and blanked again.
    for n in 0..40 {
        share(&scene, &key, ticket, [10, 900, 3_000, 9_000, 60_000][n % 5], 3).await;
    }
    let second = sealed(&scene.instance, 60, 100);
    assert_eq!(second.len(), 40);
    scene.instance.later(2 * HOUR);
    erase(&scene).await;
    assert_eq!(pieces(&bytes_on_disk(&scene.instance), &second), 0);
    scene.instance.later(30 * DAY);
    erase(&scene).await;
    assert_eq!(pieces(&bytes_on_disk(&scene.instance), &all), 0);
}

#[tokio::test]
async fn a_credential_goes_with_its_ticket() {
    let scene = Scene::new().await;
    let key = scene.instance.api_key(&scene.admin, &["tickets:write"]).await;
    let (kept, deleted) = (scene.ticket().await, scene.ticket().await);
    for ticket in [kept, deleted, kept, deleted] {
        share(&scene, &key, ticket, 5_000, 29 * 24).await;
    }
    let all = sealed(&scene.instance, 0, 4);
    let gone = [all[1].clone(), all[3].clone()];
    scene.instance.send(&scene.admin, "DELETE", &format!("/api/tickets/{deleted}"), None).await.with(200);
    scene.instance.later(DAY * 25);
    erase(&scene).await;
    assert!(pieces(&bytes_on_disk(&scene.instance), &gone) > 0, "a deleted ticket can be restored");
    // A ticket that is purged before its credentials expire takes them along.
    let purge = |tx: &store::Tx<'_>| {
        tx.execute("update tickets set deleted_at = 0 where deleted_at is not null", params![])?;
        gatehouse::ticket::purge(tx)
    };
    assert!(scene.instance.app.store.write(purge).await.unwrap());
    erase(&scene).await;
    assert_eq!(pieces(&bytes_on_disk(&scene.instance), &gone), 0);
    assert!(pieces(&bytes_on_disk(&scene.instance), &[all[0].clone()]) > 0);
}

#[tokio::test]
async fn an_erasure_that_a_reader_holds_up_is_done_later() {
    let scene = Scene::new().await;
    let key = scene.instance.api_key(&scene.admin, &["tickets:write"]).await;
    let ticket = scene.ticket().await;
    share(&scene, &key, ticket, 10, 1).await;
    let all = sealed(&scene.instance, 0, 1);
    let reader = rusqlite::Connection::open(scene.instance.directory.database()).unwrap();
    reader.execute_batch("begin; select count(*) from users").unwrap();
    let count: i64 = reader.query_row("select count(*) from users", [], |row| row.get(0)).unwrap();
    assert!(count > 0);
    scene.instance.later(HOUR);
    assert!(!jobs::erase_credentials(&scene.instance.app).await.unwrap());
    // Writers go on meanwhile.
    scene.ticket().await;
    reader.execute_batch("commit").unwrap();
    erase(&scene).await;
    assert_eq!(pieces(&bytes_on_disk(&scene.instance), &all), 0);
    let path = format!("/v1/tickets/TICK-{ticket}/credentials");
    let agent = scene.instance.person("agent@example.org", gatehouse::base::Role::Admin);
    let assign = format!("/api/tickets/{ticket}/assign");
    scene.instance.send(&scene.admin, "POST", &assign, Some(json!({"user_id": agent}))).await.with(200);
    let agent = scene.instance.sign_in("agent@example.org").await;
    let listed: Value = scene.instance.send(&agent, "GET", &path, None).await.with(200);
    assert_eq!(listed, json!({"credentials": []}));
}
