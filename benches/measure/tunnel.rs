//! From disabling a device to the last packet that its server lets through, on a real tunnel.

use std::fs;
use std::net::UdpSocket;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::footprint;
use crate::Bench;
use crate::fleet;
use crate::report::{Goal, Report, digits, range};
use crate::rounds::Series;
use crate::site::Site;
use crate::space::{Space, interface, ready};

const SERVER: &str = "server-0000";
/// Other devices of the server.
const OTHERS: usize = 100;
/// Between two packets of the client.
const SPACING: Duration = Duration::from_millis(1);
/// Nothing for so long: the last packet has been seen.
const SILENCE: Duration = Duration::from_millis(300);
/// A handshake that did not come about is tried again after so long.
const AGAIN: Duration = Duration::from_secs(1);

pub fn measure(bench: &Bench, report: &mut Report) {
    report.section(
        "Tunnel",
        "Control plane, agent and wireguard-go in one network namespace, a client in another that sends a packet every ms; \
         a device is disabled over the API and the last packet that came through is timed.",
    );
    if !ready("bench") {
        report.skipped("disable to the last packet", "no root, no wireguard-go or no network namespaces");
        return;
    }
    let folder = bench.folder("tunnel");
    fleet::make(&folder.join("data"), 1, OTHERS);
    let site = Site::start("tunnel", folder.clone(), SERVER);
    site.until("every device is there", |site| site.shown().len() == OTHERS);
    let client = Client::start(&site, &folder);
    std::thread::sleep(footprint::SETTLED);
    footprint::memory(report, "agent, idle", site.agent(), Goal::AtMost(10.0));

    let stream = Stream::start(&site.space, &client.space);
    let tries = bench.many(100, 20);
    let (mut asked, mut answered) = (Vec::new(), Vec::new());
    for number in 0..tries {
        client.until_it_flows(&site, &stream);
        // The agent's looks at the device must not fall together with the tries.
        std::thread::sleep(Duration::from_millis(number as u64 * 37 % 100));
        let began = Instant::now();
        site.switch(SERVER, &client.id, "disable");
        let told = Instant::now();
        while stream.newest().elapsed() < SILENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        let last = stream.newest();
        asked.push(last.saturating_duration_since(began).as_secs_f64() * 1_000.0);
        answered.push(last.saturating_duration_since(told).as_secs_f64() * 1_000.0);
        site.switch(SERVER, &client.id, "enable");
    }
    stream.stop();
    let (asked, answered) = (Series::new(asked), Series::new(answered));
    let beside = format!(
        "{} ms over {tries} tries among {} devices, p50 {} ms, counted from the request; from its answer p50 {}, p99 {} ms",
        range(&asked),
        OTHERS + 1,
        digits(asked.median()),
        digits(answered.median()),
        digits(answered.share(0.99))
    );
    report.row("disable to the last packet, p99", asked.share(0.99), "ms", Goal::AtMost(150.0), &beside);
    footprint::memory(report, "agent, after that", site.agent(), Goal::None);
}

/// A device with a tunnel to the site.
struct Client {
    space: Space,
    interface: String,
    wireguard: Child,
    id: String,
    /// What `wg set` must be told of the server.
    server: Vec<String>,
}

impl Client {
    fn start(site: &Site, folder: &std::path::Path) -> Self {
        let space = Space::new("bench-client");
        site.space.cable("192.0.2.1/24", &space, "192.0.2.2/24");
        let made = site.ask("POST", &format!("/api/wg-clients/{SERVER}"), &json!({"name": "phone"}));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let id = text(&made["id"]);
        let configuration = site.ask_text("GET", &format!("/api/wg-clients/{SERVER}/{id}/configuration"), "");
        let (own, rest): (Vec<&str>, Vec<&str>) =
            configuration.lines().partition(|line| line.starts_with("Address = "));
        let file = folder.join("client.conf");
        fs::write(&file, rest.join("\n")).unwrap();
        let interface = interface("bc");
        let wireguard = space.start("wireguard-go", &["-f", &interface], &folder.join("client.log"));
        let socket = format!("/var/run/wireguard/{interface}.sock");
        site.until("the client's device is there", |_| std::path::Path::new(&socket).exists());
        space.run("wg", &["setconf", &interface, file.to_str().unwrap()]);
        for address in own[0].trim_start_matches("Address = ").split(", ") {
            space.run("ip", &["address", "add", address, "dev", &interface]);
        }
        space.run("ip", &["link", "set", &interface, "up"]);
        space.run("ip", &["route", "add", "10.64.0.0/16", "dev", &interface]);
        let key = text(&site.ask("GET", &format!("/api/servers/{SERVER}"), &Value::Null)["public_key"]);
        let server = [&key, "endpoint", "192.0.2.1:51820", "allowed-ips", "10.64.0.0/16"].map(str::to_owned);
        Self { space, interface, wireguard, id, server: server.to_vec() }
    }

    /// Shakes hands anew: by itself a client notices only after 15 s that its server forgot it.
    fn connect(&self) {
        let set = |more: &[&str]| {
            self.space.run("wg", &[&["set", &self.interface, "peer"], more].concat());
        };
        set(&[&self.server[0], "remove"]);
        set(&self.server.iter().map(String::as_str).collect::<Vec<_>>());
    }

    fn until_it_flows(&self, site: &Site, stream: &Stream) {
        site.until("the device is back", |site| site.shown().len() == OTHERS + 1);
        let flows = || stream.newest().elapsed() < 10 * SPACING;
        site.until("packets come through", |_| {
            if flows() {
                return true;
            }
            self.connect();
            let began = Instant::now();
            while began.elapsed() < AGAIN && !flows() {
                std::thread::sleep(SPACING);
            }
            false
        });
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ended = (self.wireguard.kill(), self.wireguard.wait());
    }
}

/// Packets from the client to its server.
struct Stream {
    began: Instant,
    /// Nanoseconds from the beginning to the newest arrival.
    newest: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Stream {
    fn start(server: &Space, client: &Space) -> Self {
        let bind = |space: &Space, address: &str| space.inside(|| UdpSocket::bind(address)).unwrap();
        let (far, near) = (bind(client, "0.0.0.0:0"), bind(server, "10.64.0.1:9000"));
        near.set_read_timeout(Some(SILENCE)).unwrap();
        let (began, newest, over) = (Instant::now(), Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (arrived, heard, done) = (newest.clone(), over.clone(), over.clone());
        let receive = std::thread::spawn(move || {
            while !heard.load(Ordering::Relaxed) {
                if near.recv(&mut [0; 64]).is_ok() {
                    let at = u64::try_from(began.elapsed().as_nanos()).unwrap();
                    arrived.store(at, Ordering::Relaxed);
                }
            }
        });
        let send = std::thread::spawn(move || {
            while !done.load(Ordering::Relaxed) {
                // While the tunnel is down there is nowhere to send to.
                let _lost = far.send_to(&[0; 32], "10.64.0.1:9000");
                std::thread::sleep(SPACING);
            }
        });
        Self { began, newest, over, threads: vec![receive, send] }
    }

    fn newest(&self) -> Instant {
        self.began + Duration::from_nanos(self.newest.load(Ordering::Relaxed))
    }

    fn stop(self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
    }
}
