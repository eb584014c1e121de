//! A custom field of a ticket, with all that it takes to show and to fill it in.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::dialects::description::words::words;
use crate::field::{By, Defined, Kind, Values};

words! {
    /// Which values a field takes.
    FieldType = Kind::ALL.map(Kind::as_str);
}

/// A custom field of a ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = TicketField)]
pub struct FieldView<'t> {
    /// What `custom_fields` of a change calls it.
    name: &'t str,
    /// What people call it.
    label: &'t str,
    #[schema(value_type = FieldType)]
    field_type: &'static str,
    options: &'t [String],
    is_required: bool,
    /// Whether the reader may set it.
    can_edit: bool,
    placeholder: Option<&'t str>,
    help_text: Option<&'t str>,
    /// Null where it is empty.
    #[schema(value_type = Value)]
    value: Option<&'t Value>,
}

impl<'t> FieldView<'t> {
    /// The fields of a ticket, as far as the reader may see them.
    pub fn all(values: &'t Values, defined: &'t Defined, by: By) -> Vec<Self> {
        let fields = values.seen(defined, by).map(|(definition, value, can_edit)| Self {
            name: &definition.name,
            label: &definition.label,
            field_type: definition.kind.as_str(),
            options: &definition.options,
            is_required: definition.is_required,
            can_edit,
            placeholder: definition.placeholder.as_deref(),
            help_text: definition.help_text.as_deref(),
            value,
        });
        fields.collect()
    }
}
