//! Adding a row.

use super::{Sealed, head_bytes};
use crate::base::{Actor, Error, Result, Who};
use crate::store::{Tx, params};

/// Notes what an actor did to a target; `action` in snake case, `wg_client_created`.
pub fn record(tx: &Tx<'_>, actor: &Actor, action: &str, target: &str) -> Result<()> {
    let name = match &actor.who {
        Who::Person { email, .. } => Some(email.clone()),
        Who::Server { id, .. } => Some(format!("agent:{id}")),
        Who::KeyPair { pair, .. } => Some(format!("key:{pair}")),
        Who::System => Some("gatehouse".to_owned()),
        Who::Nobody => None,
    };
    let ip = actor.ip.map(|ip| ip.to_string());
    let head = tx.one("select last_id, hash, signature from audit_head", params![], |row| {
        Ok((row.get::<i64>("last_id")?, row.get::<Vec<u8>>("hash")?))
    })?;
    let (last, previous) = head.unwrap_or((0, vec![0; 32]));
    let id = last.checked_add(1).ok_or_else(|| Error::internal("the audit log is full"))?;
    let (name, ip) = (name.as_deref(), ip.as_deref());
    let hash = Sealed { id, actor: name, action, target, ip, created_at: tx.now().0 }.hash(&previous);
    tx.execute(
        "insert into audit (id, actor, action, target, ip, created_at, hash)
         values (:id, :actor, :action, :target, :ip, :now, :hash)",
        params! {":id": id, ":actor": name, ":action": action, ":target": target, ":ip": ip,
        ":now": tx.now().0, ":hash": hash},
    )?;
    let signature = tx.keys().sign_head(&head_bytes(id, &hash))?;
    tx.execute(
        "insert into audit_head (id, last_id, hash, signature) values (1, :last_id, :hash, :signature)
         on conflict (id) do update set last_id = :last_id, hash = :hash, signature = :signature",
        params! {":last_id": id, ":hash": hash, ":signature": signature},
    )?;
    Ok(())
}
