//! A user as this surface shows them.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::base::Role;
use crate::dialects::description::words::words;
use crate::field::{By, Defined};
use crate::person::{Person, TicketScope};

words! {
    /// What somebody may do.
    pub RoleWord = Role::ALL.map(Role::as_str);
    /// How much of their projects an agent sees.
    pub ScopeOfTickets = [TicketScope::All, TicketScope::Group, TicketScope::Assigned].map(TicketScope::as_str);
}

/// A user as this surface shows them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub struct View {
    id: String,
    username: String,
    email: String,
    name: String,
    phone: Option<String>,
    #[schema(value_type = RoleWord)]
    role: &'static str,
    #[schema(value_type = ScopeOfTickets)]
    ticket_scope: &'static str,
    avatar_url: Option<String>,
    company_id: Option<String>,
    tags: Vec<String>,
    /// By the names of the fields.
    #[schema(value_type = Object)]
    custom_fields: Map<String, Value>,
    is_active: bool,
    email_verified: bool,
    created_at: String,
}

impl View {
    /// A user with what custom fields say of them. Only staff and their keys see one here.
    pub fn of(person: Person, defined: &Defined) -> Self {
        Self {
            id: person.uuid,
            username: person.username,
            email: person.email,
            name: person.name,
            phone: person.phone,
            role: person.role.as_str(),
            ticket_scope: person.ticket_scope.as_str(),
            avatar_url: person.avatar_url,
            company_id: person.company.map(|(_, uuid)| uuid),
            tags: person.tags,
            custom_fields: person.custom.show(defined, By::Staff),
            is_active: person.is_active,
            email_verified: person.verified_at.is_some(),
            created_at: person.created_at.to_milliseconds(),
        }
    }
}
