//! Integrators' keys: made by an admin, acting as that admin within their scopes.

use crate::audit;
use crate::base::clock::MINUTE;
use crate::base::{Actor, Error, Grant, Result, Role, Scope, Scopes, Secret, Time, Who, id, secret};
use crate::store::{Conn, Row, Tx, params};

/// Characters of a key that people may see.
const SHOWN: usize = 10;

/// A key, without its secret.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// The number that other tables refer to.
    pub number: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// What people call it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// The UUID of the only project that it sees.
    pub project: Option<String>,
    /// Requests an hour on the developer surface.
    pub rate_limit: Option<i64>,
    /// Its first characters.
    pub prefix: String,
    /// When it stops.
    pub expires_at: Option<Time>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
}

/// What it takes to make a key.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What people call it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// The UUID or number of the only project that it sees.
    pub project: Option<String>,
    /// Requests an hour on the developer surface.
    pub rate_limit: Option<i64>,
    /// When it stops.
    pub expires_at: Option<Time>,
}

fn read(row: &Row<'_>) -> Result<ApiKey> {
    let scopes: String = row.get("scopes")?;
    Ok(ApiKey {
        number: row.get("id")?,
        uuid: row.get("uuid")?,
        name: row.get("name")?,
        scopes: Scopes::parse(&scopes).ok_or_else(|| Error::internal(format!("unknown scopes {scopes}")))?,
        project: row.get("project")?,
        rate_limit: row.get("rate_limit")?,
        prefix: row.get("key_prefix")?,
        expires_at: row.get::<Option<i64>>("expires_at")?.map(Time),
        last_used_at: row.get::<Option<i64>>("last_used_at")?.map(Time),
        created_at: Time(row.get("created_at")?),
    })
}

/// The keys that were not revoked, oldest first: all for admins, but to a key only what belongs to its own project.
///
/// The list begins after a number, and has `limit` keys at most.
pub fn list(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<ApiKey>> {
    actor.must_be_admin()?;
    conn.all(
        "select k.id, k.uuid, k.name, k.scopes, p.uuid as project, k.rate_limit, k.key_prefix, k.expires_at,
           k.last_used_at, k.created_at
         from api_keys k left join projects p on p.id = k.project_id
         where k.revoked_at is null and (:within is null or k.project_id = :within) and k.id > :after
         order by k.id limit :limit",
        params! {":within": actor.within(), ":after": after.unwrap_or_default(), ":limit": limit},
        read,
    )
}

/// The key with this UUID, unless it was revoked.
pub fn find(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<ApiKey> {
    actor.must_be_admin()?;
    let found = conn.one(
        "select k.id, k.uuid, k.name, k.scopes, p.uuid as project, k.rate_limit, k.key_prefix, k.expires_at,
           k.last_used_at, k.created_at
         from api_keys k left join projects p on p.id = k.project_id
         where k.uuid = :uuid and k.revoked_at is null and (:within is null or k.project_id = :within)",
        params! {":uuid": uuid, ":within": actor.within()},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// Makes a key; its secret is answered once. No key makes one that can do more than itself.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewApiKey) -> Result<(ApiKey, Secret<String>)> {
    actor.must_be_admin()?;
    let owner = actor.user().ok_or_else(Error::forbidden)?;
    let project = match &new.project {
        Some(text) => Some(project(tx, text)?),
        None => None,
    };
    if let Some(grant) = &actor.grant {
        let wider = !grant.scopes.covers(new.scopes) || (grant.project.is_some() && grant.project != project);
        // Nor one that outlives it: what was lent for an hour must not become a key for good.
        let longer = grant.expires_at.is_some_and(|end| new.expires_at.is_none_or(|expires| expires > end));
        if wider || longer {
            return Err(Error::forbidden().because("a key asked for a stronger one"));
        }
    }
    let key = secret::new_token("hd_")?;
    let uuid = id::new_uuid(tx.now());
    tx.insert(
        "insert into api_keys (uuid, user_id, name, key_hash, key_prefix, scopes, project_id, rate_limit, expires_at,
           created_at)
         values (:uuid, :user, :name, :hash, :prefix, :scopes, :project, :rate_limit, :expires, :now)",
        params! {":uuid": uuid, ":user": owner, ":name": new.name, ":hash": secret::token_hash(key.expose()),
        ":prefix": key.expose().chars().take(SHOWN).collect::<String>(), ":scopes": new.scopes.to_string(),
        ":project": project, ":rate_limit": new.rate_limit, ":expires": new.expires_at.map(|at| at.0),
        ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "api_key_created", &new.name)?;
    Ok((find(tx, actor, &uuid)?, key))
}

fn project(conn: &Conn<'_>, text: &str) -> Result<i64> {
    let found = conn.one(
        "select id from projects where uuid = :text or id = :number",
        params! {":text": text, ":number": text.parse::<i64>().unwrap_or(-1)},
        |row| row.get("id"),
    )?;
    found.ok_or_else(|| Error::field("projectId", "There is no such project."))
}

/// Ends a key at once.
pub fn revoke(tx: &Tx<'_>, actor: &Actor, key: &ApiKey) -> Result<()> {
    actor.must_be_admin()?;
    tx.execute(
        "update api_keys set revoked_at = :now where id = :id",
        params! {":now": tx.now().0, ":id": key.number},
    )?;
    audit::record(tx, actor, "api_key_revoked", &key.name)
}

/// Who comes in with a key, and whether its use should be noted.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The key's owner, in the role of this moment, within the key's scopes.
    pub actor: Actor,
    /// The key's number, when it was last noted more than a minute ago.
    pub to_note: Option<i64>,
}

/// Lets a key in: it holds as long as its owner may sign in.
pub fn enter(conn: &Conn<'_>, key: &str, ip: Option<std::net::IpAddr>) -> Result<Entered> {
    let found = conn.one(
        "select k.id, k.uuid, k.name, k.scopes, k.project_id, k.rate_limit, k.expires_at, k.last_used_at, u.id as user_id, u.email,
           u.role
         from api_keys k join users u on u.id = k.user_id
         where k.key_hash = :hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > :now)
           and u.is_active and u.deleted_at is null",
        params! {":hash": secret::token_hash(key), ":now": conn.now().0},
        |row| {
            let (number, role, scopes): (i64, String, String) = (row.get("id")?, row.get("role")?, row.get("scopes")?);
            let unknown = || Error::internal(format!("key {number} has an unknown role or scope"));
            let grant = Grant {
                key: Some(number),
                uuid: row.get("uuid")?,
                name: row.get("name")?,
                scopes: Scopes::parse(&scopes).ok_or_else(unknown)?,
                project: row.get("project_id")?,
                hourly: row.get("rate_limit")?,
                expires_at: row.get::<Option<i64>>("expires_at")?.map(Time),
            };
            let who = Who::Person {
                user: row.get("user_id")?,
                email: row.get("email")?,
                role: Role::parse(&role).ok_or_else(unknown)?,
                session: String::new(),
            };
            let noted: Option<i64> = row.get("last_used_at")?;
            let stale = noted.is_none_or(|noted| noted + MINUTE <= conn.now().0);
            let actor = Actor { grant: Some(grant), ..Actor::new(who, ip) };
            Ok(Entered { actor, to_note: stale.then_some(number) })
        },
    )?;
    found.ok_or_else(Error::unauthenticated)
}

/// Notes that a key was used.
pub fn note_use(tx: &Tx<'_>, key: i64) -> Result<()> {
    tx.execute("update api_keys set last_used_at = :now where id = :id", params! {":now": tx.now().0, ":id": key})?;
    Ok(())
}

/// Reads a list of scopes as callers send them; without one, the six documented.
pub fn parse_scopes(given: Option<&[String]>) -> Result<Scopes> {
    let Some(given) = given else { return Ok(Scopes::documented()) };
    given
        .iter()
        .map(|text| {
            let known: Vec<&str> = Scope::ALL.into_iter().map(Scope::as_str).collect();
            Scope::parse(text).ok_or_else(|| {
                Error::field("scopes", format!("There is no scope {text:?}. Scopes are {}.", known.join(", ")))
            })
        })
        .collect()
}
