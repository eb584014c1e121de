//! People: who they are, what may be changed about them, and their passwords.

pub mod address;
mod change;
mod create;
mod delete;
mod find;
mod list;
pub mod password;
mod projects;
mod verify;

pub use address::Email;
pub(crate) use change::set_password;
pub use change::{PersonChange, Profile, change, change_own};
pub(crate) use create::enter;
pub use create::{NewPerson, create, introduce};
pub use delete::delete;
pub(crate) use find::by_id;
pub use find::{Person, by_email, count, find};
pub use list::{PersonFilter, list};
pub use projects::{ProjectName, projects};
pub use verify::verified;
