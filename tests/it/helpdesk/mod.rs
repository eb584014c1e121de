//! Document 004's surface.

mod api_keys;
mod knowledge;
mod scopes;
