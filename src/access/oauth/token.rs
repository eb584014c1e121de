//! Issuing tokens, trading them for new ones, taking them back.

use super::authorize::wanted;
use super::client::{Client, scopes_of};
use super::refusal::Refusal;
use crate::audit;
use crate::base::clock::{DAY, HOUR, SECOND};
use crate::base::{Actor, Result, Role, Scopes, Secret, Who, id, secret};
use crate::store::{Conn, Tx, params};

/// How long an access token is good for, in milliseconds.
const ACCESS_LIFETIME: i64 = HOUR;
/// How long a refresh token waits to be traded, in milliseconds.
const REFRESH_LIFETIME: i64 = 30 * DAY;

/// What a client is given.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// `oa_…`.
    pub access: Secret<String>,
    /// `or_…`; a client that acts for itself has none.
    pub refresh: Option<Secret<String>>,
    /// What the access token is good for: perhaps less than was asked for.
    pub scopes: Scopes,
    /// Seconds until the access token expires.
    pub expires_in: i64,
}

/// Adds tokens to a family: one for access, and one to trade where a scope for it is given.
pub(super) fn issue(tx: &Tx<'_>, grant: i64, scopes: Scopes, refresh: Option<Scopes>) -> Result<Tokens> {
    let add = |prefix, kind, scopes: Scopes, lifetime| {
        let token = secret::new_token(prefix)?;
        tx.execute(
            "insert into oauth_tokens (token_hash, grant_id, kind, scopes, expires_at)
             values (:hash, :grant, :kind, :scopes, :expires)",
            params! {":hash": secret::token_hash(token.expose()), ":grant": grant, ":kind": kind,
            ":scopes": scopes.to_string(), ":expires": tx.now().plus(lifetime).0},
        )?;
        Ok(token)
    };
    Ok(Tokens {
        access: add("oa_", "access", scopes, ACCESS_LIFETIME)?,
        refresh: refresh.map(|scopes| add("or_", "refresh", scopes, REFRESH_LIFETIME)).transpose()?,
        scopes,
        expires_in: ACCESS_LIFETIME / SECOND,
    })
}

/// Ends a family: every token of it, and the code it came from.
pub(super) fn end(tx: &Tx<'_>, grant: i64) -> Result<()> {
    tx.execute("delete from oauth_grants where id = :id", params! {":id": grant}).map(drop)
}

struct Refresh {
    grant: i64,
    scopes: String,
    is_expired: bool,
    is_used: bool,
    role: Option<Role>,
}

/// Trades a refresh token for new tokens, once; a second time somebody has a copy, so the family ends. A refusal is an
/// answer, so that what it ends stays ended.
pub fn refresh(
    tx: &Tx<'_>,
    actor: &Actor,
    client: &Client,
    token: &str,
    scope: Option<&str>,
) -> Result<std::result::Result<Tokens, Refusal>> {
    let hash = secret::token_hash(token);
    let found = tx.one(
        "select t.grant_id, t.scopes, t.expires_at <= :now as is_expired, t.used_at is not null as is_used,
           case when u.is_active and u.deleted_at is null then u.role end as role
         from oauth_tokens t join oauth_grants g on g.id = t.grant_id join users u on u.id = g.user_id
         where t.token_hash = :hash and t.kind = 'refresh' and g.client_id = :client",
        params! {":hash": hash, ":client": client.number, ":now": tx.now().0},
        |row| {
            let role: Option<String> = row.get("role")?;
            Ok(Refresh {
                grant: row.get("grant_id")?,
                scopes: row.get("scopes")?,
                is_expired: row.get("is_expired")?,
                is_used: row.get("is_used")?,
                role: role.as_deref().and_then(Role::parse),
            })
        },
    )?;
    let unknown = Refusal::InvalidGrant("The refresh token is unknown, was used or has expired.");
    let Some(found) = found else { return Ok(Err(unknown)) };
    if found.is_used {
        end(tx, found.grant)?;
        audit::record(tx, actor, "oauth_token_reused", &client.name)?;
        return Ok(Err(unknown));
    }
    let Some(role) = found.role.filter(|_| !found.is_expired) else { return Ok(Err(unknown)) };
    let granted = scopes_of(&found.scopes)?;
    let scopes = match wanted(scope, granted) {
        Ok(scopes) => scopes.met_with(Scopes::of_role(role)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    tx.execute(
        "update oauth_tokens set used_at = :now where token_hash = :hash",
        params! {":now": tx.now().0, ":hash": hash},
    )?;
    // The next refresh token is good for what this one was, however little was asked for now (RFC 6749, 6).
    issue(tx, found.grant, scopes, Some(granted)).map(Ok)
}

/// Gives a confidential client access of its own: as the admin who registered it, in the role of this moment.
pub fn of_client(
    tx: &Tx<'_>,
    actor: &Actor,
    client: &Client,
    scope: Option<&str>,
) -> Result<std::result::Result<Tokens, Refusal>> {
    if !client.is_confidential {
        return Ok(Err(Refusal::UnauthorizedClient("A client without a secret cannot act for itself.")));
    }
    let owner = tx.one(
        "select email, role from users where id = :id and is_active and deleted_at is null",
        params! {":id": client.owner},
        |row| Ok((row.get::<String>("email")?, row.get::<String>("role")?)),
    )?;
    let Some((email, Some(role))) = owner.map(|(email, role)| (email, Role::parse(&role))) else {
        return Ok(Err(Refusal::UnauthorizedClient("Whoever registered this client may not sign in any more.")));
    };
    let scopes = match wanted(scope, client.scopes) {
        Ok(scopes) => scopes.met_with(Scopes::of_role(role)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    if scopes == Scopes::default() {
        return Ok(Err(Refusal::InvalidScope("Whoever registered this client may do nothing of it.")));
    }
    let own = |conn: &Conn<'_>| {
        conn.one(
            "select id from oauth_grants where client_id = :client and kind = 'client'",
            params! {":client": client.number},
            |row| row.get("id"),
        )
    };
    let grant = match own(tx)? {
        Some(grant) => grant,
        None => tx.insert(
            "insert into oauth_grants (uuid, client_id, user_id, kind, scopes, created_at)
             values (:uuid, :client, :user, 'client', :scopes, :now)",
            params! {":uuid": id::new_uuid(tx.now()), ":client": client.number, ":user": client.owner,
            ":scopes": client.scopes.to_string(), ":now": tx.now().0},
        )?,
    };
    let who = Who::Person { user: client.owner, email, role, session: String::new() };
    audit::record(tx, &Actor::new(who, actor.ip), "oauth_token_issued", &client.name)?;
    issue(tx, grant, scopes, None).map(Ok)
}

/// Takes back a token of this client (RFC 7009): a refresh token with its whole family, an access token alone. What is
/// unknown is as good as taken back.
pub fn revoke(tx: &Tx<'_>, actor: &Actor, client: &Client, token: &str) -> Result<std::result::Result<(), Refusal>> {
    let hash = secret::token_hash(token);
    let found = tx.one(
        "select t.grant_id, t.kind, g.client_id from oauth_tokens t join oauth_grants g on g.id = t.grant_id
         where t.token_hash = :hash",
        params! {":hash": hash},
        |row| Ok((row.get::<i64>("grant_id")?, row.get::<String>("kind")?, row.get::<i64>("client_id")?)),
    )?;
    match found {
        None => return Ok(Ok(())),
        Some((_, _, owner)) if owner != client.number => {
            return Ok(Err(Refusal::InvalidGrant("The token was not issued to this client.")));
        }
        Some((grant, kind, _)) if kind == "refresh" => end(tx, grant)?,
        Some(_) => {
            tx.execute("delete from oauth_tokens where token_hash = :hash", params! {":hash": hash})?;
        }
    }
    audit::record(tx, actor, "oauth_token_revoked", &client.name)?;
    Ok(Ok(()))
}

/// Takes back all that a user has handed to applications, without asking who wants it: part of a change that takes their
/// ways in.
pub fn end_all(tx: &Tx<'_>, user: i64) -> Result<usize> {
    tx.execute("delete from oauth_grants where user_id = :user and kind = 'consent'", params! {":user": user})
}

/// Forgets what has expired. Codes that were used stay with their family.
pub fn purge(tx: &Tx<'_>) -> Result<usize> {
    let now = tx.now().0;
    tx.execute("delete from oauth_tokens where expires_at <= :now", params! {":now": now})?;
    tx.execute("delete from oauth_codes where expires_at <= :now and used_at is null", params! {":now": now})?;
    tx.execute(
        "delete from oauth_grants where not exists (select 1 from oauth_tokens t where t.grant_id = oauth_grants.id)
           and not exists (select 1 from oauth_codes c where c.grant_id = oauth_grants.id and c.used_at is null)",
        params![],
    )
}
