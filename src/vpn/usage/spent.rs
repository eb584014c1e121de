//! Telling admins of devices that have used up what they may.

use serde_json::json;

use super::stored::of_server;
use crate::base::Result;
use crate::notify::{self, Mail, Template, To};
use crate::store::{Conn, Tx, params};

/// Devices that a mail names.
const NAMED: usize = 20;

/// A device that has used up its quota, of which nobody was told yet.
#[derive(Clone, Debug)]
pub struct Spent {
    peer: i64,
    /// `los-angeles/alice-iphone`.
    name: String,
    quota: u64,
}

/// Devices that have used up their quota since admins were last told.
pub fn spent(conn: &Conn<'_>) -> Result<Vec<Spent>> {
    let limited = conn.all(
        "select p.number, p.server, p.quota_bytes, s.id || '/' || p.name as name
         from peers p join servers s on s.number = p.server
         where p.quota_bytes is not null and (p.quota_told is null or p.quota_told <> p.quota_bytes)
         order by p.server, p.number",
        params! {},
        |row| {
            let (peer, server) = (row.get("number")?, row.get::<i64>("server")?);
            let quota = row.get_opt_u64("quota_bytes")?.unwrap_or(u64::MAX);
            Ok((server, Spent { peer, name: row.get("name")?, quota }))
        },
    )?;
    let mut found = Vec::new();
    for group in limited.chunk_by(|(one, _), (other, _)| one == other) {
        let Some((server, _)) = group.first() else { continue };
        let used = of_server(conn, *server)?;
        let is_spent = |device: &Spent| {
            used.get(&device.peer).is_some_and(|usage| usage.rx.saturating_add(usage.tx) >= device.quota)
        };
        found.extend(group.iter().map(|(_, device)| device).filter(|device| is_spent(device)).cloned());
    }
    Ok(found)
}

/// Tells every admin of such devices, of all of them in one mail.
pub fn tell_of_spent(tx: &Tx<'_>, spent: &[Spent]) -> Result<()> {
    let mut told = Vec::new();
    for device in spent {
        let marked = tx.execute(
            "update peers set quota_told = :quota
             where number = :peer and quota_bytes = :quota and (quota_told is null or quota_told <> :quota)",
            params! {":quota": device.quota.cast_signed(), ":peer": device.peer},
        )?;
        told.extend((marked > 0).then_some(device.name.as_str()));
    }
    if told.is_empty() {
        return Ok(());
    }
    let mut names = told.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if told.len() > NAMED {
        names.push_str(", …");
    }
    for (id, address) in notify::admins(tx, Template::QuotaReached)? {
        let content = json!({"devices": names, "count": told.len(), "link": "servers"});
        let to = To::User { id, address: &address };
        notify::mail(tx, &Mail { template: Template::QuotaReached, to, ticket: None, content })?;
    }
    Ok(())
}
