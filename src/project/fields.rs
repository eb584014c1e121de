//! What a caller may say about a project.

use chrono_tz::Tz;
use serde_json::Value;

use super::Project;
use crate::base::{Check, Error, Result, check};
use crate::person::Email;

/// Longest URL, in characters.
const LONGEST_URL: usize = 2_048;

/// The fields as they came in: `None` was left out, an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// 1 to 255 characters.
    pub name: Option<String>,
    /// For people.
    pub description: Option<Option<String>>,
    /// An e-mail address.
    pub support_email: Option<Option<String>>,
    /// http or https.
    pub website_url: Option<Option<String>>,
    /// An IANA name; cleared it is UTC.
    pub timezone: Option<Option<String>>,
    /// A JSON object of at most 64 KiB.
    pub settings: Option<Option<Value>>,
}

/// The fields as they can be.
#[derive(Clone, Debug)]
pub struct Fields {
    /// 1 to 255 characters.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// An e-mail address.
    pub support_email: Option<String>,
    /// http or https.
    pub website_url: Option<String>,
    /// UTC where nobody said.
    pub timezone: Tz,
    /// A JSON object.
    pub settings: String,
}

impl Fields {
    /// Checks what was given and takes the rest from the project as it is; every field that is wrong is told.
    pub fn parse(given: &Given, current: Option<&Project>) -> Result<Self> {
        let mut check = Check::default();
        let name = match (&given.name, current) {
            (None, Some(project)) => Some(project.name.clone()),
            (name, _) => check.take(check::required_line("name", name.as_deref(), 255)),
        };
        let mut optional =
            |given: &Option<Option<String>>,
             current: Option<&Option<String>>,
             parse: &dyn Fn(Option<&str>) -> Result<Option<String>>| match given {
                None => current.cloned().flatten(),
                Some(text) => check.take(parse(text.as_deref())).flatten(),
            };
        let description =
            optional(&given.description, current.map(|p| &p.description), &|text| check::block("description", text));
        let support_email = optional(&given.support_email, current.map(|p| &p.support_email), &support_email);
        let website_url = optional(&given.website_url, current.map(|p| &p.website_url), &website_url);
        let timezone = match &given.timezone {
            None => Some(current.map_or(Tz::UTC, |project| project.timezone)),
            Some(text) => check.take(timezone(text.as_deref())),
        };
        let settings = match &given.settings {
            None => Some(current.map_or_else(|| "{}".to_owned(), |project| project.settings.clone())),
            Some(None) => Some("{}".to_owned()),
            Some(Some(value)) => check.take(check::object("settings", value)),
        };
        let name = check.need(name)?;
        let (timezone, settings) = (check.need(timezone)?, check.need(settings)?);
        Ok(Self { name, description, support_email, website_url, timezone, settings })
    }
}

fn support_email(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = check::line("support_email", text, 254)? else { return Ok(None) };
    let wrong = |_| Error::field("support_email", "It must be an email address, such as help@example.org.");
    Email::parse(&text).map(|email| Some(email.as_str().to_owned())).map_err(wrong)
}

fn website_url(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = check::line("website_url", text, LONGEST_URL)? else { return Ok(None) };
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    if host.is_empty() || !host.chars().all(plain) || text.contains([' ', '"', '<', '>', '\\', '`']) {
        return Err(Error::field("website_url", "It must be a URL that begins with https:// or http://."));
    }
    Ok(Some(text))
}

fn timezone(text: Option<&str>) -> Result<Tz> {
    let Some(text) = check::line("timezone", text, 64)? else { return Ok(Tz::UTC) };
    text.parse().map_err(|_| Error::field("timezone", "It must be an IANA time zone, such as Africa/Lagos or UTC."))
}
