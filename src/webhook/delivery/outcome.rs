//! What came of a try, and when the next one is.

use crate::base::clock::{DAY, HOUR, MINUTE, SECOND};
use crate::base::{Result, Time};
use crate::store::{Tx, params};
use crate::webhook::{Because, switch_off};

/// Between one try and the next: three days in all.
const PAUSES: [i64; 10] =
    [5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 20 * HOUR];
/// A webhook to which nothing has arrived for so long is switched off.
const HOPELESS: i64 = 3 * DAY;

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Answered with this status.
    Answered(u16),
    /// Not answered, in words for the log.
    Failed(String),
}

impl Outcome {
    fn is_success(&self) -> bool {
        matches!(self, Self::Answered(200..=299))
    }
}

/// When a delivery is tried again that has been tried so often, none where it is given up. `jitter` from 0 to 1 spreads
/// what fails together by a tenth to either side.
pub fn next_try(now: Time, tries: usize, jitter: f64) -> Option<Time> {
    let pause = *PAUSES.get(tries.checked_sub(1)?)?;
    let spread = pause / 10;
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "hours in milliseconds are exact")]
    let off = (jitter.clamp(0.0, 1.0) * 2.0 * spread as f64) as i64 - spread;
    Some(now.plus(pause + off))
}

/// Writes down what came of a try. 410 switches the webhook off (nobody is there any more), and so does a failure when
/// nothing has arrived for three days.
pub fn note(tx: &Tx<'_>, webhook: i64, delivery: i64, outcome: &Outcome, jitter: f64) -> Result<()> {
    let tries = tx.one(
        "select tries from webhook_deliveries where id = :id and webhook_id = :webhook and status = 'waiting'",
        params! {":id": delivery, ":webhook": webhook},
        |row| row.get::<i64>("tries"),
    )?;
    // Gone in the meantime, or tried by somebody else.
    let Some(tries) = tries.map(|tries| tries + 1) else { return Ok(()) };
    let next = if outcome.is_success() {
        None
    } else {
        next_try(tx.now(), usize::try_from(tries).unwrap_or(usize::MAX), jitter)
    };
    let state = match next {
        _ if outcome.is_success() => "delivered",
        Some(_) => "waiting",
        None => "failed",
    };
    let (status, error) = match outcome {
        Outcome::Answered(status) => (Some(*status), None),
        Outcome::Failed(error) => (None, Some(error.as_str())),
    };
    tx.execute(
        "update webhook_deliveries set status = :state, tries = :tries, next_at = :next, last_status = :status,
           last_error = :error, last_at = :now
         where id = :id",
        params! {":state": state, ":tries": tries, ":next": next.map(|at| at.0), ":status": status, ":error": error,
        ":now": tx.now().0, ":id": delivery},
    )?;
    tx.execute(
        "update webhooks set failing_since = iif(:success, null, coalesce(failing_since, :now)) where id = :webhook",
        params! {":success": outcome.is_success(), ":now": tx.now().0, ":webhook": webhook},
    )?;
    if *outcome == Outcome::Answered(410) {
        return switch_off(tx, webhook, Because::Gone);
    }
    let hopeless = tx.one(
        "select 1 from webhooks where id = :webhook and failing_since <= :before",
        params! {":webhook": webhook, ":before": tx.now().plus(-HOPELESS).0},
        |_| Ok(()),
    )?;
    match hopeless {
        Some(()) => switch_off(tx, webhook, Because::Hopeless),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_go_on_for_three_days_and_then_end() {
        let mut at = Time(0);
        let mut tries = 1;
        while let Some(next) = next_try(at, tries, 0.5) {
            assert!(next > at);
            (at, tries) = (next, tries + 1);
        }
        assert_eq!(tries, PAUSES.len() + 1);
        assert!((70 * HOUR..=72 * HOUR).contains(&at.0), "{}", at.0);
    }

    #[test]
    fn jitter_spreads_by_a_tenth_to_either_side() {
        let at = |jitter| next_try(Time(0), 4, jitter).unwrap().0;
        assert_eq!((at(0.0), at(0.5), at(1.0)), (27 * MINUTE, 30 * MINUTE, 33 * MINUTE));
    }
}
