//! Adding a device.

use super::address::allocate;
use super::find::{Peer, find};
use super::{PeerName, owner, tell};
use crate::audit;
use crate::base::{Actor, Error, Place, Result, Time, id};
use crate::feed::Kind;
use crate::store::{Tx, params};
use crate::vpn::key::{self, PublicKeyText};
use crate::vpn::server::{Server, revise};

/// What it takes to add a device.
#[derive(Clone, Debug)]
pub struct NewPeer {
    /// For people.
    pub name: PeerName,
    /// A key made elsewhere; without it one is made here, and its private half kept sealed.
    pub public_key: Option<PublicKeyText>,
    /// Whether to make a preshared key.
    pub preshared_key: bool,
    /// The owner, by number or UUID.
    pub user: Option<String>,
    /// When it is cut.
    pub expires_at: Option<Time>,
    /// Received plus sent bytes after which it is cut.
    pub quota_bytes: Option<u64>,
}

/// Adds a device to a server under the lowest free address.
pub fn create(tx: &Tx<'_>, actor: &Actor, server: &Server, new: &NewPeer) -> Result<Peer> {
    actor.must_be_admin()?;
    let user = new.user.as_deref().map(|text| owner(tx, text)).transpose()?;
    let id = id::new_uuid(tx.now());
    let seal = |column: &'static str, value: &str| {
        tx.keys().seal(Place { table: "peers", row: &id, column }, value.as_bytes())
    };
    let (private_key, public_key) = match &new.public_key {
        Some(public) => (None, public.clone()),
        None => {
            let (private, public) = key::new_pair()?;
            (Some(seal("private_key", &private)?), public)
        }
    };
    if server.public_key.as_deref() == Some(public_key.as_str()) {
        return Err(Error::conflict("publicKey", "This is the server's own public key."));
    }
    let preshared_key = match new.preshared_key {
        true => Some(seal("preshared_key", &key::new_preshared()?)?),
        false => None,
    };
    let (address, address6) = allocate(tx, server)?;
    tx.insert(
        "insert into peers (id, server, name, address, address_number, address6, public_key, private_key, preshared_key,
           user_id, expires_at, quota_bytes, created_at, updated_at)
         values (:id, :server, :name, :address, :number, :address6, :public_key, :private_key, :preshared_key, :user,
           :expires_at, :quota_bytes, :now, :now)",
        params! {":id": id, ":server": server.number, ":name": new.name.as_str(), ":address": address.to_string(),
        ":number": u32::from(address), ":address6": address6.map(|a| a.to_string()),
        ":public_key": public_key.as_str(), ":private_key": private_key, ":preshared_key": preshared_key,
        ":user": user, ":expires_at": new.expires_at.map(|at| at.0),
        ":quota_bytes": new.quota_bytes.map(u64::cast_signed), ":now": tx.now().0},
    )
    .map_err(|error| {
        error.when("peers.public_key", || Error::conflict("publicKey", "A device of this server has this public key."))
    })?;
    revise(tx, server.number)?;
    audit::record(tx, actor, "wg_client_created", &format!("{}/{}", server.id, new.name.as_str()))?;
    let made = find(tx, actor, server, &id)?;
    tell(tx, actor, Kind::PeerCreated, server, &made)?;
    Ok(made)
}
