//! `POST /api/auth/login`.

use serde::Serialize;

use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByAnyone;
use crate::dialects::sign_in::sign_in;

#[derive(Serialize)]
struct Begun<'b> {
    access_token: &'b str,
    token_type: &'static str,
    expires_in: i64,
    user: User<'b>,
}

#[derive(Serialize)]
struct User<'u> {
    id: i64,
    name: &'u str,
    email: &'u str,
    role: &'static str,
}

/// Authenticate and get a session token.
#[utoipa::path(post, path = "/api/auth/login", tag = "desk", responses((status = 200), (status = 401), (status = 403)))]
pub async fn login(ByAnyone(call): ByAnyone) -> Answered {
    let minutes = i64::from(call.app().settings.jwt_ttl);
    let session = sign_in(&call, minutes).await?;
    let person = &session.person;
    let user = User { id: person.id, name: &person.name, email: &person.email, role: person.role.as_str() };
    let token = session.token.expose();
    let answer = answer::ok(&Begun { access_token: token, token_type: "bearer", expires_in: minutes * 60, user })?;
    Ok(answer.with_cookie(session.cookie))
}
