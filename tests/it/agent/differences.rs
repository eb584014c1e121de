//! What changed, told as what changed: never anything but what the whole would have led to.

use std::fs;

use gatehouse::agent::device::Change;
use gatehouse::wire::{Fault, Proof};

use super::{Machine, Mood, Plane, key, state};

/// Changes what a control plane says of itself.
type Forge = fn(&mut Proof);

#[tokio::test]
async fn a_change_of_one_peer_touches_no_other_and_is_confirmed_by_the_next_report() {
    let plane = Plane::start(state(1, 1..=40)).await;
    let machine = Machine::enrolled(&plane).await;
    machine.device.take_applied();
    plane.wants(state(2, (1..=40).filter(|number| *number != 7)));
    plane.report("it is applied", |report| report.applied_revision == Some(2)).await;
    assert_eq!(machine.device.take_applied(), [Change::RemovePeer(key(7))]);
    plane.wants(state(3, 1..=41));
    plane.report("it is applied", |report| report.applied_revision == Some(3)).await;
    assert_eq!(machine.device.take_applied().len(), 2);
    assert_eq!(machine.peers().len(), 41);
    assert_eq!(plane.told().answered, [true, true]);
}

#[tokio::test]
async fn an_address_passes_from_one_peer_to_another_in_one_difference() {
    let plane = Plane::start(state(1, 1..=30)).await;
    let machine = Machine::enrolled(&plane).await;
    let mut next = state(2, 1..=30);
    let addresses = [next.peers[3].allowed_ips.clone(), next.peers[4].allowed_ips.clone()];
    [next.peers[4].allowed_ips, next.peers[3].allowed_ips] = addresses;
    next.peers.remove(9);
    next.peers[11].preshared_key = Some(key(500).to_base64());
    plane.wants(next.clone());
    plane.report("it is applied", |report| report.applied_revision == Some(2)).await;
    let shown = machine.device.state();
    assert_eq!(shown.stolen, [], "the device moved nothing by itself");
    assert_eq!(shown.shown.peers.len(), 29);
    for peer in &next.peers {
        let there = shown.shown.peers.iter().find(|(key, _)| key.to_base64() == peer.public_key).unwrap().1;
        assert_eq!(there.allowed_ips.iter().map(ToString::to_string).collect::<Vec<_>>(), peer.allowed_ips);
        assert_eq!(there.preshared_key.map(|key| key.to_base64()), peer.preshared_key);
    }
}

#[tokio::test]
async fn what_does_not_fit_is_asked_for_whole() {
    let plane = Plane::start(state(1, 1..=10)).await;
    let machine = Machine::enrolled(&plane).await;
    plane.wants(state(2, 1..=11));
    plane.report("it is applied", |report| report.applied_revision == Some(2)).await;
    // A control plane that was started again knows what nobody has any more.
    plane.told().outlines.clear();
    let mut next = state(3, 1..=12);
    plane.told().outlines.clear();
    plane.told().desired = state(2, 1..=12);
    next.revision = 3;
    plane.wants(next);
    plane.report("it is applied", |report| report.applied_revision == Some(3)).await;
    assert_eq!(machine.peers().len(), 12);
    assert_eq!(plane.told().answered.last(), Some(&false));
}

#[tokio::test]
async fn a_control_plane_of_before_differences_is_understood_and_its_successor_too() {
    let plane = Plane::start(state(1, 1..=10)).await;
    plane.told().signs = None;
    let machine = Machine::enrolled(&plane).await;
    plane.wants(state(2, 1..=11));
    plane.report("it is applied", |report| report.applied_revision == Some(2)).await;
    assert_eq!(plane.told().answered, [false]);
    plane.told().signs = Some(1);
    plane.wants(state(3, 1..=12));
    plane.report("it is applied", |report| report.applied_revision == Some(3)).await;
    assert_eq!(machine.peers().len(), 12);
    // It signs from now on, and what is not signed is not believed any more.
    plane.told().signs = None;
    plane.wants(state(4, 1..=13));
    let words = plane.says("state_refused").await;
    assert!(words.contains("not signed"), "{words}");
    assert_eq!(machine.peers().len(), 12);
}

#[tokio::test]
async fn a_state_that_is_forged_or_for_another_server_is_refused_and_told_of_and_tunnels_stay() {
    let plane = Plane::start(state(1, 1..=10)).await;
    let mut machine = Machine::enrolled(&plane).await;
    let cases: [(Forge, &str); 3] = [
        (|proof| proof.server_id = "ny".into(), "is for the server ny"),
        (|proof| proof.signature = proof.signature.chars().rev().collect(), "signature"),
        (|proof| proof.key = key(3).to_base64(), "another key"),
    ];
    for (forge, words) in cases {
        plane.told().forges = Some(forge);
        plane.wants(state(2, 1..=3));
        let says = |fault: &Fault| fault.code == "state_refused" && fault.message.contains(words);
        plane.report(words, |report| report.errors.iter().any(says)).await;
        assert_eq!(machine.peers().len(), 10);
        // The wait after a refusal grows: each case has an agent that has just started.
        machine.kill().await;
        plane.told().desired = state(1, 1..=10);
        machine.start(&[]);
    }
    plane.told().forges = None;
    plane.wants(state(2, 1..=9));
    machine.until("the true one is applied", |machine| machine.peers().len() == 9).await;
}

#[tokio::test]
async fn the_guard_sees_differences_as_well() {
    let plane = Plane::start(state(1, 1..=40)).await;
    let machine = Machine::enrolled(&plane).await;
    plane.wants(state(2, 1..=39));
    plane.report("one may go", |report| report.applied_revision == Some(2)).await;
    plane.wants(state(3, 20..=45));
    let words = plane.says("removals_held").await;
    assert!(words.contains("19 peers"), "{words}");
    machine.until("what came is there", |machine| machine.peers().len() == 45).await;
    assert_eq!(plane.told().answered, [true, true]);
}

#[tokio::test]
async fn a_crash_at_any_byte_of_a_difference_on_disk_loses_it_at_most() {
    let plane = Plane::start(state(1, 1..=12)).await;
    let mut machine = Machine::enrolled(&plane).await;
    for revision in 2..=4 {
        plane.wants(state(revision, 1..=11 + u32::try_from(revision).unwrap()));
        plane.report("it is applied", |report| report.applied_revision == Some(revision)).await;
    }
    machine.kill().await;
    let log = fs::read(machine.file("desired.log")).unwrap();
    let ends: Vec<usize> = log.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    assert_eq!(ends.len(), 3);
    let cuts = [0, 1, ends[0] - 1, ends[0], ends[0] + 1, ends[1] + 200, ends[2] - 1, ends[2]];
    for cut in cuts {
        fs::write(machine.file("desired.log"), &log[..cut]).unwrap();
        plane.told().to_all = Mood::Silent;
        plane.told().polls.clear();
        machine.start(&[]);
        // With nobody to ask it brings up what is on disk: every difference that is there whole.
        let whole = ends.iter().filter(|end| **end <= cut).count();
        plane.until("it asks", |told| told.polls == [Some(1 + whole as u64)]).await;
        machine.until("it is up", |machine| machine.peers().len() == 12 + whole).await;
        machine.kill().await;
    }
    // And goes on from there, whatever was cut off.
    fs::write(machine.file("desired.log"), &log[..ends[1] + 200]).unwrap();
    plane.told().to_all = Mood::Well;
    machine.start(&[]);
    machine.until("it is there again", |machine| machine.peers().len() == 15).await;
    plane.wants(state(5, 1..=16));
    machine.until("the next one too", |machine| machine.peers().len() == 16).await;
    machine.kill().await;
    plane.told().to_all = Mood::Silent;
    plane.told().polls.clear();
    machine.start(&[]);
    plane.until("all of it is on disk", |told| told.polls == [Some(5)]).await;
}

#[tokio::test]
async fn lines_that_the_whole_state_holds_already_change_nothing() {
    let plane = Plane::start(state(1, 1..=12)).await;
    let mut machine = Machine::enrolled(&plane).await;
    plane.wants(state(2, 1..=13));
    plane.report("it is applied", |report| report.applied_revision == Some(2)).await;
    let log = fs::read(machine.file("desired.log")).unwrap();
    // So many at once that they wait for a person, which is written whole.
    plane.wants(state(3, 7..=13));
    plane.says("removals_held").await;
    machine.kill().await;
    assert!(!machine.file("desired.log").exists());
    // A crash between the two leaves the log behind.
    fs::write(machine.file("desired.log"), log).unwrap();
    plane.told().to_all = Mood::Silent;
    plane.told().polls.clear();
    machine.start(&[]);
    plane.until("it asks", |told| told.polls == [Some(3)]).await;
}
