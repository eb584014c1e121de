//! When a condition on hours comes true: a moment that moves with what the hours are counted from.

use super::{Condition, Facts, Field, Operand, Operator};
use crate::base::Time;
use crate::base::clock::HOUR;

/// What hours are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// When the ticket was filed.
    Created,
    /// When anything about it changed last.
    Updated,
    /// When it is due.
    Due,
}

/// When a condition comes true, by what it counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What it counts from.
    pub base: Base,
    /// Milliseconds from there; none where it is true as soon as there is anything to count from.
    pub after: Option<i64>,
}

impl Base {
    /// The moment itself.
    pub fn of(self, facts: &Facts) -> Option<Time> {
        match self {
            Self::Created => Some(facts.created_at),
            Self::Updated => Some(facts.updated_at),
            Self::Due => facts.due_at,
        }
    }
}

impl Moment {
    /// When a condition comes true; `None` for one that is not about time.
    pub fn of(condition: &Condition) -> Option<Self> {
        let Operand::Hours { ms, .. } = condition.value else { return None };
        let (base, after) = match (condition.field, condition.operator) {
            (Field::HoursSinceCreated, operator) => (Base::Created, since(operator, ms)),
            (Field::HoursSinceUpdated, operator) => (Base::Updated, since(operator, ms)),
            (Field::HoursUntilDue, Operator::LessThan) => (Base::Due, Some(1 - ms)),
            // The hour that is asked for begins a millisecond after the one before it ends.
            (Field::HoursUntilDue, Operator::Is) => (Base::Due, Some(1 - ms - HOUR)),
            (Field::HoursUntilDue, _) => (Base::Due, None),
            _ => return None,
        };
        Some(Self { base, after })
    }

    /// The newest that the base can be for the condition to have come true by now.
    pub fn reach(self, now: Time) -> Time {
        self.after.map_or(Time(i64::MAX), |after| Time(now.0.saturating_sub(after)))
    }

    /// When it came true for a base.
    pub fn at(self, base: Time) -> Time {
        base.plus(self.after.unwrap_or_default())
    }
}

fn since(operator: Operator, ms: i64) -> Option<i64> {
    match operator {
        Operator::GreaterThan => Some(ms + 1),
        Operator::Is => Some(ms),
        Operator::IsNot | Operator::LessThan | Operator::Contains => None,
    }
}
