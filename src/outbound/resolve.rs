//! The addresses behind a name, and whether one may be called.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::{Guard, Refusal, Target};
use crate::base::{Error, Result};

/// Longest that a name may take to be resolved.
const PATIENCE: Duration = Duration::from_secs(5);

/// The addresses of a host, as the machine's resolver has them; none when it has none in time.
pub(super) async fn addresses(host: &str, port: u16) -> Vec<SocketAddr> {
    let name = host.trim_end_matches('.');
    match tokio::time::timeout(PATIENCE, tokio::net::lookup_host((name, port))).await {
        Ok(Ok(found)) => found.collect(),
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

/// Whether a target may be called as things are: an error of the field `url` says why not.
pub async fn check(target: &Target, guard: &Guard) -> Result<()> {
    let found: Vec<IpAddr> = match target.address() {
        Some(address) => vec![address],
        None => addresses(target.host(), target.port()).await.iter().map(SocketAddr::ip).collect(),
    };
    if found.is_empty() {
        return Err(Error::field("url", "No address is known for this host."));
    }
    for address in found {
        guard.judge(address, target.is_tls()).map_err(|refusal| Error::field("url", why(refusal)))?;
    }
    Ok(())
}

/// Why an address is not called, for people.
pub(super) fn why(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Inside => {
            "The host leads into a network that may not be called: private, local, or the VPN's own. An operator can allow \
             it with --webhook-allow."
        }
        Refusal::Plain => "The URL must begin with https://.",
    }
}
