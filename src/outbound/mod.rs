//! Calling addresses that somebody typed: nothing that they lead to may be our own.
//!
//! `target` is a URL that can be, `guard` says which addresses are never called, `resolve` finds the addresses behind a name,
//! `call` and `reach` connect to none but those that were judged.

mod call;
mod guard;
mod reach;
mod resolve;
mod target;

pub use call::{Caller, Sent};
pub use guard::{Guard, Refusal};
pub use reach::{check_host, reach};
pub use resolve::check;
pub use target::Target;
