//! What an admin may say about a field.

use std::collections::BTreeSet;

use super::{Definition, Kind};
use crate::base::{Check, Error, Result, check};

/// Most options of a field.
const MOST_OPTIONS: usize = 1_000;

/// The parts as they came in: `None` was left out, an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// 1 to 64 characters.
    pub name: Option<String>,
    /// 1 to 255 characters; the name where there is none.
    pub label: Option<String>,
    /// One of the eight types.
    pub kind: Option<String>,
    /// Needed where something is to be chosen.
    pub options: Option<Vec<String>>,
    /// Whether whoever can supply a value has to.
    pub is_required: Option<bool>,
    /// Whether staff need a value to close a ticket.
    pub required_on_close: Option<bool>,
    /// Whether customers see values.
    pub customer_can_view: Option<bool>,
    /// Whether customers set values.
    pub customer_can_edit: Option<bool>,
    /// Up to 255 characters.
    pub placeholder: Option<Option<String>>,
    /// Many lines.
    pub help_text: Option<Option<String>>,
    /// Fields are shown in this order.
    pub position: Option<i64>,
    /// Whether it is in use.
    pub is_active: Option<bool>,
}

/// The parts as they can be.
#[derive(Clone, Debug)]
pub struct Fields {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) kind: Kind,
    pub(super) options: Vec<String>,
    pub(super) is_required: bool,
    pub(super) required_on_close: bool,
    pub(super) customer_can_view: bool,
    pub(super) customer_can_edit: bool,
    pub(super) placeholder: Option<String>,
    pub(super) help_text: Option<String>,
    pub(super) position: i64,
    pub(super) is_active: bool,
}

impl Fields {
    /// Checks what was given and takes the rest from the field as it is; everything that is wrong is told.
    pub fn parse(given: &Given, current: Option<&Definition>) -> Result<Self> {
        let mut check = Check::default();
        let name = match (&given.name, current) {
            (None, Some(definition)) => Some(definition.name.clone()),
            (name, _) => check.take(check::required_line("name", name.as_deref(), 64)),
        };
        let label = match (&given.label, current) {
            (None, Some(definition)) => Some(definition.label.clone()),
            (label, _) => check
                .take(check::line("label", label.as_deref(), 255))
                .map(|label| label.or_else(|| name.clone()).unwrap_or_default()),
        };
        let kind = match (&given.kind, current) {
            (None, Some(definition)) => Some(definition.kind),
            (kind, _) => check.take(parse_kind(kind.as_deref())),
        };
        let options = match (&given.options, current) {
            (None, Some(definition)) => Some(definition.options.clone()),
            (options, _) => check.take(parse_options(options.as_deref().unwrap_or_default())),
        };
        if kind.is_some_and(Kind::chooses) && options.as_ref().is_some_and(Vec::is_empty) {
            check.note(Error::field("options", "Say what can be chosen: at least one option."));
        }
        let placeholder = match &given.placeholder {
            None => current.and_then(|definition| definition.placeholder.clone()),
            Some(text) => check.take(check::line("placeholder", text.as_deref(), 255)).flatten(),
        };
        let help_text = match &given.help_text {
            None => current.and_then(|definition| definition.help_text.clone()),
            Some(text) => check.take(check::block("helpText", text.as_deref())).flatten(),
        };
        let (name, label) = (check.need(name)?, check.need(label)?);
        let (kind, options) = (check.need(kind)?, check.need(options)?);
        let yes = |given: Option<bool>, current: Option<bool>| given.or(current).unwrap_or_default();
        Ok(Self {
            name,
            label,
            kind,
            options,
            is_required: yes(given.is_required, current.map(|d| d.is_required)),
            required_on_close: yes(given.required_on_close, current.map(|d| d.required_on_close)),
            customer_can_view: yes(given.customer_can_view, current.map(|d| d.customer_can_view)),
            customer_can_edit: yes(given.customer_can_edit, current.map(|d| d.customer_can_edit)),
            placeholder,
            help_text,
            position: given.position.or(current.map(|d| d.position)).unwrap_or_default(),
            is_active: given.is_active.or(current.map(|d| d.is_active)).unwrap_or(true),
        })
    }

    pub(super) fn options_text(&self) -> String {
        serde_json::Value::from(self.options.clone()).to_string()
    }
}

fn parse_kind(text: Option<&str>) -> Result<Kind> {
    let text = check::required_line("fieldType", text, 64)?;
    Kind::parse(&text).ok_or_else(|| {
        let known = Kind::ALL.map(Kind::as_str).join(", ");
        Error::field("fieldType", format!("There is no such type. Types are {known}."))
    })
}

fn parse_options(options: &[String]) -> Result<Vec<String>> {
    if options.len() > MOST_OPTIONS {
        return Err(Error::field("options", format!("A field has at most {MOST_OPTIONS} options.")));
    }
    let (mut parsed, mut seen) = (Vec::new(), BTreeSet::new());
    for option in options {
        let option = check::required_line("options", Some(option), 255)?;
        if !seen.insert(option.clone()) {
            return Err(Error::field("options", format!("The option {option:?} is there twice.")));
        }
        parsed.push(option);
    }
    Ok(parsed)
}
