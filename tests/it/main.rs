//! Facts about Gatehouse, checked through its APIs and on real devices. One binary, so that it links once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a test that fails says so")]

mod agent;
mod app;
mod automation;
mod backup;
mod create_admin;
mod customer;
mod description;
mod desk;
mod developer;
mod device;
mod doctor;
mod events;
mod external;
mod fleet;
mod full;
mod helpdesk;
mod install;
mod mail;
mod plot;
mod said;
mod sla;
mod space;
mod stop;
mod store;
mod text;
mod tidy;
mod tunnel;
#[cfg(feature = "web")]
mod web;
mod webhooks;
mod who_may;
