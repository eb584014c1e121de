//! The packet filter by the `nft` program: run with a fixed argument vector, rules on its standard input.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write as _};
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use super::held::{self, Held};
use super::plan::{self, Wanted};
use super::{Applied, Firewall, FirewallError, Limits};

/// Where `nft` is looked for; services often run without the second in their search path.
const PROGRAMS: [&str; 3] = ["nft", "/usr/sbin/nft", "/sbin/nft"];

/// The packet filter by the `nft` program.
#[derive(Debug, Default)]
pub struct Nft {
    known: BTreeMap<String, Known>,
}

/// What this process remembers of an interface between two calls.
#[derive(Debug, Default)]
struct Known {
    wanted: Wanted,
    /// The table without its entries, as nft showed it after we made it.
    frame: Vec<String>,
    /// The largest count seen of each quota object: it survives a table that somebody flushed.
    seen: BTreeMap<String, u64>,
}

/// Whether `nft` is installed and answers.
pub fn nft_available() -> bool {
    run(&["--version"], "").is_ok_and(|output| output.status.success())
}

impl Nft {
    /// Nothing is remembered yet; what the packet filter holds is read at the first `apply`.
    pub fn new() -> Self {
        Self::default()
    }

    fn apply_once(&mut self, interface: &str, mut wanted: Wanted, now: SystemTime) -> Result<Applied, FirewallError> {
        let known = self.known.get(interface);
        let listing = list(interface)?;
        if wanted.is_empty() {
            if listing.is_some() {
                transact(&format!("delete table {}\n", plan::table(interface)))?;
            }
            self.known.remove(interface);
            return Ok(Applied { changed: listing.is_some(), repaired: Vec::new() });
        }
        // What was counted is never lowered: by a listing, by memory, by the control plane, the largest stands.
        for (name, quota) in &mut wanted.quotas {
            let seen = known.and_then(|known| known.seen.get(name)).copied().unwrap_or(0);
            let counted = listing.as_ref().and_then(|held| held.quotas.get(name)).map_or(0, |quota| quota.used);
            if counted < seen {
                quota.used = quota.used.max(seen);
            }
        }
        let sound = listing.as_ref().filter(|held| is_sound(held, known, &wanted));
        let text = match sound {
            Some(held) => plan::difference(interface, held, &wanted, now),
            None => {
                let mut carried = wanted.clone();
                for (name, quota) in &mut carried.quotas {
                    let counted = listing.as_ref().and_then(|held| held.quotas.get(name)).map_or(0, |quota| quota.used);
                    quota.used = quota.used.max(counted);
                }
                plan::whole(interface, &carried, now)
            }
        };
        let mut repaired = Vec::new();
        if let Some(known) = known.filter(|known| known.wanted.same_rules(&wanted) && !text.is_empty()) {
            let table = plan::table(interface);
            match (&listing, sound) {
                (None, _) => repaired.push(format!("the packet filter's table {table} was gone: set it again")),
                (_, None) => repaired.push(format!("the rules of {table} had been changed: set them again")),
                (Some(held), _) if entries_differ(held, &known.wanted) => {
                    repaired.push(format!("entries of {table} had been changed: set them again"));
                }
                _ => {}
            }
        }
        let changed = !text.is_empty();
        if changed {
            transact(&text)?;
        }
        let after = match (listing, changed) {
            (Some(held), false) => held,
            _ => list(interface)?.ok_or(FirewallError::Unreadable)?,
        };
        let seen = after.quotas.iter().map(|(name, quota)| (name.clone(), quota.used)).collect();
        self.known.insert(interface.to_owned(), Known { wanted, frame: after.frame, seen });
        Ok(Applied { changed, repaired })
    }
}

impl Firewall for Nft {
    fn apply(&mut self, interface: &str, limits: &Limits, now: SystemTime) -> Result<Applied, FirewallError> {
        let wanted = Wanted::of(interface, limits)?;
        // An entry may run out between the listing and the transaction, which then fails as a whole.
        match self.apply_once(interface, wanted.clone(), now) {
            Err(FirewallError::Refused(_)) => self.apply_once(interface, wanted, now),
            outcome => outcome,
        }
    }

    fn used(&mut self, interface: &str) -> Result<BTreeMap<String, u64>, FirewallError> {
        Wanted::of(interface, &Limits::default())?;
        let Some(json) = listing(&["-j", "list", "quotas", "table", "inet", &format!("gatehouse_{interface}")])? else {
            return Ok(BTreeMap::new());
        };
        let used = held::used(&json).ok_or(FirewallError::Unreadable)?;
        if let Some(known) = self.known.get_mut(interface) {
            for (name, bytes) in &used {
                let seen = known.seen.entry(name.clone()).or_default();
                *seen = (*seen).max(*bytes);
            }
        }
        Ok(used.into_iter().filter_map(|(name, bytes)| Some((plan::id_of(&name)?.to_owned(), bytes))).collect())
    }
}

/// Whether chains, sets and rules are those we made. After a start of the agent only their number can tell: nft versions
/// show the same rule differently.
fn is_sound(held: &Held, known: Option<&Known>, wanted: &Wanted) -> bool {
    match known {
        Some(known) if known.wanted.masquerade == wanted.masquerade => held.frame == known.frame,
        // Six sets, five chains and twelve rules; a chain and a rule for masquerade.
        _ => held.frame.len() == 23 + if wanted.masquerade { 2 } else { 0 },
    }
}

/// Time left runs down by itself and is no sign of somebody's hand.
fn entries_differ(held: &Held, wanted: &Wanted) -> bool {
    held.counted != wanted.counted
        || !held.expiring.iter().eq(wanted.expires.keys())
        || !held.quotas.iter().map(|(n, q)| (n, q.limit)).eq(wanted.quotas.iter().map(|(n, q)| (n, q.limit)))
}

fn list(interface: &str) -> Result<Option<Held>, FirewallError> {
    match listing(&["-j", "list", "table", "inet", &format!("gatehouse_{interface}")])? {
        Some(json) => held::read(&json).map(Some).ok_or(FirewallError::Unreadable),
        None => Ok(None),
    }
}

/// A listing as JSON, `None` where there is no such table.
fn listing(arguments: &[&str]) -> Result<Option<Vec<u8>>, FirewallError> {
    let output = run(arguments, "")?;
    if output.status.success() {
        return Ok(Some(output.stdout));
    }
    let told = String::from_utf8_lossy(&output.stderr);
    if told.contains("No such file or directory") { Ok(None) } else { Err(refused(&told)) }
}

/// All of it or nothing.
fn transact(text: &str) -> Result<(), FirewallError> {
    let output = run(&["-f", "-"], text)?;
    if output.status.success() { Ok(()) } else { Err(refused(&String::from_utf8_lossy(&output.stderr))) }
}

fn refused(told: &str) -> FirewallError {
    let line = told.lines().next().unwrap_or("it gave no reason");
    FirewallError::Refused(line.chars().take(200).collect())
}

fn run(arguments: &[&str], input: &str) -> Result<Output, FirewallError> {
    for program in PROGRAMS {
        let spawned = Command::new(program)
            .args(arguments)
            // Its messages are told apart by their text.
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match spawned {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            spawned => spawned.map_err(FirewallError::System)?,
        };
        if let Some(mut stdin) = child.stdin.take() {
            // When nft ends before it has read everything, its exit status says why.
            let _ = stdin.write_all(input.as_bytes());
        }
        return child.wait_with_output().map_err(FirewallError::System);
    }
    Err(FirewallError::NoNft)
}
