//! Types that stand, in the description alone, for one of several words: the handlers answer them as text.

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
