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
pub use find::{Peer, find, list, of_user};
pub use name::PeerName;
pub use switch::{disable, enable};

use serde_json::json;

use crate::base::{Actor, Error, Result};
use crate::feed::{self, About, Kind};
use crate::store::{Conn, Tx, params};
use crate::vpn::server::Server;

/// Tells those who follow along what became of a device.
fn tell(tx: &Tx<'_>, actor: &Actor, kind: Kind, server: &Server, peer: &Peer) -> Result<()> {
    let about = About { server: Some(server.number), peer: Some(peer.number), user: peer.user, ..About::default() };
    feed::record(tx, actor, kind, &about, &json!({"server_id": server.id, "client_id": peer.id}).to_string()).map(drop)
}

/// The user that a body names by number or UUID, as the owner of a device.
fn owner(conn: &Conn<'_>, text: &str) -> Result<i64> {
    let found = conn.one(
        "select id from users where (uuid = :text or id = :number) and deleted_at is null",
        params! {":text": text, ":number": text.parse::<i64>().unwrap_or(-1)},
        |row| row.get("id"),
    )?;
    found.ok_or_else(|| Error::field("userId", "There is no such user."))
}
