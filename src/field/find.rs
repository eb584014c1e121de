//! Finding definitions, for staff.

use super::definition::{Definition, Entity, read};
use crate::base::{Actor, Error, Result};
use crate::store::{Conn, params};

/// Every definition, or those of one entity, in the order in which they are shown.
pub fn list(conn: &Conn<'_>, actor: &Actor, entity: Option<Entity>) -> Result<Vec<Definition>> {
    actor.must_be_staff()?;
    conn.all(
        "select id, uuid, entity_type, name, label, field_type, options, is_required, required_on_close,
           customer_can_view, customer_can_edit, placeholder, help_text, position, is_active, created_at
         from custom_fields where :entity is null or entity_type = :entity order by position, id",
        params! {":entity": entity.map(Entity::as_str)},
        read,
    )
}

/// The definition with this UUID.
pub fn find(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Definition> {
    actor.must_be_staff()?;
    let found = conn.one(
        "select id, uuid, entity_type, name, label, field_type, options, is_required, required_on_close,
           customer_can_view, customer_can_edit, placeholder, help_text, position, is_active, created_at
         from custom_fields where uuid = :uuid",
        params! {":uuid": uuid},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}
