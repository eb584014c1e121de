//! `/api/portal`: customers sign up and in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::register::{self, SignUp};
use crate::base::{Check, Result, Role, Secret, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{ByAnyone, Call};
use crate::dialects::sign_in::{Credentials, sign_in_if, throttle};
use crate::person::password::Password;
use crate::person::{Email, Person};

/// Shortest password on this surface, in characters, unless the operator asks for more than everywhere.
const SHORTEST: usize = 6;
/// What the operator asks for who says nothing.
const USUAL: usize = 8;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PortalUser)]
struct View<'p> {
    id: &'p str,
    username: &'p str,
    email: &'p str,
    name: &'p str,
    role: &'static str,
    is_active: bool,
    created_at: String,
    /// A session, when signing in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    token: Option<&'p str>,
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum SignedUp<'p> {
    /// There is a new customer.
    Made(View<'p>),
    /// There was an account that others made: what was chosen waits until the mailed link is opened.
    Waiting {
        /// For people.
        message: &'static str,
    },
}

impl<'p> From<&'p Person> for View<'p> {
    fn from(person: &'p Person) -> Self {
        Self {
            id: &person.uuid,
            username: &person.username,
            email: &person.email,
            name: &person.name,
            role: person.role.as_str(),
            is_active: person.is_active,
            created_at: person.created_at.to_milliseconds(),
            token: None,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[schema(as = SignUp)]
struct Body {
    #[schema(value_type = String, max_length = 255)]
    name: Option<String>,
    #[schema(value_type = String, max_length = 254)]
    email: Option<String>,
    /// At least 6 characters, or what the instance asks for.
    #[schema(value_type = String)]
    password: Option<String>,
}

fn shortest(call: &Call) -> usize {
    match call.app().settings.min_password_length {
        length if length > USUAL => length,
        _ => SHORTEST,
    }
}

fn parse(call: &Call) -> Result<(SignUp, Password, Secret<String>)> {
    let (body, mut check) = (call.body.read::<Body>()?, Check::default());
    let name = check.take(check::required_line("name", body.name.as_deref(), 255));
    let email = check::required_line("email", body.email.as_deref(), 254).and_then(|text| Email::parse(&text));
    let email = check.take(email);
    let text = body.password.filter(|text| !text.trim().is_empty());
    let text = check.take(check::required("password", text)).unwrap_or_default();
    let password = match text.is_empty() {
        true => None,
        false => check.take(Password::parse(text.clone(), shortest(call))),
    };
    let (name, email) = (check.need(name)?, check.need(email)?);
    let new = SignUp { name, email, phone: None, password_hash: String::new(), repeats: None };
    Ok((new, check.need(password)?, Secret::new(text)))
}

/// Sign up as a customer.
///
/// Passwords have at least 6 characters, more where the operator asks for more than 8. The username comes from the address,
/// with a number where it is taken. The address counts as verified once the mailed link is opened. Where it has an account
/// that others made and that has no password, the answer is 201 with `{"message"}` and nothing of the account: the password
/// works once the mailed link is opened, or an admin verifies the address. An address with a password is taken: 409.
#[utoipa::path(post, path = "/api/portal/signup", tag = "helpdesk", security(()),
    request_body = Body, responses((status = 201, body = SignedUp), (status = 429)))]
pub async fn signup(ByAnyone(call): ByAnyone) -> Answered {
    let (mut new, password, text) = parse(&call)?;
    let app = call.app().clone();
    throttle(&call, &app.sign_ups, new.email.as_str())?;
    let address = new.email.as_str().to_owned();
    for waiting in app.store.read(move |conn| register::waiting(conn, &address)).await? {
        if app.passwords.matches(text.clone(), Some(waiting.clone())).await? {
            new.repeats = Some(waiting);
        }
    }
    new.password_hash = app.passwords.hash(password).await?;
    let origin = app.origin();
    call.write(move |tx, actor, _| match register::sign_up(tx, actor, &new, &origin)? {
        Some(person) => answer::created(&SignedUp::Made(View::from(&person))),
        None => answer::created(&SignedUp::Waiting {
            message: "Open the link that was mailed to this address: your password works from then on.",
        }),
    })
    .await
}

/// Sign in as a customer: `token` is a session, and so is the cookie that comes with it.
///
/// Staff are refused here as if they had no account. An inactive account is told so, 403, once the password was right.
#[utoipa::path(post, path = "/api/portal/login", tag = "helpdesk", security(()),
    request_body = Credentials,
    responses((status = 200, body = View), (status = 401), (status = 403), (status = 429)))]
pub async fn login(ByAnyone(call): ByAnyone) -> Answered {
    let minutes = i64::from(call.app().settings.jwt_ttl);
    let session = sign_in_if(&call, minutes, |person| person.role == Role::Customer).await?;
    let view = View { token: Some(session.token.expose()), ..View::from(&session.person) };
    Ok(answer::ok(&view)?.with_cookie(session.cookie))
}
