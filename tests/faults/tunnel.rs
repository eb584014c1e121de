//! A VPN server in a namespace of its own, with the real agent and wireguard-go, and a device that pings through it. What the agent
//! says to the control plane takes one cable, and what devices send another: a fault of the first must not touch the second.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;

use gatehouse::agent::device::{Backend, Device, Key, Shown, open};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::ledger::{Ledger, Outcome, What};
use crate::network::{Losses, cable};
use crate::networks::{Space, counts, run};
use crate::plane::PROGRAM;
use crate::relay::Relay;
use crate::space::until;

pub struct Tunnel {
    pub id: String,
    /// Which one this is, from 1.
    pub number: usize,
    pub space: Arc<Space>,
    pub relay: Relay,
    pub losses: Losses,
    /// The interface, and the state directory of its agent.
    pub near: String,
    pub state: PathBuf,
    agent: Child,
    ping: Option<Child>,
    log: PathBuf,
    admin: (SocketAddr, String),
    made: usize,
    /// Devices that can be kept out, by name and id; the first is the one that pings.
    devices: Vec<(String, String)>,
    ledger: Arc<Ledger>,
}

/// Where it stands, and how often it reports.
pub struct Place<'a> {
    pub number: usize,
    pub folder: &'a Path,
    /// Of the control plane, and of a session of an administrator.
    pub plane: SocketAddr,
    pub token: &'a str,
    pub ledger: &'a Arc<Ledger>,
    /// Of its agent.
    pub flags: &'a [&'a str],
}

impl Tunnel {
    /// Registers the server, starts its agent and lets a device ping. `leads` makes another way to the control plane than the
    /// cable: from the namespace to the address that it answers.
    pub fn start(place: &Place<'_>, leads: impl FnOnce(&Arc<Space>) -> Option<String>) -> Result<Self, String> {
        let (number, folder) = (place.number, place.folder);
        let space = Arc::new(Space::new(&format!("s{number}")));
        let (talk, devices) = (format!("talk{number}"), format!("dev{number}"));
        cable(&space, &talk, &format!("10.70.{number}.1/24"), &format!("10.70.{number}.2/24"));
        cable(&space, &devices, &format!("10.71.{number}.1/24"), &format!("10.71.{number}.2/24"));
        let losses = Losses::new(&space, &talk);
        let host = leads(&space).unwrap_or_else(|| format!("10.70.{number}.1"));
        let relay = Relay::start(format!("{host}:8080").parse().unwrap(), place.plane);
        let id = format!("s{number}");
        let (near, state) = (format!("wg-s{number}"), folder.join(format!("state{number}")));
        let body = json!({"id": id, "endpoint": format!("10.71.{number}.2:51820"), "address": format!("10.72.{number}.1/24"),
            "allowed_ips": [format!("10.72.{number}.0/24")]});
        let offered = Client::new(place.plane, place.token).post("/api/servers", &body).ok_or("no server was made")?;
        let token = offered["enrollment_token"].as_str().ok_or("no enrolment was offered")?.to_owned();
        let log = folder.join(format!("agent{number}.log"));
        let url = format!("http://{host}:8080");
        let mut tunnel = Self {
            agent: agent(&space, &near, &state, &log, &[place.flags, &["--url", &url, "--enroll", &token]].concat()),
            id,
            number,
            space,
            relay,
            losses,
            near,
            state,
            ping: None,
            log: folder.join(format!("ping{number}.log")),
            admin: (place.plane, place.token.to_owned()),
            made: 0,
            devices: Vec::new(),
            ledger: place.ledger.clone(),
        };
        let path = format!("/api/servers/{}", tunnel.id);
        until("the agent has enrolled", || tunnel.get(&path).is_ok_and(|server| server["public_key"].is_string()))?;
        (0..3).try_for_each(|_| tunnel.add())?;
        until("the interface shows its devices", || tunnel.shown().is_ok_and(|shown| shown.peers.len() == 3))?;
        tunnel.ping(folder)?;
        Ok(tunnel)
    }

    /// Brings its first device up with the configuration that the API gives out, and lets it ping for good.
    fn ping(&mut self, folder: &Path) -> Result<(), String> {
        let (number, far) = (self.number, format!("wg-d{}", self.number));
        let path = format!("/api/wg-clients/{}/{}/configuration", self.id, self.devices[0].1);
        let text = match self.admin().get(&path) {
            Reply::Answer(200, body) => String::from_utf8(body).map_err(|error| error.to_string())?,
            _ => return Err("there is no configuration".to_owned()),
        };
        // What wg-quick would do with it: addresses by ip, the rest by wg.
        let (addresses, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with("Address = "));
        let file = folder.join(format!("device{number}.conf"));
        fs::write(&file, rest.join("\n")).unwrap();
        run("wireguard-go", &[&far]);
        run("wg", &["setconf", &far, file.to_str().unwrap()]);
        run("ip", &["address", "add", addresses[0].trim_start_matches("Address = "), "dev", &far]);
        run("ip", &["link", "set", &far, "up"]);
        run("ip", &["route", "add", &format!("10.72.{number}.0/24"), "dev", &far]);
        let server = format!("10.72.{number}.1");
        let once = || Command::new("ping").args(["-c", "1", "-W", "1", &server]).output().unwrap().status.success();
        until("the device pings", once)?;
        let log = fs::File::create(&self.log).unwrap();
        let mut command = Command::new("ping");
        command.args(["-q", "-i", "0.05", "-s", "400", &server]).stdout(log);
        self.ping = Some(command.spawn().unwrap());
        Ok(())
    }

    fn admin(&self) -> Client {
        Client::new(self.admin.0, &self.admin.1)
    }

    fn get(&self, path: &str) -> Result<Value, String> {
        match self.admin().get(path) {
            Reply::Answer(200, body) => serde_json::from_slice(&body).map_err(|error| error.to_string()),
            Reply::Answer(status, _) => Err(format!("{path} was answered with {status}")),
            Reply::Lost | Reply::Unsent => Err(format!("nobody answers {path}")),
        }
    }

    /// Registers a device.
    pub fn add(&mut self) -> Result<(), String> {
        self.made += 1;
        let name = format!("{}-{}", self.id, self.made);
        let made = self.admin().post(&format!("/api/wg-clients/{}", self.id), &json!({"name": name}));
        let made = made.ok_or("a device was not made")?;
        self.devices.push((name.clone(), made["id"].as_str().ok_or("a device has no id")?.to_owned()));
        self.ledger.note(name, What::Peer, Outcome::Acked(None), 0);
        Ok(())
    }

    /// The device that is kept out next: the oldest but for the one that pings.
    pub fn next_out(&self) -> Result<Key, String> {
        let (_, id) = &self.devices[1];
        let all = self.get(&format!("/api/wg-clients/{}", self.id))?;
        let found = all.as_array().into_iter().flatten().find(|device| device["id"] == json!(id));
        let key = found.and_then(|device| device["publicKey"].as_str()).ok_or("a device has no key")?;
        Key::from_base64(key).map_err(|_| "a device's key is none".to_owned())
    }

    /// Keeps that one out.
    pub fn keep_out(&mut self) -> Result<(), String> {
        let (name, id) = self.devices.remove(1);
        let path = format!("/api/wg-clients/{}/{id}/disable", self.id);
        self.admin().post(&path, &json!({})).ok_or("a device was not kept out")?;
        self.ledger.note(format!("out-{name}"), What::Disable { name, id }, Outcome::Acked(None), 0);
        Ok(())
    }

    /// What the interface shows.
    pub fn shown(&self) -> Result<Shown, String> {
        device(&self.near).read().map_err(|error| error.to_string())
    }

    /// What the control plane says of each device: its key, whether it may connect, bytes received and sent.
    pub fn known(&self) -> Result<Vec<(Key, bool, u64, u64)>, String> {
        let all = self.get(&format!("/api/wg-clients/{}", self.id))?;
        let read = |device: &Value| {
            let key = Key::from_base64(device["publicKey"].as_str()?).ok()?;
            Some((key, device["enabled"].as_bool()?, device["transferRx"].as_u64()?, device["transferTx"].as_u64()?))
        };
        all.as_array().into_iter().flatten().map(|device| read(device).ok_or("a device is none".to_owned())).collect()
    }

    /// Whether the interface shows every device that may connect, and no other.
    pub fn has_converged(&self) -> bool {
        let (Ok(known), Ok(shown)) = (self.known(), self.shown()) else { return false };
        let wanted = known.iter().filter(|(_, enabled, ..)| *enabled);
        wanted.clone().count() == shown.peers.len() && wanted.into_iter().all(|(key, ..)| shown.peers.contains_key(key))
    }

    /// Ends the pings and all that the device sends; answers how many of them were lost.
    pub fn quiet(&mut self) -> u32 {
        let Some(mut ping) = self.ping.take() else { return 0 };
        end(&mut ping, Signal::INT);
        run("ip", &["link", "set", &format!("wg-d{}", self.number), "down"]);
        let (sent, received) = counts(&fs::read_to_string(&self.log).unwrap());
        // The last may be under way.
        sent.saturating_sub(received + 1)
    }

    /// Sabotage: connections for nothing.
    pub fn storm(&self) {
        self.space.inside(|| (0..200).for_each(|_| drop(TcpStream::connect(self.relay.address))));
    }

    /// Ends the agent as a service manager does.
    pub fn stop(&mut self) {
        end(&mut self.agent, Signal::TERM);
    }
}

/// What drives an interface.
pub fn device(name: &str) -> Box<dyn Device> {
    open(name, Backend::Userspace).unwrap()
}

fn agent(space: &Space, near: &str, state: &Path, log: &Path, more: &[&str]) -> Child {
    let own = ["agent", "--interface", near, "--state-dir", state.to_str().unwrap(), "--backend", "userspace"];
    space.start(PROGRAM, &[&own, more].concat(), log)
}

fn end(child: &mut Child, signal: Signal) {
    // It may have ended already.
    let _ = kill_process(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap(), signal);
    let _ = child.wait();
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        for child in [Some(&mut self.agent), self.ping.as_mut()].into_iter().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
