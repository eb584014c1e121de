//! A control plane that is away, slow, lossy or cross.

use std::time::Duration;

use gatehouse::wire::Report;

use super::{Machine, Mood, Plane, key, state};

fn place(report: &Report) -> (u64, u64) {
    (report.epoch.unwrap(), report.seq.unwrap())
}

#[tokio::test]
async fn the_state_on_disk_is_applied_before_anybody_answers() {
    let mut plane = Plane::start(state(3, 1..=4)).await;
    let mut machine = Machine::enrolled(&plane).await;
    machine.kill().await;
    // A reboot, while the control plane takes requests and answers none.
    machine.device.delete();
    plane.told().to_all = Mood::Silent;
    plane.told().polls.clear();
    machine.start(&[]);
    plane.until("it asks", |told| told.polls == [Some(3)]).await;
    assert_eq!(machine.peers().len(), 4);
    assert_eq!(machine.device.state().shown.listen_port, 51_820);
    // And while there is none at all.
    machine.kill().await;
    machine.device.delete();
    plane.go_away().await;
    machine.start(&[]);
    machine.until("the peers are there", |machine| machine.peers().len() == 4).await;
}

#[tokio::test]
async fn a_change_is_applied_when_the_poll_is_answered_and_touches_nothing_else() {
    let plane = Plane::start(state(1, 1..=3)).await;
    let machine = Machine::enrolled(&plane).await;
    machine.device.take_applied();
    plane.wants(state(2, 2..=4));
    machine.until("one went and one came", |machine| machine.peers() == [key(2), key(3), key(4)]).await;
    assert_eq!(machine.device.take_applied().len(), 2);
    plane.report("it says so", |report| report.applied_revision == Some(2)).await;
}

#[tokio::test]
async fn an_older_state_is_refused_and_told_of_and_the_poll_does_not_spin() {
    let plane = Plane::start(state(9, 1..=3)).await;
    let machine = Machine::enrolled(&plane).await;
    machine.device.take_applied();
    plane.told().polls.clear();
    plane.wants(state(8, 1..=30));
    let words = plane.says("older_state_refused").await;
    assert!(words.contains('8') && words.contains('9'), "{words}");
    assert_eq!(machine.device.take_applied(), []);
    let reports = plane.told().reports.len();
    plane.until("some reports later", |told| told.reports.len() >= reports + 2).await;
    let polls = plane.told().polls.clone();
    assert!(polls.iter().all(|revision| *revision == Some(9)), "{polls:?}");
    assert!(polls.len() < 40, "{} polls in some seconds", polls.len());
    plane.wants(state(10, 1..=2));
    machine.until("a newer one is taken", |machine| machine.peers().len() == 2).await;
}

#[tokio::test]
async fn a_report_whose_answer_was_lost_comes_again_as_it_was() {
    let plane = Plane::start(state(1, 1..=2)).await;
    let mut machine = Machine::enrolled(&plane).await;
    machine.device.traffic(&key(1), 1_000, 500);
    plane.told().to_reports.push_back(Mood::Silent);
    let silent = |told: &super::Told| told.reports.iter().position(|(_, mood)| *mood == Mood::Silent);
    plane.until("one is not answered", |told| silent(told).is_some()).await;
    // It was counted, and the agent dies before it hears of it.
    machine.kill().await;
    let at = silent(&plane.told()).unwrap();
    let lost = plane.told().reports[at].0.clone();
    machine.device.traffic(&key(1), 70, 7);
    machine.start(&[]);
    plane.until("reports come again", |told| told.reports.len() >= at + 4).await;
    let after: Vec<Report> = plane.told().reports[at + 1..].iter().map(|(report, _)| report.clone()).collect();
    assert_eq!(serde_json::to_value(&after[0]).unwrap(), serde_json::to_value(&lost).unwrap(), "the same, to the byte");
    let (epoch, seq) = place(&lost);
    assert_eq!(place(&after[1]), (epoch, seq + 1));
    assert_eq!(place(&after[2]), (epoch, seq + 2));
    let last = after.last().unwrap().peer_stats.iter().find(|stat| stat.public_key == key(1).0.into()).unwrap();
    assert_eq!((last.rx, last.tx), (1_070, 507));
}

#[tokio::test]
async fn what_was_measured_in_an_outage_is_delivered_once_each_and_in_order() {
    let mut plane = Plane::start(state(1, 1..=2)).await;
    let mut machine = Machine::enrolled(&plane).await;
    plane.go_away().await;
    let waiting = |machine: &Machine| std::fs::read_dir(machine.file("spool")).unwrap().count();
    machine.until("reports wait", |machine| waiting(machine) >= 2).await;
    // The agent's end loses none either.
    machine.kill().await;
    machine.start(&[]);
    machine.until("more wait", |machine| waiting(machine) >= 4).await;
    plane.come_back().await;
    let reports = plane.told().reports.len();
    plane.until("they are delivered", |told| told.reports.len() >= reports + 5).await;
    let told = plane.told();
    let places: Vec<_> = told.reports.iter().map(|(report, _)| place(report)).collect();
    let expected: Vec<_> = (1..=places.len() as u64).map(|seq| (places[0].0, seq)).collect();
    assert_eq!(places, expected);
    assert!(told.reports.is_sorted_by_key(|(report, _)| report.measured_at.clone()));
}

#[tokio::test(start_paused = true)]
async fn each_report_that_gets_through_makes_the_next_wait_a_short_one() {
    const WAITING: usize = 20;
    let plane = Plane::start(state(1, 1..=2)).await;
    let machine = Machine::enrolled(&plane).await;
    plane.told().to_all = Mood::Refuses(503);
    let waiting = |machine: &Machine| std::fs::read_dir(machine.file("spool")).unwrap().count();
    machine.until("reports wait", |machine| waiting(machine) >= WAITING).await;
    // A line that every other report gets lost on.
    let before = {
        let mut told = plane.told();
        told.to_all = Mood::Well;
        told.to_reports.extend([Mood::Well, Mood::Refuses(503)].repeat(WAITING));
        told.reports.len()
    };
    plane
        .until("the first gets through", |told| told.reports[before..].iter().any(|(_, mood)| *mood == Mood::Well))
        .await;
    // By a clock that only waiting moves: none of the waits was longer than that after one failure.
    let began = tokio::time::Instant::now();
    plane.until("all got through", |told| told.reports.len() >= before + 2 * WAITING).await;
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_is_large_may_take_its_time_on_a_slow_line() {
    let plane = Plane::start(state(1, 1..=400)).await;
    let machine = Machine::enrolled(&plane).await;
    // A report of 400 devices takes eight seconds at 64 kbit/s, and here a minute.
    let before = plane.told().reports.len();
    plane.told().to_reports.push_back(Mood::Late(60));
    plane.until("the next is taken", |told| told.reports.len() >= before + 2).await;
    let two: Vec<_> = plane.told().reports[before..before + 2].iter().map(|(report, _)| place(report).1).collect();
    assert_eq!(two[0] + 1, two[1], "it is not sent again");
    // A state that comes in parts, and takes longer than a poll does.
    plane.told().trickles = Some(10);
    let answered = plane.told().answered.len();
    plane.wants(state(2, 1..=401));
    machine.until("it is there", |machine| machine.peers().len() == 401).await;
    assert_eq!(plane.told().answered.len(), answered + 1, "at the first try");
}

#[tokio::test]
async fn a_dead_token_stops_nothing_on_the_device() {
    let plane = Plane::start(state(1, 1..=3)).await;
    let machine = Machine::enrolled(&plane).await;
    plane.told().to_all = Mood::Refuses(401);
    plane.wants(state(2, 1..=4));
    let polls = plane.told().polls.len();
    plane.until("it is turned away", |told| told.polls.len() > polls).await;
    // Somebody's hand is still put right.
    machine.device.state().shown.peers.remove(&key(2));
    machine.until("drift is repaired", |machine| machine.peers().len() == 3).await;
    let refused = plane.told().reports.len();
    plane.until("a report is turned away", |told| told.reports.len() > refused).await;
    let first = place(&plane.told().reports[refused].0);
    plane.told().to_all = Mood::Well;
    // It was kept.
    plane.report("the report is delivered", |report| place(report) == first).await;
    machine.until("the new state is applied", |machine| machine.peers().len() == 4).await;
}

#[tokio::test]
async fn a_report_that_is_refused_for_good_is_dropped_and_one_that_met_a_wrong_door_is_kept() {
    let plane = Plane::start(state(1, 1..=2)).await;
    let machine = Machine::enrolled(&plane).await;
    machine.device.traffic(&key(1), 900, 90);
    plane.told().to_reports.extend([Mood::Refuses(404), Mood::Refuses(400)]);
    let words = plane.says("report_refused").await;
    assert!(words.contains("as the test says"), "{words}");
    let told = plane.told();
    let at = told.reports.iter().position(|(_, mood)| *mood == Mood::Refuses(404)).unwrap();
    let (_, seq) = place(&told.reports[at].0);
    let next: Vec<_> = told.reports[at + 1..].iter().take(2).map(|(report, mood)| (place(report).1, *mood)).collect();
    assert_eq!(next, [(seq, Mood::Refuses(400)), (seq + 1, Mood::Well)]);
    // What it counted is in the next one.
    let stat = told.reports[at + 2].0.peer_stats.iter().find(|stat| stat.public_key == key(1).0.into()).unwrap();
    assert_eq!((stat.rx, stat.tx), (900, 90));
}

#[tokio::test]
async fn the_last_bytes_of_a_peer_that_went_are_reported() {
    let plane = Plane::start(state(1, 1..=2)).await;
    let machine = Machine::enrolled(&plane).await;
    machine.device.traffic(&key(2), 4_000, 40);
    plane.wants(state(2, 1..=1));
    let gone = key(2).0.into();
    let said = plane
        .report("its counters", |report| {
            report.applied_revision == Some(2) && report.peer_stats.iter().any(|stat| stat.public_key == gone)
        })
        .await;
    let stat = said.peer_stats.iter().find(|stat| stat.public_key == gone).unwrap();
    assert_eq!((stat.rx, stat.tx, machine.peers().len()), (4_000, 40, 1));
    // Back again, it goes on from there.
    plane.wants(state(3, 1..=2));
    machine.until("it is back", |machine| machine.peers().len() == 2).await;
    machine.device.traffic(&key(2), 5, 5);
    plane
        .report("both together", |report| {
            report.peer_stats.iter().any(|stat| stat.public_key == gone && (stat.rx, stat.tx) == (4_005, 45))
        })
        .await;
}

#[tokio::test]
async fn a_device_that_cannot_be_read_is_reported_and_not_silent() {
    let plane = Plane::start(state(1, 1..=2)).await;
    let machine = Machine::enrolled(&plane).await;
    machine.device.state().fail_up = true;
    plane.says("apply_failed").await;
    machine.until("tried again", |machine| machine.peers().len() == 2).await;
}
