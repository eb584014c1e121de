//! A VPN server's agent that outlives the control plane: it holds the desired state, and learns of it by differences as the real
//! one does, without a device.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use gatehouse::vpn::key;
use gatehouse::wire::picture::{hash, leaf};
use gatehouse::wire::{Desired, DesiredPeer, Interface, News};
use serde_json::json;

use crate::client::{Client, Reply};

/// What it was told last.
#[derive(Clone)]
pub struct Held {
    pub revision: u64,
    interface: Interface,
    pub peers: BTreeMap<String, DesiredPeer>,
    /// What it was told and must not have been.
    pub wrong: Vec<String>,
}

impl Held {
    pub fn whole(desired: Desired, wrong: Vec<String>) -> Self {
        let peers = desired.peers.into_iter().map(|peer| (peer.id.clone(), peer)).collect();
        Self { revision: desired.revision, interface: desired.interface, peers, wrong }
    }

    pub fn hash(&self) -> String {
        let leaves: Vec<_> = self.peers.values().map(leaf).collect();
        hash(&self.interface, leaves.iter())
    }

    /// Takes in what it is told.
    pub fn hear(&mut self, news: News) {
        if news.revision() < self.revision {
            self.wrong.push(format!("revision {} was told after {}", news.revision(), self.revision));
            return;
        }
        match news {
            News::Whole(desired) => *self = Self::whole(desired, std::mem::take(&mut self.wrong)),
            News::Difference(difference) => {
                if difference.since != self.hash() {
                    self.wrong.push(format!("revision {} begins elsewhere", difference.revision));
                    return;
                }
                difference.removed.iter().for_each(|id| drop(self.peers.remove(id)));
                self.peers.extend(difference.changed.into_iter().map(|peer| (peer.id.clone(), peer)));
                (self.revision, self.interface) = (difference.revision, difference.interface);
                if self.hash() != difference.proof.hash {
                    self.wrong.push(format!("revision {} leads elsewhere", self.revision));
                }
            }
        }
    }
}

/// The agent of the server that every site has.
#[derive(Clone)]
pub struct Agent {
    token: String,
    held: Arc<Mutex<Held>>,
}

impl Agent {
    /// Enrols with a running control plane.
    pub fn enrol(address: SocketAddr, token: &str) -> Result<Self, String> {
        let offered = Client::new(address, token).post("/api/servers/la/enrollment", &json!({}));
        let offered = offered.ok_or("no enrolment was offered")?;
        let public = key::new_pair().map_err(|error| error.to_string())?.1;
        let body = json!({"enrollment_token": offered["enrollment_token"], "public_key": public.as_str()});
        let enrolled = Client::new(address, "").post("/api/agent/enroll", &body).ok_or("the agent was not enrolled")?;
        let desired = serde_json::from_value(enrolled["desired"].clone()).map_err(|error| error.to_string())?;
        let token = enrolled["token"].as_str().ok_or("the agent has no token")?.to_owned();
        Ok(Self { token, held: Arc::new(Mutex::new(Held::whole(desired, Vec::new()))) })
    }

    fn locked(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn held(&self) -> Held {
        self.locked().clone()
    }

    /// Asks once for what it does not have; false when nobody answers any more.
    fn ask(&self, client: &mut Client) -> bool {
        let path = {
            let held = self.locked();
            format!("/api/agent/desired?revision={}&hash={}", held.revision, held.hash())
        };
        match client.get(&path) {
            Reply::Answer(200, body) => match News::parse(&body) {
                Ok(news) => self.locked().hear(news),
                Err(error) => self.locked().wrong.push(format!("what cannot be read: {error}")),
            },
            Reply::Answer(204 | 503, _) => {}
            Reply::Answer(status, _) => self.locked().wrong.push(format!("answered with {status}")),
            Reply::Unsent | Reply::Lost => return false,
        }
        true
    }

    /// Follows a control plane for as long as it answers.
    pub fn follow(&self, address: SocketAddr) -> JoinHandle<()> {
        let own = self.clone();
        std::thread::spawn(move || {
            let mut client = Client::new(address, &own.token);
            while own.ask(&mut client) {}
        })
    }

    /// Comes to a revision that is there already.
    pub fn catch_up(&self, address: SocketAddr, revision: u64) -> Result<(), String> {
        let mut client = Client::new(address, &self.token);
        while self.locked().revision < revision && self.locked().wrong.is_empty() {
            if !self.ask(&mut client) {
                return Err("nobody answers the agent".to_owned());
            }
        }
        Ok(())
    }
}
