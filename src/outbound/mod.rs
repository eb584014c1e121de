//! Calling addresses that somebody typed: nothing that they lead to may be our own.
//!
//! `target` is a URL that can be, `guard` says which addresses are never called, `resolve` finds the addresses behind a name,
//! `call` connects to none but those that were judged.

mod call;
mod guard;
mod resolve;
mod target;

pub use call::{Caller, Sent};
pub use guard::{Guard, Refusal};
pub use resolve::check;
pub use target::Target;
