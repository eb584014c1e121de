//! What applications read first: who this server is, and what it can do (RFC 8414).

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::Scope;
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByAnyone;

/// How clients may show themselves.
const WAYS: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];

#[derive(Serialize, ToSchema)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    revocation_endpoint: String,
    scopes_supported: [&'static str; 10],
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 3],
    token_endpoint_auth_methods_supported: [&'static str; 3],
    revocation_endpoint_auth_methods_supported: [&'static str; 3],
    code_challenge_methods_supported: [&'static str; 1],
    authorization_response_iss_parameter_supported: bool,
}

/// What this server can do, for applications to read (RFC 8414).
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "oauth", security(()),
    responses((status = 200, body = Metadata)))]
pub async fn metadata(ByAnyone(call): ByAnyone) -> Answered {
    let issuer = call.origin();
    Ok(answer::ok(&Metadata {
        authorization_endpoint: format!("{issuer}/oauth/authorize"),
        token_endpoint: format!("{issuer}/oauth/token"),
        revocation_endpoint: format!("{issuer}/oauth/revoke"),
        issuer,
        scopes_supported: Scope::ALL.map(Scope::as_str),
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
        token_endpoint_auth_methods_supported: WAYS,
        revocation_endpoint_auth_methods_supported: WAYS,
        code_challenge_methods_supported: ["S256"],
        authorization_response_iss_parameter_supported: true,
    })?)
}
