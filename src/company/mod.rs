//! Companies that customers belong to.
//!
//! An admin, or an import, says who belongs to which. Beyond that a customer joins by a proven address alone: when it is
//! proven, or when its domain is added to a company, and only where one company lists the domain and not everybody can have
//! an address of it.

mod change;
mod create;
mod delete;
mod domain;
mod fields;
mod find;
mod join;
mod take_in;

pub use change::change;
pub use create::create;
pub use delete::delete;
pub use fields::{AccountTier, Fields, Given, Health};
pub use find::{Company, find, named, page};
pub use join::join;
pub use take_in::{foresee, take_in};
