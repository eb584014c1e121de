//! Types that stand, in the description alone, for one of several words: the handlers answer them as text.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Schema, SchemaType, Type};

/// Declares such a type: `words!(/// A role. Role = Role::ALL.map(Role::as_str))`. Its words come from the code that
/// answers them, so that the description cannot fall behind.
macro_rules! words {
    ($($(#[doc = $about:literal])+ $visible:vis $name:ident = $words:expr;)+) => {$(
        $(#[doc = $about])+
        $visible enum $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some([$($about),+].map(str::trim).join(" ")))
                    .enum_values(Some($words))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}

pub(in crate::dialects) use words;

/// Declares a type that stands for another one of which some fields must be sent: what makes a thing takes the fields that
/// change it. `needing!(/// A server that is to be made. NewServer = Body, "id", "name")`.
macro_rules! needing {
    ($(#[doc = $about:literal])+ $visible:vis $name:ident = $all:ty, $($field:literal),+) => {
        $(#[doc = $about])+
        $visible enum $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let about = [$($about),+].map(str::trim).join(" ");
                $crate::dialects::description::words::with_needed(<$all>::schema(), about, &[$($field),+])
            }
        }

        impl utoipa::ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
                <$all>::schemas(schemas);
            }
        }
    };
}

pub(in crate::dialects) use needing;

/// A schema in which these fields must be there, and are never null.
pub fn with_needed(schema: RefOr<Schema>, about: String, fields: &[&str]) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = schema else { return schema };
    object.description = Some(about);
    for field in fields {
        if !object.required.iter().any(|known| known == field) {
            object.required.push((*field).to_owned());
        }
        match object.properties.get_mut(*field) {
            Some(RefOr::T(Schema::Object(property))) => {
                if let SchemaType::Array(kinds) = &property.schema_type
                    && let Some(kind) = kinds.iter().find(|kind| **kind != Type::Null)
                {
                    property.schema_type = SchemaType::Type(kind.clone());
                }
            }
            Some(RefOr::T(Schema::OneOf(property))) => property.items.retain(|item| !is_null(item)),
            _ => {}
        }
    }
    RefOr::T(Schema::Object(object))
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null))
}
