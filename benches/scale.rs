//! A logarithmic scale: where a value lies on it, and the ticks that people read it by.

/// Between two numbers above zero.
pub struct Scale {
    low: f64,
    high: f64,
    ticks: Vec<f64>,
}

/// Steps of a decade.
const STEPS: [f64; 3] = [1.0, 2.0, 5.0];
/// More ticks than these are too many.
const MOST: i32 = 10;

/// 1, 2, 5, 10, 20, 50… from the 0th on, and downwards 0.5, 0.2, 0.1…
fn step(index: i32) -> f64 {
    let (decade, step) = (index.div_euclid(3), STEPS[index.rem_euclid(3).unsigned_abs() as usize]);
    // Divided, not multiplied by what is no binary fraction: 0.05 is to be the number that is written so.
    if decade < 0 { step / 10_f64.powi(-decade) } else { step * 10_f64.powi(decade) }
}

impl Scale {
    /// Around values that were measured. It has a decade at least: what differs little must look so.
    pub fn around(values: impl IntoIterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.into_iter().filter(|value| *value > 0.0).collect();
        let smallest = values.iter().copied().reduce(f64::min).unwrap_or(1.0);
        let largest = values.iter().copied().reduce(f64::max).unwrap_or(1.0);
        let mut low = (smallest.log10().floor() as i32 + 1) * 3;
        while step(low) > smallest {
            low -= 1;
        }
        let mut high = low;
        while step(high) < largest {
            high += 1;
        }
        while high - low < 3 {
            (low, high) = if (high - low) % 2 == 0 { (low, high + 1) } else { (low - 1, high) };
        }
        let is_long = high - low >= MOST;
        let ticks = (low..=high).filter(|index| !is_long || index % 3 == 0).map(step).collect();
        Self { low: step(low), high: step(high), ticks }
    }

    /// From the smallest to the largest of values that were chosen, with a tick at each.
    pub fn through(values: impl IntoIterator<Item = f64>) -> Self {
        let mut ticks: Vec<f64> = values.into_iter().collect();
        ticks.sort_by(f64::total_cmp);
        ticks.dedup();
        match ticks[..] {
            [] => Self { low: 1.0, high: 10.0, ticks },
            // The only one lies in the middle.
            [only] => Self { low: only / 2.0, high: only * 2.0, ticks },
            [low, .., high] => Self { low, high, ticks },
        }
    }

    /// 0 at the beginning, 1 at the end; none for what a logarithmic scale has no place for.
    pub fn place(&self, value: f64) -> Option<f64> {
        (value > 0.0).then(|| (value / self.low).ln() / (self.high / self.low).ln())
    }

    /// In rising order.
    pub fn ticks(&self) -> &[f64] {
        &self.ticks
    }
}
