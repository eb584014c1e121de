//! The credentials, and how an operation says which of them it takes.

use serde_json::{Value, json};

use super::Object;
use crate::base::Scope;
use crate::dialects::credential::COOKIE;

/// A kind of credential, by the name that `security(…)` in a handler's annotation gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `session`: a JWT, as bearer token or in the browser's cookie.
    Session,
    /// `key`: an API key, in any of its three headers.
    Key,
    /// `oauth`: an application's access token.
    OAuth,
    /// `pair`: key and secret of a project's own back end.
    Pair,
    /// `agent`: the token of an agent.
    Agent,
}

impl Way {
    /// Each alternative, as a security requirement; `scopes` are what a program needs.
    fn requirements(self, scopes: &Value) -> Vec<Value> {
        match self {
            Self::Session => vec![json!({"session": []}), json!({"cookie": []})],
            Self::Key => {
                vec![json!({"apiKey": scopes}), json!({"apiKeyBearer": scopes}), json!({"apiKeyHeader": scopes})]
            }
            Self::OAuth => vec![json!({"oauth": scopes})],
            Self::Pair => vec![json!({"pairKey": [], "pairSecret": []})],
            Self::Agent => vec![json!({"agent": []})],
        }
    }
}

/// Writes an operation's requirements out. Nothing said means the surface's own ways; `("scope" = ["tickets:read"])` means
/// them too, and that a program needs the scope (said twice: either scope will do); `program` means programs alone; `()` means that no credential is needed.
pub fn written_out(said: Option<&Value>, own: &[Way]) -> Value {
    let of_own = |scopes: &Value| own.iter().flat_map(|way| way.requirements(scopes)).collect::<Vec<_>>();
    let Some(said) = said.and_then(Value::as_array) else { return Value::Array(of_own(&json!([]))) };
    let mut all = Vec::new();
    if said.contains(&json!({})) {
        all.push(json!({}));
    }
    for (name, scopes) in said.iter().filter_map(Value::as_object).flatten() {
        all.extend(match name.as_str() {
            "session" => Way::Session.requirements(scopes),
            "key" => Way::Key.requirements(scopes),
            "oauth" => Way::OAuth.requirements(scopes),
            // Where another surface answers sessions.
            "program" => [Way::Key.requirements(scopes), Way::OAuth.requirements(scopes)].concat(),
            "pair" => Way::Pair.requirements(scopes),
            "agent" => Way::Agent.requirements(scopes),
            "scope" => of_own(scopes),
            _ => vec![json!({name: scopes})],
        });
    }
    let mut each = Vec::new();
    for requirement in all {
        if !each.contains(&requirement) {
            each.push(requirement);
        }
    }
    Value::Array(each)
}

/// An access token, and how it is come by.
fn oauth() -> Value {
    let scopes: Object = Scope::ALL.into_iter().map(|scope| (scope.as_str().to_owned(), json!(""))).collect();
    json!({"type": "oauth2", "description": "An OAuth access token, `oa_…`. PKCE with S256 is required.", "flows": {
        "authorizationCode": {"authorizationUrl": "/oauth/authorize", "tokenUrl": "/oauth/token",
            "refreshUrl": "/oauth/token", "scopes": scopes},
        "clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes},
    }})
}

/// Every scheme that requirements name.
pub fn schemes() -> Object {
    let bearer = |format: &str, text: &str| json!({"type": "http", "scheme": "bearer", "bearerFormat": format, "description": text});
    let header = |name: &str, text: &str| json!({"type": "apiKey", "in": "header", "name": name, "description": text});
    let scopes: Vec<&str> = Scope::ALL.into_iter().map(Scope::as_str).collect();
    let key = format!("An API key, `hd_…`. Its scopes are any of `{}`.", scopes.join("`, `"));
    let schemes = [
        ("session", bearer("JWT", "A session, as login answers it.")),
        (
            "cookie",
            json!({"type": "apiKey", "in": "cookie", "name": COOKIE, "description":
                "The same session in a browser. Changes are taken from our own pages only."}),
        ),
        ("apiKey", header("Authorization", &format!("{key} Sent as `Authorization: ApiKey hd_…`."))),
        ("apiKeyBearer", bearer("hd_…", &key)),
        ("apiKeyHeader", header("X-Api-Key", &key)),
        ("oauth", oauth()),
        ("pairKey", header("X-Api-Key", "The key of a project's pair, `sk_…`; always with its secret.")),
        ("pairSecret", header("X-Api-Secret", "The secret of a project's pair, `ss_…`.")),
        ("agent", bearer("ag_…", "The token that a VPN server's agent was given when it enrolled.")),
    ];
    schemes.into_iter().map(|(name, scheme)| (name.to_owned(), scheme)).collect()
}
