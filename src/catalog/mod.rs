//! What staff set up for all tickets to draw on: categories, tags, canned responses.
//!
//! A category or tag that is deleted is out of sight at once. The tickets that have it are let go of in steps by
//! `ticket::let_go`, so every statement that reads either asks for those that are living.

pub mod canned_response;
pub mod category;
pub mod tag;
