//! Counting reports once each, in any order.
//!
//! A peer's total is the sum, over its consecutive mentions, of what was added between them. Reports that were counted
//! form runs of consecutive numbers. The newest run grows in place; of every closed run the first and the last counters
//! of each peer are kept, so that a late report can be put between its neighbours: it adds delta(p, s) + delta(s, n) and
//! takes back delta(p, n), which is never negative.

use std::collections::BTreeMap;

use super::Usage;
use crate::wire::KeyBytes;

/// Closed runs kept per server; beyond that the oldest gap is taken as closed.
const RUNS: usize = 256;

/// Counters of one peer as a report gives them, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Received.
    pub rx: u64,
    /// Sent.
    pub tx: u64,
}

/// Where a report stands: a new epoch with each state directory, `seq` rising by one within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Of the state directory.
    pub epoch: u64,
    /// From 1.
    pub seq: u64,
}

/// Consecutive reports that were counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Epochs in the order in which they were first heard of.
    pub order: i64,
    /// The agent's number for it.
    pub epoch: u64,
    /// First `seq`.
    pub first: u64,
    /// Last `seq`.
    pub last: u64,
}

/// A run with a gap or a newer epoch behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Which reports.
    pub run: Run,
    /// The first mention of each peer in it.
    pub firsts: BTreeMap<i64, Counters>,
    /// The last mention of each peer in it.
    pub lasts: BTreeMap<i64, Counters>,
}

/// What is known of one peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its key when it was last reported.
    pub key: KeyBytes,
    /// Totals, newest handshake and endpoint.
    pub usage: Usage,
    /// The newest mention of all.
    pub latest: Counters,
    /// The first mention in the newest run; none when that has not mentioned it.
    pub first_in_run: Option<Counters>,
}

/// Everything that was counted for one server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The run that grows.
    pub newest: Option<Run>,
    /// Earlier ones, oldest first; read only when a report does not simply come next.
    pub closed: Vec<Closed>,
    /// By peer number.
    pub peers: BTreeMap<i64, Known>,
}

/// What was added between two mentions: a counter that fell started again from nothing.
fn delta(before: u64, after: u64) -> u64 {
    if after >= before { after - before } else { after }
}

fn between(before: Counters, after: Counters) -> Counters {
    Counters { rx: delta(before.rx, after.rx), tx: delta(before.tx, after.tx) }
}

fn add(usage: &mut Usage, grown: Counters) {
    usage.rx = usage.rx.saturating_add(grown.rx);
    usage.tx = usage.tx.saturating_add(grown.tx);
}

impl Ledger {
    /// Whether a report follows directly on the newest one, so that the closed runs need not be known.
    pub fn comes_next(&self, place: Place) -> bool {
        self.newest.is_some_and(|run| run.epoch == place.epoch && run.last.checked_add(1) == Some(place.seq))
    }

    /// Counts a report without a place: it comes after everything.
    pub fn count_unplaced(&mut self, report: &BTreeMap<i64, Counters>) {
        for (peer, counters) in report {
            let known = self.peers.entry(*peer).or_default();
            add(&mut known.usage, between(known.latest, *counters));
            known.latest = *counters;
        }
    }

    /// Counts a report once; false when it was counted before. Unless it [comes next](Self::comes_next), every closed run
    /// must be loaded.
    pub fn count(&mut self, place: Place, report: &BTreeMap<i64, Counters>) -> bool {
        if !self.comes_next(place) {
            if self.has(place) {
                return false;
            }
            let order = self.order(place.epoch);
            if self.newest.is_some_and(|run| (run.order, run.last) > (order, place.seq)) {
                self.count_late(order, place, report);
                return true;
            }
            self.close_newest();
            self.newest = Some(Run { order, epoch: place.epoch, first: place.seq, last: place.seq });
        }
        for (peer, counters) in report {
            let known = self.peers.entry(*peer).or_default();
            add(&mut known.usage, between(known.latest, *counters));
            known.latest = *counters;
            known.first_in_run.get_or_insert(*counters);
        }
        if let Some(run) = &mut self.newest {
            run.last = place.seq;
        }
        true
    }

    fn runs(&self) -> impl Iterator<Item = &Run> {
        self.closed.iter().map(|closed| &closed.run).chain(&self.newest)
    }

    fn has(&self, place: Place) -> bool {
        self.runs().any(|run| run.epoch == place.epoch && (run.first..=run.last).contains(&place.seq))
    }

    fn order(&self, epoch: u64) -> i64 {
        let known = self.runs().find(|run| run.epoch == epoch).map(|run| run.order);
        known.unwrap_or_else(|| self.runs().map(|run| run.order).max().unwrap_or(0).saturating_add(1))
    }

    fn close_newest(&mut self) {
        let Some(run) = self.newest.take() else { return };
        let mut closed = Closed { run, ..Closed::default() };
        for (peer, known) in &mut self.peers {
            if let Some(first) = known.first_in_run.take() {
                closed.firsts.insert(*peer, first);
                closed.lasts.insert(*peer, known.latest);
            }
        }
        self.closed.push(closed);
        self.bound();
    }

    fn count_late(&mut self, order: i64, place: Place, report: &BTreeMap<i64, Counters>) {
        let at = self.closed.partition_point(|closed| (closed.run.order, closed.run.last) < (order, place.seq));
        for (peer, counters) in report {
            let before = self.closed[..at].iter().rev().find_map(|closed| closed.lasts.get(peer)).copied();
            let known = self.peers.entry(*peer).or_default();
            let later = self.closed[at..].iter().find_map(|closed| closed.firsts.get(peer)).copied();
            let before = before.unwrap_or_default();
            match later.or(known.first_in_run) {
                Some(later) => {
                    let (one, two, whole) =
                        (between(before, *counters), between(*counters, later), between(before, later));
                    add(
                        &mut known.usage,
                        Counters {
                            rx: one.rx.saturating_add(two.rx).saturating_sub(whole.rx),
                            tx: one.tx.saturating_add(two.tx).saturating_sub(whole.tx),
                        },
                    );
                }
                None => {
                    add(&mut known.usage, between(known.latest, *counters));
                    known.latest = *counters;
                }
            }
        }
        let run = Run { order, epoch: place.epoch, first: place.seq, last: place.seq };
        self.closed.insert(at, Closed { run, firsts: report.clone(), lasts: report.clone() });
        if at + 1 < self.closed.len() {
            self.join(at);
        } else {
            self.join_newest();
        }
        if at > 0 {
            self.join(at - 1);
            self.join_newest();
        }
        self.bound();
    }

    /// Makes one run of two closed ones that meet.
    fn join(&mut self, at: usize) {
        let Some((left, right)) = self.closed.get(at).zip(self.closed.get(at + 1)) else { return };
        if left.run.order != right.run.order || left.run.last.checked_add(1) != Some(right.run.first) {
            return;
        }
        let right = self.closed.remove(at + 1);
        let left = &mut self.closed[at];
        left.run.last = right.run.last;
        for (peer, counters) in right.firsts {
            left.firsts.entry(peer).or_insert(counters);
        }
        left.lasts.extend(right.lasts);
    }

    /// Opens the last closed run again when it meets the newest.
    fn join_newest(&mut self) {
        let (Some(newest), Some(last)) = (&mut self.newest, self.closed.last()) else { return };
        if last.run.order != newest.order || last.run.last.checked_add(1) != Some(newest.first) {
            return;
        }
        newest.first = last.run.first;
        for (peer, first) in self.closed.pop().map(|closed| closed.firsts).unwrap_or_default() {
            if let Some(known) = self.peers.get_mut(&peer) {
                known.first_in_run = Some(first);
            }
        }
    }

    fn bound(&mut self) {
        while self.closed.len() > RUNS {
            let mut oldest = self.closed.remove(0);
            let Some(next) = self.closed.first_mut() else { return };
            if oldest.run.order == next.run.order {
                next.run.first = oldest.run.first;
            }
            oldest.firsts.extend(
                next.firsts
                    .iter()
                    .filter(|(peer, _)| !oldest.firsts.contains_key(peer))
                    .map(|(p, c)| (*p, *c))
                    .collect::<Vec<_>>(),
            );
            oldest.lasts.extend(std::mem::take(&mut next.lasts));
            (next.firsts, next.lasts) = (oldest.firsts, oldest.lasts);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Report = (Place, BTreeMap<i64, Counters>);

    /// Two epochs of ten reports, in which counters rise, start again, and peers come and go.
    fn history() -> impl Strategy<Value = Vec<Report>> {
        let counters = (0..6_u64, 0..6_u64).prop_map(|(rx, tx)| Counters { rx, tx });
        let report = proptest::collection::btree_map(0..3_i64, counters, 0..3);
        proptest::collection::vec(report, 20).prop_map(|all| {
            let place = |n: usize| Place { epoch: 90 - (n as u64 / 10), seq: n as u64 % 10 + 1 };
            all.into_iter().enumerate().map(|(n, report)| (place(n), report)).collect()
        })
    }

    fn totals(ledger: &Ledger) -> Vec<(i64, u64, u64)> {
        ledger.peers.iter().map(|(peer, known)| (*peer, known.usage.rx, known.usage.tx)).collect()
    }

    proptest! {
        #[test]
        fn any_order_with_repeats_counts_as_the_order_in_which_it_happened(
            reports in history(),
            // The first report of each epoch tells the epochs apart, so those two come in order.
            shuffled in Just((0..20_usize).filter(|n| *n != 0 && *n != 10).chain([3, 7, 15]).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let mut in_order = Ledger::default();
            for (place, report) in &reports {
                prop_assert!(in_order.count(*place, report));
            }
            let mut any_order = Ledger::default();
            let mut before = BTreeMap::new();
            for n in [0, 10].into_iter().chain(shuffled) {
                any_order.count(reports[n].0, &reports[n].1);
                for (peer, rx, tx) in totals(&any_order) {
                    let (old_rx, old_tx) = before.insert(peer, (rx, tx)).unwrap_or_default();
                    prop_assert!(rx >= old_rx && tx >= old_tx, "a total fell");
                }
            }
            prop_assert_eq!(totals(&any_order), totals(&in_order));
            prop_assert_eq!(any_order.closed.len(), 1, "the gaps are closed");
        }
    }

    fn one(rx: u64) -> BTreeMap<i64, Counters> {
        BTreeMap::from([(1, Counters { rx, tx: 0 })])
    }

    #[test]
    fn totals_are_exact_above_two_to_the_53_and_stop_at_the_largest_number() {
        let mut ledger = Ledger::default();
        for (n, rx) in [(1 << 53) + 1, (1 << 53) + 2, 5, u64::MAX, 0, u64::MAX].into_iter().enumerate() {
            ledger.count(Place { epoch: 1, seq: n as u64 + 1 }, &one(rx));
            if n == 2 {
                assert_eq!(ledger.peers[&1].usage.rx, (1 << 53) + 7);
            }
        }
        assert_eq!(ledger.peers[&1].usage.rx, u64::MAX);
    }

    #[test]
    fn an_agent_that_leaves_gaps_for_ever_stays_bounded() {
        let mut ledger = Ledger::default();
        for n in 1..=1_000 {
            ledger.count(Place { epoch: 1, seq: 2 * n }, &one(n));
        }
        assert!(ledger.closed.len() <= RUNS);
        assert_eq!(ledger.peers[&1].usage.rx, 1_000);
        assert!(!ledger.count(Place { epoch: 1, seq: 2 }, &one(1)));
    }
}
