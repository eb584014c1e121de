//! wireguard-go, driven: what it shows, what a change costs, and that it outlives the agent.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gatehouse::agent::device::{
    Backend, DeviceError, Key, LinkWanted, Wanted, WantedPeer, difference, open, open_with,
};

use crate::space::{Pair, Space, counts, interface, net, ready, run};

fn socket(interface: &str) -> String {
    format!("/var/run/wireguard/{interface}.sock")
}

/// Until it is so, or ten seconds are over.
fn until(what: &str, so: impl Fn() -> bool) {
    let started = Instant::now();
    while !so() {
        assert!(started.elapsed() < Duration::from_secs(10), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn peers(count: u32) -> BTreeMap<Key, WantedPeer> {
    let peer = |i: u32| {
        let mut key = [0x55; 32];
        key[..4].copy_from_slice(&i.wrapping_mul(2_654_435_761).to_le_bytes());
        let address = std::net::Ipv4Addr::from(0x0A63_0000 + i);
        let preshared_key = i.is_multiple_of(3).then_some(Key([7; 32]));
        (Key(key), WantedPeer { preshared_key, allowed_ips: vec![net(&format!("{address}/32"))] })
    };
    (0..count).map(peer).collect()
}

#[test]
fn wireguard_go_shows_what_it_was_given_and_wants_no_second_change() {
    if !ready("shows") {
        return;
    }
    let (space, name) = (Space::new("shows"), interface("u"));
    space.inside(|| {
        let mut device = open(&name, Backend::Userspace).unwrap();
        assert!(matches!(device.read(), Err(DeviceError::Absent(_))), "nothing is started before ensure_up");
        device.ensure_up(&LinkWanted::default()).unwrap();
        let mut wanted = Wanted { private_key: Key([0x99; 32]), listen_port: 42_424, peers: peers(40) };
        for step in 0..4 {
            let changes = difference(&device.read().unwrap(), &wanted);
            assert!(!changes.is_empty());
            device.apply(&changes).unwrap();
            let shown = device.read().unwrap();
            assert_eq!(difference(&shown, &wanted), [], "step {step}");
            assert_eq!(shown.peers.len(), wanted.peers.len());
            // Two peers swap their ranges, one loses its preshared key, one goes.
            let keys: Vec<Key> = wanted.peers.keys().copied().collect();
            let swapped = wanted.peers[&keys[1]].allowed_ips.clone();
            let other = std::mem::replace(&mut wanted.peers.get_mut(&keys[2]).unwrap().allowed_ips, swapped);
            wanted.peers.get_mut(&keys[1]).unwrap().allowed_ips = other;
            wanted.peers.get_mut(&keys[3]).unwrap().preshared_key = (step == 1).then_some(Key([8; 32]));
            wanted.peers.remove(&keys[4]);
        }
        let told = space.run("wg", &["show", &name, "listen-port"]);
        assert_eq!(told.trim(), "42424");
    });
}

#[test]
fn changing_other_peers_loses_no_packet() {
    if !ready("loss") {
        return;
    }
    let mut pair = Pair::new("x");
    let shown = pair.device.read().unwrap();
    let mut wanted = Wanted { private_key: shown.private_key.unwrap(), listen_port: 51_820, peers: peers(2_000) };
    let allowed_ips = shown.peers[&pair.client_key].allowed_ips.clone();
    wanted.peers.insert(pair.client_key, WantedPeer { preshared_key: None, allowed_ips });
    let changes = difference(&shown, &wanted);
    pair.device.apply(&changes).unwrap();

    let (sent, received, applied) = std::thread::scope(|scope| {
        let pings = scope.spawn(|| pair.client.ping(&["-q", "-i", "0.005", "-c", "600", "-W", "2", "10.98.0.1"]));
        let mut applied = 0;
        while !pings.is_finished() {
            let key = *wanted.peers.keys().filter(|key| **key != pair.client_key).nth(applied % 1_999).unwrap();
            if applied.is_multiple_of(3) {
                wanted.peers.remove(&key);
            } else {
                wanted.peers.get_mut(&key).unwrap().allowed_ips.push(net(&format!("10.200.{}.0/24", applied % 250)));
            }
            // The client itself grows and shrinks too.
            let own = &mut wanted.peers.get_mut(&pair.client_key).unwrap().allowed_ips;
            if own.len() < 3 {
                own.push(net("10.201.0.0/24"))
            } else {
                own.truncate(2)
            }
            let changes = difference(&pair.device.read().unwrap(), &wanted);
            assert_eq!(changes.len(), 2);
            pair.device.apply(&changes).unwrap();
            applied += 1;
        }
        let (sent, received) = pings.join().unwrap();
        (sent, received, applied)
    });
    println!("{applied} changes among 2,000 peers, {sent} pings, {received} answers");
    assert!(applied > 10);
    assert_eq!(sent, received);
}

/// Not a test of its own: the agent that the next test kills.
#[test]
#[ignore = "run by the test below"]
fn an_agent_to_be_killed() {
    let Ok(name) = std::env::var("GDV_INTERFACE") else { return };
    let mut device = open(&name, Backend::Userspace).unwrap();
    device.ensure_up(&LinkWanted { addresses: vec![net("10.96.0.1/24")], mtu: None }).unwrap();
    println!("up");
    loop {
        std::thread::park();
    }
}

#[test]
fn the_tunnel_outlives_an_agent_that_is_killed_and_the_next_one_takes_it_over() {
    if !ready("killed") {
        return;
    }
    let (space, name) = (Space::new("killed"), interface("k"));
    space.inside(|| {
        let mut agent = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "device::userspace::an_agent_to_be_killed"])
            .env("GDV_INTERFACE", &name)
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(agent.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("up")));
        // The whole group, as a terminal or a service manager would: what the agent started must not be in it.
        run("kill", &["-KILL", "--", &format!("-{}", agent.id())]);
        agent.wait().unwrap();
        // Everything the agent held is closed now; a program that ended with it would have ended by here.
        assert!(lines.next().is_none_or(|line| line.is_ok()));

        UnixStream::connect(socket(&name)).unwrap();
        let mut device = open(&name, Backend::Auto).unwrap();
        assert_eq!(device.kind(), "userspace", "what serves the interface goes on serving it");
        let outcome = device.ensure_up(&LinkWanted { addresses: vec![net("10.96.0.1/24")], mtu: None }).unwrap();
        assert_eq!(outcome, Default::default(), "nothing had to be repaired");
        device.read().unwrap();
    });
}

#[test]
fn a_program_that_ended_is_started_again() {
    if !ready("again") {
        return;
    }
    let (space, name) = (Space::new("again"), interface("g"));
    space.inside(|| {
        let mut device = open(&name, Backend::Userspace).unwrap();
        let link = LinkWanted { addresses: vec![net("10.96.0.1/24")], mtu: None };
        assert!(device.ensure_up(&link).unwrap().created);
        std::fs::remove_file(socket(&name)).unwrap();
        until("wireguard-go ends", || !space.output("ip", &["link", "show", &name]).status.success());
        assert!(matches!(device.read(), Err(DeviceError::Absent(_))));
        assert!(device.ensure_up(&link).unwrap().created);
        device.read().unwrap();
    });
}

#[test]
fn a_stale_socket_is_replaced_and_a_live_one_is_used() {
    if !ready("stale") {
        return;
    }
    let (space, name) = (Space::new("stale"), interface("t"));
    std::fs::create_dir_all("/var/run/wireguard").unwrap();
    drop(UnixListener::bind(socket(&name)).unwrap());
    space.inside(|| {
        let link = LinkWanted::default();
        assert!(open(&name, Backend::Userspace).unwrap().ensure_up(&link).unwrap().created);
        // The program named here does not exist, so it cannot have been started.
        let mut second = open_with(&name, Backend::Userspace, "/nonexistent".as_ref()).unwrap();
        assert!(!second.ensure_up(&link).unwrap().created);
    });
}

#[test]
fn a_program_that_cannot_run_is_named() {
    let name = interface("n");
    let mut missing = open_with(&name, Backend::Userspace, "/nonexistent/wg".as_ref()).unwrap();
    let told = missing.ensure_up(&LinkWanted::default()).unwrap_err().to_string();
    assert!(told.contains("/nonexistent/wg"), "{told}");
    let mut ends = open_with(&name, Backend::Userspace, "/bin/false".as_ref()).unwrap();
    let started = Instant::now();
    assert!(matches!(ends.ensure_up(&LinkWanted::default()), Err(DeviceError::NotStarted { .. })));
    assert!(started.elapsed() < Duration::from_secs(5), "it does not wait for a socket that cannot come");
    assert_eq!(counts("3 packets transmitted, 2 received, 33% packet loss"), (3, 2));
}
