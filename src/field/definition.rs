//! A custom field, as admins defined it.

use super::Kind;
use crate::base::{Error, Result, Time};
use crate::store::Row;

/// What a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// Tickets.
    Ticket,
    /// Users, whatever their role.
    Contact,
    /// Companies.
    Company,
}

impl Entity {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Ticket, Self::Contact, Self::Company];

    /// As SQL and the surfaces spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Contact => "contact",
            Self::Company => "company",
        }
    }

    /// The reverse of [`Entity::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| entity.as_str() == text)
    }
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The number under which values are kept; never used again.
    pub number: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// What it belongs to; fixed.
    pub entity: Entity,
    /// By which callers give and read values; 1 to 64 characters, one of each among its entity's.
    pub name: String,
    /// As people read it.
    pub label: String,
    /// Which values it takes.
    pub kind: Kind,
    /// What can be chosen, where something can be.
    pub options: Vec<String>,
    /// Whether whoever can supply a value has to.
    pub is_required: bool,
    /// Whether staff need a value to close a ticket.
    pub required_on_close: bool,
    /// Whether customers see values.
    pub customer_can_view: bool,
    /// Whether customers set values.
    pub customer_can_edit: bool,
    /// Shown in an empty input.
    pub placeholder: Option<String>,
    /// Explains it.
    pub help_text: Option<String>,
    /// Fields are shown in this order.
    pub position: i64,
    /// Whether it is in use; values of one that is not are kept, and hidden.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Time,
}

impl Definition {
    /// The audit log's words for it, `ticket/order_number`.
    pub(super) fn target(&self) -> String {
        format!("{}/{}", self.entity.as_str(), self.name)
    }
}

/// Reads a row that has every column.
pub(super) fn read(row: &Row<'_>) -> Result<Definition> {
    let c = row.columns();
    let (number, uuid): (i64, String) = (c.take()?, c.take()?);
    let unknown = |what: &str| Error::internal(format!("custom field {number} has an unknown {what}"));
    Ok(Definition {
        number,
        uuid,
        entity: Entity::parse(&c.take::<String>()?).ok_or_else(|| unknown("entity"))?,
        name: c.take()?,
        label: c.take()?,
        kind: Kind::parse(&c.take::<String>()?).ok_or_else(|| unknown("type"))?,
        options: serde_json::from_str(&c.take::<String>()?).map_err(Error::internal)?,
        is_required: c.take()?,
        required_on_close: c.take()?,
        customer_can_view: c.take()?,
        customer_can_edit: c.take()?,
        placeholder: c.take()?,
        help_text: c.take()?,
        position: c.take()?,
        is_active: c.take()?,
        created_at: Time(c.take()?),
    })
}
