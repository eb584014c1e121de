//! Changing a field.

use super::defined::{changed, taken};
use super::{Definition, Fields, find};
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Changes a field. Values stay as they are; those that do not fit a new type are hidden, and come back with the old one.
pub fn change(tx: &Tx<'_>, actor: &Actor, definition: &Definition, fields: &Fields) -> Result<Definition> {
    actor.must_be_admin()?;
    actor.must_see_every_project()?;
    tx.execute(
        "update custom_fields set name = :name, label = :label, field_type = :kind, options = :options,
           is_required = :is_required, required_on_close = :required_on_close, customer_can_view = :can_view,
           customer_can_edit = :can_edit, placeholder = :placeholder, help_text = :help_text, position = :position,
           is_active = :is_active
         where id = :id",
        params! {":name": fields.name, ":label": fields.label, ":kind": fields.kind.as_str(),
        ":options": fields.options_text(), ":is_required": fields.is_required,
        ":required_on_close": fields.required_on_close, ":can_view": fields.customer_can_view,
        ":can_edit": fields.customer_can_edit, ":placeholder": fields.placeholder, ":help_text": fields.help_text,
        ":position": fields.position, ":is_active": fields.is_active, ":id": definition.number},
    )
    .map_err(taken)?;
    let after = find(tx, actor, &definition.uuid)?;
    if after != *definition {
        changed(tx)?;
        audit::record(tx, actor, "custom_field_updated", &after.target())?;
    }
    Ok(after)
}
