//! Servers with devices that belong to customers, and three days of reports.

use std::sync::Arc;

use fastrand::Rng;

use super::people::Cast;
use super::{Amount, Past, words};
use crate::base::clock::{DAY, HOUR, MINUTE};
use crate::base::{Actor, Result, Time};
use crate::store::Tx;
use crate::vpn::peer::{self, NewPeer, PeerName};
use crate::vpn::server::{self, NewServer, RawServer};
use crate::vpn::{enrollment, key, report};
use crate::wire::{self, KeyBytes};

const CITIES: [(&str, &str); 10] = [
    ("frankfurt", "Frankfurt"),
    ("los-angeles", "Los Angeles"),
    ("singapore", "Singapore"),
    ("lagos", "Lagos"),
    ("stockholm", "Stockholm"),
    ("sao-paulo", "São Paulo"),
    ("tokyo", "Tokyo"),
    ("london", "London"),
    ("sydney", "Sydney"),
    ("montreal", "Montréal"),
];
/// Between two reports.
const INTERVAL: i64 = 5 * MINUTE;

/// A server, and the devices on it.
#[derive(Clone)]
struct Made {
    number: i64,
    id: String,
    /// What its agent has been told.
    revision: u64,
    keys: Arc<Vec<KeyBytes>>,
}

pub(super) async fn make(past: &Past, now: Time, amount: &Amount, cast: &Cast, rng: &mut Rng) -> Result<()> {
    for number in 0..amount.servers {
        let (cast, fork, devices) = (cast.clone(), rng.fork(), amount.devices);
        let made = past.at(now.plus(-3 * DAY), move |tx| server(tx, &cast, number, devices, &mut fork.clone())).await?;
        let mut from = now.plus(-3 * DAY + INTERVAL);
        while from <= now {
            let (made, until) = (made.clone(), from.plus(HOUR - INTERVAL).0.min(now.0));
            past.at(Time(until), move |tx| reports(tx, &made, from, until)).await?;
            from = from.plus(HOUR);
        }
    }
    Ok(())
}

fn server(tx: &Tx<'_>, cast: &Cast, number: u64, devices: u64, rng: &mut Rng) -> Result<Made> {
    let index = usize::try_from(number).unwrap_or_default();
    let (id, name) = CITIES[index % CITIES.len()];
    let (id, name) = match index / CITIES.len() {
        0 => (id.to_owned(), name.to_owned()),
        round => (format!("{id}-{}", round + 1), format!("{name} {}", round + 1)),
    };
    let raw = RawServer {
        id: Some(id.clone()),
        name: Some(name),
        // A network for documentation (RFC 5737): nobody answers there.
        endpoint: Some(format!("203.0.113.{}:51820", 1 + index % 250)),
        address: Some(format!("10.{}.0.1/16", 10 + index % 200)),
        is_public: Some(true),
        ..RawServer::default()
    };
    let system = Actor::system();
    server::create(tx, &system, &NewServer::parse(&raw)?)?;
    let found = server::find(tx, &system, &id)?;
    let mut keys = Vec::new();
    for _ in 0..devices {
        let owner = &cast.customers[rng.usize(..cast.customers.len())];
        let device = NewPeer {
            name: PeerName::parse(words::device(rng))?,
            public_key: None,
            preshared_key: false,
            user: Some(owner.user.to_string()),
            expires_at: None,
            quota_bytes: (rng.u8(..10) == 0).then_some(100 << 30),
        };
        keys.extend(KeyBytes::parse(&peer::create(tx, &system, &found, &device)?.public_key));
    }
    let token = enrollment::offer(tx, &system, &found)?;
    let accepted = enrollment::accept(tx, &Actor::nobody(None), token.expose(), &key::new_pair()?.1)?;
    Ok(Made { number: found.number, id, revision: accepted.desired.revision, keys: Arc::new(keys) })
}

fn reports(tx: &Tx<'_>, made: &Made, from: Time, until: i64) -> Result<()> {
    let mut at = from;
    while at.0 <= until {
        report::take(tx, made.number, &report::parse(sample(made, at, until), tx.now())?)?;
        at = at.plus(INTERVAL);
    }
    Ok(())
}

/// What a server measures: latency and traffic that swing with the hour, devices that come and go.
fn sample(made: &Made, at: Time, until: i64) -> wire::Report {
    let noise = |salt: i64| {
        let mixed = (at.0 / INTERVAL + salt * 7_919 + made.number * 104_729).cast_unsigned();
        (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / f64::from(1 << 24)
    };
    let day = ((at.0 % DAY) as f64 / DAY as f64 * std::f64::consts::TAU).sin();
    let since = (at.0 / INTERVAL).cast_unsigned() % (1 << 20);
    let peer_stats: Vec<_> = made
        .keys
        .iter()
        .zip(0..)
        .map(|(key, index): (&KeyBytes, i64)| {
            let is_awake = (index * 31 + at.0 / HOUR) % 10 < 6;
            let seen = if is_awake { at.plus(-MINUTE) } else { at.plus(-(1 + index % 40) * HOUR) };
            wire::PeerStat {
                public_key: *key,
                rx: since * (900_000 + index.cast_unsigned() * 37_000),
                tx: since * (4_100_000 + index.cast_unsigned() * 210_000),
                latest_handshake_at: Some(seen.to_seconds()),
                endpoint: Some(format!("198.51.100.{}:{}", 1 + index % 250, 40_000 + index % 20_000)),
            }
        })
        .collect();
    wire::Report {
        server_id: made.id.clone(),
        ping_ms: Some(18.0 + made.number as f64 * 9.0 + 6.0 * day + 4.0 * noise(1)),
        peers: None,
        transfer_rx: peer_stats.iter().map(|stat| stat.rx).sum(),
        transfer_tx: peer_stats.iter().map(|stat| stat.tx).sum(),
        epoch: Some(1),
        seq: Some((at.0 / INTERVAL).cast_unsigned()),
        measured_at: Some(Time(at.0.min(until)).to_seconds()),
        interval_s: Some(300),
        applied_revision: Some(made.revision),
        agent_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        peer_stats,
        errors: Vec::new(),
    }
}
