//! People: who they are, and their passwords.

pub mod address;
mod create;
mod find;
pub mod password;

pub use address::Email;
pub use create::{NewPerson, create};
pub use find::{Person, by_email, count};
