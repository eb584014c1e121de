//! `POST /api/login`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByAnyone;
use crate::dialects::sign_in::{Credentials, sign_in};

/// Minutes that a session of this surface lasts.
const LIFETIME: i64 = 24 * 60;

#[derive(Serialize, ToSchema)]
struct Token<'t> {
    token: &'t str,
}

/// Exchange credentials for a session of 24 hours.
#[utoipa::path(post, path = "/api/login", tag = "fleet", security(()), request_body = Credentials,
    responses((status = 200, body = Token), (status = 401), (status = 403), (status = 429)))]
pub async fn login(ByAnyone(call): ByAnyone) -> Answered {
    let session = sign_in(&call, LIFETIME).await?;
    let answer = answer::ok(&Token { token: session.token.expose() })?;
    Ok(answer.with_cookie(session.cookie))
}
