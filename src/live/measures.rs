//! That servers have measured something: each does so every minute, so it is told of all of them together, and not how it is,
//! which one asks for then.

use crate::base::Time;
use crate::base::clock::SECOND;

/// Between two times that it is told.
const PACE: i64 = 10 * SECOND;

/// Whether there is news of servers.
#[derive(Default)]
pub(super) struct Measures {
    is_news: bool,
    told: Option<Time>,
}

impl Measures {
    /// A server has reported.
    pub(super) fn note(&mut self) {
        self.is_news = true;
    }

    /// Whether it is to be told now that some have.
    pub(super) fn take_news(&mut self, now: Time) -> bool {
        // A clock that was set back does not keep it for longer.
        let is_early = self.told.is_some_and(|told| (told..told.plus(PACE)).contains(&now));
        let is_told = self.is_news && !is_early;
        if is_told {
            *self = Self { is_news: false, told: Some(now) };
        }
        is_told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_reports_are_told_once_in_ten_seconds_and_none_is_forgotten() {
        let mut measures = Measures::default();
        assert!(!measures.take_news(Time(0)), "nobody has reported");
        measures.note();
        measures.note();
        assert!(measures.take_news(Time(0)) && !measures.take_news(Time(PACE)));
        measures.note();
        assert!(measures.take_news(Time(PACE)));
        measures.note();
        assert!(!measures.take_news(Time(2 * PACE - 1)) && measures.take_news(Time(2 * PACE)));
        measures.note();
        assert!(measures.take_news(Time(5)), "the clock was set back");
    }
}
