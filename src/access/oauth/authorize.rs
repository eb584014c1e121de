//! What an application asks of a person, and what they answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::client::{self, Client};
use super::refusal::Refusal;
use crate::audit;
use crate::base::clock::SECOND;
use crate::base::{Actor, Error, Keys, Result, Role, Scopes, Secret, Who, id, secret};
use crate::store::{Conn, Tx, params};

/// How long a code can be redeemed, in milliseconds.
const CODE_LIFETIME: i64 = 60 * SECOND;
/// Longest `state`, in bytes: it comes back in a header.
const LONGEST_STATE: usize = 4_096;

/// The parameters of an authorization request, as they were sent; blank is missing.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    /// `response_type`.
    pub response_type: Option<String>,
    /// `client_id`.
    pub client_id: Option<String>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `scope`.
    pub scope: Option<String>,
    /// `state`.
    pub state: Option<String>,
    /// `code_challenge`.
    pub code_challenge: Option<String>,
    /// `code_challenge_method`.
    pub code_challenge_method: Option<String>,
}

/// A request that a person can answer.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Who asks.
    pub client: Client,
    /// Where the answer goes: one of those that are registered.
    pub redirect_uri: String,
    /// Whether the request named it.
    pub redirect_given: bool,
    /// What is asked for, within what the client may ask for.
    pub scopes: Scopes,
    /// Comes back as it was sent.
    pub state: Option<String>,
    /// SHA-256 of the verifier.
    challenge: [u8; 32],
}

/// What became of a request.
#[derive(Clone, Debug)]
pub enum Asked {
    /// A person can answer it.
    Fine(Box<Asking>),
    /// The client hears at its redirect URI what was wrong.
    Wrong {
        /// Where.
        redirect_uri: String,
        /// Comes back as it was sent.
        state: Option<String>,
        /// What was wrong.
        refusal: Refusal,
    },
    /// Nobody knows where the answer could go: only the person hears of it.
    Lost(&'static str),
}

/// Looks at a request. It goes back to its client only after client and redirect URI are known to belong together.
pub fn ask(conn: &Conn<'_>, given: &Parameters) -> Result<Asked> {
    let Some(id) = &given.client_id else { return Ok(Asked::Lost("The application did not say who it is.")) };
    let Some(client) = client::known(conn, id)? else {
        return Ok(Asked::Lost("The application that sent you here is not known."));
    };
    let redirect_uri = match (&given.redirect_uri, client.redirect_uris.as_slice()) {
        (Some(uri), registered) if registered.contains(uri) => uri.clone(),
        (None, [only]) => only.clone(),
        _ => return Ok(Asked::Lost("The application wants to be answered at an address that is not registered.")),
    };
    let state = given.state.clone();
    if state.as_ref().is_some_and(|state| state.len() > LONGEST_STATE) {
        return Ok(Asked::Lost("The application's request is too long."));
    }
    let redirect_given = given.redirect_uri.is_some();
    let wrong = |refusal| Asked::Wrong { redirect_uri: redirect_uri.clone(), state: state.clone(), refusal };
    let challenge = match challenge(given) {
        Ok(challenge) => challenge,
        Err(refusal) => return Ok(wrong(refusal)),
    };
    let scopes = match wanted(given.scope.as_deref(), client.scopes) {
        Ok(scopes) => scopes,
        Err(refusal) => return Ok(wrong(refusal)),
    };
    Ok(Asked::Fine(Box::new(Asking { client, redirect_uri, redirect_given, scopes, state, challenge })))
}

/// PKCE with S256 is required of every client (RFC 7636; RFC 9700, 2.1.1).
fn challenge(given: &Parameters) -> std::result::Result<[u8; 32], Refusal> {
    match given.response_type.as_deref() {
        Some("code") => {}
        Some(_) => return Err(Refusal::UnsupportedResponseType),
        None => return Err(Refusal::InvalidRequest("The response_type is missing: it must be code.")),
    }
    if given.code_challenge_method.as_deref() != Some("S256") {
        return Err(Refusal::InvalidRequest("PKCE is required: the code_challenge_method must be S256."));
    }
    let bytes = given.code_challenge.as_deref().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let challenge = bytes.and_then(|bytes| bytes.try_into().ok());
    challenge.ok_or(Refusal::InvalidRequest("The code_challenge must be 43 characters of base64url: a SHA-256."))
}

/// Reads a `scope` parameter: without one, all that is allowed; beyond that, a refusal.
pub(super) fn wanted(scope: Option<&str>, most: Scopes) -> std::result::Result<Scopes, Refusal> {
    let Some(scope) = scope else { return Ok(most) };
    let Some(scopes) = Scopes::parse(scope) else { return Err(Refusal::InvalidScope("There is no such scope.")) };
    if !most.covers(scopes) {
        return Err(Refusal::InvalidScope("This is more than the application may ask for."));
    }
    if scopes == Scopes::default() { Ok(most) } else { Ok(scopes) }
}

/// What of it somebody of this role can grant; nobody hands on what they may not do.
pub fn may_grant(asking: &Asking, role: Role) -> std::result::Result<Scopes, Refusal> {
    let scopes = asking.scopes.met_with(Scopes::of_role(role));
    if scopes == Scopes::default() {
        return Err(Refusal::InvalidScope("The user may do nothing of what was asked for."));
    }
    Ok(scopes)
}

/// What proves that a consent was given on the page that this very session was shown for this very request.
pub fn consent_token(keys: &Keys, actor: &Actor, asking: &Asking) -> Result<String> {
    let Who::Person { session, .. } = &actor.who else { return Err(Error::unauthenticated()) };
    let state = asking.state.as_deref().unwrap_or_default();
    let challenge = URL_SAFE_NO_PAD.encode(asking.challenge);
    let scopes = asking.scopes.to_string();
    // Lengths keep fields apart.
    let fields = [session.as_str(), &asking.client.id, &asking.redirect_uri, &scopes, &challenge, state];
    let text: String = fields.iter().map(|field| format!("{}:{field}", field.len())).collect();
    Ok(URL_SAFE_NO_PAD.encode(keys.sign_consent(text.as_bytes())?))
}

/// Whether this is that proof.
pub fn is_consent_token(keys: &Keys, actor: &Actor, asking: &Asking, token: &str) -> Result<bool> {
    Ok(consent_token(keys, actor, asking)?.as_bytes().ct_eq(token.as_bytes()).into())
}

/// Grants what was asked for, as far as the person may: a code, which is shown to the client once.
pub fn allow(tx: &Tx<'_>, actor: &Actor, asking: &Asking, scopes: Scopes) -> Result<Secret<String>> {
    let Who::Person { user, .. } = &actor.who else { return Err(Error::unauthenticated()) };
    let now = tx.now();
    let grant = tx.insert(
        "insert into oauth_grants (uuid, client_id, user_id, kind, scopes, created_at)
         values (:uuid, :client, :user, 'consent', :scopes, :now)",
        params! {":uuid": id::new_uuid(now), ":client": asking.client.number, ":user": user,
        ":scopes": scopes.to_string(), ":now": now.0},
    )?;
    let code = secret::new_token("oc_")?;
    tx.execute(
        "insert into oauth_codes (code_hash, grant_id, redirect_uri, redirect_given, challenge, expires_at)
         values (:hash, :grant, :uri, :given, :challenge, :expires)",
        params! {":hash": secret::token_hash(code.expose()), ":grant": grant, ":uri": asking.redirect_uri,
        ":given": asking.redirect_given, ":challenge": asking.challenge, ":expires": now.plus(CODE_LIFETIME).0},
    )?;
    audit::record(tx, actor, "oauth_access_granted", &asking.client.name)?;
    Ok(code)
}
