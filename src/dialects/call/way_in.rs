//! The credential a request came with, and who stands behind it.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::header;

use crate::access::session::{self, Ticket};
use crate::access::{api_key, oauth};
use crate::app::App;
use crate::base::{Actor, Error, Kind, Result};
use crate::dialects::credential::{Credential, is_same_origin};
use crate::project::key_pair;
use crate::store::{Conn, Store};
use crate::vpn;

/// A credential of the right kind; a session's signature holds, everything else the database says.
#[derive(Clone, Debug)]
pub enum WayIn {
    /// A session.
    Session(Ticket),
    /// A session, perhaps expired.
    Refresh(Ticket),
    /// An API key.
    ApiKey(String),
    /// An access token.
    OAuth(String),
    /// A VPN server's agent.
    Agent(String),
    /// Another project's back end: key and secret.
    Pair(String, String),
    /// None.
    Open,
}

impl WayIn {
    /// A session.
    pub fn of_person(request: &Request, app: &App) -> Result<Self> {
        let token = session_token(request)?;
        session::check(&app.keys, app.clock.now(), &token).map(Self::Session)
    }

    /// A session, or nobody: for pages whose forms carry a token of their own, so that a cookie needs no `Origin` beside
    /// it. Where there is one, it must still be ours.
    pub fn of_visitor(request: &Request, app: &App) -> Result<Self> {
        let (method, headers) = (request.method(), request.headers());
        let token = match Credential::of(headers) {
            Credential::Session(token) => token,
            Credential::Cookie(_)
                if headers.contains_key(header::ORIGIN) && !is_same_origin(method, headers, request.uri()) =>
            {
                return Err(Error::new(Kind::Forbidden, "This request came from another site."));
            }
            Credential::Cookie(token) => token,
            _ => return Ok(Self::Open),
        };
        Ok(session::check(&app.keys, app.clock.now(), &token).map_or(Self::Open, Self::Session))
    }

    /// A session that may have expired.
    pub fn of_holder(request: &Request, app: &App) -> Result<Self> {
        let token = session_token(request)?;
        let window = i64::from(app.settings.jwt_refresh_ttl);
        session::check_refreshable(&app.keys, app.clock.now(), &token, window).map(Self::Refresh)
    }

    /// An API key or an access token.
    pub fn of_program(request: &Request) -> Result<Self> {
        match Credential::of(request.headers()) {
            Credential::ApiKey(key) => Ok(Self::ApiKey(key)),
            Credential::OAuth(token) => Ok(Self::OAuth(token)),
            _ => Err(Error::unauthenticated()),
        }
    }

    /// A session, or a program that acts for a person.
    pub fn of_user(request: &Request, app: &App) -> Result<Self> {
        match Credential::of(request.headers()) {
            Credential::ApiKey(key) => Ok(Self::ApiKey(key)),
            Credential::OAuth(token) => Ok(Self::OAuth(token)),
            _ => Self::of_person(request, app),
        }
    }

    /// An agent's token.
    pub fn of_agent(request: &Request) -> Result<Self> {
        match Credential::of(request.headers()) {
            Credential::Agent(token) => Ok(Self::Agent(token)),
            _ => Err(Error::unauthenticated()),
        }
    }

    /// A key pair.
    pub fn of_pair(request: &Request) -> Result<Self> {
        match Credential::of(request.headers()) {
            Credential::KeyPair(key, secret) => Ok(Self::Pair(key, secret)),
            _ => Err(Error::unauthenticated()),
        }
    }

    /// Whoever it belongs to at this moment.
    pub fn actor(&self, conn: &Conn<'_>, ip: Option<IpAddr>, store: &Store) -> Result<Actor> {
        // Uses are noted beside the request, so that reading waits for no write.
        match self {
            Self::Session(ticket) => session::actor(conn, ticket, ip),
            Self::Refresh(ticket) => session::holder(conn, ticket, ip),
            Self::ApiKey(key) => {
                let entered = api_key::enter(conn, key, ip)?;
                if let Some(key) = entered.to_note {
                    store.write_unheard(move |tx| api_key::note_use(tx, key));
                }
                Ok(entered.actor)
            }
            Self::OAuth(token) => oauth::enter(conn, token, ip),
            Self::Agent(token) => vpn::server::by_token(conn, token, ip),
            Self::Pair(key, secret) => {
                let entered = key_pair::enter(conn, key, secret, ip)?;
                if let Some(pair) = entered.to_note {
                    store.write_unheard(move |tx| key_pair::note_use(tx, pair));
                }
                Ok(entered.actor)
            }
            Self::Open => Ok(Actor::nobody(ip)),
        }
    }
}

fn session_token(request: &Request) -> Result<String> {
    match Credential::of(request.headers()) {
        Credential::Session(token) => Ok(token),
        Credential::Cookie(token) if is_same_origin(request.method(), request.headers(), request.uri()) => Ok(token),
        Credential::Cookie(_) => Err(Error::new(Kind::Forbidden, "This request came from another site.")),
        _ => Err(Error::unauthenticated()),
    }
}
