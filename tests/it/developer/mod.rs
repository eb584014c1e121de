//! Facts about document 003's surface, and about how applications are let in.

mod authlib;
mod authorize;
mod clients;
mod comments;
mod credentials;
mod erasure;
mod health;
mod limits;
mod scopes;
mod tickets;
mod tokens;

use gatehouse::base::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::{Caller, Instance, Reply};

/// Where the applications of these tests are answered.
pub const CALLBACK: &str = "https://app.example.org/callback";
/// What redeems a code: 43 characters.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// An instance with an admin, a customer, and an application.
pub struct Scene {
    pub instance: Instance,
    pub admin: Caller,
    pub admin_id: i64,
    pub customer: Caller,
    pub customer_id: i64,
    pub client: Client,
}

/// An application that was registered.
#[derive(Clone)]
pub struct Client {
    pub id: String,
    pub secret: Option<String>,
}

/// Text that stands in a form or a query.
pub fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The challenge that goes with a verifier.
pub fn challenge(verifier: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// A parameter of where an answer leads.
pub fn led(reply: &Reply, name: &str) -> Option<String> {
    let place = reply.headers["location"].to_str().unwrap();
    let query = place.split_once('?').unwrap().1;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// The value of a hidden field of a page.
pub fn hidden(page: &str, name: &str) -> Option<String> {
    let begin = format!("name=\"{name}\" value=\"");
    page.split_once(&begin).and_then(|(_, rest)| rest.split('"').next()).map(str::to_owned)
}

impl Scene {
    pub async fn new() -> Self {
        Self::with(&["--rate-limit", "off"]).await
    }

    pub async fn with(flags: &[&str]) -> Self {
        let instance = Instance::start_with(flags);
        let admin_id = instance.person("admin@example.org", Role::Admin);
        let customer_id = instance.person("customer@example.org", Role::Customer);
        let admin = instance.sign_in("admin@example.org").await;
        let customer = instance.sign_in("customer@example.org").await;
        let mut scene = Self {
            instance,
            admin,
            admin_id,
            customer,
            customer_id,
            client: Client { id: String::new(), secret: None },
        };
        scene.client = scene.register(json!({})).await;
        scene
    }

    /// Registers an application; what the body leaves out is usual.
    pub async fn register(&self, body: Value) -> Client {
        let mut whole = json!({"name": "App", "redirect_uris": [CALLBACK], "confidential": true,
            "scopes": ["tickets:read", "tickets:write", "settings:read"]});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let made = self.instance.send(&self.admin, "POST", "/api/oauth-clients", Some(whole)).await.with(201);
        let text = |field: &str| made[field].as_str().map(str::to_owned);
        Client { id: text("client_id").unwrap(), secret: text("client_secret") }
    }

    /// The parameters of a request for consent, the given ones replaced or added; an empty one is left out.
    pub fn asking(&self, other: &[(&str, &str)]) -> String {
        let challenge = challenge(VERIFIER);
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", self.client.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("scope", "tickets:read tickets:write"),
            ("state", "a b&c"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        pairs.retain(|(name, _)| other.iter().all(|(known, _)| known != name));
        pairs.extend(other.iter().filter(|(_, value)| !value.is_empty()));
        encoded(&pairs)
    }

    pub async fn ask(&self, caller: &Caller, other: &[(&str, &str)]) -> Reply {
        self.instance.send(caller, "GET", &format!("/oauth/authorize?{}", self.asking(other)), None).await
    }

    /// Sends the form of a page back, with a decision.
    pub async fn decide(&self, caller: &Caller, page: &str, decision: &str, other: &[(&str, &str)]) -> Reply {
        let names = [
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "code_challenge",
            "code_challenge_method",
            "csrf_token",
        ];
        let text = |value: String| value.replace("&amp;", "&");
        let fields: Vec<(&str, String)> =
            names.into_iter().filter_map(|name| hidden(page, name).map(|value| (name, text(value)))).collect();
        let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pairs.retain(|(name, _)| other.iter().all(|(known, _)| known != name));
        pairs.extend(other.iter().filter(|(_, value)| !value.is_empty()));
        pairs.push(("decision", decision));
        self.form(caller, "/oauth/authorize", &pairs).await
    }

    pub async fn form(&self, caller: &Caller, path: &str, pairs: &[(&str, &str)]) -> Reply {
        let media = Some("application/x-www-form-urlencoded");
        self.instance.send_raw(caller, "POST", path, media, encoded(pairs)).await
    }

    /// A code for the scene's application, from somebody who says yes.
    pub async fn code(&self, caller: &Caller, other: &[(&str, &str)]) -> String {
        let page = self.ask(caller, other).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let allowed = self.decide(caller, &page.text(), "allow", &[]).await;
        assert_eq!(allowed.status, 303, "{}", allowed.text());
        led(&allowed, "code").unwrap()
    }

    /// Asks for tokens, as the application.
    pub async fn token(&self, client: &Client, pairs: &[(&str, &str)]) -> Reply {
        let mut all = vec![("client_id", client.id.as_str())];
        all.extend(client.secret.as_deref().map(|secret| ("client_secret", secret)));
        all.extend(pairs);
        self.form(&Caller::default(), "/oauth/token", &all).await
    }

    /// Trades a code for tokens.
    pub async fn redeem(&self, code: &str, other: &[(&str, &str)]) -> Reply {
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        pairs.retain(|(name, _)| other.iter().all(|(known, _)| known != name));
        pairs.extend(other.iter().filter(|(_, value)| !value.is_empty()));
        self.token(&self.client, &pairs).await
    }

    pub async fn refresh(&self, token: &str, other: &[(&str, &str)]) -> Reply {
        let mut pairs = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        pairs.extend(other);
        self.token(&self.client, &pairs).await
    }

    /// Tokens for the scene's application, from somebody who says yes.
    pub async fn granted(&self, caller: &Caller) -> Value {
        let code = self.code(caller, &[]).await;
        self.redeem(&code, &[]).await.with(200)
    }

    /// The status that an access token gets where it has enough scope.
    pub async fn opens(&self, access: &str) -> u16 {
        self.instance.send(&Caller::bearer(access), "GET", "/v1/tickets", None).await.status.as_u16()
    }

    /// A ticket of the customer, by the desk; answers its number.
    pub async fn ticket(&self) -> i64 {
        let body = json!({"project_id": 1, "subject": "s", "description": "d"});
        let made = self.instance.send(&self.customer, "POST", "/api/tickets", Some(body)).await.with(201);
        made["ticket"]["id"].as_i64().unwrap()
    }
}

/// The access token of an answer.
pub fn access(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}
