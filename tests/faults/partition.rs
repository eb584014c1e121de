//! An agent and its control plane that lose each other, in every way that a link has: nothing arrives, only requests or only answers
//! do, each answer is cut, or one side has forgotten all connections and the other never hears of their end. A VPN server for each
//! of them, at the same time; a device is made and another kept out meanwhile, and a third goes on pinging through the tunnel.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatehouse::agent::device::Change;

use crate::checks::{check, verdict};
use crate::ledger::Ledger;
use crate::network;
use crate::plane::{Plane, Site};
use crate::relay::Manner;
use crate::space::{answer, until_in};
use crate::tunnel::{Place, Tunnel, device};
use crate::witness::{Witness, kept};
use crate::{Outcome as Withstood, Scale};

/// Longest until an agent has come back: a poll that hangs for 65 s, then a wait of 60 s, and patience with a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);
/// Connections that an agent may begin in a second, each try of the kernel counted, and how many more at once.
const BEGUN: u64 = 4;
const AT_ONCE: u64 = 30;

/// How a link fails.
#[derive(Clone, Copy, Debug)]
enum Way {
    Both,
    Requests,
    Answers,
    /// Somewhere in each answer.
    Middle,
    /// The other side has forgotten all connections.
    HalfOpen,
}

const WAYS: [Way; 5] = [Way::Both, Way::Requests, Way::Answers, Way::Middle, Way::HalfOpen];

/// Each kind of sabotage, and what must be said of it; those of one line meet the same VPN server.
type Sabotage = &'static [(&'static str, &'static str)];
const SABOTAGE: [Sabotage; 4] = [
    // A report that is answered at once may come and go between two looks, but not its number.
    &[
        ("lies", "follow on others that were counted"),
        ("absent", "from the interface"),
        ("storm", "connections were begun"),
    ],
    &[("spool", "was measured and is not kept"), ("pings", "pings were lost")],
    &[("twice", "of a device that has")],
    &[("deaf", "waited in vain")],
];

pub fn run(scale: Scale, _: &mut fastrand::Rng) -> Withstood {
    let cuts: Vec<String> = scale.partitions.iter().map(u64::to_string).collect();
    network::run("partition", &cuts.iter().map(String::as_str).collect::<Vec<_>>())
}

pub fn control(_: &mut fastrand::Rng) -> Withstood {
    match network::run("partition", &["sabotage"]) {
        Ok(said) if said == "all seven kinds" => Err(said),
        other => other,
    }
}

/// The fault itself: how long each cut lasts, in milliseconds.
pub fn inside(folder: &Path, arguments: &[&str]) -> ExitCode {
    network::prepare();
    answer(match arguments {
        ["sabotage"] => sabotaged(folder),
        cuts => {
            let cuts: Vec<u64> = cuts.iter().map(|cut| cut.parse().unwrap()).collect();
            // One that is half open is noticed after a quarter of a minute, which one cut does not wait for.
            let ways = if cuts.len() == 1 { &WAYS[..4] } else { &WAYS };
            let cases: Vec<(Way, Sabotage)> = ways.iter().map(|way| (*way, [].as_slice())).collect();
            broken(folder, &cases, &cuts).and_then(|(cases, figures)| {
                cases.into_iter().try_for_each(|case| verdict(case.wrong)).map(|()| figures)
            })
        }
    })
}

fn sabotaged(folder: &Path) -> Withstood {
    let cases = SABOTAGE.map(|sabotage| (Way::Both, sabotage));
    for case in broken(folder, &cases, &[2_500])?.0 {
        for (name, expected) in case.sabotage {
            if !case.wrong.iter().any(|what| what.contains(expected)) {
                return Ok(format!("{name}: {:?}", case.wrong));
            }
        }
    }
    Ok("all seven kinds".to_owned())
}

impl Way {
    fn begin(self, tunnel: &Tunnel) {
        let ends = "tcp flags & (fin|rst) != 0";
        match self {
            Self::Both => {
                tunnel.losses.of_requests("");
                tunnel.losses.of_answers("");
            }
            Self::Requests => tunnel.losses.of_requests(""),
            Self::Answers => tunnel.losses.of_answers(""),
            Self::Middle => tunnel.relay.is(Manner::CutsAnswers),
            Self::HalfOpen => {
                tunnel.losses.of_requests(ends);
                tunnel.losses.of_answers(ends);
                tunnel.relay.forget();
            }
        }
    }
}

/// A VPN server, how its link fails, and what came of it.
struct Case {
    way: Way,
    sabotage: Sabotage,
    tunnel: Tunnel,
    witness: Witness,
    wrong: Vec<String>,
    /// The longest until its agent was back.
    back: Duration,
    /// Connections that it began.
    begun: u64,
}

impl Case {
    fn has(&self, sabotage: &str) -> bool {
        self.sabotage.iter().any(|(name, _)| *name == sabotage)
    }

    /// Cuts the link for a while, and waits until all is well again.
    fn endure(&mut self, cut: Duration, patience: Duration) -> Result<(), String> {
        let (out, shown) = (self.tunnel.next_out()?, self.tunnel.shown()?);
        let must = shown.peers.keys().copied().filter(|key| *key != out).collect();
        self.witness.with(|seen| seen.must = must);
        let (began, begun) = (Instant::now(), self.tunnel.losses.begun());
        if self.has("lies") {
            self.tunnel.relay.is(Manner::Lies);
        } else {
            self.way.begin(&self.tunnel);
        }
        self.tunnel.add()?;
        self.tunnel.keep_out()?;
        self.interfere();
        std::thread::sleep(cut);
        if !matches!(self.way, Way::HalfOpen) && !self.has("lies") {
            let waits = || self.witness.with(|seen| seen.read(&self.tunnel.state)) > 0;
            until_in(patience, "a report that cannot be delivered", waits)?;
        }
        if self.has("spool") {
            std::fs::remove_dir_all(self.tunnel.state.join("spool")).unwrap();
            std::fs::create_dir(self.tunnel.state.join("spool")).unwrap();
        }
        let (healed, arrived) = (Instant::now(), self.tunnel.relay.counted().1);
        self.tunnel.losses.end();
        self.tunnel.relay.is(Manner::Passes);
        until_in(patience, "the interface shows what it should", || self.tunnel.has_converged())?;
        until_in(patience, "a report arrives", || self.tunnel.relay.counted().1 > arrived)?;
        let delivered = || self.witness.with(|seen| seen.read(&self.tunnel.state)) <= 1;
        until_in(patience, "reports are delivered", delivered)?;
        self.back = self.back.max(healed.elapsed());
        if self.has("twice") {
            self.witness.report_again(&self.tunnel)?;
        }
        let (begun, seconds) = (self.tunnel.losses.begun() - begun, began.elapsed().as_secs());
        self.begun += begun;
        if begun > AT_ONCE + BEGUN * seconds {
            self.wrong.push(format!("{begun} connections were begun in {seconds} s"));
        }
        Ok(())
    }

    /// What somebody does meanwhile who should not.
    fn interfere(&mut self) {
        if self.has("absent") {
            let key = *self.witness.with(|seen| seen.must.first().copied()).iter().next().unwrap();
            device(&self.tunnel.near).apply(&[Change::RemovePeer(key)]).unwrap();
        }
        if self.has("storm") {
            self.tunnel.storm();
        }
        if self.has("pings") {
            let rule = "add table inet gone; add chain inet gone in { type filter hook input priority -10; udp dport 51820 drop; }";
            self.tunnel.space.run("nft", &[rule]);
            std::thread::sleep(Duration::from_millis(500));
            self.tunnel.space.run("nft", &["delete table inet gone"]);
        }
        if self.has("deaf") {
            self.tunnel.stop();
        }
    }

    /// Endures each cut; what does not hold then is noted.
    fn endure_all(&mut self, cuts: &[u64]) {
        let patience = if self.has("deaf") { Duration::from_secs(2) } else { PATIENCE };
        let endured = cuts.iter().try_for_each(|cut| self.endure(Duration::from_millis(*cut), patience));
        let lost = self.tunnel.quiet();
        if lost > 0 {
            self.wrong.push(format!("{lost} pings were lost"));
        }
        let counted = endured.and_then(|()| self.witness.until_counted(&self.tunnel, patience));
        self.wrong.extend(counted.err().map(|what| format!("{:?}: {what}", self.way)));
        self.tunnel.stop();
    }
}

/// What came of one case.
struct Done {
    sabotage: Sabotage,
    wrong: Vec<String>,
}

fn broken(folder: &Path, cases: &[(Way, Sabotage)], cuts: &[u64]) -> Result<(Vec<Done>, String), String> {
    let (site, ledger) = (Site::inside(folder), Arc::new(Ledger::default()));
    let plane = Plane::start(&site.data)?;
    let begin = |number: usize, (way, sabotage): (Way, Sabotage)| {
        let ping = format!("10.71.{number}.1");
        let (plane, token, ledger) = (plane.address, site.token.as_str(), &ledger);
        let place = Place { number, folder, plane, token, ledger, flags: &["--interval", "1", "--ping-target", &ping] };
        let tunnel = Tunnel::start(&place, |_| None)?;
        let witness = Witness::watch(&tunnel);
        let mut case = Case { way, sabotage, tunnel, witness, wrong: Vec::new(), back: Duration::ZERO, begun: 0 };
        case.endure_all(cuts);
        Ok::<_, String>(case)
    };
    let all: Result<Vec<Case>, String> = std::thread::scope(|scope| {
        let begin = &begin;
        let started: Vec<_> =
            cases.iter().enumerate().map(|(at, case)| scope.spawn(move || begin(at + 1, *case))).collect();
        started.into_iter().map(|thread| thread.join().map_err(|_| "a VPN server panicked".to_owned())?).collect()
    });
    let all = all?;
    if plane.stop() != Some(0) {
        return Err("serve did not stop cleanly".to_owned());
    }
    verdict(check(&site.data, &ledger))?;
    let (mut reports, mut again, mut back, mut done) = (0, 0, Vec::new(), Vec::new());
    for Case { way, sabotage, tunnel, witness, mut wrong, back: took, begun } in all {
        let arrived = tunnel.relay.counted().1;
        let seen = witness.end(&tunnel.state);
        let (count, missing) = kept(&site.data, &tunnel.id, &seen.reports, &tunnel.state);
        wrong.extend(seen.wrong.into_iter().chain(missing));
        reports += count;
        again += arrived.saturating_sub(count);
        back.push(format!("{way:?} {:.1} s and {begun} connections", took.as_secs_f32()));
        done.push(Done { sabotage, wrong });
    }
    let cuts: Vec<String> = cuts.iter().map(|cut| format!("{} s", *cut as f32 / 1e3)).collect();
    let figures = format!(
        "{} ways, {} each: {reports} reports, {again} of them sent again, each counted once, usage to the byte, no ping lost; back \
         after {}",
        cases.len(),
        cuts.join(", "),
        back.join(", ")
    );
    Ok((done, figures))
}
