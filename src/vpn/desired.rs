//! The desired state: the whole picture that a server's agent should apply.

use crate::base::{Error, Place, Result, Time};
use crate::store::{Conn, Tx, params};
use crate::vpn::server::{Server, revise};
use crate::vpn::usage;

/// What a server should show.
#[derive(Clone, Debug)]
pub struct Desired {
    /// Rises with every change.
    pub revision: u64,
    /// Its own side.
    pub server: Server,
    /// Enabled peers that have not expired.
    pub peers: Vec<Wanted>,
}

/// One peer as it should be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Opaque id.
    pub id: String,
    /// base64.
    pub public_key: String,
    /// base64; sealed at rest.
    pub preshared_key: Option<String>,
    /// Its addresses, each with the length of a host.
    pub allowed_ips: Vec<String>,
    /// When it is cut.
    pub expires_at: Option<Time>,
    /// Received plus sent bytes after which it is cut.
    pub quota_bytes: Option<u64>,
    /// Received plus sent bytes so far.
    pub used_bytes: u64,
}

/// The desired state of a server at this moment.
pub fn of(conn: &Conn<'_>, server: &Server) -> Result<Desired> {
    let used = usage::of_server(conn, server.number)?;
    let peers = conn.all(
        "select number, id, public_key, preshared_key, address, address6, expires_at, quota_bytes from peers
         where server = :server and enabled = 1 and (expires_at is null or expires_at > :now) order by number",
        params! {":server": server.number, ":now": conn.now().0},
        |row| {
            let id: String = row.get("id")?;
            let place = Place { table: "peers", row: &id, column: "preshared_key" };
            let preshared_key = match row.get::<Option<Vec<u8>>>("preshared_key")? {
                Some(sealed) => {
                    Some(String::from_utf8(conn.keys().open(place, &sealed)?.to_vec()).map_err(Error::internal)?)
                }
                None => None,
            };
            let v4 = format!("{}/32", row.get::<String>("address")?);
            let v6 = row.get::<Option<String>>("address6")?.map(|address| format!("{address}/128"));
            let usage = used.get(&row.get::<i64>("number")?);
            Ok(Wanted {
                public_key: row.get("public_key")?,
                preshared_key,
                allowed_ips: [Some(v4), v6].into_iter().flatten().collect(),
                expires_at: row.get::<Option<i64>>("expires_at")?.map(Time),
                quota_bytes: row.get_opt_u64("quota_bytes")?,
                used_bytes: usage.map_or(0, |usage| usage.rx.saturating_add(usage.tx)),
                id,
            })
        },
    )?;
    Ok(Desired { revision: server.revision, server: server.clone(), peers })
}

/// Lifts the revision above one that the agent has seen already: this control plane was restored from a backup, and an
/// agent never steps back.
pub fn catch_up(tx: &Tx<'_>, server: &Server, seen: u64) -> Result<()> {
    let seen = i64::try_from(seen).map_err(|_| Error::field("revision", "There is no such revision."))?;
    tx.execute(
        "update servers set revision = :seen where number = :number and revision < :seen",
        params! {":seen": seen, ":number": server.number},
    )?;
    revise(tx, server.number)
}
