//! Changing a device.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::find::{Peer, find};
use super::{PeerName, owner, tell};
use crate::audit;
use crate::base::{Actor, Error, Place, Result, Time};
use crate::feed::Kind;
use crate::store::{Tx, params};
use crate::vpn::key::{self, PublicKeyText};
use crate::vpn::server::{Server, revise};

/// What may be changed; what is `None` stays, an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct PeerChange {
    /// For people.
    pub name: Option<PeerName>,
    /// Whether it may connect.
    pub enabled: Option<bool>,
    /// Another key, made elsewhere: the one held here is forgotten.
    pub public_key: Option<PublicKeyText>,
    /// `true` makes a new one, `false` removes it.
    pub preshared_key: Option<bool>,
    /// The owner, by number or UUID.
    pub user: Option<Option<String>>,
    /// When it is cut.
    pub expires_at: Option<Option<Time>>,
    /// Received plus sent bytes after which it is cut.
    pub quota_bytes: Option<Option<u64>>,
    /// An address of the server's network that no other device has.
    pub address: Option<Ipv4Addr>,
    /// The same for IPv6.
    pub address6: Option<Ipv6Addr>,
}

/// Changes a device; its agent hears of it.
pub fn change(tx: &Tx<'_>, actor: &Actor, server: &Server, peer: &Peer, change: &PeerChange) -> Result<Peer> {
    actor.must_be_admin()?;
    if change.address.is_some_and(|address| !server.network.fits_v4(address)) {
        return Err(Error::field("address", format!("It must be a free address of {}.", server.network.v4.trunc())));
    }
    if change.address6.is_some_and(|address| !server.network.fits_v6(address)) {
        return Err(Error::field("address6", "It must be a free address of the server's IPv6 network."));
    }
    if let Some(key) = &change.public_key
        && server.public_key.as_deref() == Some(key.as_str())
    {
        return Err(Error::conflict("publicKey", "This is the server's own public key."));
    }
    let user = match &change.user {
        Some(Some(text)) => Some(owner(tx, text)?),
        Some(None) => None,
        None => peer.user,
    };
    let preshared_key = match change.preshared_key {
        Some(true) => {
            let place = Place { table: "peers", row: &peer.id, column: "preshared_key" };
            Some(tx.keys().seal(place, key::new_preshared()?.as_bytes())?)
        }
        Some(false) => None,
        None => peer.preshared_key.clone(),
    };
    let rekeyed = change.public_key.as_ref().is_some_and(|key| key.as_str() != peer.public_key);
    let address = match change.address {
        Some(address) => address,
        None => peer.address.parse().map_err(Error::internal)?,
    };
    tx.execute(
        "update peers set name = :name, enabled = :enabled, public_key = :public_key, private_key = :private_key,
           preshared_key = :preshared_key, user_id = :user, expires_at = :expires_at, quota_bytes = :quota_bytes,
           address = :address, address_number = :address_number, address6 = :address6, updated_at = :now
         where number = :number",
        params! {":name": change.name.as_ref().map_or(peer.name.as_str(), PeerName::as_str),
        ":enabled": change.enabled.unwrap_or(peer.enabled),
        ":public_key": change.public_key.as_ref().map_or(peer.public_key.as_str(), PublicKeyText::as_str),
        ":private_key": if rekeyed { None } else { peer.private_key.clone() },
        ":preshared_key": preshared_key, ":user": user,
        ":expires_at": change.expires_at.unwrap_or(peer.expires_at).map(|at| at.0),
        ":quota_bytes": change.quota_bytes.unwrap_or(peer.quota_bytes).map(u64::cast_signed),
        ":address": address.to_string(), ":address_number": u32::from(address),
        ":address6": change.address6.map(|a| a.to_string()).or_else(|| peer.address6.clone()),
        ":now": tx.now().0, ":number": peer.number},
    )
    .map_err(|error| {
        error
            .when("peers.public_key", || Error::conflict("publicKey", "A device of this server has this public key."))
            .when("peers.address6", || Error::conflict("address6", "Another device has this address."))
            .when("peers.address", || Error::conflict("address", "Another device has this address."))
    })?;
    revise(tx, server.number)?;
    audit::record(tx, actor, "wg_client_updated", &format!("{}/{}", server.id, peer.name))?;
    let changed = find(tx, actor, server, &peer.id)?;
    tell(tx, actor, Kind::PeerUpdated, server, &changed)?;
    Ok(changed)
}
