//! Document 004's surface.

mod api_keys;
mod custom_fields;
mod reports;
mod scopes;
mod time_entries;
