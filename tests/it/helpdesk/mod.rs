//! Document 004's surface.

mod api_keys;
mod canned_responses;
mod companies;
mod groups;
mod import;
mod knowledge;
mod portal;
mod scopes;
mod sla_policies;
mod users;
