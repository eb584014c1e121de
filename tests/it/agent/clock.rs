//! Clocks that jump: nobody is cut for it, and reports tell the right time.

use std::time::Duration;

use gatehouse::wire::Desired;

use super::{Machine, Plane, YEAR, off, state};

/// Peers that expire in a year.
fn expiring(revision: u64) -> Desired {
    let mut desired = state(revision, 1..=3);
    let at = (chrono::Utc::now() + chrono::TimeDelta::days(365)).to_rfc3339();
    desired.peers.iter_mut().for_each(|peer| peer.expires_at = Some(at.clone()));
    desired
}

/// More than the control plane takes for the same moment on a slow machine.
const NEAR: Duration = Duration::from_secs(120);

#[tokio::test]
async fn a_clock_ten_years_off_cuts_nobody_and_is_told_of() {
    let plane = Plane::start(expiring(1)).await;
    let machine = Machine::enrolled(&plane).await;
    machine.device.take_applied();
    for (shift, word) in [(10 * YEAR, "ahead"), (-10 * YEAR, "behind")] {
        machine.shift(shift);
        let words = plane.says("clock_wrong").await;
        assert!(words.contains("this machine's clock is 36") && words.contains(word), "{words}");
        let (last, _) = plane.told().reports.last().unwrap().clone();
        assert!(off(&last.measured_at.unwrap()) < NEAR);
        assert!(off(&last.errors[0].at) < NEAR);
    }
    // Set right again, there is nothing more to say.
    machine.shift(0);
    let before = plane.told().reports.len();
    plane
        .until("no more of it", |told| told.reports[before..].iter().any(|(report, _)| report.errors.is_empty()))
        .await;
    assert_eq!(machine.device.take_applied(), []);
}

#[tokio::test]
async fn a_clock_that_jumps_while_nobody_answers_cuts_nobody_even_through_a_restart() {
    let mut plane = Plane::start(expiring(1)).await;
    let mut machine = Machine::enrolled(&plane).await;
    machine.device.take_applied();
    plane.go_away().await;
    machine.shift(10 * YEAR);
    let waiting = |machine: &Machine| std::fs::read_dir(machine.file("spool")).unwrap().count();
    machine.until("reports wait", |machine| waiting(machine) >= 2).await;
    machine.kill().await;
    machine.start(&[]);
    machine.until("more wait", |machine| waiting(machine) >= 4).await;
    let before = plane.told().reports.len();
    plane.come_back().await;
    plane.says("clock_wrong").await;
    assert_eq!(machine.peers().len(), 3);
    assert_eq!(machine.device.take_applied(), []);
    let told = plane.told();
    let times: Vec<_> = told.reports[before..].iter().map(|(report, _)| report.measured_at.clone().unwrap()).collect();
    assert!(times.is_sorted() && times.iter().all(|time| off(time) < NEAR), "{times:?}");
}

#[tokio::test]
async fn an_agent_that_starts_with_a_wrong_clock_goes_by_its_control_plane() {
    let plane = Plane::start(expiring(1)).await;
    let mut machine = Machine::new();
    machine.shift(10 * YEAR);
    machine.start(&["--url", &plane.url, "--enroll", "en_test"]);
    machine.until("nobody is left out", |machine| machine.peers().len() == 3).await;
    let words = plane.says("clock_wrong").await;
    assert!(words.contains("this machine's"), "{words}");
}

#[tokio::test]
async fn a_control_plane_whose_clock_jumps_moves_nothing_here() {
    let plane = Plane::start(expiring(1)).await;
    let machine = Machine::enrolled(&plane).await;
    machine.device.take_applied();
    plane.told().shift = 10 * YEAR;
    let words = plane.says("clock_wrong").await;
    assert!(words.contains("the control plane's clock"), "{words}");
    plane.says("clock_wrong").await;
    assert_eq!(machine.device.take_applied(), []);
    let (last, _) = plane.told().reports.last().unwrap().clone();
    assert!(off(&last.measured_at.unwrap()) < NEAR);
}

#[tokio::test]
async fn an_expiry_is_kept_by_the_right_time_while_the_clock_is_wrong() {
    let plane = Plane::start(state(1, 1..=3)).await;
    let machine = Machine::enrolled(&plane).await;
    machine.shift(-10 * YEAR);
    plane.says("clock_wrong").await;
    let mut next = state(2, 1..=3);
    next.peers[0].expires_at = Some((chrono::Utc::now() + chrono::TimeDelta::seconds(3)).to_rfc3339());
    plane.wants(next);
    plane.report("it is applied", |report| report.applied_revision == Some(2)).await;
    machine.until("it is cut when its time is over", |machine| machine.peers().len() == 2).await;
    let before = plane.told().reports.len();
    plane.until("a report of after that", |told| told.reports.len() > before + 1).await;
    let told = plane.told();
    let faults = told.reports.iter().flat_map(|(report, _)| &report.errors);
    assert_eq!(faults.filter(|fault| fault.code == "drift_repaired").count(), 0, "that is no drift");
}
