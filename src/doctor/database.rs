//! The database: pages, references, schema, secret, audit log, and the clock that it was written by.

use super::{Finding, RESTORE, first_few};
use crate::audit::{self, Verdict};
use crate::base::clock::MINUTE;
use crate::base::{Result, Time};
use crate::store::{self, Conn, Directory, params};

/// Clocks of machines differ by this much without harm, in milliseconds.
const SLACK: i64 = 5 * MINUTE;

/// How far the schema is; whether it is the one that the other checks know.
pub fn schema(directory: &Directory) -> (Finding, bool) {
    let schema = match store::schema(directory) {
        Ok(schema) => schema,
        Err(error) => return (super::failed("schema", &error), false),
    };
    let (applied, known) = (schema.applied, schema.known);
    if applied > known {
        let what = format!("The database is newer than this program: {applied} migrations, {known} are known.");
        return (Finding::wrong("schema", what, "Use the version that wrote it, or restore an older backup."), false);
    }
    if applied < known {
        let what = format!("The database has {applied} of {known} migrations: the rest was not looked at.");
        return (
            Finding::note("schema", what, "`serve` brings it up to date when it starts. Make a backup first."),
            false,
        );
    }
    match store::differences(directory) {
        Err(error) => (super::failed("schema", &error), false),
        Ok(names) if names.is_empty() => (Finding::fine("schema", format!("{applied} of {known} migrations.")), true),
        Ok(names) => {
            let what = format!("The database says that it has every migration, but not so {}.", first_few(&names));
            (Finding::wrong("schema", what, RESTORE), true)
        }
    }
}

/// Reads every page.
pub fn integrity(directory: &Directory) -> Finding {
    match store::check_integrity(&directory.database()) {
        Ok(()) => Finding::fine("integrity", "Every page is sound, and every reference leads somewhere."),
        Err(error) => Finding::wrong("integrity", error.to_string(), RESTORE),
    }
}

/// Whether the secret is the one that the database was written under.
pub fn secret(conn: &Conn<'_>) -> Result<Finding> {
    let known = conn.one("select secret_check from instance", params![], |row| row.get::<Vec<u8>>("secret_check"))?;
    Ok(match known {
        Some(check) if check != conn.keys().check() => Finding::wrong(
            "secret",
            "The instance secret does not belong to this database.",
            "Put back the secret.key (or GATEHOUSE_SECRET_KEY) that it was made with.",
        ),
        _ => Finding::fine("secret", "The secret belongs to the database."),
    })
}

/// Whether the audit log holds together.
pub fn audit(conn: &Conn<'_>) -> Result<Finding> {
    Ok(match audit::verify(conn)? {
        Verdict::Sound { rows } => Finding::fine("audit", format!("{rows} rows, chain and signed head hold.")),
        Verdict::Broken(what) => Finding::wrong(
            "audit",
            format!("The audit log was tampered with: {what}."),
            "Compare it with the one in a backup, and find out who can write to the data folder.",
        ),
    })
}

/// Whether time ever ran backwards.
pub fn clock(conn: &Conn<'_>) -> Result<Finding> {
    let newest = conn.one(
        "select max(coalesce((select max(created_at) from audit), 0), coalesce((select max(created_at) from sessions), 0),
           coalesce((select created_at from tickets order by id desc limit 1), 0)) as at from (select 1)",
        params![],
        |row| Ok(Time(row.get("at")?)),
    )?;
    let newest = newest.unwrap_or(Time(0));
    if newest > conn.now().plus(SLACK) {
        let what = format!(
            "This machine believes that it is {}, but something was written at {}.",
            conn.now().to_seconds(),
            newest.to_seconds()
        );
        let remedy = "Set the clock (timedatectl set-ntp true): sessions, deadlines and expiries go by it.";
        return Ok(Finding::wrong("clock", what, remedy));
    }
    let jump = conn.one(
        "select count(*) as n, max(created_at) as at from
           (select created_at, lag(created_at) over (order by id) as earlier from audit)
         where created_at < earlier - :slack",
        params! {":slack": SLACK},
        |row| Ok((row.get::<i64>("n")?, row.get::<Option<i64>>("at")?)),
    )?;
    Ok(match jump {
        Some((times, Some(at))) => {
            let what = format!("The clock was set back {times} times, the last time to {}.", Time(at).to_seconds());
            let remedy = "See that the machine keeps time (timedatectl). What is past needs nothing, and `gatehouse seed` \
                          makes up a past after its first admin.";
            Finding::note("clock", what, remedy)
        }
        _ => Finding::fine("clock", "Nothing was written in the future."),
    })
}
