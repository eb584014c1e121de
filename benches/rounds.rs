//! Rounds: A, B, A, B…, so that the machine's mood falls on all of them alike.

use super::load::Load;

/// One figure per round.
#[derive(Clone, Debug)]
pub struct Series(Vec<f64>);

/// Runs each in turn, so many times over.
pub fn interleave<T, const N: usize>(rounds: usize, mut measured: [&mut dyn FnMut() -> T; N]) -> [Vec<T>; N] {
    let mut results = in_turns(rounds, &mut measured, |measure| measure()).into_iter();
    std::array::from_fn(|_| results.next().unwrap())
}

/// Measures each of these in turn, so many times over; answers the rounds of each.
pub fn in_turns<S, T>(rounds: usize, all: &mut [S], mut measure: impl FnMut(&mut S) -> T) -> Vec<Vec<T>> {
    let mut results: Vec<Vec<T>> = all.iter().map(|_| Vec::with_capacity(rounds)).collect();
    for _ in 0..rounds {
        for (one, results) in all.iter_mut().zip(&mut results) {
            results.push(measure(one));
        }
    }
    results
}

impl Series {
    /// The figures of the rounds, in order.
    pub fn new(values: impl IntoIterator<Item = f64>) -> Self {
        Self(values.into_iter().collect())
    }

    /// Answers a second.
    pub fn rates(loads: &[Load]) -> Self {
        Self::new(loads.iter().map(Load::rate))
    }

    /// This over that, round by round.
    pub fn over(&self, other: &Self) -> Self {
        Self::new(self.0.iter().zip(&other.0).map(|(a, b)| a / b))
    }

    /// The one in the middle; of an even number, the lower of two.
    pub fn median(&self) -> f64 {
        self.share(0.5)
    }

    /// What this share of the figures does not exceed.
    pub fn share(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len()) - 1]
    }

    /// Smallest and largest.
    pub fn range(&self) -> (f64, f64) {
        (self.share(0.0), self.share(1.0))
    }
}
