//! What the agent can be told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::device;
use super::ping::Target;

/// Flags of `gatehouse agent`, each with its variable.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Where the control plane is, https://vpn.example.org.
    #[arg(long, env = "GATEHOUSE_URL")]
    pub url: Option<String>,
    /// The single-use token that registering the server gave out; not needed once enrolled.
    #[arg(long, env = "GATEHOUSE_ENROLL", hide_env_values = true, conflicts_with = "token")]
    pub enroll: Option<String>,
    /// An agent token in place of the stored one. Where nothing is stored, the private key of its server must be there:
    /// in the state directory as private.key, or on the running interface.
    #[arg(long, env = "GATEHOUSE_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// The WireGuard interface.
    #[arg(long, env = "GATEHOUSE_INTERFACE", default_value = "wg0")]
    pub interface: String,
    /// Folder of identity, key, desired state, counters and unsent reports.
    #[arg(long, env = "GATEHOUSE_STATE_DIR", default_value = "/var/lib/gatehouse-agent")]
    pub state_dir: PathBuf,
    /// Seconds between reports.
    #[arg(long, env = "GATEHOUSE_INTERVAL", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub interval: u64,
    /// Measure latency to this host or address by ICMP instead of to the control plane.
    #[arg(long, env = "GATEHOUSE_PING_TARGET")]
    pub ping_target: Option<Target>,
    /// Let removals through that are being held because they are many at once, and those of the first state that comes.
    #[arg(long, env = "GATEHOUSE_ACCEPT_REMOVALS")]
    pub accept_removals: bool,
    /// What drives WireGuard.
    #[arg(long, env = "GATEHOUSE_BACKEND", value_enum, default_value = "auto")]
    pub backend: Backend,
    /// Let devices reach the internet through this server.
    #[arg(long, env = "GATEHOUSE_MASQUERADE")]
    pub masquerade: bool,
}

/// What drives WireGuard.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Backend {
    /// The kernel, else userspace.
    Auto,
    /// The kernel.
    Kernel,
    /// wireguard-go.
    Userspace,
}

impl From<Backend> for device::Backend {
    fn from(backend: Backend) -> Self {
        match backend {
            Backend::Auto => Self::Auto,
            Backend::Kernel => Self::Kernel,
            Backend::Userspace => Self::Userspace,
        }
    }
}
