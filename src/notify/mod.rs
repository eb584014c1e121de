//! What leaves the house: rows of the outbox, written in the transaction of their cause and delivered later.

mod mail;

pub use mail::{Mail, last, mail, purge};
