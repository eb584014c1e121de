//! `/api/auth/me` and `/api/auth/profile`: oneself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::{Terms, Token};
use super::password::{Password, confirmed};
use super::users::{One, View};
use crate::access::session;
use crate::base::{Check, Error, Result, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{ByPerson, Call};
use crate::dialects::given::given;
use crate::person::{self, Profile};

/// With the token of a new session, since all the others have ended.
#[derive(Serialize, ToSchema)]
struct Renewed {
    #[serde(flatten)]
    token: Token,
    user: View,
}

#[derive(ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "the description says that the answer is one of the two")]
enum Changed {
    Renewed(Renewed),
    Shown(One),
}

/// Who am I, with projects.
///
/// `projects` are those assigned to an agent, every active one for admins, none for customers.
#[utoipa::path(get, path = "/api/auth/me", tag = "desk", responses((status = 200, body = One)))]
pub async fn me(ByPerson(call): ByPerson) -> Answered {
    call.read(|conn, actor| {
        let person = person::find(conn, actor, actor.user().ok_or_else(Error::unauthenticated)?)?;
        answer::ok(&One { user: View::with_projects(conn, person)? })
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ProfileChange)]
struct Body {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 64)]
    phone: Option<Option<String>>,
    /// At least 8 characters, or what the instance asks for.
    password: Option<String>,
    password_confirmation: Option<String>,
}

fn parse(call: &Call) -> Result<(Profile, Option<Password>)> {
    let (body, mut check) = (call.body.read::<Body>()?, Check::default());
    let name = body.name.map(|name| check.take(check::required_line("name", Some(&name), 255)));
    let phone = body.phone.map(|phone| check.take(check::line("phone", phone.as_deref(), 64)));
    let minimum = call.app().settings.min_password_length;
    let password = confirmed(&mut check, body.password, body.password_confirmation, minimum);
    check.done()?;
    Ok((Profile { name: name.flatten(), phone: phone.map(Option::flatten), password_hash: None }, password))
}

/// Change one's own name, phone or password.
///
/// What is left out stays; a null or blank phone clears it. A password change ends every session, the present one too: the
/// answer then carries the token of a new one (`access_token`, `token_type`, `expires_in`), so that whoever changed it stays
/// signed in here and nowhere else.
#[utoipa::path(put, path = "/api/auth/profile", tag = "desk", request_body = Body,
    responses((status = 200, body = Changed)))]
pub async fn profile(ByPerson(call): ByPerson) -> Answered {
    // A session that ended hears so before anything about its body.
    call.read(|_, _| Ok(())).await?;
    let (mut profile, password) = parse(&call)?;
    if let Some(password) = password {
        profile.password_hash = Some(call.app().passwords.hash(password.checked).await?);
    }
    let terms = Terms::of(&call);
    // It ends every other session.
    call.even_when_full_if(profile.password_hash.is_some())
        .write(move |tx, actor, _| {
            let person = person::change_own(tx, actor, &profile)?;
            if profile.password_hash.is_none() {
                return answer::ok(&One { user: View::with_projects(tx, person)? });
            }
            let token = session::start(tx, actor, &person, terms.minutes, &terms.agent)?;
            let shown = Renewed { token: terms.token(&token), user: View::with_projects(tx, person)? };
            Ok(terms.with_cookie(answer::ok(&shown)?, &token))
        })
        .await
}
