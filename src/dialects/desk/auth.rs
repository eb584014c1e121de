//! `/api/auth`: signing up, in and out, and staying in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::done::Done;
use super::password::{self, confirmed};
use super::view::RoleWord;
use crate::access::register::{self, Registered, SignUp};
use crate::access::session;
use crate::app::App;
use crate::base::{Check, Result, Secret, check};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{ByAnyone, ByHolder, Call};
use crate::dialects::sign_in::{Credentials, cookie, no_cookie, sign_in, throttle};
use crate::person::{Email, Person};

/// A token as document 001 shows it; flattened into answers that begin a session.
#[derive(Serialize, ToSchema)]
pub struct Token {
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SignedIn)]
struct Begun<'b> {
    #[serde(flatten)]
    token: Token,
    user: User<'b>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UserInShort)]
struct User<'u> {
    id: i64,
    name: &'u str,
    email: &'u str,
    #[schema(value_type = RoleWord)]
    role: &'static str,
}

impl<'u> From<&'u Person> for User<'u> {
    fn from(person: &'u Person) -> Self {
        Self { id: person.id, name: &person.name, email: &person.email, role: person.role.as_str() }
    }
}

/// How this surface's sessions begin: their length, whom they are for, their cookie.
#[derive(Clone)]
pub struct Terms {
    app: App,
    /// Minutes that a session lasts.
    pub minutes: i64,
    /// What the caller says it is.
    pub agent: String,
}

impl Terms {
    /// Of a call.
    pub fn of(call: &Call) -> Self {
        Self {
            app: call.app().clone(),
            minutes: i64::from(call.app().settings.jwt_ttl),
            agent: call.user_agent.clone(),
        }
    }

    /// What is shown of a session's token.
    pub fn token(&self, token: &Secret<String>) -> Token {
        Token { access_token: token.expose().clone(), token_type: "bearer", expires_in: self.minutes * 60 }
    }

    /// Sets the token as a cookie too.
    pub fn with_cookie(&self, answer: Answer, token: &Secret<String>) -> Answer {
        answer.with_cookie(cookie(&self.app, token, self.minutes))
    }
}

/// Authenticate and get a session token.
///
/// Unknown address, wrong password and an account without a password are told alike; 403 only after the right password.
#[utoipa::path(post, path = "/api/auth/login", tag = "desk",
    security(()), request_body = Credentials,
    responses((status = 200, body = Begun), (status = 401), (status = 403, description = "The account is inactive."),
        (status = 429)))]
pub async fn login(ByAnyone(call): ByAnyone) -> Answered {
    let terms = Terms::of(&call);
    let session = sign_in(&call, terms.minutes).await?;
    let answer = answer::ok(&Begun { token: terms.token(&session.token), user: User::from(&session.person) })?;
    Ok(answer.with_cookie(session.cookie))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = SignUp)]
struct Body {
    #[schema(value_type = String, max_length = 255)]
    name: Option<String>,
    #[schema(value_type = String, max_length = 254)]
    email: Option<String>,
    /// At least 8 characters, or what the instance asks for.
    #[schema(value_type = String)]
    password: Option<String>,
    #[schema(value_type = String)]
    password_confirmation: Option<String>,
    #[schema(max_length = 64)]
    phone: Option<String>,
}

fn parse(call: &Call) -> Result<(SignUp, password::Password)> {
    let (body, mut check) = (call.body.read::<Body>()?, Check::default());
    let name = check.take(check::required_line("name", body.name.as_deref(), 255));
    let email = check::required_line("email", body.email.as_deref(), 254).and_then(|text| Email::parse(&text));
    let email = check.take(email);
    let phone = check.take(check::line("phone", body.phone.as_deref(), 64));
    let minimum = call.app().settings.min_password_length;
    let password = confirmed(&mut check, body.password, body.password_confirmation, minimum);
    let password = check.require("password", password);
    let new = SignUp {
        name: check.need(name)?,
        email: check.need(email)?,
        phone: check.need(phone)?,
        password_hash: String::new(),
        repeats: None,
    };
    Ok((new, check.need(password)?))
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum SignedUp<'b> {
    Begun(Begun<'b>),
    Waiting(Done),
}

/// Sign up as a customer.
///
/// Answers as login does. Where the address has an account that others made and that has no password, it answers 201 with
/// `{"message"}` and no token: the password works once the mailed link is opened, or an admin verifies the address. Two
/// sign-ups there with different passwords void each other's: the link then proves the address alone, and
/// `forgot-password` sets a password. An address with a password is taken: 409.
#[utoipa::path(post, path = "/api/auth/register", tag = "desk",
    security(()), request_body = Body, responses((status = 201, body = SignedUp),
        (status = 409, description = "The address has an account with a password."), (status = 429)))]
pub async fn register(ByAnyone(call): ByAnyone) -> Answered {
    let (mut new, password) = parse(&call)?;
    let app = call.app().clone();
    throttle(&call, &app.sign_ups, new.email.as_str())?;
    let address = new.email.as_str().to_owned();
    for waiting in app.store.read(move |conn| register::waiting(conn, &address)).await? {
        if app.passwords.matches(password.text(), Some(waiting.clone())).await? {
            new.repeats = Some(waiting);
        }
    }
    new.password_hash = app.passwords.hash(password.checked).await?;
    let (terms, origin) = (Terms::of(&call), app.origin());
    call.write(move |tx, actor, _| match register::register(tx, actor, &new, terms.minutes, &terms.agent, &origin)? {
        Registered::Begun(token, person) => {
            let begun = SignedUp::Begun(Begun { token: terms.token(&token), user: User::from(&*person) });
            Ok(terms.with_cookie(answer::created(&begun)?, &token))
        }
        Registered::Waiting => answer::created(&SignedUp::Waiting(Done::saying(
            "Open the link that was mailed to this address: your password works from then on.",
        ))),
    })
    .await
}

/// Trade a session's token, expired or not, for a new one.
///
/// Within the refresh window from its issue (14 days by default). The old token is revoked: each is taken once.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "desk", responses((status = 200, body = Token)))]
pub async fn refresh(ByHolder(call): ByHolder) -> Answered {
    let terms = Terms::of(&call);
    call.even_when_full()
        .write(move |tx, actor, _| {
            let token = session::refresh(tx, actor, terms.minutes, &terms.agent)?;
            Ok(terms.with_cookie(answer::ok(&terms.token(&token))?, &token))
        })
        .await
}

/// Revoke the session's token. An expired one is taken too, as it could still be refreshed.
#[utoipa::path(post, path = "/api/auth/logout", tag = "desk", responses((status = 200, body = Done)))]
pub async fn logout(ByHolder(call): ByHolder) -> Answered {
    call.even_when_full()
        .write(|tx, actor, _| {
            session::log_out(tx, actor)?;
            Ok(Done::answer("Logged out successfully")?.with_cookie(no_cookie()))
        })
        .await
}
