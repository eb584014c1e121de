//! The whole on real tunnels: the built program as control plane and as agent, wireguard-go, a client that pings.
//!
//! Needs what the device tests need, and curl; where something is missing it says so and ends.

mod changes;
mod restart;
mod service;

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::space::{Space, interface, ready, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gatehouse");
const URL: &str = "http://127.0.0.1:8080";
/// A client that lost its server's session shakes hands again after 15 s; the rest is patience with a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Fleet {
    folder: TempDir,
    server: Space,
    client: Space,
    near: String,
    far: String,
    serve: Child,
    agent: Child,
    tunnel: Option<Child>,
    token: String,
    peer: String,
}

impl Fleet {
    /// A server that enrolled and a client that pings through it, with the configuration that the API gave out.
    fn start(what: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let (server, client) = (Space::new(&format!("{what}-s")), Space::new(&format!("{what}-c")));
        server.cable("192.0.2.1/24", &client, "192.0.2.2/24");
        let (near, far) = (interface(&format!("{what}s")), interface(&format!("{what}c")));
        let data = folder.path().join("data");
        let made = run(PROGRAM, &["create-admin", "--data-dir", data.to_str().unwrap(), "--email", "a@example.org"]);
        let password = made.lines().find_map(|line| line.strip_prefix("Password: ")).unwrap().to_owned();
        let serve = serve(&server, &folder);
        let mut fleet = Self {
            agent: server.start("true", &[], &folder.path().join("agent.log")),
            folder,
            server,
            client,
            near,
            far,
            serve,
            tunnel: None,
            token: String::new(),
            peer: String::new(),
        };
        fleet.until("the control plane answers", |fleet| fleet.try_get("/api/health").is_some());
        let login = fleet.post("/api/login", &json!({"email": "a@example.org", "password": password}));
        fleet.token = login["token"].as_str().unwrap().to_owned();
        let made = fleet.post(
            "/api/servers",
            &json!({"id": "la", "endpoint": "192.0.2.1:51820", "address": "10.97.0.1/24", "address6": "fd97::1/64",
                "allowed_ips": ["10.97.0.0/24", "fd97::/64"]}),
        );
        let token = made["enrollment_token"].as_str().unwrap();
        fleet.agent = fleet.agent(&["--url", URL, "--enroll", token]);
        fleet.until("the agent enrolled", |fleet| fleet.get("/api/servers/la")["public_key"].is_string());
        fleet.peer = fleet.post("/api/wg-clients/la", &json!({"name": "phone", "presharedKey": true}))["id"]
            .as_str()
            .unwrap()
            .to_owned();
        fleet.bring_up_client();
        fleet.until("the client pings", Self::pings);
        fleet
    }

    fn agent(&self, more: &[&str]) -> Child {
        let state = self.folder.path().join("state");
        let own = ["agent", "--interface", &self.near, "--interval", "1", "--state-dir", state.to_str().unwrap()];
        self.server.start(PROGRAM, &[&own, more].concat(), &self.folder.path().join("agent.log"))
    }

    fn bring_up_client(&mut self) {
        let path = format!("/api/wg-clients/la/{}/configuration", self.peer);
        let text = self.curl(&[&format!("{URL}{path}"), "-H", &self.authorization()]).unwrap();
        // What wg-quick would do with it: addresses by ip, the rest by wg.
        let (addresses, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with("Address = "));
        let file = self.folder.path().join("client.conf");
        fs::write(&file, rest.join("\n")).unwrap();
        let log = self.folder.path().join("client.log");
        self.tunnel = Some(self.client.start("wireguard-go", &["-f", &self.far], &log));
        let socket = format!("/var/run/wireguard/{}.sock", self.far);
        self.until("the client's device is there", |_| std::path::Path::new(&socket).exists());
        self.client.run("wg", &["setconf", &self.far, file.to_str().unwrap()]);
        for address in addresses[0].trim_start_matches("Address = ").split(", ") {
            self.client.run("ip", &["address", "add", address, "dev", &self.far]);
        }
        self.client.run("ip", &["link", "set", &self.far, "up"]);
        for network in ["10.97.0.0/24", "fd97::/64"] {
            self.client.run("ip", &["route", "add", network, "dev", &self.far]);
        }
    }

    fn authorization(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }

    fn curl(&self, arguments: &[&str]) -> Option<String> {
        let output = self.server.output("curl", &[&["-sS", "--fail-with-body", "-m", "20"], arguments].concat());
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    }

    fn try_get(&self, path: &str) -> Option<Value> {
        let text = self.curl(&[&format!("{URL}{path}"), "-H", &self.authorization()])?;
        Some(serde_json::from_str(&text).unwrap())
    }

    fn get(&self, path: &str) -> Value {
        self.try_get(path).unwrap_or_else(|| panic!("{path} did not answer"))
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.send("POST", path, body)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let (url, authorization) = (format!("{URL}{path}"), self.authorization());
        let body = body.to_string();
        let json = "Content-Type: application/json";
        let sent = self.curl(&[&url, "-X", method, "-H", &authorization, "-H", json, "-d", &body]);
        let sent = sent.unwrap_or_else(|| panic!("{method} {path} refused {body}"));
        if sent.is_empty() { Value::Null } else { serde_json::from_str(&sent).unwrap() }
    }

    fn switch(&self, action: &str) {
        self.post(&format!("/api/wg-clients/la/{}/{action}", self.peer), &json!({}));
    }

    fn pings(&self) -> bool {
        self.client.ping(&["-c", "1", "-W", "1", "10.97.0.1"]).1 == 1
    }

    fn used(&self) -> u64 {
        let peer = &self.get("/api/wg-clients/la")[0];
        peer["transferRx"].as_u64().unwrap() + peer["transferTx"].as_u64().unwrap()
    }

    fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !holds(self) {
            if began.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.path().join("agent.log")).unwrap_or_default();
                panic!("never: {what}\n{log}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for child in [Some(&mut self.agent), Some(&mut self.serve), self.tunnel.as_mut()].into_iter().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn serve(server: &Space, folder: &TempDir) -> Child {
    let data = folder.path().join("data");
    let own = ["serve", "--listen", "127.0.0.1:8080", "--data-dir", data.to_str().unwrap(), "--rate-limit", "off"];
    server.start(PROGRAM, &own, &folder.path().join("serve.log"))
}

fn end(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_client_pings_through_with_the_configuration_that_the_api_gave_out_and_its_traffic_shows() {
    if !ready("tun") {
        return;
    }
    let fleet = Fleet::start("t1");
    assert_eq!(fleet.client.ping(&["-6", "-c", "1", "-W", "5", "fd97::1"]).1, 1);
    fleet.until("the traffic shows", |fleet| fleet.used() > 0);
    let peer = &fleet.get("/api/wg-clients/la")[0];
    assert!(peer["latestHandshakeAt"].is_string(), "{peer}");
    fleet.until("the server is online", |fleet| {
        let status = &fleet.get("/api/statuses")[0];
        status["online"] == json!(true) && status["peers"] == json!(1) && status["ping_ms"].is_number()
    });
    fleet.switch("disable");
    fleet.until("the traffic stops", |fleet| !fleet.pings());
    fleet.switch("enable");
    fleet.until("the traffic is back", Fleet::pings);
}

#[test]
fn a_control_plane_that_was_killed_takes_no_tunnel_with_it_and_no_usage_is_lost() {
    if !ready("tun") {
        return;
    }
    let mut fleet = Fleet::start("t2");
    let before = fleet.used();
    end(&mut fleet.serve);
    let (sent, received) = fleet.client.ping(&["-i", "0.01", "-c", "300", "-s", "1000", "-W", "2", "10.97.0.1"]);
    assert_eq!((sent, received), (300, 300));
    let state = fleet.folder.path().join("state/spool");
    fleet.until("reports wait on disk", |_| fs::read_dir(&state).unwrap().count() > 1);
    fleet.serve = serve(&fleet.server, &fleet.folder);
    fleet.until("the control plane is back", |fleet| fleet.try_get("/api/statuses").is_some());
    fleet.until("what passed meanwhile is counted", |fleet| fleet.used() >= before + 2 * 300 * 1_000);
    let shown = fleet.server.run("wg", &["show", &fleet.near, "transfer"]);
    let device: u64 = shown.split_whitespace().skip(1).map(|number| number.parse::<u64>().unwrap()).sum();
    fleet.until("the counters agree with the device's", |fleet| fleet.used() >= device);
    let history = fleet.get("/api/history");
    let times: Vec<&Value> = history.as_array().unwrap().iter().map(|sample| &sample["recorded_at"]).collect();
    assert!(times.is_sorted_by_key(|time| time.as_str()), "{times:?}");
}

#[test]
fn drift_is_repaired_and_said_so() {
    if !ready("tun") {
        return;
    }
    let fleet = Fleet::start("t4");
    let key = fleet.get("/api/wg-clients/la")[0]["publicKey"].as_str().unwrap().to_owned();
    fleet.server.run("wg", &["set", &fleet.near, "peer", &key, "remove"]);
    let said = |fleet: &Fleet| {
        let status = &fleet.get("/api/statuses")[0];
        status["errors"].as_array().unwrap().iter().any(|fault| fault["code"] == json!("drift_repaired"))
    };
    fleet.until("the repair is reported", said);
    assert!(fleet.server.run("wg", &["show", &fleet.near, "peers"]).contains(&key));
    fleet.until("the tunnel is back", Fleet::pings);
}
