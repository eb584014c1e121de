//! Credentials that a customer shares with whoever has the ticket: sealed, for a while, and then gone for good.
//!
//! `keep` seals one, `reveal` opens it for the ticket's assignee alone, `expire` sees that nothing is left of it: `place` is
//! where the sealed bytes lie, blanked on the spot when the credential goes.

mod expire;
mod keep;
mod place;
mod reveal;

pub use expire::{erased, expire, has_expired, unerased};
pub use keep::{NewCredential, keep};
pub use reveal::{Revealed, list, reveal};

use crate::base::{Result, Time};
use crate::store::Row;

/// A credential, without its values.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Rises with time, across all tickets.
    pub id: i64,
    /// What it is sealed under.
    uuid: String,
    /// What it opens, in the words of whoever shared it.
    pub kind: String,
    /// When it goes.
    pub expires_at: Time,
    /// When it was shared.
    pub created_at: Time,
}

fn read(row: &Row<'_>) -> Result<Credential> {
    Ok(Credential {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        kind: row.get("type")?,
        expires_at: Time(row.get("expires_at")?),
        created_at: Time(row.get("created_at")?),
    })
}
