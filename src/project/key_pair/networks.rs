//! From where a key pair may be used.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use crate::base::{Error, Result};

/// Addresses and networks of one pair at most.
const MOST: usize = 256;

/// Addresses and networks; none means from anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Reads addresses (`203.0.113.7`) and networks (`203.0.113.0/24`), of either family. What an IPv6 address or network
    /// says of mapped IPv4 addresses (`::ffff:203.0.113.7`) it says of these.
    pub fn parse(field: &'static str, texts: &[String]) -> Result<Self> {
        if texts.len() > MOST {
            return Err(Error::field(field, format!("At most {MOST} addresses and networks may be listed.")));
        }
        let mut all = Vec::with_capacity(texts.len());
        for text in texts {
            let text = text.trim();
            let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).map_err(|_| {
                let shown: String = text.chars().filter(|c| !c.is_control()).take(64).collect();
                let wrong = format!("\"{shown}\" is neither an IP address nor a network such as 203.0.113.0/24.");
                Error::field(field, wrong)
            })?;
            let net = unmapped(net.trunc());
            if !all.contains(&net) {
                all.push(net);
            }
        }
        Ok(Self(all))
    }

    /// Each as it is written; a network of one address as the address.
    pub fn texts(&self) -> Vec<String> {
        let text = |net: &IpNet| {
            if net.prefix_len() == net.max_prefix_len() { net.addr().to_string() } else { net.to_string() }
        };
        self.0.iter().map(text).collect()
    }

    /// Whether somebody at this address may come in; a mapped IPv6 address is judged as the IPv4 address it is.
    pub fn admit(&self, ip: Option<IpAddr>) -> bool {
        let inside = |ip: IpAddr| self.0.iter().any(|net| net.contains(&ip.to_canonical()));
        self.0.is_empty() || ip.is_some_and(inside)
    }
}

fn unmapped(net: IpNet) -> IpNet {
    let IpNet::V6(v6) = net else { return net };
    let mapped = v6.addr().to_ipv4_mapped().zip(v6.prefix_len().checked_sub(96));
    mapped.and_then(|(addr, length)| Ipv4Net::new(addr, length).ok()).map_or(net, IpNet::V4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn networks(texts: &[&str]) -> Networks {
        Networks::parse("allowed_ips", &texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_network_ends_where_it_ends() {
        let some = networks(&["203.0.113.8/30", "2001:db8::/127", "192.0.2.1"]);
        for (ip, expected) in [
            ("203.0.113.7", false),
            ("203.0.113.8", true),
            ("203.0.113.11", true),
            ("203.0.113.12", false),
            ("2001:db8::1", true),
            ("2001:db8::2", false),
            ("192.0.2.1", true),
            ("192.0.2.2", false),
        ] {
            assert_eq!(some.admit(ip.parse().ok()), expected, "{ip}");
        }
        assert!(!some.admit(None));
        assert!(networks(&[]).admit(None));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "example.org", "10.0.0.1/33", "10.0.0", "fe80::1%eth0", "010.0.0.1", "10.0.0.1-10.0.0.9"] {
            let error = Networks::parse("allowed_ips", &[text.to_owned()]).unwrap_err();
            assert!(error.fields.contains_key("allowed_ips"), "{text}");
        }
    }

    #[test]
    fn a_list_reads_back_plainly() {
        let all = networks(&["10.0.0.5/8", "::ffff:10.0.0.0/104", "::ffff:192.0.2.1", "2001:DB8::/32"]);
        assert_eq!(all.texts(), ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"]);
    }

    proptest! {
        #[test]
        fn a_mapped_address_is_judged_as_the_one_it_maps(net: u32, length in 0u8..=32, ip: u32, near: bool) {
            let (net, ip) = (Ipv4Addr::from(net), Ipv4Addr::from(if near { net ^ (ip & 3) } else { ip }));
            let inside = u64::from(u32::from(net) ^ u32::from(ip)) >> (32 - u64::from(length)) == 0;
            let plain = networks(&[&format!("{net}/{length}")]);
            let mapped = networks(&[&format!("{}/{}", net.to_ipv6_mapped(), length + 96)]);
            let far: Ipv6Addr = ip.to_ipv6_mapped();
            for some in [plain, mapped] {
                prop_assert_eq!(some.admit(Some(ip.into())), inside);
                prop_assert_eq!(some.admit(Some(far.into())), inside);
            }
        }
    }
}
