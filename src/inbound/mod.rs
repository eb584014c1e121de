//! Mail that comes in: what it says, how far its sender can be believed, and what it becomes.
//!
//! | file | what |
//! |---|---|
//! | `parse` | reads a mail (RFC 5322, MIME) into what counts of it |
//! | `machine` | tells what machines write from what people write |
//! | `html` `element` | the text of a mail that is HTML |
//! | `quote` | tells what an answer says from what it quotes |
//! | `believe` | how far the address in From: was proven on the way |
//! | `thread` | which ticket a mail is about, and whose words on it a mail can be |
//! | `take` | a ticket, an answer, a note, or nothing: once |
//! | `open` `answer` | makes a ticket of it; makes an answer or a note of it |
//! | `sent` | a mail with all that this takes |
//!
//! Nothing gains authority from From:. An answer joins a thread when it comes from the ticket's own customer and names the thread
//! by an address or a Message-ID of ours. Staff who name it so answer in their own name once their address is proven on the way,
//! and until then what they say is a note; whoever else writes opens a ticket of their own.

mod answer;
mod believe;
mod element;
mod html;
mod machine;
mod open;
mod parse;
mod quote;
mod sent;
mod take;
mod thread;

pub use parse::{File, Incoming, parse};
pub use take::{Became, House, Origin, Place, Project, purge, take, taken};
