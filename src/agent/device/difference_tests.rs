//! Facts about the difference, most of them shown on the fake device.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::time::Instant;

use proptest::prelude::*;

use super::super::Device as _;
use super::super::fake::Fake;
use super::*;

const OURS: Key = Key([0x42; 32]);

fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

fn peer(ranges: &[&str]) -> WantedPeer {
    WantedPeer { preshared_key: None, allowed_ips: ranges.iter().map(|r| net(r)).collect() }
}

fn wanted(peers: &[(u8, &[&str])]) -> Wanted {
    Wanted {
        private_key: OURS,
        listen_port: 51820,
        peers: peers.iter().map(|(key, ranges)| (Key([*key; 32]), peer(ranges))).collect(),
    }
}

/// A fake device brought to this state.
fn device(wanted: &Wanted) -> Fake {
    let mut fake = Fake::showing(Shown::default());
    let changes = difference(&fake.read().unwrap(), wanted);
    fake.apply(&changes).unwrap();
    fake.take_applied();
    fake
}

fn step(fake: &mut Fake, wanted: &Wanted) -> Vec<Change> {
    let changes = difference(&fake.read().unwrap(), wanted);
    fake.apply(&changes).unwrap();
    assert_eq!(difference(&fake.read().unwrap(), wanted), [], "a second difference is empty");
    assert_eq!(fake.state().stolen, [], "nothing was taken from a peer that still had it");
    changes
}

fn about(change: &Change) -> Option<Key> {
    match change {
        Change::AddPeer { public_key, .. } | Change::UpdatePeer { public_key, .. } => Some(*public_key),
        Change::RemovePeer(key) => Some(*key),
        Change::SetPrivateKey(_) | Change::SetListenPort(_) | Change::SetEndpoint { .. } => None,
    }
}

#[test]
fn a_device_that_shows_what_is_wanted_is_left_alone() {
    let wanted = wanted(&[(1, &["10.8.0.2/32", "fd00::2/128"]), (2, &["10.8.0.3/32"])]);
    assert_eq!(step(&mut device(&wanted), &wanted), []);
}

#[test]
fn a_peer_that_changed_alone_is_sent() {
    let mut fake = device(&wanted(&[(1, &["10.8.0.2/32"]), (2, &["10.8.0.3/32"])]));
    let next = wanted(&[(1, &["10.8.0.2/32"]), (2, &["10.8.0.3/32", "10.9.0.0/24"])]);
    let allowed_ips = Some(vec![net("10.8.0.3/32"), net("10.9.0.0/24")]);
    let sent = step(&mut fake, &next);
    assert_eq!(sent, [Change::UpdatePeer { public_key: Key([2; 32]), preshared_key: None, allowed_ips }]);
}

#[test]
fn the_port_alone_is_sent_when_the_port_alone_differs() {
    let mut fake = device(&wanted(&[(1, &["10.8.0.2/32"])]));
    let next = Wanted { listen_port: 51821, ..wanted(&[(1, &["10.8.0.2/32"])]) };
    assert_eq!(step(&mut fake, &next), [Change::SetListenPort(51821)]);
}

#[test]
fn an_unclamped_private_key_is_sent_once() {
    let next = Wanted { private_key: Key([0xFF; 32]), ..wanted(&[]) };
    assert_eq!(step(&mut device(&wanted(&[])), &next), [Change::SetPrivateKey(Key([0xFF; 32]))]);
}

#[test]
fn a_preshared_key_comes_and_goes_without_touching_the_ranges() {
    let plain = wanted(&[(1, &["10.8.0.2/32"])]);
    let mut keyed = plain.clone();
    keyed.peers.get_mut(&Key([1; 32])).unwrap().preshared_key = Some(Key([9; 32]));
    let mut fake = device(&plain);
    for (next, key) in [(&keyed, Some(Key([9; 32]))), (&plain, None)] {
        let sent = step(&mut fake, next);
        assert_eq!(
            sent,
            [Change::UpdatePeer { public_key: Key([1; 32]), preshared_key: Some(key), allowed_ips: None }]
        );
    }
}

#[test]
fn two_peers_that_swap_ranges_are_shrunk_before_they_grow() {
    let mut fake = device(&wanted(&[(1, &["10.8.0.2/32"]), (2, &["10.8.0.3/32"])]));
    let sent = step(&mut fake, &wanted(&[(1, &["10.8.0.3/32"]), (2, &["10.8.0.2/32"])]));
    let sizes: Vec<_> = sent
        .iter()
        .map(|change| match change {
            Change::UpdatePeer { allowed_ips: Some(ranges), .. } => ranges.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sizes, [0, 0, 1, 1]);
}

#[test]
fn a_new_peer_that_takes_over_a_removed_peers_address_comes_after_the_removal() {
    let mut fake = device(&wanted(&[(2, &["10.8.0.2/32"])]));
    let sent = step(&mut fake, &wanted(&[(1, &["10.8.0.2/32"])]));
    assert_eq!(sent.iter().map(about).collect::<Vec<_>>(), [Some(Key([2; 32])), Some(Key([1; 32]))]);
}

#[test]
fn a_range_that_two_peers_want_stays_with_the_one_that_has_it() {
    let mut fake = device(&wanted(&[(2, &["10.8.0.2/32"])]));
    let both = wanted(&[(1, &["10.8.0.2/32", "10.8.0.9/32"]), (2, &["10.8.0.2/32"])]);
    step(&mut fake, &both);
    let state = fake.state();
    assert_eq!(state.shown.peers[&Key([2; 32])].allowed_ips, [net("10.8.0.2/32")]);
    assert_eq!(state.shown.peers[&Key([1; 32])].allowed_ips, [net("10.8.0.9/32")]);
    assert_eq!(overlaps(&both), [(net("10.8.0.2/32"), Key([1; 32]), Key([2; 32]))]);
}

#[test]
fn host_bits_order_and_repetition_of_ranges_make_no_difference() {
    let mut fake = device(&wanted(&[(1, &["10.8.0.0/24", "10.9.0.0/24"])]));
    assert_eq!(step(&mut fake, &wanted(&[(1, &["10.9.0.7/24", "10.8.0.1/24", "10.8.0.2/24"])])), []);
}

#[test]
fn a_peer_with_the_devices_own_key_is_passed_over() {
    let mut both = wanted(&[(1, &["10.8.0.2/32"])]);
    both.peers.insert(Key::public_from_private(&OURS), peer(&["10.8.0.2/32", "10.8.0.3/32"]));
    let mut fake = device(&wanted(&[]));
    assert_eq!(step(&mut fake, &both).len(), 1);
}

#[test]
fn one_change_among_ten_thousand_peers_is_found_in_milliseconds() {
    let mut big = wanted(&[]);
    for i in 0..10_000_u32 {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&i.wrapping_mul(2_654_435_761).to_be_bytes());
        let address = std::net::Ipv4Addr::from(0x0A08_0000 + i);
        big.peers.insert(Key(key), peer(&[&format!("{address}/32")]));
    }
    let shown = device(&big).read().unwrap();
    big.peers.iter_mut().nth(5_000).unwrap().1.allowed_ips.push(net("10.99.0.0/24"));
    let started = Instant::now();
    let changes = difference(&shown, &big);
    let took = started.elapsed();
    assert_eq!(changes.len(), 1);
    // Far above what it takes, far below what a quadratic walk would take.
    assert!(took.as_millis() < 200, "{took:?}");
}

fn any_wanted() -> impl Strategy<Value = Wanted> {
    let range = prop_oneof![
        (0_u8..6).prop_map(|i| net(&format!("10.8.0.{i}/32"))),
        (0_u8..3, 24_u8..=32).prop_map(|(i, prefix)| net(&format!("10.9.{i}.7/{prefix}"))),
        (0_u8..3).prop_map(|i| net(&format!("fd00::{i}/128"))),
    ];
    let psk = prop_oneof![Just(None), Just(Some(Key::ZERO)), (1_u8..3).prop_map(|i| Some(Key([i; 32])))];
    let peer = (psk, prop::collection::vec(range, 0..4))
        .prop_map(|(preshared_key, allowed_ips)| WantedPeer { preshared_key, allowed_ips });
    // Key 0 stands for the device's own public key.
    (prop::collection::btree_map(0_u8..8, peer, 0..8), 0_u16..3, 0_u8..2).prop_map(|(peers, port, private)| {
        let private_key = Key([0x42 + private; 32]);
        let key = |i: u8| if i == 0 { Key::public_from_private(&Key([0x42; 32])) } else { Key([i; 32]) };
        let peers = peers.into_iter().map(|(i, peer)| (key(i), peer)).collect();
        Wanted { private_key, listen_port: port, peers }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn applying_the_difference_yields_what_is_wanted(first in any_wanted(), second in any_wanted()) {
        let mut fake = device(&first);
        let before = fake.read().unwrap();
        fake.state().stolen.clear();
        let sent = step(&mut fake, &second);
        let after = fake.read().unwrap();

        prop_assert_eq!(after.private_key, Some(second.private_key.clamped()));
        if second.listen_port != 0 {
            prop_assert_eq!(after.listen_port, second.listen_port);
        }
        let own = Key::public_from_private(&second.private_key);
        let keys: BTreeSet<Key> = second.peers.keys().copied().filter(|key| *key != own).collect();
        prop_assert_eq!(after.peers.keys().copied().collect::<BTreeSet<_>>(), keys);

        // Every wanted range is with exactly one of those who want it.
        let mut held = BTreeSet::new();
        for (key, peer) in &after.peers {
            let wants = &second.peers[key];
            prop_assert_eq!(peer.preshared_key, wants.preshared_key.filter(|key| !key.is_zero()));
            for range in &peer.allowed_ips {
                prop_assert!(wants.allowed_ips.iter().any(|r| r.trunc() == *range));
                prop_assert!(held.insert(*range));
            }
        }
        let all: BTreeSet<IpNet> =
            second.peers.iter().filter(|(key, _)| **key != own).flat_map(|(_, peer)| as_shown(&peer.allowed_ips)).collect();
        prop_assert_eq!(held, all);

        // What did not change is not in it.
        for key in sent.iter().filter_map(about) {
            prop_assert!(before.peers.get(&key) != after.peers.get(&key), "an unchanged peer was sent");
        }
        if before.listen_port == after.listen_port {
            prop_assert!(!sent.iter().any(|change| matches!(change, Change::SetListenPort(_))));
        }
        if before.private_key == after.private_key {
            prop_assert!(!sent.iter().any(|change| matches!(change, Change::SetPrivateKey(_))));
        }
    }
}
