//! A network of its own: this program runs again in namespaces for networks, mounts and processes. What it starts there ends with
//! it, and nobody else sees it.

use std::process::Command;
use std::sync::Arc;

use crate::networks::{Space, has, run as execute};
use crate::{Outcome, space};

const TOOLS: [&str; 6] = ["ethtool", "ip", "nft", "ping", "wg", "wireguard-go"];
const KINDS: [&str; 6] = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

/// Runs `inside NAME FOLDER ARGUMENTS…` there and answers what it says.
pub fn run(name: &str, arguments: &[&str]) -> Outcome {
    if !rustix::process::geteuid().is_root() {
        return Ok("skipped: it needs root, for a network of its own".to_owned());
    }
    if let Some(tool) = TOOLS.into_iter().find(|tool| !has(tool)) {
        return Ok(format!("skipped: there is no {tool}"));
    }
    if !std::path::Path::new("/dev/net/tun").exists() {
        return Ok("skipped: there is no /dev/net/tun".to_owned());
    }
    match Command::new("unshare").args(KINDS).arg("true").output() {
        Ok(tried) if tried.status.success() => space::run_in(&KINDS, name, arguments),
        tried => Ok(format!("skipped: no namespaces of its own: {tried:?}")),
    }
}

/// Makes the place ready: names of networks and sockets of WireGuard are its own too.
pub fn prepare() {
    execute("mount", &["-t", "tmpfs", "tmpfs", "/run"]);
    execute("ip", &["link", "set", "lo", "up"]);
}

/// A cable from here to a namespace, with an address at each end; their names end with the same letter and number.
pub fn cable(space: &Space, name: &str, near: &str, far: &str) {
    let (here, there) = (format!("near-{name}"), format!("far-{name}"));
    execute("ip", &["link", "add", &here, "type", "veth", "peer", "name", &there]);
    execute("ip", &["link", "set", &there, "netns", &space.name]);
    execute("ip", &["address", "add", near, "dev", &here]);
    execute("ip", &["link", "set", &here, "up"]);
    space.run("ip", &["address", "add", far, "dev", &there]);
    space.run("ip", &["link", "set", &there, "up"]);
}

/// Packets that are lost on their way, by rules of the packet filter: those that come in here, and those that come in there.
pub struct Losses {
    space: Arc<Space>,
    name: String,
}

impl Losses {
    /// Of the cable of this name; connections that are begun there are counted.
    pub fn new(space: &Arc<Space>, name: &str) -> Self {
        let losses = Self { space: space.clone(), name: name.to_owned() };
        losses.both(&format!(
            "add table inet {name}; add chain inet {name} in {{ type filter hook input priority -10; }}"
        ));
        let begun = format!(
            "add chain inet {name} out {{ type filter hook output priority -10; }}; add counter inet {name} begun;
             add rule inet {name} out tcp flags & (syn|ack) == syn counter name begun"
        );
        space.run("nft", &[&begun]);
        losses
    }

    fn both(&self, command: &str) {
        execute("nft", &[command]);
        self.space.run("nft", &[command]);
    }

    /// Of what is sent to here.
    pub fn of_requests(&self, which: &str) {
        execute("nft", &[&format!("add rule inet {0} in iifname near-{0} {which} drop", self.name)]);
    }

    /// Of what is sent from here.
    pub fn of_answers(&self, which: &str) {
        self.space.run("nft", &[&format!("add rule inet {0} in iifname far-{0} {which} drop", self.name)]);
    }

    /// Nothing is lost any more.
    pub fn end(&self) {
        self.both(&format!("flush chain inet {} in", self.name));
    }

    /// Connections that were begun from there, tries of the same one included.
    pub fn begun(&self) -> u64 {
        let told = self.space.run("nft", &[&format!("list counter inet {} begun", self.name)]);
        let mut words = told.split_whitespace().skip_while(|word| *word != "packets");
        words.nth(1).and_then(|number| number.parse().ok()).unwrap()
    }
}
