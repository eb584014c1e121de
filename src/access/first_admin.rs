//! The one-time link by which the first administrator of an empty instance is made.

use crate::base::clock::DAY;
use crate::base::{Actor, Error, Kind, Result, Role, Secret, secret};
use crate::person::{self, Email, NewPerson};
use crate::store::{Conn, Tx, params};

/// A fresh token when nobody was ever made here; earlier ones are void. `None` when there are people.
pub fn offer(tx: &Tx<'_>) -> Result<Option<Secret<String>>> {
    if person::count(tx)? > 0 {
        return Ok(None);
    }
    tx.execute("delete from setup_links", params![])?;
    let token = secret::new_token("")?;
    tx.execute(
        "insert into setup_links (token_hash, expires_at) values (:hash, :expires)",
        params! {":hash": secret::token_hash(token.expose()), ":expires": tx.now().plus(DAY).0},
    )?;
    Ok(Some(token))
}

/// Whether a link still opens.
pub fn check(conn: &Conn<'_>, token: &str) -> Result<()> {
    let open = conn.one(
        "select 1 from setup_links where token_hash = :hash and used_at is null and expires_at > :now",
        params! {":hash": secret::token_hash(token), ":now": conn.now().0},
        |_| Ok(()),
    )?;
    match (open, person::count(conn)?) {
        (Some(()), 0) => Ok(()),
        (_, 1..) => Err(Error::new(Kind::Gone, "There is an administrator already. Sign in.")),
        _ => Err(Error::new(Kind::Gone, "This link was used or has expired. Restart gatehouse for a new one.")),
    }
}

/// Spends the link on the first super admin.
pub fn make(tx: &Tx<'_>, actor: &Actor, token: &str, email: Email, name: String, password_hash: String) -> Result<()> {
    check(tx, token)?;
    tx.execute(
        "update setup_links set used_at = :now where token_hash = :hash",
        params! {":hash": secret::token_hash(token), ":now": tx.now().0},
    )?;
    let new = NewPerson::new(email, name, Role::SuperAdmin).with_password(password_hash);
    person::enter(tx, actor, &new).map(drop)
}
