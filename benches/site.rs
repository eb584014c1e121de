//! A site: control plane, agent and wireguard-go in a network namespace, as the tests of the whole have them.

use std::fs;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fleet::{EMAIL, PASSWORD};
use super::instance::PROGRAM;
use super::load::{read, request};
use super::space::{Space, interface};

/// Where the control plane answers within the namespace.
const LISTEN: &str = "127.0.0.1:8080";
/// For thousands of devices on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running site; everything ends when it is dropped.
pub struct Site {
    /// Where it lives.
    pub space: Space,
    /// Of the WireGuard device.
    pub interface: String,
    folder: PathBuf,
    serve: Child,
    agent: Child,
    token: String,
}

impl Site {
    /// Serves a data directory in `folder/data`, and lets an agent enrol for one of its servers.
    pub fn start(name: &str, folder: PathBuf, server: &str) -> Self {
        let space = Space::new(&format!("bench-{name}"));
        let (data, log) = (folder.join("data"), folder.join("serve.log"));
        let own = ["serve", "--listen", LISTEN, "--rate-limit", "off", "--data-dir", data.to_str().unwrap()];
        let serve = space.start(PROGRAM, &own, &log);
        let agent = space.start("true", &[], &log);
        let interface = interface(&format!("b{}", &name[..1]));
        let mut site = Self { space, interface, folder, serve, agent, token: String::new() };
        site.until("the control plane answers", |site| {
            site.space.inside(|| std::net::TcpStream::connect(LISTEN)).is_ok()
        });
        let body = json!({"email": EMAIL, "password": PASSWORD});
        site.token = site.ask("POST", "/api/login", &body)["token"].as_str().unwrap().to_owned();
        let offered = site.ask("POST", &format!("/api/servers/{server}/enrollment"), &json!({}));
        let state = site.folder.join("state");
        let own = ["agent", "--url", &format!("http://{LISTEN}"), "--interface", &site.interface, "--interval", "3600"];
        let more = ["--enroll", offered["enrollment_token"].as_str().unwrap(), "--state-dir", state.to_str().unwrap()];
        let agent = site.space.start(PROGRAM, &[&own[..], &more].concat(), &site.folder.join("agent.log"));
        site.agent = agent;
        site
    }

    /// Asks the control plane, as its administrator.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        serde_json::from_str(&self.ask_text(method, path, &text)).unwrap()
    }

    /// [`Site::ask`] for what is not JSON.
    pub fn ask_text(&self, method: &str, path: &str, body: &str) -> String {
        let token = Some(self.token.as_str()).filter(|token| !token.is_empty());
        let request = request(method, path, token, body);
        self.space.inside(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(read(LISTEN.parse().unwrap(), &request))
        })
    }

    /// Enables or disables a device.
    pub fn switch(&self, server: &str, device: &str, action: &str) {
        self.ask("POST", &format!("/api/wg-clients/{server}/{device}/{action}"), &json!({}));
    }

    /// Public keys of the devices that WireGuard has now.
    pub fn shown(&self) -> Vec<String> {
        let output = self.space.output("wg", &["show", &self.interface, "peers"]);
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
    }

    /// Of the agent's process.
    pub fn agent(&self) -> u32 {
        self.agent.id()
    }

    /// Waits until something holds.
    pub fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !holds(self) {
            if began.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.join("agent.log")).unwrap_or_default();
                panic!("never: {what}\n{log}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for child in [&mut self.agent, &mut self.serve] {
            let _ended = (child.kill(), child.wait());
        }
    }
}
