//! What a caller may say about a company.

use chrono::{DateTime, NaiveDate};
use serde_json::{Map, Value};

use super::{Company, domain};
use crate::base::{Check, Error, Result, check};
use crate::field::{Defined, Values};

/// How things stand with a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Well.
    Happy,
    /// Neither well nor badly.
    Neutral,
    /// They may leave.
    AtRisk,
}

impl Health {
    /// As SQL and JSON spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Happy => "happy",
            Self::Neutral => "neutral",
            Self::AtRisk => "at_risk",
        }
    }

    /// The reverse of [`Health::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Happy, Self::Neutral, Self::AtRisk].into_iter().find(|health| health.as_str() == text)
    }
}

/// What a customer pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountTier {
    /// Nothing.
    Free,
    /// The least.
    Basic,
    /// More.
    Premium,
    /// The most.
    Enterprise,
}

impl AccountTier {
    /// As SQL and JSON spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Basic => "basic",
            Self::Premium => "premium",
            Self::Enterprise => "enterprise",
        }
    }

    /// The reverse of [`AccountTier::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Free, Self::Basic, Self::Premium, Self::Enterprise].into_iter().find(|tier| tier.as_str() == text)
    }
}

/// The fields as they came in: `None` was left out, an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// 1 to 255 characters; no other company's, in whatever case.
    pub name: Option<String>,
    /// For people.
    pub description: Option<Option<String>>,
    /// Host names.
    pub domains: Option<Option<Vec<String>>>,
    /// Up to 255 characters.
    pub industry: Option<Option<String>>,
    /// One of [`Health`].
    pub health: Option<Option<String>>,
    /// One of [`AccountTier`].
    pub tier: Option<Option<String>>,
    /// A date, or a time whose date counts.
    pub renewal_date: Option<Option<String>>,
    /// Custom fields by name; null clears.
    pub custom: Map<String, Value>,
    /// Custom fields by name, as tables hold their values; blank ones are left out.
    pub cells: Vec<(String, String)>,
}

/// The fields as they can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// 1 to 255 characters.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Host names in lower case.
    pub domains: Vec<String>,
    /// What they do.
    pub industry: Option<String>,
    /// How things stand.
    pub health: Option<Health>,
    /// What they pay for.
    pub tier: Option<AccountTier>,
    /// When the contract ends.
    pub renewal_date: Option<NaiveDate>,
    /// What custom fields say of it.
    pub custom: Values,
}

impl Fields {
    /// Checks what was given and takes the rest from the company as it is; every field that is wrong is told.
    pub fn parse(given: &Given, current: Option<&Company>, defined: &Defined) -> Result<Self> {
        let (mut check, current) = (Check::default(), current.map(|company| &company.fields));
        let name = match (&given.name, current) {
            (None, Some(now)) => Some(now.name.clone()),
            (name, _) => check.take(check::required_line("name", name.as_deref(), 255)),
        };
        let description = match &given.description {
            None => current.and_then(|now| now.description.clone()),
            Some(text) => check.take(check::block("description", text.as_deref())).flatten(),
        };
        let domains = match &given.domains {
            None => current.map(|now| now.domains.clone()),
            Some(list) => check.take(domain::parse(list.iter().flatten().map(String::as_str))),
        };
        let industry = match &given.industry {
            None => current.and_then(|now| now.industry.clone()),
            Some(text) => check.take(check::line("industry", text.as_deref(), 255)).flatten(),
        };
        let health = match &given.health {
            None => current.and_then(|now| now.health),
            Some(text) => check.take(word("healthScore", text.as_deref(), Health::parse, HEALTH)).flatten(),
        };
        let tier = match &given.tier {
            None => current.and_then(|now| now.tier),
            Some(text) => check.take(word("accountTier", text.as_deref(), AccountTier::parse, TIER)).flatten(),
        };
        let renewal_date = match &given.renewal_date {
            None => current.and_then(|now| now.renewal_date),
            Some(text) => check.take(date(text.as_deref())).flatten(),
        };
        let before = current.map(|now| &now.custom);
        let custom = if given.cells.is_empty() {
            check.take(Values::of_request(before, &given.custom, defined))
        } else {
            check.take(Values::of_row(before, &given.cells, defined))
        };
        let (name, custom) = (check.need(name)?, check.need(custom)?);
        let domains = domains.unwrap_or_default();
        Ok(Self { name, description, domains, industry, health, tier, renewal_date, custom })
    }
}

const HEALTH: &str = "The health score must be happy, neutral or at_risk.";
const TIER: &str = "The account tier must be free, basic, premium or enterprise.";

/// One of a few words, in whatever case; blank is none.
fn word<T>(
    field: &'static str,
    text: Option<&str>,
    parse: fn(&str) -> Option<T>,
    right: &'static str,
) -> Result<Option<T>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    parse(&text.to_ascii_lowercase()).map(Some).ok_or_else(|| Error::field(field, right))
}

fn date(text: Option<&str>) -> Result<Option<NaiveDate>> {
    let Some(text) = check::line("renewalDate", text, 64)? else { return Ok(None) };
    let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
    let date = date.or_else(|| DateTime::parse_from_rfc3339(&text).ok().map(|time| time.date_naive()));
    let sane = date.filter(|date| (1970..=9999).contains(&chrono::Datelike::year(date)));
    sane.map(Some).ok_or_else(|| Error::field("renewalDate", "It must be a date such as 2026-12-31."))
}
