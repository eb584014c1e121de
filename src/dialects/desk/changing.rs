//! `PUT /api/tickets/{id}`: what a ticket says of itself.

use std::borrow::Cow;

use axum::extract::Path;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::tickets::{One, show_it};
use super::view::{AnyPriority, parse_priority};
use crate::base::check::{block, line};
use crate::base::{Actor, Check, Error, Result};
use crate::dialects::answer::Answered;
use crate::dialects::call::ByPerson;
use crate::dialects::given::{self, given};
use crate::store::{Conn, Tx};
use crate::ticket::{self, Change, Ticket};

#[derive(Deserialize, ToSchema)]
#[schema(as = TicketChange)]
struct Changes {
    #[schema(max_length = 255)]
    subject: Option<String>,
    /// At most 64 KiB.
    description: Option<String>,
    #[schema(value_type = Option<AnyPriority>)]
    priority: Option<String>,
    /// Null for none.
    #[serde(default, deserialize_with = "given")]
    category_id: Option<Option<i64>>,
    tags: Option<Vec<i64>>,
    /// By the name of the field; null clears one, what is left out stays. Customers may set those that are theirs.
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<Map<String, Value>>,
}

impl Changes {
    /// The custom fields, where nothing else is to change.
    fn fields_alone(&self) -> Option<&Map<String, Value>> {
        match self {
            Self { custom_fields, subject: None, description: None, priority: None, category_id: None, tags: None } => {
                custom_fields.as_ref()
            }
            _ => None,
        }
    }

    fn into_change(self, tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<Change> {
        let mut check = Check::default();
        let fields = self.custom_fields.and_then(|given| check.take(filled(tx, actor, ticket, &given)));
        let change = Change {
            custom_fields: fields,
            subject: check.take(line("subject", self.subject.as_deref(), 255)).flatten(),
            description: check.take(block("description", self.description.as_deref())).flatten(),
            category: self.category_id,
            priority: self.priority.filter(|text| !text.is_empty()).and_then(|text| check.take(parse_priority(&text))),
            tags: self.tags,
            ..Change::default()
        };
        check.done()?;
        Ok(change)
    }
}

fn filled(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket, given: &Map<String, Value>) -> Result<String> {
    ticket::filled(conn, actor, ticket, given).map_err(called)
}

/// Names custom fields as this surface does.
fn called(error: Error) -> Error {
    let named = |name: Cow<'static, str>| match name.strip_prefix("customFields.") {
        Some(field) => format!("custom_fields.{field}").into(),
        None => name,
    };
    let fields = error.fields.into_iter().map(|(name, texts)| (named(name), texts)).collect();
    Error { fields, ..error }
}

/// Change a ticket; what is left out stays. Customers may set `custom_fields` alone, as far as those are theirs.
#[utoipa::path(put, path = "/api/tickets/{id}", tag = "desk", params(("id" = i64, Path)),
    request_body = Changes, responses((status = 200, body = One), (status = 403), (status = 409)))]
pub async fn change(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        let ticket = ticket::find_live(tx, actor, given::id(&id)?)?;
        if actor.is_staff() {
            let change = body.read::<Changes>()?.into_change(tx, actor, &ticket)?;
            return show_it(tx, actor, &ticket::change(tx, actor, &ticket, &change)?);
        }
        let changes = body.read::<Changes>()?;
        let given = changes.fields_alone().ok_or_else(Error::forbidden)?;
        show_it(tx, actor, &ticket::fill(tx, actor, &ticket, given).map_err(called)?)
    })
    .await
}
