//! Document 004's surface.

mod answers;
mod api_keys;
mod canned_responses;
mod companies;
mod custom_fields;
mod groups;
mod import;
mod import_tickets;
mod knowledge;
mod merges;
mod portal;
mod relations;
mod reports;
mod scopes;
mod shared;
mod sla_policies;
mod tickets;
mod time_entries;
mod users;
