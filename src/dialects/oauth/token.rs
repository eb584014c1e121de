//! `/oauth/token` and `/oauth/revoke` (RFC 6749, 7009): for clients, which show themselves by Basic or in the form.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;

use super::form::Form;
use super::problem::refuse;
use crate::access::oauth::{self, Client, Refusal, Tokens};
use crate::base::{Actor, Result};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{ByAnyone, Call};
use crate::dialects::sign_in;
use crate::store::Tx;

/// What a client showed: its id and, where it has one, its secret.
struct Shown {
    id: String,
    secret: Option<String>,
}

/// By Basic or in the form, never in both ways at once (RFC 6749, 2.3).
fn shown(headers: &HeaderMap, form: &Form) -> std::result::Result<Shown, Refusal> {
    let Some(line) = headers.get(header::AUTHORIZATION) else {
        let id = form.text("client_id").ok_or(Refusal::InvalidRequest("The client_id is missing."))?;
        return Ok(Shown { id, secret: form.text("client_secret") });
    };
    let decoded = line.to_str().ok().and_then(|line| line.split_once(' ')).and_then(|(scheme, rest)| {
        let bytes = STANDARD.decode(rest.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let text = String::from_utf8(bytes).ok()?;
        text.split_once(':').map(|(id, secret)| (unescape(id), unescape(secret)))
    });
    let (id, secret) = decoded.ok_or(Refusal::InvalidClient)?;
    if form.get("client_secret").is_some() || form.get("client_id").is_some_and(|other| other != id) {
        return Err(Refusal::InvalidRequest("Show the client's credentials in one way: by Basic, or in the form."));
    }
    Ok(Shown { id, secret: Some(secret).filter(|secret| !secret.is_empty()) })
}

/// Ids and secrets are form-encoded before they are put into Basic.
fn unescape(text: &str) -> String {
    url::form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

/// Reads the form, throttles, and lets the work be done for the client that shows the right credentials.
async fn by_client<F>(query: Option<String>, call: Call, mut work: F) -> Answered
where
    F: FnMut(&Tx<'_>, &Actor, &Client, &Form) -> Result<std::result::Result<Answer, Refusal>> + Send + 'static,
{
    if query.is_some_and(|query| !query.is_empty()) {
        // A query ends in logs and histories.
        return Ok(refuse(Refusal::InvalidRequest("Send parameters in the body, never in the address."))?);
    }
    let form = match Form::of(call.body.read_form()?) {
        Ok(form) => form,
        Err(refusal) => return Ok(refuse(refusal)?),
    };
    let Shown { id, secret } = match shown(&call.headers, &form) {
        Ok(shown) => shown,
        Err(refusal) => return Ok(refuse(refusal)?),
    };
    sign_in::throttle(&call, &call.app().tokens, &id)?;
    call.write(move |tx, actor, _| {
        let Some(client) = oauth::authenticate(tx, &id, secret.as_deref())? else {
            return refuse(Refusal::InvalidClient);
        };
        work(tx, actor, &client, &form)?.or_else(refuse)
    })
    .await
}

#[derive(Serialize, ToSchema)]
struct Granted<'t> {
    /// `oa_…`
    access_token: &'t str,
    /// `Bearer`
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    /// `or_…`; a client that acts for itself has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    refresh_token: Option<&'t str>,
    /// What the access token is good for, perhaps less than was asked for.
    scope: String,
}

/// What a client sends for a token; which fields it takes depends on `grant_type`.
#[allow(dead_code, reason = "only described: a form is read field by field")]
#[derive(ToSchema)]
struct TokenRequest {
    /// `authorization_code`, `refresh_token` or `client_credentials`.
    grant_type: String,
    /// Unless it is shown by Basic.
    client_id: Option<String>,
    client_secret: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
    refresh_token: Option<String>,
    scope: Option<String>,
}

/// What a client sends to take a token back.
#[allow(dead_code, reason = "only described: a form is read field by field")]
#[derive(ToSchema)]
struct RevocationRequest {
    token: String,
    /// Taken and ignored: every kind is looked for.
    token_type_hint: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

/// Nothing: the status says all (RFC 7009, section 2.2).
#[derive(Serialize, ToSchema)]
struct Revoked {}

fn granted(tokens: &Tokens) -> Result<Answer> {
    let granted = Granted {
        access_token: tokens.access.expose(),
        token_type: "Bearer",
        expires_in: tokens.expires_in,
        refresh_token: tokens.refresh.as_ref().map(|token| token.expose().as_str()),
        scope: tokens.scopes.to_string(),
    };
    Ok(answer::ok(&granted)?.with_header(header::PRAGMA, "no-cache").once())
}

/// Trade a code, a refresh token or a client's own credentials for an access token (RFC 6749, section 3.2).
///
/// Clients show themselves by Basic or in the form. 10 requests a minute by address and client.
#[utoipa::path(post, path = "/oauth/token", tag = "oauth", security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Granted), (status = 401, description = "No such client, or not its secret."),
        (status = 429)))]
pub async fn token(RawQuery(query): RawQuery, ByAnyone(call): ByAnyone) -> Answered {
    by_client(query, call, |tx, actor, client, form| {
        let missing = |what| Ok(Err(Refusal::InvalidRequest(what)));
        let scope = form.get("scope");
        let tokens = match form.get("grant_type") {
            Some("authorization_code") => {
                let Some(code) = form.get("code") else { return missing("The code is missing.") };
                let Some(verifier) = form.get("code_verifier") else { return missing("The code_verifier is missing.") };
                oauth::redeem(tx, actor, client, code, form.get("redirect_uri"), verifier)?
            }
            Some("refresh_token") => {
                let Some(token) = form.get("refresh_token") else { return missing("The refresh_token is missing.") };
                oauth::refresh(tx, actor, client, token, scope)?
            }
            Some("client_credentials") => oauth::of_client(tx, actor, client, scope)?,
            Some(_) => return Ok(Err(Refusal::UnsupportedGrantType)),
            None => return missing("The grant_type is missing."),
        };
        match tokens {
            Ok(tokens) => granted(&tokens).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    })
    .await
}

/// Take a token back (RFC 7009): a refresh token with all that came of its consent, an access token alone.
#[utoipa::path(post, path = "/oauth/revoke", tag = "oauth", security(()),
    request_body(content = RevocationRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Revoked), (status = 401, description = "No such client, or not its secret."),
        (status = 429)))]
pub async fn revoke(RawQuery(query): RawQuery, ByAnyone(call): ByAnyone) -> Answered {
    by_client(query, call.even_when_full(), |tx, actor, client, form| {
        let Some(token) = form.get("token") else {
            return Ok(Err(Refusal::InvalidRequest("The token is missing.")));
        };
        match oauth::revoke(tx, actor, client, token)? {
            Ok(()) => answer::ok(&Revoked {}).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    })
    .await
}
