//! What programs say of a ticket, when they file it and later.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::base::check::{block, line};
use crate::base::{Actor, Check, Error, Priority, Result, Role, check};
use crate::dialects::description::words::{needing, words};
use crate::dialects::given::given;
use crate::person::{self, Email};
use crate::store::{Conn, Tx};
use crate::ticket::{self, Change, Due, Status};

words! {
    /// The status, in any surface's spelling.
    AnyStatus = ["open", "in_progress", "pending", "pending_customer", "resolved", "closed"];
    /// The priority, in any surface's spelling.
    AnyPriority = ["low", "medium", "high", "urgent", "critical"];
}

/// What is said of a ticket. What is left out stays as it is; null clears.
#[derive(Deserialize, ToSchema)]
#[schema(as = TicketChange)]
pub struct Sent {
    #[schema(max_length = 255)]
    pub title: Option<String>,
    /// At most 64 KiB.
    pub description: Option<String>,
    /// Of a ticket that is there; a new one is open.
    #[schema(value_type = Option<AnyStatus>)]
    status: Option<String>,
    /// Of a ticket that is there: the address of a staff member who can see it; null gives it back.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    assigned_to: Option<Option<String>>,
    /// Medium by default.
    #[schema(value_type = Option<AnyPriority>)]
    priority: Option<String>,
    /// One that does not exist yet is made; read back as a slug.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64)]
    category: Option<Option<String>>,
    /// Those that do not exist yet are made.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    tags: Option<Option<Vec<String>>>,
    /// Whom it is for; without one, whoever made the key. Never a staff member.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    customer_email: Option<Option<String>>,
    /// A date or a time, past ones too.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = "date or date-time")]
    due_date: Option<Option<String>>,
    /// `production`
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64)]
    environment: Option<Option<String>>,
    /// At most 64 KiB.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Option<Value>>,
}

needing! {
    /// What a ticket is filed with.
    pub NewTicketBody = Sent, "title", "description"
}

fn is_word(text: &str) -> bool {
    !text.trim().is_empty()
}

fn priority(text: &str) -> Result<Priority> {
    let wrong = || Error::field("priority", "The priority must be low, medium, high or urgent.");
    Priority::parse(text).ok_or_else(wrong)
}

fn status(text: &str) -> Result<Status> {
    let wrong = || Error::field("status", "The status must be open, in_progress, pending, resolved or closed.");
    Status::parse(text).ok_or_else(wrong)
}

/// A customer's address. Who may sign in as staff is never made a customer by their address alone.
fn customer(conn: &Conn<'_>, text: &str) -> Result<String> {
    let email = Email::parse(text).map_err(|error| error.called(&[("email", "customer_email")]))?;
    let is_staff = person::by_email(conn, email.as_str())?.is_some_and(|person| person.role >= Role::Agent);
    if is_staff {
        return Err(Error::field("customer_email", "This address belongs to a staff member, not to a customer."));
    }
    Ok(email.as_str().to_owned())
}

/// The number of the staff member with this address; whether they can have the ticket, the ticket's own verb says.
fn staff(conn: &Conn<'_>, email: &str) -> Result<i64> {
    let found = person::by_email(conn, email)?.filter(|person| person.role >= Role::Agent);
    found.map(|person| person.id).ok_or_else(not_staff)
}

/// Nobody has this address who could have the ticket.
pub fn not_staff() -> Error {
    Error::field("assigned_to", "There is no staff member with this address who can see the ticket.")
}

/// A field that may be left out, cleared or set: what is set is parsed, and blank clears.
fn each<T>(
    check: &mut Check,
    field: Option<Option<String>>,
    parse: impl FnOnce(&str) -> Result<T>,
) -> Option<Option<T>> {
    match field?.filter(|text| is_word(text)) {
        Some(text) => check.take(parse(text.trim())).map(Some),
        None => Some(None),
    }
}

/// [`Sent`], checked: every field as it will be written, and whom the ticket is for.
pub struct Said {
    /// Of the ticket itself.
    pub change: Change,
    /// Whom it is for; an inner `None` is the program's own person.
    pub customer: Option<Option<String>>,
}

impl Sent {
    /// Reads every field; all that is wrong is told at once. Categories and tags that do not exist yet are made.
    pub fn parse(self, tx: &Tx<'_>, actor: &Actor, check: &mut Check) -> Said {
        let word = |text: Option<String>| text.filter(|text| is_word(text));
        let mut change = Change {
            subject: check.take(line("title", self.title.as_deref(), 255)).flatten(),
            description: check.take(block("description", self.description.as_deref())).flatten(),
            status: word(self.status).and_then(|text| check.take(status(&text))),
            priority: word(self.priority).and_then(|text| check.take(priority(&text))),
            assignee: each(check, self.assigned_to, |email| staff(tx, email)),
            due: each(check, self.due_date, |text| Due::parse("due_date", text)),
            environment: self.environment.and_then(|text| check.take(line("environment", text.as_deref(), 64))),
            ..Change::default()
        };
        // Customers file for themselves.
        let named = self.customer_email.filter(|_| actor.is_staff());
        let customer = each(check, named, |email| customer(tx, email));
        change.metadata = self.metadata.and_then(|metadata| match metadata.filter(|value| !value.is_null()) {
            Some(value) => check.take(check::object("metadata", &value)).map(Some),
            None => Some(None),
        });
        if let Some(tags) = self.tags {
            change.tags = check.take(ticket::tags_by_name(tx, "tags", &tags.unwrap_or_default()));
        }
        if let Some(category) = self.category {
            let made = ticket::category_by_slug(tx, "category", category.as_deref().unwrap_or_default());
            change.category = check.take(made);
        }
        Said { change, customer }
    }
}
