//! Facts about document 002's surface.

mod agent;
mod audit;
mod desired;
mod history;
mod login;
mod peers;
mod reports;
mod servers;
