//! Many removals at once wait for a person; one state directory has one agent.

use std::process::Command;

use super::{Machine, Plane, key, peer, state};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gatehouse");

fn agent(machine: &Machine, flags: &[&str]) -> std::process::Output {
    let folder = machine.folder().to_str().unwrap();
    Command::new(PROGRAM).args(["agent", "--state-dir", folder]).args(flags).output().unwrap()
}

#[tokio::test]
async fn many_removals_wait_until_a_person_lets_them_through() {
    let plane = Plane::start(state(1, 1..=20)).await;
    let mut machine = Machine::enrolled(&plane).await;
    machine.device.take_applied();
    plane.wants(state(2, 15..=21));
    let words = plane.says("removals_held").await;
    assert!(words.contains("14 peers") && words.contains("--accept-removals"), "{words}");
    assert_eq!(machine.peers().len(), 21, "what came is there, what would go is too");
    // For as long as it lasts, and through a restart.
    plane.says("removals_held").await;
    machine.kill().await;
    machine.start(&[]);
    plane.says("removals_held").await;
    assert_eq!(machine.peers().len(), 21);
    let before = plane.told().reports.len();
    plane.until("reports", |told| told.reports.len() > before).await;
    assert_ne!(plane.told().reports[before].0.applied_revision, Some(2), "not all of it is applied");

    let asked = agent(&machine, &["--accept-removals"]);
    assert!(asked.status.success(), "{asked:?}");
    machine.until("they are gone", |machine| machine.peers().len() == 7).await;
    plane.report("all of it is applied", |report| report.applied_revision == Some(2)).await;
    // Once: the next ones wait again.
    plane.wants(state(3, []));
    plane.says("removals_held").await;
    assert_eq!(machine.peers().len(), 7);
}

#[tokio::test]
async fn the_flag_lets_one_state_through_and_not_all_that_follow() {
    let plane = Plane::start(state(1, 1..=20)).await;
    let mut machine = Machine::enrolled(&plane).await;
    machine.kill().await;
    plane.wants(state(2, 1..=10));
    machine.start(&["--accept-removals"]);
    machine.until("they are gone", |machine| machine.peers().len() == 10).await;
    plane.wants(state(3, []));
    plane.says("removals_held").await;
    assert_eq!(machine.peers().len(), 10);
}

#[tokio::test]
async fn a_held_peer_gives_way_to_one_that_has_its_address_now() {
    let plane = Plane::start(state(1, 1..=20)).await;
    let machine = Machine::enrolled(&plane).await;
    let mut next = state(2, []);
    let mut new = peer(99);
    new.allowed_ips = peer(5).allowed_ips;
    new.quota_bytes = Some(1_000_000);
    next.peers = vec![new];
    plane.wants(next);
    plane.says("removals_held").await;
    machine.until("the new one is there", |machine| machine.peers().contains(&key(99))).await;
    assert_eq!(machine.peers().len(), 20);
    assert!(!machine.peers().contains(&key(5)));
    assert_eq!(machine.device.state().stolen, [], "the device moved nothing by itself");
}

#[tokio::test]
async fn a_second_agent_on_the_same_state_exits_75_and_disturbs_nothing() {
    let plane = Plane::start(state(1, 1..=2)).await;
    let machine = Machine::enrolled(&plane).await;
    let second = agent(&machine, &["--url", &plane.url]);
    assert_eq!(second.status.code(), Some(75), "{second:?}");
    let words = String::from_utf8(second.stderr).unwrap();
    assert!(words.contains(machine.folder().to_str().unwrap()), "{words}");
    let reports = plane.told().reports.len();
    plane.until("the first goes on", |told| told.reports.len() >= reports + 2).await;
}
