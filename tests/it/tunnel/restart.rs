//! Agent and WireGuard killed, and nobody answers: tunnels come back, also to clients that are silent.

use std::fs;
use std::time::Duration;

use super::{Fleet, end};
use crate::space::{ready, run};

/// As SIGKILL to all that runs on the server: control plane, agent and wireguard-go.
fn cut(fleet: &mut Fleet) {
    end(&mut fleet.serve);
    end(&mut fleet.agent);
    run("pkill", &["-KILL", "-f", &format!("wireguard-go -f {}", fleet.near)]);
}

fn remembers(fleet: &Fleet) -> bool {
    let seen = fs::read_to_string(fleet.folder.path().join("state/seen.json")).unwrap_or_default();
    seen.contains("192.0.2.2")
}

fn shaken(fleet: &Fleet) -> bool {
    let shown = fleet.server.output("wg", &["show", &fleet.near, "latest-handshakes"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    shown.split_whitespace().nth(1).is_some_and(|second| second != "0")
}

/// The longest time without an answer, from the replies of `ping -D`.
fn largest_gap(told: &str) -> Duration {
    let at = |line: &str| line.strip_prefix('[')?.split(']').next()?.parse::<f64>().ok();
    let times: Vec<f64> = told.lines().filter_map(at).collect();
    Duration::from_secs_f64(times.windows(2).map(|two| two[1] - two[0]).fold(0.0, f64::max))
}

#[test]
fn a_tunnel_comes_back_from_the_cache_when_agent_and_wireguard_were_killed_and_nobody_answers() {
    if !ready("tun") {
        return;
    }
    let mut fleet = Fleet::start("t3");
    fleet.until("the agent knows where the client is", remembers);
    let log = fleet.folder.path().join("ping.log");
    let mut ping = fleet.client.start("ping", &["-D", "-i", "0.01", "10.97.0.1"], &log);
    let replies = || fs::read_to_string(&log).unwrap().lines().filter(|line| line.contains("bytes from")).count();
    fleet.until("it pings", |_| replies() > 50);
    cut(&mut fleet);
    let before = replies();
    fleet.agent = fleet.agent(&[]);
    fleet.until("the tunnel is back", |_| replies() > before + 50);
    end(&mut ping);
    println!("no answer for {:?}", largest_gap(&fs::read_to_string(&log).unwrap()));
}

#[test]
fn a_silent_client_is_greeted_by_a_server_that_lost_its_session() {
    if !ready("tun") {
        return;
    }
    let mut fleet = Fleet::start("t5");
    // From now on the client sends only what it is asked for: nothing would make it begin a handshake.
    let key = fleet.client.run("wg", &["show", &fleet.far, "peers"]).trim().to_owned();
    fleet.client.run("wg", &["set", &fleet.far, "peer", &key, "persistent-keepalive", "0"]);
    fleet.until("the agent knows where the client is", remembers);
    cut(&mut fleet);
    fleet.agent = fleet.agent(&[]);
    fleet.until("they shook hands", shaken);
    let (_, received) = fleet.server.ping(&["-c", "1", "-W", "5", "10.97.0.2"]);
    assert_eq!(received, 1, "the server reaches the client");
    let kept = fleet.server.run("wg", &["show", &fleet.near, "persistent-keepalive"]);
    assert!(kept.trim().ends_with("off"), "the greeting left nothing behind: {kept}");
}
