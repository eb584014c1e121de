//! Signing in, which two surfaces offer: the steps around the password thread, and the session's cookie.

use serde::Deserialize;

use super::answer::Failure;
use super::call::Call;
use super::credential::COOKIE;
use crate::access::sign_in;
use crate::base::{Actor, Error, Fields, Secret};
use crate::person::Person;

/// What both surfaces take.
#[derive(Deserialize)]
pub struct Credentials {
    email: Option<String>,
    password: Option<String>,
}

/// A session that has begun.
pub struct Session {
    /// The JWT.
    pub token: Secret<String>,
    /// The same, as a cookie for browsers.
    pub cookie: String,
    /// Who signed in.
    pub person: Person,
}

fn required(credentials: Credentials) -> Result<(String, String), Error> {
    let mut missing = Fields::new();
    let mut need = |field: &'static str, value: Option<String>| {
        let value = value.filter(|text| !text.trim().is_empty());
        if value.is_none() {
            missing.insert(field.into(), vec![format!("The {field} is required.")]);
        }
        value.unwrap_or_default()
    };
    let (email, password) = (need("email", credentials.email), need("password", credentials.password));
    if missing.is_empty() { Ok((email, password)) } else { Err(Error::invalid(missing)) }
}

/// Checks a password and starts a session of so many minutes.
pub async fn sign_in(call: &Call, minutes: i64) -> Result<Session, Failure> {
    let (email, password) = required(call.body.read()?)?;
    let app = call.app();
    let address = call.ip.map(|ip| ip.to_string()).unwrap_or_default();
    app.logins.take(&format!("{address} {}", email.trim().to_lowercase()))?;
    let candidate = {
        let email = email.clone();
        app.store.read(move |conn| sign_in::candidate(conn, &email)).await?
    };
    let stored = candidate.and_then(|person| person.password_hash);
    let right = app.passwords.matches(Secret::new(password), stored).await?;
    let (ip, agent) = (call.ip, call.user_agent.clone());
    let done = app.store.write(move |tx| {
        let actor = Actor::nobody(ip);
        if right {
            return sign_in::succeed(tx, &actor, &email, minutes, &agent).map(Some);
        }
        sign_in::fail(tx, &actor, &email).map(|()| None)
    });
    let (token, person) = match done.await {
        Ok(Some(signed_in)) => signed_in,
        Ok(None) => return Err(sign_in::refused().into()),
        Err(error) => return Err(error.into()),
    };
    let secure =
        if app.settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) { "; Secure" } else { "" };
    let age = minutes.saturating_mul(60);
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", token.expose());
    Ok(Session { token, cookie, person })
}
