//! Mail that comes in: what it says, how far its sender can be believed, and what it becomes.
//!
//! | file | what |
//! |---|---|
//! | `parse` | reads a mail (RFC 5322, MIME) into what counts of it |
//! | `machine` | tells what machines write from what people write |
//! | `html` | the text of a mail that is HTML |
//! | `quote` | tells what an answer says from what it quotes |
//! | `believe` | how far the address in From: was proven on the way |
//! | `take` | a ticket, an answer, a note, or nothing: once |
//!
//! Nothing gains authority from From:. An answer joins a thread when it comes from the ticket's own customer and names the thread
//! by an address or a Message-ID of ours; whoever else writes opens a ticket of their own.

mod believe;
mod html;
mod machine;
mod parse;
mod quote;
mod take;

pub use parse::{File, Incoming, parse};
pub use take::{Became, House, Origin, Place, Project, purge, take, taken};
