//! Ways in: sessions, the first-administrator link, agent tokens, and answers kept for a retry.

pub mod api_key;
pub mod first_admin;
pub mod kept;
pub mod session;
pub mod sign_in;
mod signature;
pub mod throttle;
