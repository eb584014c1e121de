//! Sessions: a JWT names a row, and the row decides on every request.
//!
//! `token` signs and reads JWTs, `list` shows a user's sessions, `end` revokes them, `refresh` trades one for the next.

mod end;
mod list;
mod refresh;
mod token;

pub use end::{end, end_all, log_out, purge, sign_out};
pub use list::{Session, list};
pub use refresh::refresh;
pub use token::{Ticket, actor, again, check, check_refreshable, holder, start};
