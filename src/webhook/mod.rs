//! Webhooks (standardwebhooks.com): telling programs elsewhere what happens.
//!
//! | file | what |
//! |---|---|
//! | `fields` `find` `create` `change` `delete` | the webhooks themselves, for admins |
//! | `switch_off` | the end of one to which nothing can be delivered |
//! | `sign` | secrets and signatures |
//! | `payload` | what is told of an event |
//! | `delivery` | one telling: queued from the feed, tried, tried again, given up |

mod change;
mod create;
mod delete;
pub mod delivery;
mod fields;
mod find;
mod payload;
mod sign;
mod switch_off;

pub use change::{change, rotate};
pub use create::create;
pub use delete::delete;
pub use fields::{Fields, Given};
pub use find::{Webhook, find, list};
pub use sign::{sign, signatures};
pub use switch_off::{Because, switch_off};
