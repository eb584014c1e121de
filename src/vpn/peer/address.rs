//! Addresses for peers: the lowest that is free.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::base::{Error, Kind, Result};
use crate::store::{Conn, params};
use crate::vpn::server::Server;

/// The lowest free IPv4 address of a server's network, and the IPv6 address beside it.
pub fn allocate(conn: &Conn<'_>, server: &Server) -> Result<(Ipv4Addr, Option<Ipv6Addr>)> {
    let net = server.network.v4;
    let taken = conn.all(
        "select address_number from peers where server = :server order by address_number",
        params! {":server": server.number},
        |row| row.get::<u32>("address_number"),
    )?;
    let mut taken = taken.into_iter().peekable();
    for number in u32::from(net.network())..=u32::from(net.broadcast()) {
        while taken.next_if(|used| *used < number).is_some() {}
        let free = taken.peek() != Some(&number);
        let address = Ipv4Addr::from(number);
        if !free || !server.network.fits_v4(address) {
            continue;
        }
        match (server.network.v6, server.network.v6_beside(address)) {
            (None, _) => return Ok((address, None)),
            (Some(_), Some(beside)) => return Ok((address, Some(beside))),
            // The server's own IPv6 address may sit beside a peer's IPv4 address.
            (Some(_), None) => {}
        }
    }
    Err(Error::new(
        Kind::Conflict,
        format!("Every address of {} is taken. Delete a device, or give the server a larger network.", net.trunc()),
    ))
}
