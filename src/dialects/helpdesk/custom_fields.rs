//! `/api/custom-fields`: what an instance wants to know of tickets, contacts and companies.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::{Actor, Capability, Check, Error, Result, Scope, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::description::words::{needing, words};
use crate::dialects::given::{self, given};
use crate::field::{self, Definition, Entity, Fields, Given, Kind};
use crate::store::{Conn, Tx};

words! {
    /// What a field belongs to.
    FieldEntity = Entity::ALL.map(Entity::as_str);
    /// Which values a field takes.
    FieldType = Kind::ALL.map(Kind::as_str);
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CustomField)]
struct View {
    id: String,
    #[schema(value_type = FieldEntity)]
    entity_type: &'static str,
    name: String,
    label: String,
    #[schema(value_type = FieldType)]
    field_type: &'static str,
    options: Vec<String>,
    is_required: bool,
    required_on_close: bool,
    customer_can_view: bool,
    customer_can_edit: bool,
    placeholder: Option<String>,
    help_text: Option<String>,
    position: i64,
    is_active: bool,
    created_at: String,
}

impl From<Definition> for View {
    fn from(definition: Definition) -> Self {
        Self {
            id: definition.uuid,
            entity_type: definition.entity.as_str(),
            name: definition.name,
            label: definition.label,
            field_type: definition.kind.as_str(),
            options: definition.options,
            is_required: definition.is_required,
            required_on_close: definition.required_on_close,
            customer_can_view: definition.customer_can_view,
            customer_can_edit: definition.customer_can_edit,
            placeholder: definition.placeholder,
            help_text: definition.help_text,
            position: definition.position,
            is_active: definition.is_active,
            created_at: definition.created_at.to_milliseconds(),
        }
    }
}

fn entity(text: &str) -> Result<Entity> {
    let unknown = || Error::field("entityType", "There is no such type. It is ticket, contact or company.");
    Entity::parse(text).ok_or_else(unknown)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    entity_type: Option<String>,
}

/// The fields that are defined, in the order in which they are shown; those out of use too.
#[utoipa::path(get, path = "/api/custom-fields", tag = "helpdesk",
    security(("scope" = ["tickets:read"]), ("scope" = ["settings:read"])),
    params(("entityType" = inline(Option<FieldEntity>), Query)),
    responses((status = 200, body = Vec<View>)))]
pub async fn list(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must_be_staff()?;
        let asked = given::query::<Asked>(query.as_deref())?.entity_type.filter(|text| !text.is_empty());
        let entity = asked.map(|text| entity(&text)).transpose()?;
        let views: Vec<View> = field::list(conn, actor, entity)?.into_iter().map(View::from).collect();
        answer::ok(&views)
    };
    call.needing(Scope::SettingsRead).or_needing(Scope::TicketsRead).read(read).await
}

needing! {
    /// A field that is to be defined.
    NewField = Sent, "entityType", "name", "fieldType"
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CustomFieldChange)]
struct Sent {
    /// Fixed.
    #[schema(value_type = Option<FieldEntity>)]
    entity_type: Option<String>,
    #[schema(max_length = 64)]
    name: Option<String>,
    /// The name by default.
    #[schema(max_length = 255)]
    label: Option<String>,
    #[schema(value_type = Option<FieldType>)]
    field_type: Option<String>,
    /// Needed where something is to be chosen.
    options: Option<Vec<String>>,
    is_required: Option<bool>,
    required_on_close: Option<bool>,
    customer_can_view: Option<bool>,
    customer_can_edit: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    placeholder: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    help_text: Option<Option<String>>,
    position: Option<i64>,
    is_active: Option<bool>,
}

impl From<Sent> for Given {
    fn from(sent: Sent) -> Self {
        Self {
            name: sent.name,
            label: sent.label,
            kind: sent.field_type,
            options: sent.options,
            is_required: sent.is_required,
            required_on_close: sent.required_on_close,
            customer_can_view: sent.customer_can_view,
            customer_can_edit: sent.customer_can_edit,
            placeholder: sent.placeholder,
            help_text: sent.help_text,
            position: sent.position,
            is_active: sent.is_active,
        }
    }
}

/// Define a field. `name`, `entityType` and `fieldType` are needed; `options` where something is to be chosen.
#[utoipa::path(post, path = "/api/custom-fields", tag = "helpdesk",
    security(("scope" = ["settings:write"])),
    request_body = NewField,
    responses((status = 201, body = View)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        let sent = body.read::<Sent>()?;
        let mut check = Check::default();
        let text = check::required_line("entityType", sent.entity_type.as_deref(), 64);
        let entity = check.take(text.and_then(|text| entity(&text)));
        let fields = check.take(Fields::parse(&sent.into(), None));
        let (entity, fields) = (check.need(entity)?, check.need(fields)?);
        answer::created(&View::from(field::create(tx, actor, entity, &fields)?))
    };
    call.needing(Scope::SettingsWrite).write(write).await
}

/// Change a field; what is left out stays. What it belongs to is fixed. Values that do not fit a new type are hidden.
#[utoipa::path(patch, path = "/api/custom-fields/{id}", tag = "helpdesk",
    security(("scope" = ["settings:write"])),
    params(("id" = String, Path, format = "uuid")),
    request_body = Sent,
    responses((status = 200, body = View), (status = 409, description = "There is another field with this name.")))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        let definition = field::find(tx, actor, &given::uuid(&id)?)?;
        let sent = body.read::<Sent>()?;
        let mut check = Check::default();
        let other = sent.entity_type.as_deref().is_some_and(|text| text != definition.entity.as_str());
        if other {
            check.note(Error::field("entityType", "What a field belongs to is fixed. Define another field."));
        }
        let fields = check.take(Fields::parse(&sent.into(), Some(&definition)));
        let fields = check.need(fields)?;
        answer::ok(&View::from(field::change(tx, actor, &definition, &fields)?))
    };
    call.needing(Scope::SettingsWrite).write(write).await
}

/// Delete a field: its values are hidden for good.
#[utoipa::path(delete, path = "/api/custom-fields/{id}", tag = "helpdesk",
    security(("scope" = ["settings:write"])),
    params(("id" = String, Path, format = "uuid")),
    responses((status = 204)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::Administer)?;
        let definition = field::find(tx, actor, &given::uuid(&id)?)?;
        field::delete(tx, actor, &definition)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::SettingsWrite).write(write).await
}
