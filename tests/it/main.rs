//! Facts about Gatehouse, checked through its APIs and on real devices. One binary, so that it links once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a test that fails says so")]

mod agent;
mod app;
mod automation;
mod backup;
mod customer;
mod description;
mod desk;
mod developer;
mod device;
mod doctor;
mod external;
mod fleet;
mod helpdesk;
mod install;
mod sla;
mod space;
mod store;
mod text;
mod tidy;
mod tunnel;
mod who_may;
