//! The store: batches, failures, durability settings.

use gatehouse::base::{Error, Kind};
use gatehouse::store::{self, params};

use crate::app::Instance;

fn count(instance: &Instance) -> i64 {
    store::read_once(&instance.directory, &instance.app.clock, |conn| {
        conn.one("select count(*) as n from setup_links", params![], |row| row.get("n"))
    })
    .unwrap()
    .unwrap()
}

#[tokio::test]
async fn a_write_that_fails_or_panics_leaves_no_trace_in_its_batch() {
    let instance = Instance::start();
    let mut all = tokio::task::JoinSet::new();
    for n in 0..300_i64 {
        let store = instance.app.store.clone();
        all.spawn(async move {
            store
                .write(move |tx| {
                    let hash = [n.to_be_bytes(); 4].concat();
                    tx.execute(
                        "insert into setup_links (token_hash, expires_at) values (:hash, 1)",
                        params! {":hash": hash},
                    )?;
                    match n % 10 {
                        3 => Err(Error::new(Kind::Invalid, "no")),
                        7 => panic!("on purpose"),
                        _ => Ok(()),
                    }
                })
                .await
                .is_ok()
        });
    }
    let kept = all.join_all().await.into_iter().filter(|kept| *kept).count();
    assert_eq!((kept, count(&instance)), (240, 240));
}

#[tokio::test]
async fn writes_that_belong_together_share_a_commit_in_their_order_and_fail_alone() {
    let instance = Instance::start();
    let before = instance.app.store.commits();
    let writes = (0..100_u8).map(|n| {
        move |tx: &store::Tx<'_>| {
            let seen = tx.one("select count(*) as n from setup_links", params![], |row| row.get::<i64>("n"))?;
            let hash = [n; 32];
            tx.execute("insert into setup_links (token_hash, expires_at) values (:hash, 1)", params! {":hash": hash})?;
            match n {
                3 => Err(Error::new(Kind::Invalid, "no")),
                7 => panic!("on purpose"),
                _ => Ok(seen.unwrap()),
            }
        }
    });
    let done = instance.app.store.write_all(writes.collect()).await.unwrap();
    assert_eq!((instance.app.store.commits(), count(&instance)), (before + 1, 98));
    let failed: Vec<usize> = (0..100).filter(|n| done[*n].is_err()).collect();
    assert_eq!(failed, [3, 7]);
    assert_eq!(
        done.into_iter().flatten().collect::<Vec<i64>>(),
        (0..98).collect::<Vec<i64>>(),
        "each saw those before it"
    );
}

#[tokio::test]
async fn readers_cannot_write() {
    let instance = Instance::start();
    let refused = store::read_once(&instance.directory, &instance.app.clock, |conn| {
        conn.one("delete from users returning id", params![], |row| row.get::<i64>("id"))
    });
    assert!(matches!(refused.unwrap_err().kind, Kind::Unavailable { .. }));
}

#[test]
fn a_directory_is_held_by_one_process_at_a_time() {
    let folder = tempfile::TempDir::new().unwrap();
    let directory = store::Directory::open(folder.path(), None).unwrap();
    let hold = directory.hold().unwrap();
    assert!(!hold.unclean);
    assert!(directory.hold().is_err());
    drop(hold);
    let after_a_crash = directory.hold().unwrap();
    assert!(after_a_crash.unclean);
    after_a_crash.release();
    assert!(!directory.hold().unwrap().unclean);
}

#[test]
fn a_log_that_somebody_took_away_is_missed() {
    let folder = tempfile::TempDir::new().unwrap();
    let directory = store::Directory::open(folder.path(), None).unwrap();
    let clock = gatehouse::base::Clock::System;
    let hold = directory.hold().unwrap();
    store::migrate(&directory, &clock).unwrap();
    let log = folder.path().join("gatehouse.db-wal");
    std::fs::write(&log, "").unwrap();
    hold.log_begins().unwrap();
    // Killed.
    drop(hold);
    drop(directory.hold().unwrap());
    let hold = directory.hold().unwrap();
    hold.log_begins().unwrap();
    drop(hold);
    std::fs::remove_file(&log).unwrap();
    for _ in 0..2 {
        let refused = directory.hold().unwrap_err();
        assert!(refused.kind == Kind::Conflict && refused.to_string().contains("gatehouse.db-wal"), "{refused}");
    }
    std::fs::write(&log, "").unwrap();
    let hold = directory.hold().unwrap();
    hold.log_begins().unwrap();
    // Stopped between its last answer and its end.
    hold.log_ends();
    drop(hold);
    std::fs::remove_file(&log).unwrap();
    directory.hold().unwrap().release();
}

#[test]
fn another_secret_is_told_at_start() {
    let folder = tempfile::TempDir::new().unwrap();
    let clock = gatehouse::base::Clock::System;
    store::migrate(&store::Directory::open(folder.path(), None).unwrap(), &clock).unwrap();
    let other = gatehouse::base::Secret::new("7".repeat(64));
    let directory = store::Directory::open(folder.path(), Some(&other)).unwrap();
    assert_eq!(store::migrate(&directory, &clock).unwrap_err().kind, Kind::Conflict);
    std::fs::remove_file(folder.path().join("secret.key")).unwrap();
    assert_eq!(store::Directory::open(folder.path(), None).unwrap_err().kind, Kind::Conflict);
}

#[test]
fn what_is_kept_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("data");
    store::migrate(&store::Directory::open(&path, None).unwrap(), &gatehouse::base::Clock::System).unwrap();
    let mode = |file: &std::path::Path| std::fs::metadata(file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for file in std::fs::read_dir(&path).unwrap() {
        let file = file.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}
