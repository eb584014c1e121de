//! Ways in: sessions, sign-up, mailed links, the first-administrator link, keys, applications; limits on them; and answers kept for a
//! retry.

pub mod api_key;
pub mod first_admin;
pub mod hourly;
pub mod kept;
pub mod link;
pub mod oauth;
pub mod recover;
pub mod register;
pub mod session;
pub mod sign_in;
mod signature;
pub mod throttle;
pub mod turns;
