//! Latency by ICMP.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use surge_ping::{Client, Config, ICMP, PingIdentifier, PingSequence};

/// Milliseconds that an echo takes; none when it does not come back within two seconds.
pub async fn ping(target: IpAddr) -> Option<f64> {
    let kind = if target.is_ipv4() { ICMP::V4 } else { ICMP::V6 };
    let client = Client::new(&Config::builder().kind(kind).build()).ok()?;
    let mut pinger = client.pinger(target, PingIdentifier(std::process::id() as u16)).await;
    pinger.timeout(Duration::from_secs(2));
    // The library's own clock starts after the packet has left.
    let began = Instant::now();
    pinger.ping(PingSequence(0), &[0; 32]).await.ok()?;
    Some(began.elapsed().as_secs_f64() * 1_000.0)
}
