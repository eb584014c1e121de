//! Signing in, which two surfaces offer: the steps around the password thread, and the session's cookie.

use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::Failure;
use super::call::Call;
use super::credential::COOKIE;
use crate::access::sign_in;
use crate::access::throttle::{Throttle, neighbourhood};
use crate::app::App;
use crate::base::{Actor, Error, Fields, Kind, Secret};
use crate::person::Person;

/// What both surfaces take.
#[derive(Deserialize, ToSchema)]
pub struct Credentials {
    #[schema(value_type = String)]
    email: Option<String>,
    #[schema(value_type = String)]
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

/// Takes one from what strangers at an address may try with an account: logins, sign-ups, resets. The wider limit, by
/// address alone, holds against one address that tries many accounts; neither is felt at another address.
pub fn throttle(call: &Call, limit: &Throttle, account: &str) -> Result<(), Error> {
    let address = neighbourhood(call.ip);
    call.spent.take(&call.app().strangers, &address)?;
    call.spent.take(limit, &format!("{address} {}", account.trim().to_lowercase()))
}

/// Checks a password and starts a session of so many minutes.
pub async fn sign_in(call: &Call, minutes: i64) -> Result<Session, Failure> {
    sign_in_if(call, minutes, |_| true).await
}

/// [`sign_in`] for some: to the others it reads as if there were no such account, and takes as long.
pub async fn sign_in_if(call: &Call, minutes: i64, may: fn(&Person) -> bool) -> Result<Session, Failure> {
    let (email, password) = required(call.body.read()?)?;
    let app = call.app();
    throttle(call, &app.logins, &email)?;
    let candidate = {
        let email = email.clone();
        app.store.read(move |conn| sign_in::candidate(conn, &email)).await?.filter(may)
    };
    let stored = candidate.as_ref().and_then(|person| person.password_hash.clone());
    let right = app.passwords.matches(Secret::new(password), stored).await?;
    let (ip, agent) = (call.ip, call.user_agent.clone());
    let Some(candidate) = candidate.filter(|_| right) else {
        // Anybody can fail, as often as they like: what is kept free for logins on a full disk is not for this.
        return match app.store.write(move |tx| sign_in::fail(tx, &Actor::nobody(ip), &email)).await {
            Err(error) if error.kind != Kind::Full => Err(error.into()),
            _ => Err(sign_in::refused().into()),
        };
    };
    let begin = app.store.write_even_when_full(move |tx| {
        let begun = sign_in::succeed(tx, &Actor::nobody(ip), &candidate, minutes, &agent)?;
        if may(&begun.1) { Ok(begun) } else { Err(sign_in::refused()) }
    });
    let (token, person) = begin.await?;
    let cookie = cookie(app, &token, minutes);
    Ok(Session { token, cookie, person })
}

/// A session as a cookie for browsers.
pub fn cookie(app: &App, token: &Secret<String>, minutes: i64) -> String {
    let secure =
        if app.settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) { "; Secure" } else { "" };
    let age = minutes.saturating_mul(60);
    format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", token.expose())
}

/// What takes the cookie away again.
pub fn no_cookie() -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}
