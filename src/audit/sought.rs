//! What is looked for in the log, and what that means in SQL.

use super::Entry;
use crate::base::{Time, fold};
use crate::store::ToValue;

/// What is looked for; everything combines, and nothing is everything.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// The whole address of who did it, in whatever case.
    pub actor: Option<String>,
    /// What was done, in snake case.
    pub action: Option<String>,
    /// The whole of what it was done to, in whatever case.
    pub target: Option<String>,
    /// The first moment.
    pub from: Option<Time>,
    /// The moment behind the last one.
    pub until: Option<Time>,
    /// Words, folded, of which each stands somewhere in a row: as part of who did it, what, to what, or from where.
    pub words: Vec<String>,
}

impl Sought {
    /// The words of a text too.
    pub fn with_words(self, text: &str) -> Self {
        Self { words: text.split_whitespace().map(fold).collect(), ..self }
    }

    /// Whether every row is looked for.
    pub fn is_everything(&self) -> bool {
        self.conditions().0.is_empty() && !self.has_words()
    }

    /// Whether words are looked for, which no index knows.
    pub fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether the words stand in a row. Actions may be written as people say them, `ticket merged`.
    pub fn says(&self, entry: &Entry) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let spoken = entry.action.replace('_', " ");
        let always = [&entry.action, &spoken, &entry.target].map(String::as_str);
        let known = [entry.actor.as_deref(), entry.ip.as_deref()].into_iter().flatten();
        let parts: Vec<String> = known.chain(always).map(fold).collect();
        self.words.iter().all(|word| parts.iter().any(|part| part.contains(word)))
    }

    /// The conditions of everything but the words: pieces of our own, values bound by name.
    pub(super) fn conditions(&self) -> (Vec<&'static str>, Vec<(&'static str, &dyn ToValue)>) {
        let (mut conditions, mut values) = (Vec::new(), Vec::<(&str, &dyn ToValue)>::new());
        let mut add = |condition, name, value| {
            conditions.push(condition);
            values.push((name, value));
        };
        if let Some(actor) = &self.actor {
            add("lower(actor) = lower(:actor)", ":actor", actor as &dyn ToValue);
        }
        if let Some(action) = &self.action {
            add("action = :action", ":action", action);
        }
        if let Some(target) = &self.target {
            add("lower(target) = lower(:target)", ":target", target);
        }
        if let Some(from) = &self.from {
            add("created_at >= :from", ":from", &from.0);
        }
        if let Some(until) = &self.until {
            add("created_at < :until", ":until", &until.0);
        }
        (conditions, values)
    }
}
