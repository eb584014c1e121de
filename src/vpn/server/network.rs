//! The network behind a server: its own address in it, and those that peers may have.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use crate::base::{Error, Result};

/// The server's addresses with the lengths of their networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// `10.8.0.1/24`.
    pub v4: Ipv4Net,
    /// `fd08::1/64`.
    pub v6: Option<Ipv6Net>,
}

impl Network {
    /// Reads both as the API spells them. The host part must be an address that a host can have.
    pub fn parse(address: &str, address6: Option<&str>) -> Result<Self> {
        let v4: Ipv4Net = address.parse().map_err(|_| {
            Error::field("address", "The address must be the server's own with its prefix length, such as 10.8.0.1/24.")
        })?;
        if !(8..=30).contains(&v4.prefix_len()) {
            return Err(Error::field("address", "The prefix length must be between 8 and 30."));
        }
        if v4.addr() == v4.network() || v4.addr() == v4.broadcast() {
            return Err(Error::field(
                "address",
                "The address must be a host's, not the network's or the broadcast one.",
            ));
        }
        let v6 = address6.map(parse_v6).transpose()?;
        Ok(Self { v4, v6 })
    }

    /// Whether a peer may have this address.
    pub fn fits_v4(&self, address: Ipv4Addr) -> bool {
        let net = self.v4;
        net.contains(&address) && address != net.addr() && address != net.network() && address != net.broadcast()
    }

    /// Whether a peer may have this address.
    pub fn fits_v6(&self, address: Ipv6Addr) -> bool {
        self.v6.is_some_and(|net| net.contains(&address) && address != net.addr() && address != net.network())
    }

    /// The IPv6 address that goes with an IPv4 one: the same offset in its network, where it fits.
    ///
    /// Two peers of a server never share an IPv4 address, so they never share this one.
    pub fn v6_beside(&self, address: Ipv4Addr) -> Option<Ipv6Addr> {
        let net = self.v6?;
        let offset = u128::from(u32::from(address) - u32::from(self.v4.network()));
        let found = Ipv6Addr::from(u128::from(net.network()).checked_add(offset)?);
        self.fits_v6(found).then_some(found)
    }
}

fn parse_v6(text: &str) -> Result<Ipv6Net> {
    let net: Ipv6Net = text.parse().map_err(|_| {
        Error::field("address6", "The address must be the server's own with its prefix length, such as fd08::1/64.")
    })?;
    if !(32..=112).contains(&net.prefix_len()) || net.addr() == net.network() {
        return Err(Error::field("address6", "It must be a host's address with a prefix length between 32 and 112."));
    }
    Ok(net)
}
