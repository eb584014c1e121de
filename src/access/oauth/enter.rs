//! Letting access tokens in.

use std::net::IpAddr;

use super::client::scopes_of;
use crate::base::{Actor, Error, Grant, Result, Role, Scopes, Time, Who, secret};
use crate::store::{Conn, params};

/// Who stands behind an access token at this moment: the person who granted it, within what they granted and may do.
pub fn enter(conn: &Conn<'_>, token: &str, ip: Option<IpAddr>) -> Result<Actor> {
    let found = conn.one(
        "select g.uuid, c.name, t.scopes, t.expires_at, u.id as user_id, u.email, u.role
         from oauth_tokens t join oauth_grants g on g.id = t.grant_id join oauth_clients c on c.id = g.client_id
           join users u on u.id = g.user_id
         where t.token_hash = :hash and t.kind = 'access' and t.expires_at > :now and u.is_active
           and u.deleted_at is null",
        params! {":hash": secret::token_hash(token), ":now": conn.now().0},
        |row| {
            let role: String = row.get("role")?;
            let role = Role::parse(&role).ok_or_else(|| Error::internal(format!("unknown role {role}")))?;
            let grant = Grant {
                key: None,
                uuid: row.get("uuid")?,
                name: row.get("name")?,
                scopes: scopes_of(&row.get::<String>("scopes")?)?.met_with(Scopes::of_role(role)),
                project: None,
                hourly: None,
                expires_at: Some(Time(row.get("expires_at")?)),
            };
            let (user, email) = (row.get("user_id")?, row.get("email")?);
            let who = Who::Person { user, email, role, session: String::new() };
            Ok(Actor { grant: Some(grant), ..Actor::new(who, ip) })
        },
    )?;
    found.ok_or_else(Error::unauthenticated)
}
