//! A slow wire between an agent and its control plane that loses nearly every third packet: devices are made and kept out, one goes
//! on pinging through the tunnel, and what the agent says and hears must come through in spite of the wire, without a storm.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::checks::{check, verdict};
use crate::ledger::Ledger;
use crate::network;
use crate::plane::{Plane, Site};
use crate::space::{answer, until_in};
use crate::tunnel::{Place, Tunnel};
use crate::wire::{Badness, HERE, Wire, is_possible};
use crate::witness::{Witness, kept};
use crate::{Outcome as Withstood, Scale};

/// Longest until a change is on the interface, or all reports are delivered.
const PATIENCE: Duration = Duration::from_secs(900);
/// Bytes in a second that an agent sends and hears at most, connections and retransmissions included.
const BYTES: u64 = 2_000;
/// Connections that it may begin in a second, each try of the kernel counted, and how many more at once.
const BEGUN: u64 = 2;
const AT_ONCE: u64 = 40;

pub fn run(scale: Scale, random: &mut fastrand::Rng) -> Withstood {
    let words = [scale.delay, scale.idle, scale.changes].map(|number| number.to_string());
    network::run("slow-link", &[&words[0], &words[1], &words[2], "none", &random.u64(..).to_string()])
}

/// A wire that carries nothing any more; a report that is sent once more.
pub fn control(random: &mut fastrand::Rng) -> Withstood {
    let seed = random.u64(..).to_string();
    let met = |sabotage: &str, expected: [&str; 2]| match network::run("slow-link", &["20", "0", "1", sabotage, &seed])
    {
        Err(what) if expected.iter().any(|words| what.contains(words)) => Ok(()),
        other => Err(format!("{sabotage}: {other:?}")),
    };
    let both = std::thread::scope(|scope| {
        let deaf = scope.spawn(|| met("deaf", ["waited in vain"; 2]));
        met("twice", ["of a device that has", "on others that were counted"]).and(deaf.join().unwrap())
    });
    match both {
        Ok(()) => Err("both kinds".to_owned()),
        Err(unnoticed) => Ok(unnoticed),
    }
}

/// The fault itself: milliseconds of delay each way, seconds of idling, changes, sabotage and seed.
pub fn inside(folder: &Path, arguments: &[&str]) -> ExitCode {
    let [delay, idle, changes, sabotage, seed] = arguments else { return ExitCode::from(2) };
    network::prepare();
    if !is_possible() {
        return answer(Ok("skipped: this kernel has no vxlan".to_owned()));
    }
    let (delay, idle) = (Duration::from_millis(delay.parse().unwrap()), Duration::from_secs(idle.parse().unwrap()));
    let badness = Badness { bits_per_second: 64_000, lost: 30, delay };
    answer(withstood(folder, badness, idle, changes.parse().unwrap(), sabotage, seed.parse().unwrap()))
}

fn withstood(folder: &Path, badness: Badness, idle: Duration, changes: u32, sabotage: &str, seed: u64) -> Withstood {
    let (site, ledger) = (Site::inside(folder), Arc::new(Ledger::default()));
    let plane = Plane::start(&site.data)?;
    let mut wire = None;
    // As it is where nobody chose otherwise, and oftener where there is no time for that.
    let often = ["--interval", "3"];
    let flags = if idle.is_zero() { often.as_slice() } else { &[] };
    let place = Place { number: 1, folder, plane: plane.address, token: &site.token, ledger: &ledger, flags };
    let mut tunnel = Tunnel::start(&place, |space| {
        wire = Some(Wire::new(space, seed));
        Some(HERE.to_owned())
    })?;
    let (wire, witness) = (wire.ok_or("there is no wire")?, Witness::watch(&tunnel));
    wire.becomes(badness);
    std::thread::sleep(idle);
    let (idled, _, _) = wire.carried();
    let (began, begun) = (Instant::now(), tunnel.losses.begun());
    let mut slowest = Duration::ZERO;
    let patience = if sabotage == "deaf" { Duration::from_secs(3) } else { PATIENCE };
    for _ in 0..changes {
        slowest = slowest.max(change(&mut tunnel, &witness, &wire, sabotage, patience)?);
    }
    if tunnel.quiet() > 0 {
        return Err("pings were lost".to_owned());
    }
    witness.until_counted(&tunnel, patience)?;
    let seconds = began.elapsed().as_secs();
    let (begun, (bytes, packets, lost)) = (tunnel.losses.begun() - begun, wire.carried());
    if begun > AT_ONCE + BEGUN * seconds || bytes - idled > (seconds + 10) * BYTES {
        return Err(format!("{begun} connections were begun in {seconds} s, {} bytes", bytes - idled));
    }
    tunnel.stop();
    if plane.stop() != Some(0) {
        return Err("serve did not stop cleanly".to_owned());
    }
    verdict(check(&site.data, &ledger))?;
    let seen = witness.end(&tunnel.state);
    let (reports, wrong) = kept(&site.data, &tunnel.id, &seen.reports, &tunnel.state);
    verdict([seen.wrong, wrong].concat())?;
    let idled = if idle.is_zero() {
        String::new()
    } else {
        format!(", {} bytes a minute when idle", idled * 60 / idle.as_secs())
    };
    Ok(format!(
        "64 kbit/s, {lost} of {packets} packets lost, {} ms ± half each way: {reports} reports, {} of them sent again, each counted \
         once, usage to the byte, no ping lost; a change is there after {:.1} s at most; {begun} connections in {seconds} s{idled}",
        badness.delay.as_millis(),
        tunnel.relay.counted().1.saturating_sub(reports),
        slowest.as_secs_f32(),
    ))
}

/// Makes a device and keeps another out; answers how long it is until the interface shows that.
fn change(
    tunnel: &mut Tunnel,
    witness: &Witness,
    wire: &Wire,
    sabotage: &str,
    patience: Duration,
) -> Result<Duration, String> {
    let (out, shown) = (tunnel.next_out()?, tunnel.shown()?);
    let must = shown.peers.keys().copied().filter(|key| *key != out).collect();
    witness.with(|seen| seen.must = must);
    if sabotage == "deaf" {
        wire.becomes(Badness { bits_per_second: 64_000, lost: 100, delay: Duration::ZERO });
    }
    let began = Instant::now();
    tunnel.add()?;
    tunnel.keep_out()?;
    until_in(patience, "the interface shows what it should", || tunnel.has_converged())?;
    let took = began.elapsed();
    if sabotage == "twice" {
        until_in(patience, "something is reported", || witness.report_again(tunnel).is_ok())?;
    }
    Ok(took)
}
