//! The applications that admins have registered.

use subtle::ConstantTimeEq;

use super::RedirectUri;
use crate::audit;
use crate::base::{Actor, Error, Result, Scopes, Secret, Time, id, secret};
use crate::store::{Conn, Row, Tx, params};

/// An application, without its secret.
#[derive(Clone, Debug)]
pub struct Client {
    /// The number that other tables refer to.
    pub number: i64,
    /// Its `client_id`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where it may be answered; it names one of them letter by letter.
    pub redirect_uris: Vec<String>,
    /// The most that it may ask for.
    pub scopes: Scopes,
    /// Whether it can keep a secret, and so has one.
    pub is_confidential: bool,
    /// The admin who registered it.
    pub owner: i64,
    /// When.
    pub created_at: Time,
}

/// What it takes to register an application.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// What people call it: they read it when they are asked for their consent.
    pub name: String,
    /// Where it may be answered.
    pub redirect_uris: Vec<RedirectUri>,
    /// The most that it may ask for.
    pub scopes: Scopes,
    /// Whether it can keep a secret.
    pub is_confidential: bool,
}

fn read(row: &Row<'_>) -> Result<Client> {
    let (scopes, uris): (String, String) = (row.get("scopes")?, row.get("redirect_uris")?);
    Ok(Client {
        number: row.get("id")?,
        id: row.get("client_id")?,
        name: row.get("name")?,
        redirect_uris: serde_json::from_str(&uris).map_err(Error::internal)?,
        scopes: scopes_of(&scopes)?,
        is_confidential: row.get("is_confidential")?,
        owner: row.get("user_id")?,
        created_at: Time(row.get("created_at")?),
    })
}

/// Scopes as the database spells them.
pub(super) fn scopes_of(text: &str) -> Result<Scopes> {
    Scopes::parse(text).ok_or_else(|| Error::internal(format!("unknown scopes {text}")))
}

/// The applications, oldest first, beginning after a number: for admins.
pub fn list(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<Client>> {
    actor.must_be_admin()?;
    conn.all(
        "select id, client_id, user_id, name, redirect_uris, scopes, secret_hash is not null as is_confidential, created_at
         from oauth_clients where id > :after order by id limit :limit",
        params! {":after": after.unwrap_or_default(), ":limit": limit},
        read,
    )
}

/// The application with this `client_id`: for admins.
pub fn find(conn: &Conn<'_>, actor: &Actor, id: &str) -> Result<Client> {
    actor.must_be_admin()?;
    known(conn, id)?.ok_or_else(Error::not_found)
}

/// The application with this `client_id`, for those who come to use it.
pub(super) fn known(conn: &Conn<'_>, id: &str) -> Result<Option<Client>> {
    conn.one(
        "select id, client_id, user_id, name, redirect_uris, scopes, secret_hash is not null as is_confidential, created_at
         from oauth_clients where client_id = :id",
        params! {":id": id},
        read,
    )
}

/// Registers an application; a confidential one's secret is answered once. Admins alone may.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewClient) -> Result<(Client, Option<Secret<String>>)> {
    actor.must_be_admin()?;
    let owner = actor.user().ok_or_else(Error::forbidden)?;
    let secret = if new.is_confidential { Some(secret::new_token("cs_")?) } else { None };
    let uris: Vec<&str> = new.redirect_uris.iter().map(RedirectUri::as_str).collect();
    let id = id::new_uuid(tx.now());
    tx.insert(
        "insert into oauth_clients (client_id, user_id, name, secret_hash, redirect_uris, scopes, created_at)
         values (:id, :user, :name, :hash, :uris, :scopes, :now)",
        params! {":id": id, ":user": owner, ":name": new.name,
        ":hash": secret.as_ref().map(|secret| secret::token_hash(secret.expose())),
        ":uris": serde_json::to_string(&uris).map_err(Error::internal)?, ":scopes": new.scopes.to_string(),
        ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "oauth_client_created", &new.name)?;
    Ok((find(tx, actor, &id)?, secret))
}

/// Forgets an application, and with it every code and token it has. Admins alone may.
pub fn delete(tx: &Tx<'_>, actor: &Actor, client: &Client) -> Result<()> {
    actor.must_be_admin()?;
    tx.execute("delete from oauth_clients where id = :id", params! {":id": client.number})?;
    audit::record(tx, actor, "oauth_client_deleted", &client.name)
}

/// The application that shows this secret, or that has none and shows none.
pub fn authenticate(conn: &Conn<'_>, id: &str, secret: Option<&str>) -> Result<Option<Client>> {
    let Some(client) = known(conn, id)? else { return Ok(None) };
    let stored =
        conn.one("select secret_hash from oauth_clients where id = :id", params! {":id": client.number}, |row| {
            row.get::<Option<Vec<u8>>>("secret_hash")
        })?;
    let is_right = match (stored.flatten(), secret) {
        (Some(hash), Some(secret)) => bool::from(hash.ct_eq(&secret::token_hash(secret))),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    Ok(is_right.then_some(client))
}
