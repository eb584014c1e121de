//! Session tokens: signing and reading them, and who stands behind one.

use std::net::IpAddr;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::access::signature;
use crate::base::clock::{MINUTE, SECOND};
use crate::base::{Actor, Error, Keys, Result, Role, Secret, Time, Who, id};
use crate::person::Person;
use crate::store::{Conn, Tx, params};

/// Seconds that a token may seem to come from the future: clocks of two machines differ.
const LEEWAY_S: i64 = 60;

/// The claims of a session token; each of its exact JSON type.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    exp: i64,
    jti: String,
    typ: String,
}

/// A session token whose signature and times hold; whether its session does, only the database knows.
#[derive(Clone, Debug)]
pub struct Ticket {
    session: String,
    /// Seconds since 1970 from which on the token is good for nothing.
    expires: i64,
}

impl Ticket {
    /// The last millisecond of its token.
    pub fn last_moment(&self) -> Time {
        Time(self.expires.saturating_mul(SECOND).saturating_sub(1))
    }
}

/// Starts a session for a user; answers its token.
pub fn start(tx: &Tx<'_>, actor: &Actor, person: &Person, ttl_minutes: i64, agent: &str) -> Result<Secret<String>> {
    let (now, session) = (tx.now(), id::new_uuid(tx.now()));
    let expires = now.plus(ttl_minutes.saturating_mul(MINUTE));
    tx.execute(
        "insert into sessions (id, user_id, created_at, expires_at, ip, user_agent)
         values (:id, :user, :now, :expires, :ip, :agent)",
        params! {":id": session, ":user": person.id, ":now": now.0, ":expires": expires.0,
        ":ip": actor.ip.map(|ip| ip.to_string()), ":agent": agent.chars().take(255).collect::<String>()},
    )?;
    let claims = Claims {
        sub: person.uuid.clone(),
        iat: now.unix_seconds(),
        exp: expires.unix_seconds(),
        jti: session,
        typ: "session".to_owned(),
    };
    signature::install();
    let key = EncodingKey::from_secret(tx.keys().session());
    encode(&Header::new(Algorithm::HS256), &claims, &key).map(Secret::new).map_err(Error::internal)
}

/// Checks signature, algorithm, kind and times of a token, without the database.
pub fn check(keys: &Keys, now: Time, token: &str) -> Result<Ticket> {
    let claims = read(keys, now, token)?;
    if claims.exp <= now.unix_seconds() {
        return Err(Error::unauthenticated());
    }
    Ok(Ticket { session: claims.jti, expires: claims.exp })
}

/// [`check`] that also takes an expired token, up to so many minutes after its issue: good for a new token only.
pub fn check_refreshable(keys: &Keys, now: Time, token: &str, window_minutes: i64) -> Result<Ticket> {
    let claims = read(keys, now, token)?;
    let window_s = window_minutes.saturating_mul(MINUTE / SECOND);
    if claims.exp.max(claims.iat.saturating_add(window_s).saturating_add(1)) <= now.unix_seconds() {
        return Err(Error::unauthenticated());
    }
    Ok(Ticket { session: claims.jti, expires: claims.exp })
}

fn read(keys: &Keys, now: Time, token: &str) -> Result<Claims> {
    signature::install();
    let mut rules = Validation::new(Algorithm::HS256);
    // The crate reads the machine's clock; we judge the times by our own.
    rules.validate_exp = false;
    let key = DecodingKey::from_secret(keys.session());
    let claims = decode::<Claims>(token, &key, &rules).map_err(|_| Error::unauthenticated())?.claims;
    let begun = claims.iat <= now.unix_seconds() + LEEWAY_S && claims.iat >= 0;
    if claims.typ != "session" || !begun { Err(Error::unauthenticated()) } else { Ok(claims) }
}

/// Who stands behind a session at this moment.
pub fn actor(conn: &Conn<'_>, ticket: &Ticket, ip: Option<IpAddr>) -> Result<Actor> {
    behind(conn, &ticket.session, ip, conn.now())
}

/// Who stands behind a session that may have expired: its token was taken by [`check_refreshable`].
pub fn holder(conn: &Conn<'_>, ticket: &Ticket, ip: Option<IpAddr>) -> Result<Actor> {
    behind(conn, &ticket.session, ip, Time(0))
}

/// Who stands behind the session of somebody who asked a while ago, and when that session ends.
pub fn again(conn: &Conn<'_>, asked: &Actor) -> Result<(Actor, Time)> {
    let Who::Person { session, .. } = &asked.who else { return Err(Error::unauthenticated()) };
    let actor = behind(conn, session, asked.ip, conn.now())?;
    let ends =
        conn.one("select expires_at from sessions where id = :session", params! {":session": session}, |row| {
            Ok(Time(row.get("expires_at")?))
        })?;
    Ok((actor, ends.ok_or_else(Error::unauthenticated)?))
}

fn behind(conn: &Conn<'_>, session: &str, ip: Option<IpAddr>, alive_at: Time) -> Result<Actor> {
    let who = conn.one(
        "select users.id, users.email, users.role from sessions join users on users.id = sessions.user_id
         where sessions.id = :session and sessions.revoked_at is null and sessions.expires_at > :alive_at
           and users.is_active = 1 and users.deleted_at is null",
        params! {":session": session, ":alive_at": alive_at.0},
        |row| {
            let role: String = row.get("role")?;
            Ok(Who::Person {
                user: row.get("id")?,
                email: row.get("email")?,
                role: Role::parse(&role).ok_or_else(|| Error::internal(format!("unknown role {role}")))?,
                session: session.to_owned(),
            })
        },
    )?;
    Ok(Actor::new(who.ok_or_else(Error::unauthenticated)?, ip))
}
