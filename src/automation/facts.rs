//! What rules know of a ticket at one moment.

use super::Field;
use crate::base::{Priority, Source, Status, Time};
use crate::field::Values;

/// A ticket as rules see it. What no rule asks for may be left empty: [`Needs`] says what must be there.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Where it stands.
    pub status: Status,
    /// How much it presses.
    pub priority: Priority,
    /// Its category's slug.
    pub category: Option<String>,
    /// Its subject, folded.
    pub subject: String,
    /// Its first message, folded.
    pub description: String,
    /// The way it came in.
    pub source: Source,
    /// The names of its tags.
    pub tags: Vec<String>,
    /// The address that it was filed under, folded.
    pub customer_email: Option<String>,
    /// The number of who has it.
    pub assignee: Option<i64>,
    /// The number of the group that has it.
    pub group: Option<i64>,
    /// Its project's number.
    pub project: i64,
    /// When it was filed.
    pub created_at: Time,
    /// When anything about it changed last.
    pub updated_at: Time,
    /// When it is due.
    pub due_at: Option<Time>,
    /// What is in the instance's own fields.
    pub own: Values,
}

/// Text as rules compare it: without case, and without blanks around it. Folded once a ticket, not once a condition.
pub fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// What must be looked up before rules can judge a ticket; everything else stands in its row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Its category's slug.
    pub category: bool,
    /// Its first message.
    pub description: bool,
    /// Its tags.
    pub tags: bool,
    /// The instance's own fields.
    pub own: bool,
}

impl Needs {
    /// Adds what a condition on a field needs.
    pub fn add(&mut self, field: Field) {
        match field {
            Field::Category => self.category = true,
            Field::Description => self.description = true,
            Field::Tags => self.tags = true,
            Field::Custom => self.own = true,
            Field::Status
            | Field::Priority
            | Field::Subject
            | Field::Source
            | Field::CustomerEmail
            | Field::Assignee
            | Field::Group
            | Field::Project
            | Field::HoursSinceCreated
            | Field::HoursSinceUpdated
            | Field::HoursUntilDue => {}
        }
    }

    /// What either needs.
    pub fn and(self, other: Self) -> Self {
        Self {
            category: self.category || other.category,
            description: self.description || other.description,
            tags: self.tags || other.tags,
            own: self.own || other.own,
        }
    }
}
