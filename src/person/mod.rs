//! People: who they are, what may be changed about them, and their passwords.

pub mod address;
mod avatar;
mod change;
mod create;
mod delete;
mod find;
mod granted;
mod list;
pub mod password;
mod projects;
mod tags;
mod take_in;
mod username;
mod verify;

pub use address::Email;
pub use avatar::parse_avatar;
pub(crate) use change::set_password;
pub use change::{PersonChange, Profile, change, change_own};
pub(crate) use create::enter;
pub use create::{NewPerson, create, introduce};
pub use delete::delete;
pub(crate) use find::by_id;
pub use find::{Person, TicketScope, by_email, count, find, find_uuid};
pub use list::{PersonFilter, contacts, list, members, page};
pub use projects::{ProjectName, projects};
pub use tags::parse_tags;
pub use take_in::{Contact, foresee, take_in};
pub use username::parse_username;
pub use verify::verified;
