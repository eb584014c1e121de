//! What the packet filter holds of our table, read from nft's JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use serde_json::Value;

/// A table of ours as it stands. Only what a plan compares.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Held {
    /// By the name of the quota object.
    pub(super) quotas: BTreeMap<String, HeldQuota>,
    /// Which quota object counts an address.
    pub(super) counted: BTreeMap<IpAddr, String>,
    /// Addresses that are cut unless they are alive.
    pub(super) expiring: BTreeSet<IpAddr>,
    /// Addresses that have time left, and how much, in whole seconds.
    pub(super) alive: BTreeMap<IpAddr, Duration>,
    /// Sets, maps, chains and rules as nft shows them, handles left out: the part that never changes by itself.
    pub(super) frame: Vec<String>,
}

/// A quota object as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HeldQuota {
    pub(super) limit: u64,
    /// The kernel goes on counting what it cuts, and shows the limit instead (`nft_quota_do_dump`).
    pub(super) used: u64,
}

/// Reads `nft -j list table`; `None` for what no such listing contains.
pub(super) fn read(json: &[u8]) -> Option<Held> {
    let listing: Value = serde_json::from_slice(json).ok()?;
    let mut held = Held::default();
    for entry in listing.get("nftables")?.as_array()? {
        let (kind, body) = entry.as_object()?.iter().next()?;
        match kind.as_str() {
            "metainfo" | "table" => {}
            "quota" => {
                let limit = body.get("bytes")?.as_u64()?;
                let used = body.get("used")?.as_u64()?;
                held.quotas.insert(body.get("name")?.as_str()?.to_owned(), HeldQuota { limit, used });
            }
            "set" | "map" => {
                let name = body.get("name")?.as_str()?;
                for element in body.get("elem").and_then(Value::as_array).into_iter().flatten() {
                    held.element(name, element)?;
                }
                held.frame.push(frame(kind, body));
            }
            _ => held.frame.push(frame(kind, body)),
        }
    }
    held.frame.sort();
    Some(held)
}

/// Bytes that passed, by quota object, from the same listing or one of the quotas alone.
pub(super) fn used(json: &[u8]) -> Option<BTreeMap<String, u64>> {
    read(json).map(|held| held.quotas.into_iter().map(|(name, quota)| (name, quota.used)).collect())
}

impl Held {
    fn element(&mut self, set: &str, element: &Value) -> Option<()> {
        if set.starts_with("quota") {
            let address = element.get(0)?.as_str()?.parse().ok()?;
            self.counted.insert(address, element.get(1)?.as_str()?.to_owned());
        } else if set.starts_with("alive") {
            let element = element.get("elem")?;
            let address = element.get("val")?.as_str()?.parse().ok()?;
            self.alive.insert(address, Duration::from_secs(element.get("expires")?.as_u64()?));
        } else if set.starts_with("expiring") {
            self.expiring.insert(element.as_str()?.parse().ok()?);
        }
        Some(())
    }
}

fn frame(kind: &str, body: &Value) -> String {
    let mut body = body.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("handle");
        body.remove("elem");
    }
    format!("{kind} {body}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_of_nft_is_read() {
        let json = br#"{"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
            {"table": {"family": "inet", "name": "gatehouse_wg0", "handle": 1}},
            {"quota": {"family": "inet", "name": "q_a", "table": "t", "handle": 26, "bytes": 200000, "used": 7, "inv": true}},
            {"map": {"family": "inet", "name": "quota6", "table": "t", "type": "ipv6_addr", "handle": 4, "map": "quota",
             "elem": [["fd00::2", "q_a"]]}},
            {"set": {"family": "inet", "name": "expiring4", "table": "t", "type": "ipv4_addr", "handle": 2, "elem": ["10.0.0.2"]}},
            {"set": {"family": "inet", "name": "alive4", "table": "t", "type": "ipv4_addr", "handle": 3, "flags": ["timeout"],
             "elem": [{"elem": {"val": "10.0.0.2", "timeout": 1500, "expires": 1499}}]}},
            {"chain": {"family": "inet", "table": "t", "name": "from_peer", "handle": 7}}]}"#;
        let held = read(json).unwrap();
        assert_eq!(held.quotas["q_a"], HeldQuota { limit: 200_000, used: 7 });
        assert_eq!(held.counted[&"fd00::2".parse::<IpAddr>().unwrap()], "q_a");
        assert_eq!(held.alive.values().copied().collect::<Vec<_>>(), [Duration::from_secs(1499)]);
        assert_eq!(held.expiring.len(), 1);
        assert_eq!(held.frame.len(), 4);
        assert!(held.frame.iter().all(|line| !line.contains("handle") && !line.contains("10.0.0.2")));
    }

    #[test]
    fn nonsense_is_no_listing() {
        for json in ["", "{}", "[]", r#"{"nftables": [1]}"#, r#"{"nftables": [{"quota": {"name": "q", "bytes": -1}}]}"#]
        {
            assert_eq!(read(json.as_bytes()), None, "{json}");
        }
    }
}
