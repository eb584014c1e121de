//! Document 004's surface.

mod api_keys;
mod canned_responses;
mod scopes;
mod sla_policies;
