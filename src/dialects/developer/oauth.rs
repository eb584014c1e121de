//! `/oauth/token`, `/oauth/revoke` and what an application reads of them first (RFC 6749, 7009, 8414).

use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::json;

use crate::access::oauth::{self, Client, Refusal, Tokens};
use crate::base::{Actor, Result, Scope};
use crate::config;
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{ByAnyone, Call};
use crate::dialects::{given, sign_in};
use crate::store::Tx;

/// The fields of a form or query, each there once at most; blank is missing.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads pairs; one that is there twice could be read in two ways, so it is refused.
    pub fn of(pairs: Vec<(String, String)>) -> std::result::Result<Self, Refusal> {
        let is_doubled =
            |(index, (name, _)): (usize, &(String, String))| pairs[..index].iter().any(|(other, _)| other == name);
        if pairs.iter().enumerate().any(is_doubled) {
            return Err(Refusal::InvalidRequest("A parameter was sent twice."));
        }
        Ok(Self(pairs))
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// [`Form::get`] as text of its own.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}

/// The name by which applications know this server, without a slash at its end: the public URL, else where the request
/// itself went.
pub fn issuer(call: &Call) -> String {
    let app = call.app();
    if let Some(url) = &app.settings.public_url {
        return url.clone();
    }
    let host = call.headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| config::is_host(host));
    host.map_or_else(|| app.origin(), |host| format!("http://{host}"))
}

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

/// An error answer as RFC 6749, section 5.2 has it.
fn refuse(refusal: Refusal) -> Result<Answer> {
    let is_client = refusal == Refusal::InvalidClient;
    let status = if is_client { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let answer = answer::json(status, &json!({"error": refusal.code(), "error_description": refusal.why()}))?;
    let answer = answer.with_header(header::PRAGMA, "no-cache");
    Ok(if is_client { answer.with_header(header::WWW_AUTHENTICATE, "Basic realm=\"gatehouse\"") } else { answer })
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

#[derive(Serialize)]
struct Granted<'t> {
    access_token: &'t str,
    token_type: &'static str,
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'t str>,
    scope: String,
}

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
#[utoipa::path(post, path = "/oauth/token", tag = "developer",
    responses((status = 200), (status = 400), (status = 401), (status = 415), (status = 429)))]
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
#[utoipa::path(post, path = "/oauth/revoke", tag = "developer",
    responses((status = 200), (status = 400), (status = 401), (status = 415), (status = 429)))]
pub async fn revoke(RawQuery(query): RawQuery, ByAnyone(call): ByAnyone) -> Answered {
    by_client(query, call, |tx, actor, client, form| {
        let Some(token) = form.get("token") else {
            return Ok(Err(Refusal::InvalidRequest("The token is missing.")));
        };
        match oauth::revoke(tx, actor, client, token)? {
            Ok(()) => Ok(Ok(Answer { status: StatusCode::OK, ..answer::nothing() })),
            Err(refusal) => Ok(Err(refusal)),
        }
    })
    .await
}

/// What this server can do, for applications to read (RFC 8414).
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "developer", responses((status = 200)))]
pub async fn metadata(ByAnyone(call): ByAnyone) -> Answered {
    let issuer = issuer(&call);
    let ways = ["client_secret_basic", "client_secret_post", "none"];
    let scopes: Vec<&str> = Scope::ALL.into_iter().map(Scope::as_str).collect();
    Ok(answer::ok(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/oauth/authorize"),
        "token_endpoint": format!("{issuer}/oauth/token"),
        "revocation_endpoint": format!("{issuer}/oauth/revoke"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": ways,
        "revocation_endpoint_auth_methods_supported": ways,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))?)
}

/// Reads the query or form of an authorization request.
pub fn parameters(bytes: &[u8]) -> Result<std::result::Result<(oauth::Parameters, Form), Refusal>> {
    let form = match Form::of(given::pairs(bytes)?) {
        Ok(form) => form,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let parameters = oauth::Parameters {
        response_type: form.text("response_type"),
        client_id: form.text("client_id"),
        redirect_uri: form.text("redirect_uri"),
        scope: form.text("scope"),
        state: form.text("state"),
        code_challenge: form.text("code_challenge"),
        code_challenge_method: form.text("code_challenge_method"),
    };
    Ok(Ok((parameters, form)))
}
