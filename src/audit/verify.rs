//! Checking that nothing was added, changed, moved or removed behind our back.

use subtle::ConstantTimeEq;

use super::{Sealed, head_bytes};
use crate::base::Result;
use crate::store::{Conn, params};

/// What a check of the log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row follows from the one before and the head is ours.
    Sound {
        /// Rows checked.
        rows: i64,
    },
    /// The first thing that does not hold, in plain words.
    Broken(String),
}

/// Reads the whole log and checks the chain and its signed head.
pub fn verify(conn: &Conn<'_>) -> Result<Verdict> {
    let mut previous = vec![0; 32];
    let mut last = 0;
    let mut broken = None;
    conn.each("select id, actor, action, target, ip, created_at, hash from audit order by id", params![], |row| {
        if broken.is_some() {
            return Ok(());
        }
        let (id, hash) = (row.get::<i64>("id")?, row.get::<Vec<u8>>("hash")?);
        let (actor, ip): (Option<String>, Option<String>) = (row.get("actor")?, row.get("ip")?);
        let (action, target): (String, String) = (row.get("action")?, row.get("target")?);
        let (actor, ip, created_at) = (actor.as_deref(), ip.as_deref(), row.get("created_at")?);
        let sealed = Sealed { id, actor, action: &action, target: &target, ip, created_at };
        if id != last + 1 {
            broken = Some(format!("row {} is missing", last + 1));
        } else if sealed.hash(&previous) != hash.as_slice() {
            broken = Some(format!("row {id} was changed or moved, or the row before it"));
        }
        (previous, last) = (hash, id);
        Ok(())
    })?;
    if let Some(what) = broken {
        return Ok(Verdict::Broken(what));
    }
    let head = conn.one("select last_id, hash, signature from audit_head", params![], |row| {
        Ok((row.get::<i64>("last_id")?, row.get::<Vec<u8>>("hash")?, row.get::<Vec<u8>>("signature")?))
    })?;
    let Some((head_id, hash, signature)) = head else {
        let what = if last == 0 { return Ok(Verdict::Sound { rows: 0 }) } else { "the signed head is missing" };
        return Ok(Verdict::Broken(what.to_owned()));
    };
    let signed = conn.keys().sign_head(&head_bytes(head_id, &hash))?;
    Ok(if !bool::from(signed.ct_eq(signature.as_slice())) {
        Verdict::Broken("the head was not signed by this instance".to_owned())
    } else if head_id > last {
        Verdict::Broken(format!("rows {} to {head_id} were removed", last + 1))
    } else if head_id < last || hash != previous {
        Verdict::Broken("the newest rows do not belong to the signed head".to_owned())
    } else {
        Verdict::Sound { rows: last }
    })
}
