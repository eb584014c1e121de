//! Earlier schemas, later ones, and being killed between them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use gatehouse::store::migrations;
use rusqlite::Connection;

use crate::checks::{doctor, open, verdict};
use crate::plane::{PROGRAM, Plane, Site, gatehouse, said};
use crate::{Outcome, Scale};

/// Rows by table, where the table is there yet.
const ROWS: [(usize, &str, &str); 6] = [
    (
        1,
        "users",
        "insert into users (uuid, email, name, role, created_at, updated_at)
         select 'user' || value, 'user' || value || '@example.org', 'User', 'customer', value, value
         from generate_series(1, 300)",
    ),
    (
        3,
        "servers",
        "insert into servers (id, name, endpoint, listen_port, address, dns, allowed_ips, keepalive, created_at, updated_at)
         values ('la', 'LA', '203.0.113.7:51820', 51820, '10.8.0.1/16', '[]', '[]', 25, 0, 0)",
    ),
    (
        3,
        "peers",
        "insert into peers (id, server, name, address, address_number, public_key, created_at, updated_at)
         select 'peer' || value, 1, 'peer' || value, '10.8.1.' || value, value, 'key' || value, 0, 0
         from generate_series(1, 200)",
    ),
    (
        5,
        "tickets",
        "insert into tickets (uuid, number, project_id, subject, status, priority, source, created_at, updated_at,
           last_activity_at, reply_count)
         select 'ticket' || value, 'SUPP-2026-' || value, 1, 'Subject', 'open', 'low', 'portal', 0, 0, 0, 1
         from generate_series(1, 400)",
    ),
    (
        5,
        "messages",
        "insert into messages (ticket_id, id, kind, is_staff, body, created_at)
         select value, value, 'reply', 0, 'Text', 0 from generate_series(1, 400)",
    ),
    // What is kept beside tickets. There is no such table: it stands for what has no rows to count.
    (
        5,
        "",
        "insert into ticket_runs (project_id, status, run, tickets) values
           (0, '', 0, 400), (0, 'open', 0, 400), (1, '', 0, 400), (1, 'open', 0, 400);
         insert into ticket_days (kind, day, project_id, key, total, unassigned) values
           ('project', 0, 1, '', 400, 400), ('status', 0, 1, 'open', 400, 400), ('priority', 0, 1, 'low', 400, 400),
           ('assignee', 0, 1, '', 400, 400), ('category', 0, 1, '', 400, 400);
         insert into ticket_search (rowid, scope, subject) select id, 'p1', subject from tickets;
         update id_counters set last = 400",
    ),
];

/// A data directory as the version with so many migrations left it.
fn build(folder: &Path, count: usize) -> PathBuf {
    let data = folder.join("data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("secret.key"), "7".repeat(64)).unwrap();
    let db = Connection::open(data.join("gatehouse.db")).unwrap();
    db.execute_batch("pragma journal_mode = wal").unwrap();
    for (index, migration) in migrations().iter().take(count).enumerate() {
        db.execute_batch(&format!("begin; {}; pragma user_version = {}; commit", migration.sql, index + 1)).unwrap();
        for (_, _, insert) in ROWS.iter().filter(|(since, _, _)| *since == index + 1) {
            fill(&db, insert);
        }
    }
    drop(db);
    for (name, mode) in [("", 0o700), ("secret.key", 0o600), ("gatehouse.db", 0o600)] {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(data.join(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    data
}

/// Runs an insert with `generate_series(1, n)`, which the engine does not have, spelled out.
fn fill(db: &Connection, insert: &str) {
    let spelled = match insert.split_once("generate_series(1, ") {
        Some((before, after)) => {
            let (n, rest) = after.split_once(')').unwrap();
            let steps = format!("select 1 union all select value + 1 from s where value < {n}");
            let series = format!("(with recursive s(value) as ({steps}) select value from s)");
            format!("{before}{series}{rest}")
        }
        None => insert.to_owned(),
    };
    db.execute_batch(&spelled).unwrap();
}

/// Brings it up to date and holds what it has against what it had.
fn must_come_up(data: &Path, count: usize) -> Result<(), String> {
    let migrated = gatehouse(data, &["migrate"]);
    if !migrated.status.success() {
        return Err(format!("migrate from {count}: {}", said(&migrated)));
    }
    verdict(doctor(data)).map_err(|what| format!("after migrating from {count}: {what}"))?;
    let db = open(data);
    for (since, table, insert) in ROWS.iter().filter(|(_, table, _)| !table.is_empty()) {
        let wanted = insert
            .split_once("generate_series(1, ")
            .map_or(1, |(_, rest)| rest.split_once(')').unwrap().0.parse::<i64>().unwrap());
        let sql = format!("select count(*) from {table}");
        let rows: i64 = db.query_row(&sql, [], |row| row.get(0)).map_err(|error| error.to_string())?;
        if *since <= count && rows != wanted {
            return Err(format!("after migrating from {count} there are {rows} {table}, not {wanted}"));
        }
    }
    Ok(())
}

pub fn upgrade(_: Scale, _: &mut fastrand::Rng) -> Outcome {
    let known = migrations().len();
    for count in 1..=known {
        let folder = tempfile::TempDir::new().unwrap();
        let data = build(folder.path(), count);
        must_come_up(&data, count)?;
        Plane::start(&data)?.stop();
    }
    Ok(format!("from each of {known} schemas, with rows"))
}

pub fn upgrade_control(_: &mut fastrand::Rng) -> Outcome {
    let folder = tempfile::TempDir::new().unwrap();
    let data = build(folder.path(), 5);
    let db = Connection::open(data.join("gatehouse.db")).unwrap();
    db.execute_batch("delete from peers where number = 7").unwrap();
    drop(db);
    must_come_up(&data, 5)?;
    Ok("a row that was lost".to_owned())
}

fn version(db: &Connection) -> usize {
    let version = db.query_row("pragma user_version", [], |row| row.get::<_, i64>(0)).unwrap();
    usize::try_from(version).unwrap()
}

pub fn kill_in_migration(scale: Scale, random: &mut fastrand::Rng) -> Outcome {
    let known = migrations().len();
    let (mut inside, mut old) = (0, 0);
    for _ in 0..scale.migration_kills {
        let folder = tempfile::TempDir::new().unwrap();
        let count = random.usize(1..known);
        // How long it takes to its end.
        let whole = build(&folder.path().join("whole"), count);
        let began = Instant::now();
        gatehouse(&whole, &["migrate"]);
        let longest = began.elapsed();
        let data = build(folder.path(), count);
        let mut command = Command::new(PROGRAM);
        command.args(["migrate", "--data-dir"]).arg(&data).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // From the moment at which it holds the directory.
        while !data.join("running").exists() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        std::thread::sleep(longest.mul_f64(random.f64() * random.f64()));
        child.kill().unwrap();
        child.wait().unwrap();
        let version = version(&open(&data));
        if version != count && version != known {
            return Err(format!("killed on the way from {count}, it is {version}"));
        }
        inside += usize::from(data.join("running").exists());
        old += usize::from(version == count);
        must_come_up(&data, count)?;
    }
    Ok(format!(
        "{} kills, {inside} while it ran; {old} left the old schema, the others the new one",
        scale.migration_kills
    ))
}

/// A migration that was noted before it was done.
pub fn kill_in_migration_control(_: &mut fastrand::Rng) -> Outcome {
    let folder = tempfile::TempDir::new().unwrap();
    let known = migrations().len();
    let data = build(folder.path(), known - 1);
    let db = Connection::open(data.join("gatehouse.db")).unwrap();
    db.execute_batch(&format!("pragma user_version = {known}")).unwrap();
    drop(db);
    must_come_up(&data, known - 1)?;
    Ok("a migration that was noted before it was done".to_owned())
}

/// Every command refuses, and no byte of the database changes.
fn refuses(site: &Site) -> Result<(), String> {
    let bytes = || std::fs::read(site.data.join("gatehouse.db")).unwrap();
    let before = bytes();
    match Plane::start(&site.data) {
        Ok(_) => return Err("serve started on a database from the future".to_owned()),
        Err(said) if said.contains("newer") => {}
        Err(said) => return Err(said),
    }
    let target = site.data.with_extension("tar");
    for arguments in [["migrate"].as_slice(), &["doctor"], &["backup", target.to_str().unwrap()]] {
        let output = gatehouse(&site.data, arguments);
        if output.status.code() != Some(1) || !said(&output).contains("newer") {
            return Err(format!("{arguments:?}: {}", said(&output)));
        }
    }
    if bytes() == before { Ok(()) } else { Err("the database was changed".to_owned()) }
}

pub fn downgrade(_: Scale, _: &mut fastrand::Rng) -> Outcome {
    let site = Site::new();
    let db = Connection::open(site.data.join("gatehouse.db")).unwrap();
    db.execute_batch("pragma user_version = 9999; pragma wal_checkpoint(truncate)").unwrap();
    drop(db);
    refuses(&site)?;
    Ok("serve, migrate, doctor and backup refuse; no byte changed".to_owned())
}

pub fn downgrade_control(_: &mut fastrand::Rng) -> Outcome {
    refuses(&Site::new())?;
    Ok("a database that is not from the future".to_owned())
}
