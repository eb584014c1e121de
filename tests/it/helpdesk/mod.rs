//! Document 004's surface.

mod api_keys;
mod companies;
mod groups;
mod import;
mod portal;
mod scopes;
mod users;
