//! Which addresses are never called: an address that somebody types must not lead into our own networks.
//!
//! The lists are those of the IANA special-purpose registries (RFC 6890 and its successors). Of IPv6 only what is assigned as
//! global unicast counts, without what tunnels IPv4.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// IPv4 that is not the internet.
const SPECIAL_V4: [(Ipv4Addr, u8); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Also where clouds keep the credentials of their machines.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    // Alibaba's metadata service lies in shared space, Oracle's in the documentation's; Azure's wire server does not.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
];

/// Global unicast.
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What is not the internet within it.
const SPECIAL_V6: [(Ipv6Addr, u8); 4] = [
    // Teredo and other protocols' own.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Why an address is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not the internet, or one of the VPN's own.
    Inside,
    /// It may be called, but not without TLS.
    Plain,
}

/// What may be called.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// What the operator allows whatever it is.
    pub allowed: Vec<IpNet>,
    /// The networks of the VPN's own servers.
    pub own: Vec<IpNet>,
}

impl Guard {
    /// Whether an address may be called, over TLS or without. Without it, only what the operator allows.
    pub fn judge(&self, address: IpAddr, is_tls: bool) -> Result<(), Refusal> {
        let address = address.to_canonical();
        let within = |nets: &[IpNet]| nets.iter().any(|net| net.contains(&address));
        if within(&self.allowed) {
            return Ok(());
        }
        if !is_public(address) || within(&self.own) {
            return Err(Refusal::Inside);
        }
        if is_tls { Ok(()) } else { Err(Refusal::Plain) }
    }
}

/// Whether an address is one of the internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let within =
                |(net, length): &(Ipv4Addr, u8)| Ipv4Net::new(*net, *length).is_ok_and(|net| net.contains(&v4));
            !SPECIAL_V4.iter().any(within)
        }
        IpAddr::V6(v6) => {
            let within =
                |(net, length): &(Ipv6Addr, u8)| Ipv6Net::new(*net, *length).is_ok_and(|net| net.contains(&v6));
            within(&GLOBAL_V6) && !SPECIAL_V6.iter().any(within)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(guard: &Guard, text: &str) -> Result<(), Refusal> {
        guard.judge(text.parse().unwrap(), true)
    }

    #[test]
    fn what_is_not_the_internet_is_refused_however_it_is_written() {
        let guard = Guard::default();
        for text in [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "192.0.0.192",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "100.100.100.200",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
        ] {
            assert_eq!(judge(&guard, text), Err(Refusal::Inside), "{text}");
        }
    }

    #[test]
    fn the_internet_is_called_over_tls_alone() {
        let guard = Guard::default();
        for text in ["1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "2606:4700::1111"] {
            assert_eq!(judge(&guard, text), Ok(()), "{text}");
            assert_eq!(guard.judge(text.parse().unwrap(), false), Err(Refusal::Plain), "{text}");
        }
    }

    #[test]
    fn the_vpns_own_networks_are_refused_and_what_the_operator_allows_is_not() {
        let net = |text: &str| text.parse::<IpNet>().unwrap();
        let guard = Guard { allowed: vec![net("10.9.0.0/16")], own: vec![net("9.8.0.0/24"), net("10.9.1.0/24")] };
        assert_eq!(judge(&guard, "9.8.0.7"), Err(Refusal::Inside));
        assert_eq!(judge(&guard, "9.8.1.7"), Ok(()));
        assert_eq!(guard.judge("10.9.1.7".parse().unwrap(), false), Ok(()));
        assert_eq!(judge(&guard, "10.10.0.1"), Err(Refusal::Inside));
    }
}
