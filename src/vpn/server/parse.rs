//! What a server may look like, checked once at the edge.

use std::fmt;

use ipnet::IpNet;

use super::Network;
use crate::base::{Error, Fields, Result};

/// Where peers dial: a host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    host: String,
    /// UDP.
    pub port: u16,
}

impl Endpoint {
    /// Reads `203.0.113.7:51820`, `[2001:db8::7]:51820` or `vpn.example.org:51820`. It ends in configurations, so nothing
    /// but the letters of a host name or an address gets through.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong =
            || Error::field("endpoint", "The endpoint must be a host and a UDP port, such as 203.0.113.7:51820.");
        let (host, port) = text.trim().rsplit_once(':').ok_or_else(wrong)?;
        let port: u16 = port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?;
        let bracketed = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        let sound = match bracketed {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                let label = |l: &str| {
                    let plain = l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                    !l.is_empty() && l.len() <= 63 && plain && !l.starts_with('-') && !l.ends_with('-')
                };
                host.len() <= 253 && host.split('.').all(label)
            }
        };
        if sound { Ok(Self { host: host.to_owned(), port }) } else { Err(wrong()) }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// The fields of a server as they came in.
#[derive(Clone, Debug, Default)]
pub struct RawServer {
    /// Slug.
    pub id: Option<String>,
    /// For people.
    pub name: Option<String>,
    /// Host and UDP port.
    pub endpoint: Option<String>,
    /// The server's own IPv4 address and its network.
    pub address: Option<String>,
    /// The same for IPv6.
    pub address6: Option<String>,
    /// Resolvers for peers.
    pub dns: Option<Vec<String>>,
    /// What peers send through the tunnel.
    pub allowed_ips: Option<Vec<String>>,
    /// Bytes.
    pub mtu: Option<Option<i64>>,
    /// Seconds.
    pub keepalive: Option<i64>,
    /// Whether anybody may see how it is.
    pub is_public: Option<bool>,
}

/// A server that can be.
#[derive(Clone, Debug)]
pub struct NewServer {
    /// Slug.
    pub id: String,
    /// For people.
    pub name: String,
    /// Where peers dial.
    pub endpoint: Endpoint,
    /// Its addresses.
    pub network: Network,
    /// Resolvers for peers.
    pub dns: Vec<std::net::IpAddr>,
    /// What peers send through the tunnel.
    pub allowed_ips: Vec<IpNet>,
    /// Bytes; none leaves it to each end.
    pub mtu: Option<u16>,
    /// Seconds between a peer's keepalives; 0 is off.
    pub keepalive: u16,
    /// Whether anybody may see how it is.
    pub is_public: bool,
}

/// What devices send through the tunnel where nothing else is said: whatever it can carry.
pub(super) fn everything(has_v6: bool) -> Vec<String> {
    ["0.0.0.0/0", "::/0"].into_iter().take(if has_v6 { 2 } else { 1 }).map(str::to_owned).collect()
}

impl NewServer {
    /// Checks every field and names each that is wrong.
    pub fn parse(raw: &RawServer) -> Result<Self> {
        let mut fields = Fields::new();
        let mut note = |error: Error| fields.extend(error.fields);
        let id = required(&raw.id, "id").and_then(slug).map_err(&mut note);
        let name = match raw.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            Some(text) => name(text).map_err(&mut note),
            None => Ok(raw.id.clone().unwrap_or_default()),
        };
        let endpoint = required(&raw.endpoint, "endpoint").and_then(Endpoint::parse).map_err(&mut note);
        let network = required(&raw.address, "address")
            .and_then(|address| Network::parse(address, raw.address6.as_deref().filter(|text| !text.is_empty())))
            .map_err(&mut note);
        let has_v6 = network.as_ref().is_ok_and(|network| network.v6.is_some());
        let dns =
            list(raw.dns.as_deref().unwrap_or_default(), "dns", "Each entry must be an IP address, such as 10.8.0.1.")
                .map_err(&mut note);
        let given = raw.allowed_ips.clone().filter(|list| !list.is_empty()).unwrap_or_else(|| everything(has_v6));
        let allowed_ips =
            list(&given, "allowed_ips", "Each entry must be a network, such as 10.8.0.0/24.").map_err(&mut note);
        let mtu = raw.mtu.flatten().map(|mtu| within(mtu, 576, 65535, "mtu")).transpose().map_err(&mut note);
        let keepalive = within(raw.keepalive.unwrap_or(25), 0, 65535, "keepalive").map_err(&mut note);
        match (id, name, endpoint, network, dns, allowed_ips, mtu, keepalive) {
            (Ok(id), Ok(name), Ok(endpoint), Ok(network), Ok(dns), Ok(allowed_ips), Ok(mtu), Ok(keepalive)) => {
                let is_public = raw.is_public.unwrap_or_default();
                Ok(Self { id, name, endpoint, network, dns, allowed_ips, mtu, keepalive, is_public })
            }
            _ => Err(Error::invalid(fields)),
        }
    }
}

fn required<'t>(value: &'t Option<String>, field: &'static str) -> Result<&'t str> {
    let present = value.as_deref().map(str::trim).filter(|text| !text.is_empty());
    present.ok_or_else(|| Error::field(field, format!("The {field} is required.")))
}

fn slug(text: &str) -> Result<String> {
    let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain && !text.starts_with('-') && text.len() <= 63 {
        return Ok(text.to_owned());
    }
    Err(Error::field(
        "id",
        "The id must have 1 to 63 lower-case letters, digits and dashes, and not begin with a dash.",
    ))
}

fn name(text: &str) -> Result<String> {
    if text.chars().count() <= 64 && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    Err(Error::field("name", "The name must have 1 to 64 characters, none of them control characters."))
}

fn list<T: std::str::FromStr>(given: &[String], field: &'static str, wrong: &str) -> Result<Vec<T>> {
    if given.len() > 64 {
        return Err(Error::field(field, "At most 64 entries."));
    }
    given.iter().map(|text| text.trim().parse().map_err(|_| Error::field(field, wrong))).collect()
}

fn within(value: i64, least: i64, most: i64, field: &'static str) -> Result<u16> {
    let wrong = || Error::field(field, format!("The {field} must be between {least} and {most}."));
    u16::try_from(value).ok().filter(|v| (least..=most).contains(&i64::from(*v))).ok_or_else(wrong)
}
