//! Whom an agent speaks for: by an enrolment token, or by an agent token alone.

use std::fs;

use gatehouse::agent::device::Key;

use super::{Machine, Mood, Plane, state};

#[tokio::test]
async fn a_token_alone_serves_a_machine_that_has_its_servers_key() {
    let plane = Plane::start(state(7, 1..=3)).await;
    let private = Key::generate();
    plane.told().key = Some(Key::public_from_private(&private).to_base64());
    let mut machine = Machine::new();
    fs::write(machine.file("private.key"), format!("{}\n", private.to_base64())).unwrap();
    machine.start(&["--url", &plane.url, "--token", "ag_given"]);
    plane.report("it reports", |report| report.server_id == "la" && report.applied_revision == Some(7)).await;
    assert_eq!(machine.device.state().shown.private_key, Some(private.clamped()));
    assert_eq!(plane.told().polls.first(), Some(&None));
    // It is stored: the next start needs nothing.
    machine.kill().await;
    machine.device.delete();
    machine.start(&[]);
    machine.until("its peers are there", |machine| machine.peers().len() == 3).await;
}

#[tokio::test]
async fn a_token_alone_with_another_key_is_refused_with_a_way_out_and_touches_nothing() {
    let plane = Plane::start(state(7, 1..=3)).await;
    let known = Key::public_from_private(&Key::generate()).to_base64();
    plane.told().key = Some(known.clone());
    let mut machine = Machine::new();
    machine.start(&["--url", &plane.url, "--token", "ag_given"]);
    let words = machine.ended().await.to_string();
    for part in [&known, "private.key", "--enroll", "this machine has no key", "/api/servers/la/enrollment"] {
        assert!(words.contains(part), "{part} is missing in: {words}");
    }
    assert!(!machine.file("private.key").exists() && !machine.file("identity.json").exists());
    assert!(!machine.device.state().present);
    fs::write(machine.file("private.key"), Key::generate().to_base64()).unwrap();
    machine.start(&["--url", &plane.url, "--token", "ag_given"]);
    assert!(machine.ended().await.to_string().contains("this machine has "));
}

#[tokio::test]
async fn a_dead_token_with_nothing_stored_ends_the_agent() {
    let plane = Plane::start(state(7, 1..=3)).await;
    plane.told().to_all = Mood::Refuses(401);
    for flag in ["--token", "--enroll"] {
        let mut machine = Machine::new();
        machine.start(&["--url", &plane.url, flag, "dead"]);
        machine.ended().await;
    }
    let mut machine = Machine::new();
    machine.start(&["--url", &plane.url]);
    assert!(machine.ended().await.to_string().contains("--enroll"));
}

#[tokio::test]
async fn an_enrolled_agent_spends_a_new_enrolment_only_when_its_token_is_dead() {
    let plane = Plane::start(state(7, 1..=3)).await;
    let mut machine = Machine::enrolled(&plane).await;
    machine.kill().await;
    let before = plane.told().reports.len();
    machine.start(&["--enroll", "en_again"]);
    plane.until("it reports", |told| told.reports.len() > before).await;
    assert_eq!(plane.told().enrolled.len(), 1);
    machine.kill().await;
    // Its server was made anew: the old token is dead, and revisions begin again.
    plane.told().to_polls = Some(401);
    plane.wants(state(1, 1..=4));
    machine.start(&["--enroll", "en_again"]);
    machine.until("the new state is applied", |machine| machine.peers().len() == 4).await;
    let told = plane.told();
    assert_eq!(told.enrolled[0].public_key, told.enrolled[1].public_key);
}

#[tokio::test]
async fn an_enrolment_beside_a_running_device_takes_its_key_and_counts_only_what_comes() {
    let plane = Plane::start(state(1, 1..=3)).await;
    let mut machine = Machine::enrolled(&plane).await;
    machine.device.traffic(&super::key(1), 9_000, 900);
    machine.kill().await;
    let name = |name: &str| machine.file(name);
    for lost in ["private.key", "identity.json", "desired.json", "counters.json", "progress.json"] {
        fs::remove_file(name(lost)).unwrap();
    }
    machine.device.take_applied();
    let old = plane.told().reports[0].0.epoch;
    machine.start(&["--url", &plane.url, "--enroll", "en_again"]);
    let first = plane.report("it reports", |report| report.epoch != old).await;
    assert_eq!(machine.device.take_applied(), [], "no tunnel noticed");
    let told = plane.told();
    assert_eq!(told.enrolled[0].public_key, told.enrolled[1].public_key);
    let stats = &first.peer_stats;
    assert!(stats.len() == 3 && stats.iter().all(|stat| (stat.rx, stat.tx) == (0, 0)), "{stats:?}");
}
