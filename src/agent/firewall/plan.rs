//! From what the packet filter holds to what it should hold: the commands of one nft transaction. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use super::held::{Held, HeldQuota};
use super::{FirewallError, Limits};
use crate::agent::device::check_name;

/// The kernel counts quotas with a sign.
const LARGEST: u64 = i64::MAX.cast_unsigned();
/// The kernel counts what is left in clock ticks; a later expiry is set to this and renewed.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);
/// nft shows whole seconds of what is left, and a listing takes a moment.
const TOLERANCE: Duration = Duration::from_secs(3);

/// The limits of one interface, checked and by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wanted {
    pub(super) quotas: BTreeMap<String, HeldQuota>,
    pub(super) counted: BTreeMap<IpAddr, String>,
    pub(super) expires: BTreeMap<IpAddr, SystemTime>,
    pub(super) masquerade: bool,
}

impl Wanted {
    /// Refuses what a rule could read as something else; nothing else of the limits ever reaches nft.
    pub(super) fn of(interface: &str, limits: &Limits) -> Result<Self, FirewallError> {
        check_name(interface).map_err(|_| FirewallError::BadName(interface.to_owned()))?;
        let mut wanted = Self { masquerade: limits.masquerade, ..Self::default() };
        let (mut ids, mut addresses) = (BTreeSet::new(), BTreeSet::new());
        for peer in &limits.peers {
            if !is_id(&peer.id) || !ids.insert(&peer.id) {
                return Err(FirewallError::BadId(peer.id.clone()));
            }
            for address in peer.addresses.iter().collect::<BTreeSet<_>>() {
                if !addresses.insert(*address) {
                    return Err(FirewallError::SharedAddress(*address));
                }
                if peer.quota.is_some() {
                    wanted.counted.insert(*address, object(&peer.id));
                }
                if let Some(at) = peer.expires_at {
                    wanted.expires.insert(*address, at);
                }
            }
            if let Some(quota) = peer.quota {
                let quota = HeldQuota { limit: quota.limit.min(LARGEST), used: quota.used.min(LARGEST) };
                wanted.quotas.insert(object(&peer.id), quota);
            }
        }
        Ok(wanted)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.quotas.is_empty() && self.expires.is_empty() && !self.masquerade
    }

    /// Whether the rules are the same; how much was used is no rule.
    pub(super) fn same_rules(&self, other: &Self) -> bool {
        let limits = |wanted: &Self| wanted.quotas.iter().map(|(n, q)| (n.clone(), q.limit)).collect::<Vec<_>>();
        (&self.counted, &self.expires, self.masquerade) == (&other.counted, &other.expires, other.masquerade)
            && limits(self) == limits(other)
    }
}

/// The quota object of a peer, and the peer of a quota object.
fn object(id: &str) -> String {
    format!("q_{id}")
}

pub(super) fn id_of(object: &str) -> Option<&str> {
    object.strip_prefix("q_")
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

/// `inet` and the table's name.
pub(super) fn table(interface: &str) -> String {
    format!("inet gatehouse_{interface}")
}

/// The table in place of whatever is there under its name, in one transaction: at no moment is there none.
pub(super) fn whole(interface: &str, wanted: &Wanted, now: SystemTime) -> String {
    let t = table(interface);
    let mut text = format!("add table {t}\ndelete table {t}\nadd table {t}\n");
    for (n, kind) in [("4", "ipv4_addr"), ("6", "ipv6_addr")] {
        let _ = writeln!(text, "add map {t} quota{n} {{ type {kind} : quota; }}");
        let _ = writeln!(text, "add set {t} expiring{n} {{ type {kind}; }}");
        let _ = writeln!(text, "add set {t} alive{n} {{ type {kind}; flags timeout; }}");
    }
    for (chain, end) in [("from_peer", "saddr"), ("to_peer", "daddr")] {
        let _ = writeln!(text, "add chain {t} {chain}");
        // Expiry first: a peer that is cut uses nothing up.
        for (n, ip) in [("4", "ip"), ("6", "ip6")] {
            let _ = writeln!(text, "add rule {t} {chain} {ip} {end} @expiring{n} {ip} {end} != @alive{n} drop");
        }
        for (n, ip) in [("4", "ip"), ("6", "ip6")] {
            let _ = writeln!(text, "add rule {t} {chain} quota name {ip} {end} map @quota{n} drop");
        }
    }
    for hook in ["input", "output", "forward"] {
        let _ = writeln!(text, "add chain {t} {hook} {{ type filter hook {hook} priority -10; policy accept; }}");
    }
    for (hook, side, chain) in [
        ("input", "iifname", "from_peer"),
        ("output", "oifname", "to_peer"),
        ("forward", "iifname", "from_peer"),
        ("forward", "oifname", "to_peer"),
    ] {
        let _ = writeln!(text, "add rule {t} {hook} {side} \"{interface}\" jump {chain}");
    }
    if wanted.masquerade {
        let _ =
            writeln!(text, "add chain {t} postrouting {{ type nat hook postrouting priority 100; policy accept; }}");
        let _ =
            writeln!(text, "add rule {t} postrouting iifname \"{interface}\" oifname != \"{interface}\" masquerade");
    }
    text + &difference(interface, &Held::default(), wanted, now)
}

/// What leads from the entries held to those wanted; empty when they are the same.
///
/// A limit changes in place, and the object's own count goes on. An object is made anew only where the control plane
/// counted more than the packet filter, or where a cut peer gets a new limit: its count holds what never passed.
pub(super) fn difference(interface: &str, held: &Held, wanted: &Wanted, now: SystemTime) -> String {
    let t = table(interface);
    let (mut gone, mut come) = (String::new(), String::new());
    let anew = |name: &String, wanted: &HeldQuota| {
        let held = held.quotas.get(name)?;
        let spoilt = held.limit != wanted.limit && held.used >= held.limit;
        // Beyond the limit the two counts cannot be compared, and need not be: the peer is cut.
        let behind = wanted.used.min(held.limit) > held.used;
        (spoilt || behind).then(|| (name.clone(), wanted.used.max(held.used)))
    };
    let anew: BTreeMap<String, u64> = wanted.quotas.iter().filter_map(|(name, quota)| anew(name, quota)).collect();
    let stays = |address: &IpAddr, name: &String| wanted.counted.get(address) == Some(name) && !anew.contains_key(name);

    for (address, name) in held.counted.iter().filter(|(address, name)| !stays(address, name)) {
        let _ = writeln!(gone, "delete element {t} quota{} {{ {address} : {name} }}", family(address));
    }
    for name in held.quotas.keys().filter(|name| !wanted.quotas.contains_key(*name) || anew.contains_key(*name)) {
        let _ = writeln!(gone, "delete quota {t} {name}");
    }
    for (name, quota) in &wanted.quotas {
        if anew.contains_key(name) || held.quotas.get(name).is_none_or(|held| held.limit != quota.limit) {
            let (limit, used) = (quota.limit, anew.get(name).copied().unwrap_or(quota.used));
            // The kernel refuses a count beyond the limit; at the limit the peer is cut all the same.
            let used = used.min(limit);
            let _ = writeln!(come, "add quota {t} {name} {{ over {limit} bytes used {used} bytes }}");
        }
    }
    for (address, name) in &wanted.counted {
        if held.counted.get(address) != Some(name) || anew.contains_key(name) {
            let _ = writeln!(come, "add element {t} quota{} {{ {address} : {name} }}", family(address));
        }
    }

    for address in held.expiring.iter().filter(|address| !wanted.expires.contains_key(*address)) {
        let _ = writeln!(gone, "delete element {t} expiring{} {{ {address} }}", family(address));
    }
    for address in held.alive.keys().filter(|address| !wanted.expires.contains_key(*address)) {
        let _ = writeln!(gone, "delete element {t} alive{} {{ {address} }}", family(address));
    }
    for (address, at) in &wanted.expires {
        let n = family(address);
        let left = at.duration_since(now).unwrap_or_default().min(LONGEST);
        let held_left = held.alive.get(address).copied();
        let settled = match held_left {
            // What is longer than the longest is renewed at half of it, not at every look.
            Some(held) => held.abs_diff(left) <= TOLERANCE || (left == LONGEST && held > LONGEST / 2),
            None => left.is_zero(),
        };
        if !settled {
            if held_left.is_some() {
                let _ = writeln!(gone, "delete element {t} alive{n} {{ {address} }}");
            }
            // A timeout of 0 would mean none.
            if left.as_millis() > 0 {
                let timeout = timeout(left);
                let _ = writeln!(come, "add element {t} alive{n} {{ {address} timeout {timeout} }}");
            }
        }
        if !held.expiring.contains(address) {
            let _ = writeln!(come, "add element {t} expiring{n} {{ {address} }}");
        }
    }
    gone + &come
}

/// nft reads no number of more than eight digits here, so seconds alone would end at three years.
fn timeout(left: Duration) -> String {
    let (seconds, millis) = (left.as_secs(), left.subsec_millis());
    format!("{}d{}h{}m{}s{millis}ms", seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)
}

fn family(address: &IpAddr) -> char {
    if address.is_ipv4() { '4' } else { '6' }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
