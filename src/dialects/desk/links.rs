//! `/api/auth`: what mailed links open, and asking for one.

use serde::Deserialize;
use utoipa::ToSchema;

use super::done::Done;
use super::password::confirmed;
use crate::access::recover;
use crate::access::throttle::neighbourhood;
use crate::base::{Check, Result, check};
use crate::dialects::answer::Answered;
use crate::dialects::call::{ByAnyone, ByPerson, Call};
use crate::dialects::description::words::needing;
use crate::dialects::sign_in::throttle;
use crate::person::Email;

needing!(
    /// A link's token and another password.
    PasswordReset = Opening,
    "token",
    "password",
    "password_confirmation"
);

#[derive(Deserialize, ToSchema)]
#[schema(as = OpenedLink)]
struct Opening {
    #[schema(value_type = String)]
    token: Option<String>,
    /// At least 8 characters, or what the instance asks for.
    password: Option<String>,
    password_confirmation: Option<String>,
}

fn token(body: &Opening) -> Result<String> {
    check::required_line("token", body.token.as_deref(), 255)
}

fn spend(call: &Call) -> Result<()> {
    call.spent.take(&call.app().links, &neighbourhood(call.ip))
}

/// Prove an address by the mailed link's token.
///
/// A password chosen when signing up over an account without one works from now on. A wrong or used token is 422, an expired
/// one 410.
#[utoipa::path(post, path = "/api/auth/verify", tag = "desk", security(()), request_body = Opening,
    responses((status = 200, body = Done), (status = 410), (status = 429)))]
pub async fn verify(ByAnyone(call): ByAnyone) -> Answered {
    let token = token(&call.body.read()?)?;
    spend(&call)?;
    call.write(move |tx, actor, _| {
        recover::verify(tx, actor, &token)?;
        Done::answer("Your email address is verified.")
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ForgottenPassword)]
struct Forgotten {
    #[schema(value_type = String, max_length = 254)]
    email: Option<String>,
}

/// Ask for a link to set another password.
///
/// Always 200 with the same words, whether there is such an account or not. An address gets one such mail a day, and the link
/// lives as long.
#[utoipa::path(post, path = "/api/auth/forgot-password", tag = "desk", security(()), request_body = Forgotten,
    responses((status = 200, body = Done), (status = 429)))]
pub async fn forgot_password(ByAnyone(call): ByAnyone) -> Answered {
    let body: Forgotten = call.body.read()?;
    let text = check::required_line("email", body.email.as_deref(), 254)?;
    let email = Email::parse(&text)?;
    throttle(&call, &call.app().resets, email.as_str())?;
    let origin = call.app().origin();
    call.write(move |tx, actor, _| {
        recover::ask(tx, actor, email.as_str(), &origin)?;
        Done::answer(
            "If there is an account with this address, a link to set a new password is mailed to it, once a day at most.",
        )
    })
    .await
}

/// Set a password by the token of a reset link or an invitation.
///
/// The address counts as verified, and every session of the account ends. A wrong or used token is 422, an expired one 410;
/// a password that can't be leaves the token unspent.
#[utoipa::path(post, path = "/api/auth/reset-password", tag = "desk", security(()),
    request_body = PasswordReset, responses((status = 200, body = Done), (status = 410), (status = 429)))]
pub async fn reset_password(ByAnyone(call): ByAnyone) -> Answered {
    let (body, mut check): (Opening, _) = (call.body.read()?, Check::default());
    let token = check.take(token(&body));
    let minimum = call.app().settings.min_password_length;
    let password = confirmed(&mut check, body.password, body.password_confirmation, minimum);
    let password = check.require("password", password);
    let (token, password) = (check.need(token)?, check.need(password)?);
    spend(&call)?;
    let looked = token.clone();
    call.read(move |conn, _| recover::check(conn, &looked)).await?;
    let hash = call.app().passwords.hash(password.checked).await?;
    call.even_when_full()
        .write(move |tx, actor, _| {
            recover::reset(tx, actor, &token, &hash)?;
            Done::answer("Your password is set. Sign in with it.")
        })
        .await
}

/// Mail oneself another link to prove one's address.
///
/// Once a day at most: until then 429 with `Retry-After`.
#[utoipa::path(post, path = "/api/auth/resend-verification", tag = "desk",
    responses((status = 200, body = Done), (status = 429)))]
pub async fn resend_verification(ByPerson(call): ByPerson) -> Answered {
    let origin = call.app().origin();
    call.write(move |tx, actor, _| {
        Done::answer(match recover::resend(tx, actor, &origin)? {
            true => "A link was mailed to your address.",
            false => "Your email address is verified already.",
        })
    })
    .await
}
