//! What a webhook says of itself, checked.

use std::collections::BTreeSet;

use super::find::Webhook;
use crate::base::check::{required, required_line};
use crate::base::{Check, Error, Result};
use crate::feed::Kind;
use crate::outbound::Target;

/// As callers send it; what is `None` stays, an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// For people.
    pub name: Option<String>,
    /// Where it leads.
    pub url: Option<String>,
    /// Kinds of events; empty means all.
    pub events: Option<Vec<String>>,
    /// The number of the only project whose tickets it tells of.
    pub project: Option<Option<i64>>,
    /// Whether it tells what customers never learn of.
    pub includes_internal: Option<bool>,
    /// Whether it tells anything.
    pub is_active: Option<bool>,
}

/// A webhook that can be.
#[derive(Clone, Debug)]
pub struct Fields {
    pub(super) name: String,
    /// Where it leads.
    pub target: Target,
    pub(super) events: BTreeSet<Kind>,
    pub(super) project: Option<i64>,
    pub(super) includes_internal: bool,
    pub(super) is_active: bool,
}

impl Fields {
    /// Checks what is given, over what is there already.
    pub fn parse(given: &Given, known: Option<&Webhook>) -> Result<Self> {
        let mut check = Check::default();
        let or = |given: &Option<String>, known: Option<&String>| given.clone().or(known.cloned());
        let name = or(&given.name, known.map(|known| &known.name));
        let name = check.take(required_line("name", name.as_deref(), 255));
        let url = or(&given.url, known.map(|known| &known.url)).filter(|url| !url.trim().is_empty());
        let target = check.take(required("url", url).and_then(|url| Target::parse(&url)));
        let events = match (&given.events, known) {
            (Some(words), _) => check.take(words.iter().map(|word| kind(word)).collect::<Result<_>>()),
            (None, known) => Some(known.map(|known| known.events.clone()).unwrap_or_default()),
        };
        let (name, target, events) = (check.need(name)?, check.need(target)?, check.need(events)?);
        Ok(Self {
            name,
            target,
            events,
            project: given.project.unwrap_or_else(|| known.and_then(|known| known.project)),
            includes_internal: given.includes_internal.unwrap_or(known.is_some_and(|known| known.includes_internal)),
            is_active: given.is_active.unwrap_or(known.is_none_or(|known| known.is_active)),
        })
    }

    /// As it is stored.
    pub(super) fn events(&self) -> String {
        let words: Vec<&str> = self.events.iter().map(|kind| kind.as_str()).collect();
        serde_json::json!(words).to_string()
    }
}

fn kind(word: &str) -> Result<Kind> {
    Kind::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Kind::ALL.into_iter().map(Kind::as_str).collect();
        Error::field("events", format!("There is no event {word:?}. Events are {}.", known.join(", ")))
    })
}
