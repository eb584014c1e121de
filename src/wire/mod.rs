//! What agents and the control plane say to each other: the bodies of `/api/agent/…` and `/api/report`.
//!
//! The only code that both sides share; `picture` is how they agree on what a desired state holds. Every field the contract
//! calls optional is an `Option` here, so an agent one version behind is understood; unknown fields are ignored, so one ahead
//! is too.

mod key;
pub mod picture;

pub use key::KeyBytes;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Header of `GET /api/agent/desired`: the server that the token belongs to. An agent that was given a token alone learns
/// from it whom it speaks for.
pub const SERVER_HEADER: &str = "gatehouse-server";

/// Header of `GET /api/agent/desired`: the public key that the control plane gives to this server's devices. Only
/// enrolment changes it.
pub const SERVER_KEY_HEADER: &str = "gatehouse-server-key";

/// `POST /api/agent/enroll`: a single-use token for a lasting one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Enroll {
    /// The token that `POST /api/servers` gave out, valid once and for 15 minutes.
    pub enrollment_token: String,
    /// The WireGuard public key that the agent made, base64 of 32 bytes. Its private half never leaves the machine.
    pub public_key: String,
}

/// What a successful enrolment answers.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Enrolled {
    /// The server this agent now speaks for.
    pub server_id: String,
    /// The agent token, `ag_…`. Shown once.
    pub token: String,
    /// The first desired state, so that the interface can come up at once.
    pub desired: Desired,
}

/// The whole picture that a VPN server should show: its interface and every peer that may connect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Desired {
    /// Starts at 1 and rises with every change.
    pub revision: u64,
    /// The WireGuard interface itself.
    pub interface: Interface,
    /// Enabled peers only.
    pub peers: Vec<DesiredPeer>,
    /// Who says so. Absent from a control plane of before there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// Says that a desired state, or what a difference leads to, comes from the control plane, is for this server, and is of this
/// revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Proof {
    /// The server whose state it is.
    pub server_id: String,
    /// SHA-256 of the whole picture, in hexadecimal; `used_bytes` and the revision are not in it.
    pub hash: String,
    /// The control plane's public key (Ed25519), base64 of 32 bytes: the same for as long as the instance lives.
    pub key: String,
    /// Signature of server, revision and hash (Ed25519, RFC 8032), base64 of 64 bytes.
    pub signature: String,
}

/// What leads from the desired state that an agent has to the next one: for agents that say with `hash` what they have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// Of the state that it leads to.
    pub revision: u64,
    /// Hash of the state that it begins at.
    pub since: String,
    /// The WireGuard interface itself.
    pub interface: Interface,
    /// Peers that are new or changed, whole.
    pub changed: Vec<DesiredPeer>,
    /// Ids of peers that are gone.
    pub removed: Vec<String>,
    /// Of the state that it leads to.
    pub proof: Proof,
}

/// What a poll answers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum News {
    /// Everything.
    Whole(Desired),
    /// What changed.
    Difference(Difference),
}

impl News {
    /// Reads an answer: what says where it begins is a difference.
    pub fn parse(body: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(body).map(Self::Difference).or_else(|_| serde_json::from_slice(body).map(Self::Whole))
    }

    /// Of the state that it is or leads to.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Whole(desired) => desired.revision,
            Self::Difference(difference) => difference.revision,
        }
    }

    /// Who says so.
    pub fn proof(&self) -> Option<&Proof> {
        match self {
            Self::Whole(desired) => desired.proof.as_ref(),
            Self::Difference(difference) => Some(&difference.proof),
        }
    }
}

/// The WireGuard interface of a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Interface {
    /// IPv4 address with its prefix length, `10.8.0.1/24`.
    pub address: String,
    /// IPv6 address with its prefix length, where the server has one.
    pub address6: Option<String>,
    /// UDP port that peers dial.
    pub listen_port: u16,
    /// Bytes; `None` leaves it to the system.
    pub mtu: Option<u16>,
}

/// One peer as its server should have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DesiredPeer {
    /// The peer's opaque id.
    pub id: String,
    /// base64 of 32 bytes.
    pub public_key: String,
    /// base64 of 32 bytes.
    pub preshared_key: Option<String>,
    /// Source addresses the peer may use, `10.8.0.2/32`.
    pub allowed_ips: Vec<String>,
    /// RFC 3339; from then on the peer is cut on the VPN server itself.
    pub expires_at: Option<String>,
    /// Received plus sent bytes after which the peer is cut on the VPN server itself.
    pub quota_bytes: Option<u64>,
    /// Received plus sent bytes that the control plane has counted so far.
    pub used_bytes: u64,
}

/// `POST /api/report`: what a server measured.
///
/// Document 002 asks for the first five; the rest is ours (contract, section 7).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Must be the server that the token belongs to.
    pub server_id: String,
    /// Milliseconds; `None` when the measurement failed.
    #[serde(default)]
    pub ping_ms: Option<f64>,
    /// Connected peers; without it the control plane counts handshakes of the last 180 s in `peer_stats`.
    #[serde(default)]
    pub peers: Option<u64>,
    /// Bytes received, as the interface counts them.
    #[serde(default)]
    pub transfer_rx: u64,
    /// Bytes sent, as the interface counts them.
    #[serde(default)]
    pub transfer_tx: u64,
    /// A new number with each new state directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
    /// Rises by one with each report of an epoch, from 1. (server, epoch, seq) counts once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// RFC 3339, when this was measured; the control plane's clock stands where it is ahead or over 72 h back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_at: Option<String>,
    /// Seconds between reports, 1 to 3600, 30 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3600)]
    pub interval_s: Option<u64>,
    /// The revision of the desired state that the device shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_revision: Option<u64>,
    /// Of the program that reports, `0.1.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_version: Option<String>,
    /// Counters of each peer on the device.
    #[serde(default)]
    pub peer_stats: Vec<PeerStat>,
    /// What went wrong since the last report.
    #[serde(default)]
    pub errors: Vec<Fault>,
}

/// Counters of one peer. A counter below that of the report before is taken as a reset and adds its new value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PeerStat {
    /// base64 of 32 bytes.
    #[schema(value_type = String)]
    pub public_key: KeyBytes,
    /// Bytes received from the peer.
    pub rx: u64,
    /// Bytes sent to the peer.
    pub tx: u64,
    /// RFC 3339; `None` for never.
    #[serde(default)]
    pub latest_handshake_at: Option<String>,
    /// `address:port` the peer was last seen at.
    #[serde(default)]
    pub endpoint: Option<String>,
}

/// Something that an agent could not do or had to repair, for a person to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    /// A word for programs, snake case: `drift_repaired`, `removals_held`, `interface_down`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// RFC 3339.
    pub at: String,
}
