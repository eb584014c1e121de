//! Telling admins of servers that have fallen silent.

use serde_json::json;

use crate::base::clock::{MINUTE, SECOND};
use crate::base::{Result, Time};
use crate::notify::{self, Mail, Template, To};
use crate::store::{Tx, params};

/// A silence that admins are told of: no shorter than this, and three intervals without a report.
const SILENCE: i64 = 5 * MINUTE;
/// Servers that a mail names.
const NAMED: usize = 20;

/// Tells every admin of servers that have fallen silent, of each silence once and of all of them in one mail.
pub fn tell_of_silence(tx: &Tx<'_>) -> Result<()> {
    let silent = tx.all(
        "select number, id, measured_at from servers join snapshots on snapshots.server = servers.number
         where measured_at + 3 * interval_s * :second < :now and measured_at + :silence < :now
           and (silent_since is null or silent_since <> measured_at)
         order by id",
        params! {":second": SECOND, ":silence": SILENCE, ":now": tx.now().0},
        |row| Ok((row.get::<i64>("number")?, row.get::<String>("id")?, row.get::<i64>("measured_at")?)),
    )?;
    let Some(since) = silent.iter().map(|(_, _, at)| *at).min() else { return Ok(()) };
    for (number, _, at) in &silent {
        tx.execute(
            "update servers set silent_since = :at where number = :number",
            params! {":at": at, ":number": number},
        )?;
    }
    let mut names = silent.iter().map(|(_, id, _)| id.as_str()).take(NAMED).collect::<Vec<_>>().join(", ");
    if silent.len() > NAMED {
        names.push_str(", …");
    }
    for (id, address) in notify::admins(tx, Template::ServerOffline)? {
        let content =
            json!({"server": names, "count": silent.len(), "since": Time(since).to_seconds(), "link": "servers"});
        let to = To::User { id, address: &address };
        notify::mail(tx, &Mail { template: Template::ServerOffline, to, ticket: None, content })?;
    }
    Ok(())
}
