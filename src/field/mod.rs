//! Custom fields: what an instance wants to know of tickets, contacts and companies beyond what is built in.
//!
//! `definition` is a field as admins made it, `given` what they may say about one, `create`, `change` and `delete` what
//! they do to it, `find` reads one back and `defined` all that are in use. `kind` knows which values a type takes,
//! `values` what one ticket, contact or company has: kept by the definition's number, shown and given by its name,
//! `supplied` how staff set those of contacts and companies.

mod change;
mod create;
mod defined;
mod definition;
mod delete;
mod find;
mod given;
mod kind;
mod supplied;
mod values;

pub use change::change;
pub use create::create;
pub use defined::{Defined, defined, state};
pub use definition::{Definition, Entity};
pub use delete::delete;
pub use find::{find, list};
pub use given::{Fields, Given};
pub use kind::Kind;
pub use values::{By, Changed, Values};
