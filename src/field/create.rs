//! A new field.

use super::defined::{changed, taken};
use super::{Definition, Entity, Fields, find};
use crate::audit;
use crate::base::{Actor, Result, id};
use crate::store::{Tx, params};

/// Defines a field. Its name must be free among the entity's, else it is a conflict.
pub fn create(tx: &Tx<'_>, actor: &Actor, entity: Entity, fields: &Fields) -> Result<Definition> {
    actor.must_be_admin()?;
    actor.must_see_every_project()?;
    let uuid = id::new_uuid(tx.now());
    tx.insert(
        "insert into custom_fields (uuid, entity_type, name, label, field_type, options, is_required, required_on_close,
           customer_can_view, customer_can_edit, placeholder, help_text, position, is_active, created_at)
         values (:uuid, :entity, :name, :label, :kind, :options, :is_required, :required_on_close, :can_view, :can_edit,
           :placeholder, :help_text, :position, :is_active, :now)",
        params! {":uuid": uuid, ":entity": entity.as_str(), ":name": fields.name, ":label": fields.label,
        ":kind": fields.kind.as_str(), ":options": fields.options_text(), ":is_required": fields.is_required,
        ":required_on_close": fields.required_on_close, ":can_view": fields.customer_can_view,
        ":can_edit": fields.customer_can_edit, ":placeholder": fields.placeholder, ":help_text": fields.help_text,
        ":position": fields.position, ":is_active": fields.is_active, ":now": tx.now().0},
    )
    .map_err(taken)?;
    changed(tx)?;
    let definition = find(tx, actor, &uuid)?;
    audit::record(tx, actor, "custom_field_created", &definition.target())?;
    Ok(definition)
}
