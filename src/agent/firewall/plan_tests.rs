//! Facts about the commands of a transaction.

#![allow(clippy::unwrap_used)]

use super::super::{PeerLimit, Quota};
use super::*;

fn peer(id: &str, address: &str, quota: Option<(u64, u64)>, expires_at: Option<SystemTime>) -> PeerLimit {
    let quota = quota.map(|(limit, used)| Quota { limit, used });
    PeerLimit { id: id.to_owned(), addresses: vec![address.parse().unwrap()], expires_at, quota }
}

fn wanted(peers: Vec<PeerLimit>) -> Wanted {
    Wanted::of("wg0", &Limits { peers, masquerade: false }).unwrap()
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

/// The packet filter as it stands after these were applied.
fn held(wanted: &Wanted) -> Held {
    let left = |at: &SystemTime| at.duration_since(now()).ok().filter(|left| !left.is_zero());
    Held {
        quotas: wanted.quotas.clone(),
        counted: wanted.counted.clone(),
        expiring: wanted.expires.keys().copied().collect(),
        alive: wanted
            .expires
            .iter()
            .filter_map(|(a, at)| Some((*a, Duration::from_secs(left(at)?.as_secs()))))
            .collect(),
        frame: Vec::new(),
    }
}

fn step(from: &Wanted, to: &Wanted) -> String {
    difference("wg0", &held(from), to, now())
}

#[test]
fn what_is_held_already_needs_no_transaction() {
    let wanted = wanted(vec![
        peer("a", "10.8.0.2", Some((100, 7)), Some(now() + Duration::from_millis(90_700))),
        peer("b", "fd00::2", None, Some(now() - Duration::from_secs(9))),
    ]);
    assert_eq!(step(&wanted, &wanted), "");
}

#[test]
fn a_changed_limit_touches_that_object_alone() {
    let from = wanted(vec![peer("a", "10.8.0.2", Some((100, 7)), None), peer("b", "10.8.0.3", Some((100, 7)), None)]);
    let to = wanted(vec![peer("a", "10.8.0.2", Some((200, 7)), None), peer("b", "10.8.0.3", Some((100, 7)), None)]);
    assert_eq!(step(&from, &to), "add quota inet gatehouse_wg0 q_a { over 200 bytes used 7 bytes }\n");
}

#[test]
fn a_smaller_count_than_the_packet_filters_own_changes_nothing() {
    let from = wanted(vec![peer("a", "10.8.0.2", Some((100, 50)), None)]);
    assert_eq!(step(&from, &wanted(vec![peer("a", "10.8.0.2", Some((100, 49)), None)])), "");
}

#[test]
fn a_larger_count_makes_the_object_anew() {
    let from = wanted(vec![peer("a", "10.8.0.2", Some((100, 50)), None)]);
    let commands = step(&from, &wanted(vec![peer("a", "10.8.0.2", Some((100, 60)), None)]));
    assert_eq!(
        commands,
        "delete element inet gatehouse_wg0 quota4 { 10.8.0.2 : q_a }\ndelete quota inet gatehouse_wg0 q_a\n\
         add quota inet gatehouse_wg0 q_a { over 100 bytes used 60 bytes }\n\
         add element inet gatehouse_wg0 quota4 { 10.8.0.2 : q_a }\n"
    );
}

#[test]
fn what_a_cut_peer_went_on_sending_does_not_count_against_its_new_limit() {
    let mut cut = held(&wanted(vec![peer("a", "10.8.0.2", Some((100, 50)), None)]));
    cut.quotas.get_mut("q_a").unwrap().used = 100;
    let same = wanted(vec![peer("a", "10.8.0.2", Some((100, 120)), None)]);
    assert_eq!(difference("wg0", &cut, &same, now()), "");
    let more = wanted(vec![peer("a", "10.8.0.2", Some((150, 50)), None)]);
    assert!(
        difference("wg0", &cut, &more, now())
            .contains("add quota inet gatehouse_wg0 q_a { over 150 bytes used 100 bytes }")
    );
}

#[test]
fn a_peer_without_limits_leaves_nothing_behind() {
    let from = wanted(vec![peer("a", "fd00::2", Some((100, 50)), Some(now() + Duration::from_secs(60)))]);
    assert_eq!(
        step(&from, &wanted(vec![])),
        "delete element inet gatehouse_wg0 quota6 { fd00::2 : q_a }\ndelete quota inet gatehouse_wg0 q_a\n\
         delete element inet gatehouse_wg0 expiring6 { fd00::2 }\ndelete element inet gatehouse_wg0 alive6 { fd00::2 }\n"
    );
}

#[test]
fn an_expiry_that_moved_gets_a_new_timeout() {
    let at = |seconds| wanted(vec![peer("a", "10.8.0.2", None, Some(now() + Duration::from_secs(seconds)))]);
    assert_eq!(
        step(&at(60), &at(90)),
        "delete element inet gatehouse_wg0 alive4 { 10.8.0.2 }\n\
         add element inet gatehouse_wg0 alive4 { 10.8.0.2 timeout 0d0h1m30s0ms }\n"
    );
    assert_eq!(step(&at(0), &at(2)), "add element inet gatehouse_wg0 alive4 { 10.8.0.2 timeout 0d0h0m2s0ms }\n");
    assert_eq!(step(&at(60), &at(0)), "delete element inet gatehouse_wg0 alive4 { 10.8.0.2 }\n");
}

#[test]
fn an_expiry_in_a_thousand_years_is_set_once() {
    let far = wanted(vec![peer("a", "10.8.0.2", None, Some(now() + 100 * LONGEST))]);
    let mut holds = held(&far);
    holds.alive.values_mut().for_each(|left| *left = LONGEST - Duration::from_secs(86_400));
    assert_eq!(difference("wg0", &holds, &far, now()), "");
    assert!(whole("wg0", &far, now()).contains("10.8.0.2 timeout 3650d0h0m0s0ms"));
}

#[test]
fn a_name_that_could_be_a_rule_is_refused() {
    let limits = |peers| Limits { peers, masquerade: true };
    for id in ["", "a b", "a;", "a}", "a\nadd", "\"", "é", &"a".repeat(65)] {
        let refused = Wanted::of("wg0", &limits(vec![peer(id, "10.8.0.2", None, Some(now()))]));
        assert!(matches!(refused, Err(FirewallError::BadId(_))), "{id}");
    }
    assert!(matches!(Wanted::of("wg0\"", &limits(vec![])), Err(FirewallError::BadName(_))));
    let twice = limits(vec![peer("a", "10.8.0.2", None, Some(now())), peer("b", "10.8.0.2", None, Some(now()))]);
    assert!(matches!(Wanted::of("wg0", &twice), Err(FirewallError::SharedAddress(_))));
}

#[test]
fn a_quota_beyond_the_kernels_range_is_the_largest_it_takes() {
    let wanted = wanted(vec![peer("a", "10.8.0.2", Some((u64::MAX, 0)), None)]);
    assert_eq!(wanted.quotas["q_a"].limit, 9_223_372_036_854_775_807);
}
