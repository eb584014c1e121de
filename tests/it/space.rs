//! A network namespace, what can be run in it, and two of them joined by a tunnel.

use std::os::fd::AsFd as _;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use gatehouse::agent::device::{Backend, Change, Device, Key, LinkWanted, open};
use ipnet::IpNet;

/// True when this machine can run device tests; else says what is missing.
pub fn ready(test: &str) -> bool {
    let missing = if !rustix::process::geteuid().is_root() {
        "root"
    } else if let Some(tool) = ["ip", "wg", "nft", "ping", "wireguard-go"].into_iter().find(|tool| !has(tool)) {
        tool
    } else if !std::path::Path::new("/dev/net/tun").exists() {
        "/dev/net/tun"
    } else {
        // Tests ask at the same time.
        static TRIES: AtomicU32 = AtomicU32::new(0);
        let name = format!("gdv-try-{}-{}", std::process::id(), TRIES.fetch_add(1, Ordering::Relaxed));
        let works = Command::new("ip").args(["netns", "add", &name]).output().unwrap().status.success();
        if works {
            run("ip", &["netns", "del", &name]);
            return true;
        }
        "network namespaces"
    };
    println!("skipped: {test} needs {missing}");
    false
}

pub fn has(tool: &str) -> bool {
    ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin"]
        .iter()
        .any(|folder| PathBuf::from(folder).join(tool).exists())
}

/// Runs a program that must succeed and answers what it printed.
pub fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A network namespace, gone at the end with every wireguard-go that was started in it.
pub struct Space {
    pub name: String,
}

impl Space {
    pub fn new(what: &str) -> Self {
        let name = format!("gdv-{}-{what}", std::process::id());
        run("ip", &["netns", "add", &name]);
        let space = Self { name };
        space.run("ip", &["link", "set", "lo", "up"]);
        space
    }

    /// Runs this on a thread that lives in the namespace; programs it starts live there too.
    pub fn inside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let file = std::fs::File::open(format!("/var/run/netns/{}", self.name)).unwrap();
        std::thread::scope(|scope| {
            let entered = scope.spawn(move || {
                let kind = rustix::thread::LinkNameSpaceType::Network;
                rustix::thread::move_into_link_name_space(file.as_fd(), Some(kind)).unwrap();
                work()
            });
            entered.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Starts a program here; it is ended with the namespace at the latest.
    pub fn start(&self, program: &str, arguments: &[&str], log: &std::path::Path) -> std::process::Child {
        let all = [&["netns", "exec", &self.name, program], arguments].concat();
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        Command::new("ip").args(all).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap()
    }

    pub fn output(&self, program: &str, arguments: &[&str]) -> Output {
        let all = [&["netns", "exec", &self.name, program], arguments].concat();
        Command::new("ip").args(all).output().unwrap()
    }

    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.output(program, arguments);
        assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A cable to another namespace with an address at each end.
    pub fn cable(&self, near: &str, other: &Space, far: &str) {
        let id = near.replace(['.', '/'], "");
        let (a, b) = (format!("gdva{id}"), format!("gdvb{id}"));
        let (a, b) = (a.chars().take(15).collect::<String>(), b.chars().take(15).collect::<String>());
        run("ip", &["-n", &self.name, "link", "add", &a, "type", "veth", "peer", "name", &b, "netns", &other.name]);
        for (space, end, address) in [(self, a, near), (other, b, far)] {
            space.run("ip", &["address", "add", address, "dev", &end]);
            space.run("ip", &["link", "set", &end, "up"]);
        }
    }

    /// The largest number of pings answered: sent and received.
    pub fn ping(&self, arguments: &[&str]) -> (u32, u32) {
        counts(&String::from_utf8(self.output("ping", arguments).stdout).unwrap())
    }
}

/// Sent and received, from what ping says at its end.
pub fn counts(told: &str) -> (u32, u32) {
    let line = told.lines().find(|line| line.contains("packets transmitted")).unwrap_or_else(|| panic!("{told}"));
    let mut numbers = line.split([' ', ',']).filter_map(|word| word.parse().ok());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

impl Drop for Space {
    fn drop(&mut self) {
        let listed = Command::new("ip").args(["netns", "pids", &self.name]).output().unwrap();
        for pid in String::from_utf8_lossy(&listed.stdout).lines() {
            let _ = Command::new("kill").arg(pid).output();
        }
        let _ = Command::new("ip").args(["netns", "del", &self.name]).output();
    }
}

/// An interface name that no other test and no other process uses: all namespaces share the socket folder.
pub fn interface(what: &str) -> String {
    let name = format!("gdv{what}{}", std::process::id() % 1_000_000);
    assert!(name.len() <= 15, "{name}");
    name
}

pub fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

/// A server with its device, and a client whose tunnel to it is up.
pub struct Pair {
    pub server: Space,
    pub client: Space,
    pub interface: String,
    pub device: Box<dyn Device>,
    pub client_key: Key,
}

impl Pair {
    /// 10.98.0.1 and fd98::1 are the server in the tunnel, .2 and ::2 the client.
    pub fn new(what: &str) -> Self {
        let (server, client) = (Space::new(&format!("{what}-s")), Space::new(&format!("{what}-c")));
        server.cable("192.0.2.1/24", &client, "192.0.2.2/24");
        let (near, far) = (interface(&format!("{what}s")), interface(&format!("{what}c")));
        let (private, client_private) = (Key::generate(), Key::generate());
        let client_key = Key::public_from_private(&client_private);

        let link = LinkWanted { addresses: vec![net("10.98.0.1/24"), net("fd98::1/64")], mtu: Some(1420) };
        let device = server.inside(|| {
            let mut device = open(&near, Backend::Userspace).unwrap();
            assert!(device.ensure_up(&link).unwrap().created);
            let allowed_ips = vec![net("10.98.0.2/32"), net("fd98::2/128")];
            let peer = Change::AddPeer { public_key: client_key, preshared_key: None, allowed_ips };
            device.apply(&[Change::SetPrivateKey(private), Change::SetListenPort(51_820), peer]).unwrap();
            device
        });
        let link = LinkWanted { addresses: vec![net("10.98.0.2/24"), net("fd98::2/64")], mtu: Some(1420) };
        client.inside(|| {
            let mut device = open(&far, Backend::Userspace).unwrap();
            device.ensure_up(&link).unwrap();
            device.apply(&[Change::SetPrivateKey(client_private)]).unwrap();
        });
        let key = Key::public_from_private(&private).to_base64();
        let networks = "10.98.0.0/24,fd98::/64,198.51.100.0/24";
        client.run("wg", &["set", &far, "peer", &key, "endpoint", "192.0.2.1:51820", "allowed-ips", networks]);
        client.run("ip", &["route", "add", "198.51.100.0/24", "dev", &far]);
        let (_, received) = client.ping(&["-c", "20", "-i", "0.1", "-w", "20", "10.98.0.1"]);
        assert!(received > 0, "the tunnel came up");
        Self { server, client, interface: near, device, client_key }
    }
}
