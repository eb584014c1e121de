//! The kinds of credential, told apart by their shape alone. A shape routes; it grants nothing.

use axum::http::{HeaderMap, Method, Uri, header};

/// The cookie that carries a session in browsers.
pub const COOKIE: &str = "gatehouse_session";

/// What kind of credential a request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// None at all.
    None,
    /// A JWT, in a header.
    Session(String),
    /// A JWT, in the browser's cookie.
    Cookie(String),
    /// `hd_…`.
    ApiKey(String),
    /// `oa_…`.
    OAuth(String),
    /// `ag_…`.
    Agent(String),
    /// `sk_…` with its secret.
    KeyPair(String, String),
    /// Something else, or several at once: never good for anything.
    Unreadable,
}

impl Credential {
    /// Reads it off the headers. Two in headers at once are unreadable, so that never the better one is tried.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default().trim());
        if headers.get_all(header::AUTHORIZATION).iter().count() > 1 {
            return Self::Unreadable;
        }
        match (text("authorization"), text("x-api-key"), text("x-api-secret")) {
            (Some(authorization), None, None) => match authorization.split_once(' ') {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Self::bearer(token.trim()),
                Some((scheme, key)) if scheme.eq_ignore_ascii_case("apikey") => Self::api_key(key.trim()),
                _ => Self::Unreadable,
            },
            (None, Some(key), Some(secret)) if key.starts_with("sk_") => Self::KeyPair(key.into(), secret.into()),
            (None, Some(key), None) => Self::api_key(key),
            (None, None, None) => cookie(headers).map_or(Self::None, Self::Cookie),
            _ => Self::Unreadable,
        }
    }

    fn bearer(token: &str) -> Self {
        match token.split_once('_') {
            Some(("hd", _)) => Self::ApiKey(token.to_owned()),
            Some(("oa", _)) => Self::OAuth(token.to_owned()),
            Some(("ag", _)) => Self::Agent(token.to_owned()),
            _ if token.split('.').count() == 3 => Self::Session(token.to_owned()),
            _ => Self::Unreadable,
        }
    }

    fn api_key(key: &str) -> Self {
        if key.starts_with("hd_") { Self::ApiKey(key.to_owned()) } else { Self::Unreadable }
    }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    pairs.flat_map(|text| text.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE && !value.is_empty()).then(|| value.to_owned())
    })
}

/// Whether a request that a browser's cookie vouches for may change something: it must come from our own pages.
pub fn is_same_origin(method: &Method, headers: &HeaderMap, uri: &Uri) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).or_else(|| uri.authority().map(|authority| authority.as_str()));
    let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    match (origin, host) {
        (Some(origin), Some(host)) => origin.eq_ignore_ascii_case(host),
        _ => false,
    }
}
