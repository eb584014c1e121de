//! The agent as a service: ready when its interface is up, and signs of life as often as they are asked for.

use std::os::unix::net::UnixDatagram;

use super::{Fleet, PATIENCE, PROGRAM, end};
use crate::space::{ready, run};

#[test]
fn the_service_manager_hears_that_the_interface_is_up_and_then_signs_of_life() {
    if !ready("service") {
        return;
    }
    let mut fleet = Fleet::start("t7");
    end(&mut fleet.serve);
    end(&mut fleet.agent);
    run("pkill", &["-KILL", "-f", &format!("wireguard-go -f {}", fleet.near)]);
    let path = fleet.folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let heard = || {
        let mut bytes = [0; 1024];
        let length = socket.recv(&mut bytes).expect("the agent says something");
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    };
    let notify = format!("NOTIFY_SOCKET={}", path.display());
    let state = fleet.folder.path().join("state");
    let own = ["agent", "--interface", &fleet.near, "--interval", "1", "--state-dir", state.to_str().unwrap()];
    let log = fleet.folder.path().join("agent.log");
    // With no control plane: what is on disk is enough.
    let arguments = [&[notify.as_str(), "WATCHDOG_USEC=1000000", PROGRAM], &own[..]].concat();
    fleet.agent = fleet.server.start("env", &arguments, &log);
    let mut first = heard();
    while !first.contains("READY=1") {
        first = heard();
    }
    let peers = fleet.server.run("wg", &["show", &fleet.near, "peers"]);
    assert_eq!(peers.lines().count(), 1, "it is up with its peer");
    for _ in 0..5 {
        let next = heard();
        assert!(next.contains("WATCHDOG=1") && !next.contains("READY"), "{next}");
    }
    // An agent that is killed leaves the interface to itself, as the unit's KillMode=process does.
    end(&mut fleet.agent);
    assert_eq!(fleet.server.run("wg", &["show", &fleet.near, "peers"]), peers);
    // wireguard-go has heard none of the agent's own.
    let pid = run("pgrep", &["-f", &format!("wireguard-go -f {}", fleet.near)]);
    let environment = std::fs::read(format!("/proc/{}/environ", pid.trim())).unwrap();
    assert!(!String::from_utf8_lossy(&environment).contains("NOTIFY_SOCKET"));
}
