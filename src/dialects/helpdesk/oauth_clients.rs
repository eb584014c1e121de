//! `/api/oauth-clients`: the applications that may ask people to act for them. For admins in person, never for programs.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api_keys::ScopeWord;
use super::page;
use crate::access::api_key;
use crate::access::oauth::{self, Client, NewClient, RedirectUri};
use crate::base::{Actor, Check, Error, Result, Scope, Scopes, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByPerson};
use crate::dialects::given;
use crate::store::{Conn, Tx};

/// Most redirect URIs of one application.
const MOST_URIS: usize = 20;

#[derive(Serialize, ToSchema)]
#[schema(as = OauthClient)]
struct View {
    client_id: String,
    /// When it is made and never again; a public client has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    client_secret: Option<String>,
    name: String,
    redirect_uris: Vec<String>,
    #[schema(value_type = Vec<ScopeWord>)]
    scopes: Vec<&'static str>,
    confidential: bool,
    created_at: String,
}

impl From<Client> for View {
    fn from(client: Client) -> Self {
        Self {
            client_id: client.id,
            client_secret: None,
            name: client.name,
            redirect_uris: client.redirect_uris,
            scopes: client.scopes.iter().map(Scope::as_str).collect(),
            confidential: client.is_confidential,
            created_at: client.created_at.to_milliseconds(),
        }
    }
}

/// The applications, oldest first, without their secrets.
#[utoipa::path(get, path = "/api/oauth-clients", tag = "helpdesk", security(("session" = [])),
    params(page::Asked), responses((status = 200, body = Vec<View>), (status = 403)))]
pub async fn list(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must_be_admin()?;
        let mut check = Check::default();
        let page = given::query::<page::Asked>(query.as_deref())?.parse(&mut check);
        check.done()?;
        let clients = oauth::list(conn, actor, page.after, page.reach())?;
        page.answer(clients, "/api/oauth-clients", query.as_deref(), |client| client.number, View::from)
    };
    call.read(read).await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = NewOauthClient)]
struct New {
    #[schema(value_type = String, max_length = 255)]
    name: Option<String>,
    /// https, http on the user's own machine, or a scheme such as com.example.app.
    redirect_uris: Option<Vec<String>>,
    #[schema(value_type = Option<Vec<ScopeWord>>)]
    scopes: Option<Vec<String>>,
    /// Whether it can keep a secret; true by default.
    confidential: Option<bool>,
}

impl New {
    fn into_new(self) -> Result<NewClient> {
        let mut check = Check::default();
        let name = check.take(check::required_line("name", self.name.as_deref(), 255));
        let scopes = check.take(api_key::parse_scopes(self.scopes.as_deref()));
        let is_confidential = self.confidential.unwrap_or(true);
        let given = self.redirect_uris.unwrap_or_default();
        let uris = given.iter().map(|uri| RedirectUri::parse(uri)).collect::<Result<Vec<_>>>();
        let redirect_uris = check.take(uris);
        if given.len() > MOST_URIS {
            check.note(Error::field("redirect_uris", format!("An application has at most {MOST_URIS} redirect URIs.")));
        }
        if given.is_empty() && !is_confidential {
            let what = "An application without a secret needs a redirect URI: it can act for people only.";
            check.note(Error::field("redirect_uris", what));
        }
        if scopes == Some(Scopes::default()) {
            check.note(Error::field("scopes", "An application without a scope could do nothing."));
        }
        let (name, scopes) = (check.need(name)?, check.need(scopes)?);
        Ok(NewClient { name, redirect_uris: check.need(redirect_uris)?, scopes, is_confidential })
    }
}

/// Register an application; `client_secret` is shown this once, to a confidential one.
///
/// Without `scopes` it may ask for the six documented ones, and it is confidential unless it says otherwise. Redirect URIs
/// are compared letter by letter.
#[utoipa::path(post, path = "/api/oauth-clients", tag = "helpdesk", security(("session" = [])),
    request_body = New, responses((status = 201, body = View)))]
pub async fn create(ByPerson(call): ByPerson) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must_be_admin()?;
        let (client, secret) = oauth::create(tx, actor, &body.read::<New>()?.into_new()?)?;
        let view = View { client_secret: secret.map(|secret| secret.expose().clone()), ..View::from(client) };
        Ok(answer::created(&view)?.once())
    };
    call.write(write).await
}

/// Forget an application: its codes and tokens stop at once.
#[utoipa::path(delete, path = "/api/oauth-clients/{client_id}", tag = "helpdesk", security(("session" = [])),
    params(("client_id" = String, Path)), responses((status = 204)))]
pub async fn delete(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must_be_admin()?;
        let client = oauth::find(tx, actor, &given::uuid(&id)?)?;
        oauth::delete(tx, actor, &client)?;
        Ok(answer::nothing())
    };
    call.even_when_full().write(write).await
}
