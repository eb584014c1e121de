//! A peer: one device that may connect to one server.

mod address;
mod change;
mod configuration;
mod create;
mod delete;
mod find;
mod name;
mod switch;

pub use change::{PeerChange, change};
pub use configuration::{configuration, qr_code};
pub use create::{NewPeer, create};
pub use delete::delete;
pub use find::{Peer, find, list};
pub use name::PeerName;
pub use switch::{disable, enable};

use crate::base::{Error, Result};
use crate::store::{Conn, params};

/// The user that a body names by number or UUID, as the owner of a device.
fn owner(conn: &Conn<'_>, text: &str) -> Result<i64> {
    let found = conn.one(
        "select id from users where (uuid = :text or id = :number) and deleted_at is null",
        params! {":text": text, ":number": text.parse::<i64>().unwrap_or(-1)},
        |row| row.get("id"),
    )?;
    found.ok_or_else(|| Error::field("userId", "There is no such user."))
}
