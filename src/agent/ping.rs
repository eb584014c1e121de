//! Latency by ICMP.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::{Duration, Instant};

use surge_ping::{Client, Config, ICMP, PingIdentifier, PingSequence};
use tokio::net::lookup_host;
use tokio::time::timeout;

/// How long a name or an echo may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an address is taken for the name's.
const FRESH: Duration = Duration::from_secs(60);

/// Whom to ping: an address, or a host by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `192.0.2.1`, `2001:db8::1`.
    Address(IpAddr),
    /// `example.org`.
    Name(String),
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let fits = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
                && !label.starts_with('-')
        };
        let name = text.strip_suffix('.').unwrap_or(text);
        // Digits and dots alone are an address with a mistake in it.
        let named = name.bytes().any(|b| b.is_ascii_alphabetic()) && name.len() <= 253 && name.split('.').all(fits);
        named
            .then(|| Self::Name(text.to_owned()))
            .ok_or("give a host name or an address, such as example.org or 192.0.2.1")
    }
}

/// Pings one target, time after time.
pub struct Pinger {
    target: Target,
    /// The name's address and when it was looked up.
    found: Option<(IpAddr, Instant)>,
}

impl Pinger {
    /// Nothing is looked up yet.
    pub fn new(target: Target) -> Self {
        Self { target, found: None }
    }

    /// Milliseconds that an echo takes; none when it does not come back within two seconds.
    pub async fn ping(&mut self) -> Option<f64> {
        let address = self.address().await?;
        let taken = echo(address).await;
        if taken.is_none() {
            // The host may have moved.
            self.found = None;
        }
        taken
    }

    /// Looked up anew after a minute, and when no echo came back. A name server that is away changes nothing.
    async fn address(&mut self) -> Option<IpAddr> {
        let name = match &self.target {
            Target::Address(address) => return Some(*address),
            Target::Name(name) => name.as_str(),
        };
        match self.found {
            Some((address, at)) if at.elapsed() < FRESH => return Some(address),
            _ => {}
        }
        if let Ok(Ok(mut found)) = timeout(PATIENCE, lookup_host((name, 0))).await
            && let Some(found) = found.next()
        {
            self.found = Some((found.ip(), Instant::now()));
        }
        self.found.map(|(address, _)| address)
    }
}

async fn echo(target: IpAddr) -> Option<f64> {
    let kind = if target.is_ipv4() { ICMP::V4 } else { ICMP::V6 };
    let client = Client::new(&Config::builder().kind(kind).build()).ok()?;
    let mut pinger = client.pinger(target, PingIdentifier(std::process::id() as u16)).await;
    pinger.timeout(PATIENCE);
    // The library's own clock starts after the packet has left.
    let began = Instant::now();
    pinger.ping(PingSequence(0), &[0; 32]).await.ok()?;
    Some(began.elapsed().as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_an_address_or_a_name() {
        for address in ["192.0.2.1", "2001:db8::1"] {
            assert_eq!(address.parse(), Ok(Target::Address(address.parse().unwrap())));
        }
        for name in ["localhost", "example.org", "a-b.example.org.", "1.one.example"] {
            assert_eq!(name.parse(), Ok(Target::Name(name.into())));
        }
        for wrong in [
            "",
            ".",
            "192.0.2.256",
            "1.1",
            "a b",
            "-c.example",
            "a..b",
            "https://example.org",
            "example.org:80",
            "é.example",
        ] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_name_is_looked_up_and_one_that_is_not_there_has_no_latency() {
        let mut pinger = Pinger::new(Target::Name("localhost".into()));
        assert!(pinger.address().await.unwrap().is_loopback());
        assert_eq!(Pinger::new(Target::Name("nothing.invalid".into())).ping().await, None);
    }
}
