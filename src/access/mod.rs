//! Ways in: sessions, the first-administrator link, agent tokens; limits on them; and answers kept for a retry.

pub mod first_admin;
pub mod kept;
pub mod session;
pub mod sign_in;
mod signature;
pub mod throttle;
pub mod turns;
