//! What requests leave to the end of their transaction: events, and sums that rows keep.
//!
//! Whatever may come to nothing has a layer of its own, so that it is forgotten whole.

use std::collections::BTreeMap;

use super::Tx;
use crate::base::{Event, Result};

/// A row that keeps sums: what they count, and what it is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// What is counted; sums of another kind have another word.
    pub what: &'static str,
    /// The numbers in its key.
    pub of: (i64, i64),
    /// The word in its key.
    pub word: String,
}

/// Adds to the sums of a row.
pub type Add = fn(&Tx<'_>, &Place, &[i64]) -> Result<()>;

type Sums = BTreeMap<Place, (Vec<i64>, Add)>;

#[derive(Default)]
struct Layer {
    events: Vec<Event>,
    sums: Sums,
}

/// All of it, as far as the transaction has come.
#[derive(Default)]
pub(super) struct Pending {
    sure: Layer,
    /// What may come to nothing, the innermost last.
    unsure: Vec<Layer>,
}

impl Layer {
    fn add(&mut self, place: Place, amounts: &[i64], add: Add) {
        let (sums, _) = self.sums.entry(place).or_insert_with(|| (vec![0; amounts.len()], add));
        sums.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
    }

    fn take_over(&mut self, mut other: Self) {
        self.events.append(&mut other.events);
        for (place, (amounts, add)) in other.sums {
            self.add(place, &amounts, add);
        }
    }
}

impl Pending {
    fn innermost(&mut self) -> &mut Layer {
        self.unsure.last_mut().unwrap_or(&mut self.sure)
    }

    /// Begins what may come to nothing; answers what [`Pending::end`] knows it by.
    pub fn begin(&mut self) -> usize {
        self.unsure.push(Layer::default());
        self.unsure.len() - 1
    }

    /// Keeps or forgets everything since then.
    pub fn end(&mut self, layer: usize, keeps: bool) {
        let ended = self.unsure.split_off(layer);
        if keeps {
            ended.into_iter().for_each(|layer| self.innermost().take_over(layer));
        }
    }

    /// Says something.
    pub fn announce(&mut self, event: Event) {
        self.innermost().events.push(event);
    }

    /// Adds to the sums of a row.
    pub fn add(&mut self, place: Place, amounts: &[i64], add: Add) {
        self.innermost().add(place, amounts, add);
    }

    /// What was said, in order.
    pub fn events(&self) -> &[Event] {
        &self.sure.events
    }

    /// The same, no longer kept here.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.sure.events)
    }

    /// What is to be added, but for sums that have come to nothing.
    pub fn take_sums(&mut self) -> Sums {
        let mut sums = std::mem::take(&mut self.sure.sums);
        sums.retain(|_, (amounts, _)| amounts.iter().any(|amount| *amount != 0));
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(word: &str) -> Place {
        Place { what: "tested", of: (1, 2), word: word.to_owned() }
    }

    fn sums(pending: &mut Pending) -> Vec<(String, Vec<i64>)> {
        pending.take_sums().into_iter().map(|(place, (amounts, _))| (place.word, amounts)).collect()
    }

    #[test]
    fn what_is_added_to_a_row_becomes_one_sum_and_nothing_is_left_of_what_comes_to_nothing() {
        let mut pending = Pending::default();
        let add = |pending: &mut Pending, word, amounts| pending.add(place(word), amounts, |_, _, _| Ok(()));
        add(&mut pending, "a", &[1, 10]);
        let outer = pending.begin();
        add(&mut pending, "a", &[2, 20]);
        let inner = pending.begin();
        add(&mut pending, "a", &[100, 100]);
        add(&mut pending, "b", &[1, 0]);
        pending.end(inner, false);
        let inner = pending.begin();
        add(&mut pending, "c", &[3, 3]);
        pending.end(inner, true);
        pending.end(outer, true);
        let (failed, inside) = (pending.begin(), pending.begin());
        add(&mut pending, "a", &[7, 7]);
        pending.end(inside, true);
        pending.end(failed, false);
        add(&mut pending, "c", &[-3, -3]);
        assert_eq!(sums(&mut pending), [("a".to_owned(), vec![3, 30])]);
        assert_eq!(sums(&mut pending), []);
    }

    #[test]
    fn an_end_takes_what_was_begun_within_and_never_ended() {
        let mut pending = Pending::default();
        let request = pending.begin();
        // As where a panic ends an attempt.
        pending.begin();
        pending.announce(Event::Measured { server: 1 });
        pending.end(request, false);
        pending.announce(Event::Measured { server: 2 });
        assert!(matches!(pending.take_events()[..], [Event::Measured { server: 2 }]));
    }
}
