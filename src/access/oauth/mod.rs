//! OAuth 2.0 (RFC 6749, as RFC 9700 narrows it): applications that people let act for them, within scopes.
//!
//! Two ways to a token: a person's consent, with a code that PKCE binds to whoever asked for it, and a client's own
//! credentials, which act as the admin who registered it. What one person handed to one application is a family: its
//! refresh tokens are taken once each, and a second taking, of a token or of a code, ends the family.
//!
//! No library does this for us. oxide-auth 0.6.1, the only one that is widely used, keeps grants behind traits that know
//! no transaction: a code would be spent in one and its tokens issued in another. Its refresh tokens have no family, so
//! reuse goes unnoticed, it has neither RFC 7009 nor RFC 8414, and it brings older majors of sha2, hmac, rand and argon2
//! beside ours. What it would leave us to write is what follows.
//!
//! `client` knows the applications, `redirect` where they may be answered, `authorize` what they ask of a person, `code`
//! redeems the answer, `token` issues, refreshes and takes back, `enter` lets tokens in.

mod authorize;
mod client;
mod code;
mod enter;
mod redirect;
mod refusal;
mod token;

pub use authorize::{Asked, Asking, Parameters, allow, ask, consent_token, is_consent_token, may_grant};
pub use client::{Client, NewClient, authenticate, create, delete, find, list};
pub use code::redeem;
pub use enter::enter;
pub use redirect::RedirectUri;
pub use refusal::Refusal;
pub use token::{Tokens, end_all, of_client, purge, refresh, revoke};
