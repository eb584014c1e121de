//! A state directory that was damaged: nothing there keeps the agent from starting, and no tunnel goes down for it.

use std::fs;

use super::{Machine, Mood, Plane, key, state};

/// A machine whose agent was stopped, and a file of its state.
async fn stopped(plane: &Plane) -> Machine {
    let mut machine = Machine::enrolled(plane).await;
    machine.device.traffic(&key(1), 6_000, 600);
    let own = key(1).0.into();
    let counted = |stat: &gatehouse::wire::PeerStat| stat.public_key == own && stat.rx == 6_000;
    plane.report("traffic", |report| report.peer_stats.iter().any(counted)).await;
    machine.kill().await;
    machine.device.take_applied();
    machine
}

/// Cut off, emptied, zeroed as after a power cut, something else.
fn damages(whole: &[u8]) -> Vec<Vec<u8>> {
    vec![whole[..whole.len() / 2].to_vec(), Vec::new(), vec![0; whole.len()], b"{}".to_vec(), vec![0xFF, 0xFE, b'{']]
}

#[tokio::test]
async fn a_damaged_desired_state_is_put_aside_and_fetched_anew_with_every_tunnel_up() {
    let plane = Plane::start(state(5, 1..=8)).await;
    let mut machine = stopped(&plane).await;
    let whole = fs::read(machine.file("desired.json")).unwrap();
    for damaged in damages(&whole) {
        fs::write(machine.file("desired.json"), &damaged).unwrap();
        plane.told().to_all = Mood::Silent;
        plane.told().polls.clear();
        machine.start(&[]);
        // It asks for all of it, and leaves the device alone until it has it.
        plane.until("it asks", |told| told.polls == [None]).await;
        assert_eq!(fs::read(machine.file("desired.json.damaged")).unwrap(), damaged);
        assert_eq!(machine.device.take_applied(), []);
        machine.kill().await;
        plane.told().to_all = Mood::Well;
        fs::write(machine.file("desired.json"), &damaged).unwrap();
        machine.start(&[]);
        let words = plane.says("state_damaged").await;
        assert!(words.contains("desired.json"), "{words}");
        machine.until("it is written", |machine| machine.file("desired.json").exists()).await;
        machine.kill().await;
        assert_eq!(fs::read(machine.file("desired.json")).unwrap(), whole);
        assert_eq!(machine.device.take_applied(), [], "nothing differed");
    }
}

#[tokio::test]
async fn the_guard_holds_even_when_nobody_remembers_what_was_there() {
    let plane = Plane::start(state(5, 1..=20)).await;
    let mut machine = stopped(&plane).await;
    fs::write(machine.file("desired.json"), b"{").unwrap();
    // And the control plane lost its data too.
    plane.wants(state(1, []));
    machine.start(&[]);
    plane.says("removals_held").await;
    assert_eq!(machine.peers().len(), 20);
    assert_eq!(machine.device.take_applied(), []);
}

#[tokio::test]
async fn damaged_counters_neither_stop_the_agent_nor_count_twice() {
    let plane = Plane::start(state(1, 1..=3)).await;
    let mut machine = stopped(&plane).await;
    fs::write(machine.file("counters.json"), b"{\"").unwrap();
    let before = plane.told().reports.last().unwrap().0.seq;
    machine.start(&[]);
    assert!(plane.says("state_damaged").await.contains("counters.json"));
    machine.device.traffic(&key(1), 50, 5);
    let own = key(1).0.into();
    // The last one may come again, as it was.
    let rx = |told: &super::Told| -> Vec<u64> {
        let after = told.reports.iter().filter(|(report, _)| report.seq > before);
        let stats = after.flat_map(|(report, _)| &report.peer_stats);
        stats.filter(|stat| stat.public_key == own).map(|stat| stat.rx).collect()
    };
    plane.until("traffic", |told| rx(told).contains(&50)).await;
    // The control plane takes a counter that fell as a new one: what it had counted must not come again.
    assert!(rx(&plane.told()).iter().all(|rx| *rx <= 50), "{:?}", rx(&plane.told()));
}

#[tokio::test]
async fn without_its_progress_a_new_epoch_begins() {
    let plane = Plane::start(state(1, 1..=3)).await;
    let mut machine = stopped(&plane).await;
    let old = plane.told().reports.last().unwrap().0.epoch;
    fs::write(machine.file("progress.json"), b"").unwrap();
    machine.start(&[]);
    let next = plane.report("a new epoch", |report| report.epoch != old).await;
    assert!(next.epoch > old);
}

#[tokio::test]
async fn a_damaged_report_is_passed_over_and_the_others_are_delivered() {
    let mut plane = Plane::start(state(1, 1..=3)).await;
    let mut machine = stopped(&plane).await;
    plane.go_away().await;
    machine.start(&[]);
    let waiting = |machine: &Machine| {
        let names = fs::read_dir(machine.file("spool")).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> =
            names.map(|name| name.into_string().unwrap()).filter(|n| n.ends_with(".json")).collect();
        names.sort();
        names
    };
    machine.until("reports wait", |machine| waiting(machine).len() >= 3).await;
    machine.kill().await;
    let names = waiting(&machine);
    fs::write(machine.file("spool").join(&names[1]), b"\0\0\0").unwrap();
    let before = plane.told().reports.len();
    plane.come_back().await;
    machine.start(&[]);
    assert!(plane.says("state_damaged").await.contains(&names[1]));
    let seqs: Vec<_> = plane.told().reports[before..].iter().map(|(report, _)| report.seq.unwrap()).collect();
    let number = |name: &str| name.trim_end_matches(".json").parse::<u64>().unwrap();
    assert_eq!(seqs[..2], [number(&names[0]), number(&names[2])]);
}

#[tokio::test]
async fn a_key_that_is_lost_on_disk_is_taken_from_the_running_device() {
    let plane = Plane::start(state(1, 1..=3)).await;
    let mut machine = stopped(&plane).await;
    let whole = fs::read(machine.file("private.key")).unwrap();
    fs::write(machine.file("private.key"), &whole[..20]).unwrap();
    machine.start(&[]);
    assert!(plane.says("state_damaged").await.contains("private.key"));
    machine.kill().await;
    fs::remove_file(machine.file("private.key")).unwrap();
    machine.start(&[]);
    machine.until("it is written", |machine| machine.file("private.key").exists()).await;
    machine.kill().await;
    assert_eq!(machine.device.take_applied(), [], "no tunnel noticed");
    // With the device gone too there is none: that is said, and no other key is made up.
    machine.device.delete();
    fs::remove_file(machine.file("private.key")).unwrap();
    machine.start(&[]);
    assert!(plane.says("key_lost").await.contains("private.key"));
    assert!(!machine.file("private.key").exists());
    assert_eq!(machine.device.take_applied(), []);
}

#[tokio::test]
async fn without_its_identity_an_agent_looks_after_what_it_has_and_enrols_anew_with_its_key() {
    let plane = Plane::start(state(4, 1..=3)).await;
    let mut machine = stopped(&plane).await;
    fs::write(machine.file("identity.json"), b"{\"server_id\"").unwrap();
    machine.device.delete();
    machine.start(&[]);
    machine.until("its peers are there", |machine| machine.peers().len() == 3).await;
    machine.device.state().shown.peers.remove(&key(2));
    machine.until("drift is repaired", |machine| machine.peers().len() == 3).await;
    machine.kill().await;
    // The control plane's revisions may begin anew as well.
    plane.wants(state(1, 1..=4));
    machine.start(&["--url", &plane.url, "--enroll", "en_again"]);
    machine.until("the new state is applied", |machine| machine.peers().len() == 4).await;
    let keys: Vec<_> = plane.told().enrolled.iter().map(|body| body.public_key.clone()).collect();
    assert_eq!(keys[0], keys[1]);
}
