//! `/api/external/tickets`: the tickets of the key pair's project, on behalf of its customers.

use axum::extract::RawQuery;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::base::check::{line, required, required_block, required_line};
use crate::base::{Actor, Check, Error, Kind, Priority, Result, Time};
use crate::dialects::answer::{self, Answered, Failure};
use crate::dialects::call::{ByPair, Call};
use crate::dialects::given::{self, customer_email, metadata};
use crate::dialects::numbered::{self, Paginated};
use crate::dialects::word::{
    AnyPriority, AnyStatus, PriorityWord, StatusWord, parse_priority, parse_status, priority, status,
};
use crate::store::Conn;
use crate::ticket::{self, Customer, Filter, NewTicket, Source, Summary};

#[derive(Deserialize)]
struct Asked {
    #[serde(flatten)]
    page: numbered::Asked,
    status: Option<String>,
    priority: Option<String>,
    customer_email: Option<String>,
}

impl Asked {
    fn parse(self) -> Result<(Filter, numbered::Page)> {
        let mut check = Check::default();
        let page = self.page.parse(&mut check);
        let word = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let filter = Filter {
            status: word(self.status).and_then(|text| check.take(parse_status(&text))),
            priority: word(self.priority).and_then(|text| check.take(parse_priority(&text))),
            customer_email: word(self.customer_email).map(|text| text.trim().to_owned()),
            ..Filter::default()
        };
        check.done()?;
        Ok((filter, page))
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketRow)]
struct Row<'t> {
    ticket_number: &'t str,
    subject: &'t str,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    #[schema(value_type = PriorityWord)]
    priority: &'static str,
    customer_email: Option<&'t str>,
    created_at: String,
    resolved_at: Option<String>,
}

impl<'t> From<&'t Summary> for Row<'t> {
    fn from(ticket: &'t Summary) -> Self {
        Self {
            ticket_number: &ticket.number,
            subject: &ticket.subject,
            status: status(ticket.status),
            priority: priority(ticket.priority),
            customer_email: ticket.customer_email.as_deref(),
            created_at: ticket.created_at.to_seconds(),
            resolved_at: ticket.resolved_at.map(Time::to_seconds),
        }
    }
}

/// The project's tickets, newest first. A total beyond 1,000 filtered rows is a lower bound.
#[utoipa::path(get, path = "/api/external/tickets", tag = "external", params(
    numbered::Asked, ("customer_email" = Option<String>, Query, description = "in whatever case"),
    ("status" = inline(Option<AnyStatus>), Query), ("priority" = inline(Option<AnyPriority>), Query)),
    responses((status = 200, body = Paginated<Row>), (status = 403)))]
pub async fn list(RawQuery(query): RawQuery, ByPair(call): ByPair) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let (filter, page) = given::query::<Asked>(query.as_deref())?.parse()?;
        let found = ticket::list(conn, actor, &filter, page.offset(), page.size)?;
        let rows: Vec<Row<'_>> = found.tickets.iter().map(Row::from).collect();
        Paginated::new(rows, page, found.total).answer("/api/external/tickets", query.as_deref())
    };
    call.read(read).await
}

/// What the caller's own platform calls a customer: many have numbers for that.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
enum Reference {
    Number(i64),
    Text(String),
}

#[derive(Deserialize, ToSchema)]
#[schema(as = NewTicket)]
struct Body {
    #[schema(value_type = String, max_length = 255)]
    customer_name: Option<String>,
    /// Makes an account where there is none.
    #[schema(value_type = String)]
    customer_email: Option<String>,
    #[schema(value_type = String, max_length = 255)]
    subject: Option<String>,
    /// At most 64 KiB.
    #[schema(value_type = String)]
    description: Option<String>,
    customer_phone: Option<String>,
    /// What your platform calls them: text or a number; comes back as text.
    customer_id: Option<Reference>,
    /// Medium by default.
    #[schema(value_type = Option<AnyPriority>)]
    priority: Option<String>,
    category_id: Option<i64>,
    /// At most 64 KiB.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Box<RawValue>>,
}

impl Body {
    fn into_new(self) -> Result<NewTicket> {
        let mut check = Check::default();
        let name = check.take(required_line("customer_name", self.customer_name.as_deref(), 255));
        let email = customer_email(self.customer_email.as_deref());
        let email = check.take(email.and_then(|email| required("customer_email", email)));
        let subject = check.take(required_line("subject", self.subject.as_deref(), 255));
        let description = check.take(required_block("description", self.description.as_deref()));
        let reference = self.customer_id.map(|id| match id {
            Reference::Number(number) => number.to_string(),
            Reference::Text(text) => text,
        });
        let priority = self.priority.filter(|text| !text.trim().is_empty());
        let priority = priority.map_or(Some(Priority::Medium), |text| check.take(parse_priority(&text)));
        // PHP writes an empty object as a list.
        let given = self.metadata.as_deref().filter(|metadata| metadata.get() != "[]");
        let metadata = check.take(metadata(given)).flatten();
        let customer = Customer {
            name,
            email,
            phone: check.take(line("customer_phone", self.customer_phone.as_deref(), 64)).flatten(),
            reference: check.take(line("customer_id", reference.as_deref(), 255)).flatten(),
        };
        Ok(NewTicket {
            priority: check.need(priority)?,
            category: self.category_id,
            customer,
            metadata,
            ..NewTicket::new(check.need(subject)?, check.need(description)?, Source::Api)
        })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = OpenedTicket)]
struct Opened<'t> {
    ticket_number: &'t str,
    ticket_id: i64,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    #[schema(value_type = PriorityWord)]
    priority: &'static str,
    created_at: String,
}

/// Takes one from what a key pair may open.
async fn spend(call: &Call) -> std::result::Result<(), Failure> {
    let pair = call.read(|_, actor| Ok(Call::caller(actor))).await?;
    Ok(call.spent.take(&call.app().external_tickets, &pair)?)
}

/// The project is the pair's own, so nothing in the request is wrong.
fn closed() -> Error {
    Error::new(Kind::Forbidden, "The project of this key pair is not active: it takes no new tickets.")
}

/// Open a ticket on behalf of a customer. At most 60 a minute for a key pair.
///
/// A customer who has no account yet gets one, without a password; nothing is mailed. The ticket shows up in the account once
/// its owner has proved the address.
#[utoipa::path(post, path = "/api/external/tickets", tag = "external",
    request_body = Body, responses((status = 201, body = Opened), (status = 403), (status = 429)))]
pub async fn create(ByPair(call): ByPair) -> Answered {
    spend(&call).await?;
    call.write(move |tx, actor, body| {
        let opened = ticket::open(tx, actor, &body.read::<Body>()?.into_new()?);
        let ticket = opened.map_err(|error| if error.fields.contains_key("project_id") { closed() } else { error })?;
        answer::created(&Opened {
            ticket_number: &ticket.number,
            ticket_id: ticket.id,
            status: status(ticket.status),
            priority: priority(ticket.priority),
            created_at: ticket.created_at.to_seconds(),
        })
    })
    .await
}
