//! Redeeming a code.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::client::{Client, scopes_of};
use super::refusal::Refusal;
use super::token::{self, Tokens};
use crate::audit;
use crate::base::{Actor, Result, secret};
use crate::store::{Tx, params};

struct Code {
    grant: i64,
    scopes: String,
    redirect_uri: String,
    redirect_given: bool,
    challenge: Vec<u8>,
    is_expired: bool,
    is_used: bool,
    is_owner_gone: bool,
}

/// Trades a code for the first tokens of its family, once; a second time ends the family. A refusal is an answer, so that
/// what it ends stays ended.
pub fn redeem(
    tx: &Tx<'_>,
    actor: &Actor,
    client: &Client,
    code: &str,
    redirect_uri: Option<&str>,
    verifier: &str,
) -> Result<std::result::Result<Tokens, Refusal>> {
    let hash = secret::token_hash(code);
    let found = tx.one(
        "select c.grant_id, g.scopes, c.redirect_uri, c.redirect_given, c.challenge, c.expires_at <= :now as is_expired,
           c.used_at is not null as is_used, u.deleted_at is not null or not u.is_active as is_owner_gone
         from oauth_codes c join oauth_grants g on g.id = c.grant_id join users u on u.id = g.user_id
         where c.code_hash = :hash and g.client_id = :client",
        params! {":hash": hash, ":client": client.number, ":now": tx.now().0},
        |row| {
            Ok(Code {
                grant: row.get("grant_id")?,
                scopes: row.get("scopes")?,
                redirect_uri: row.get("redirect_uri")?,
                redirect_given: row.get("redirect_given")?,
                challenge: row.get("challenge")?,
                is_expired: row.get("is_expired")?,
                is_used: row.get("is_used")?,
                is_owner_gone: row.get("is_owner_gone")?,
            })
        },
    )?;
    let unknown = Refusal::InvalidGrant("The code is unknown, was used or has expired.");
    let Some(found) = found else { return Ok(Err(unknown)) };
    if found.is_used {
        token::end(tx, found.grant)?;
        audit::record(tx, actor, "oauth_code_reused", &client.name)?;
        return Ok(Err(unknown));
    }
    if found.is_expired || found.is_owner_gone {
        return Ok(Err(unknown));
    }
    let is_same_place = match redirect_uri {
        Some(uri) => uri == found.redirect_uri,
        None => !found.redirect_given,
    };
    if !is_same_place {
        return Ok(Err(Refusal::InvalidGrant("The redirect_uri is not the one that the code was asked for with.")));
    }
    let is_verified = bool::from(Sha256::digest(verifier.as_bytes()).as_slice().ct_eq(&found.challenge));
    if !is_verified || !(43..=128).contains(&verifier.len()) {
        return Ok(Err(Refusal::InvalidGrant("The code_verifier does not fit the code_challenge.")));
    }
    tx.execute(
        "update oauth_codes set used_at = :now where code_hash = :hash",
        params! {":now": tx.now().0, ":hash": hash},
    )?;
    token::issue(tx, found.grant, scopes_of(&found.scopes)?, Some(scopes_of(&found.scopes)?)).map(Ok)
}
