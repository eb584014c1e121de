//! Links that are mailed or handed over: each opens one thing, once, for one address, for a while.

use serde_json::json;

use crate::base::clock::{DAY, HOUR};
use crate::base::{Error, Kind, Result, Secret, Time, secret};
use crate::notify::{self, Mail, Template, To};
use crate::person::{self, Person};
use crate::store::{Conn, Tx, params};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Proves an address.
    Verify,
    /// Sets another password.
    Reset,
    /// Sets the first password.
    Invite,
}

impl Purpose {
    /// As SQL spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Invite => "invite",
        }
    }

    fn template(self) -> Template {
        match self {
            Self::Verify => Template::Verify,
            Self::Reset => Template::Reset,
            Self::Invite => Template::Invite,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Verify, Self::Reset, Self::Invite].into_iter().find(|purpose| purpose.as_str() == text)
    }

    /// How long a link lives, in milliseconds. A reset lives a day because there is one mail a day.
    fn lifetime(self) -> i64 {
        match self {
            Self::Verify => 3 * DAY,
            Self::Reset => 24 * HOUR,
            Self::Invite => 7 * DAY,
        }
    }

    /// The page of the web app that a link opens; it posts the token, so that a mail scanner's look spends nothing.
    fn page(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset-password",
            Self::Invite => "invitation",
        }
    }

    fn url(self, token: &Secret<String>, origin: &str) -> Secret<String> {
        Secret::new(format!("{origin}/{}?token={}", self.page(), token.expose()))
    }
}

/// A link that was made.
#[derive(Clone, Debug)]
pub struct Link {
    /// The whole address, with the token in it.
    pub url: Secret<String>,
    /// Until when it opens.
    pub expires_at: Time,
}

/// What a token opens.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Whose it is.
    pub person: Person,
    /// What for.
    pub purpose: Purpose,
    /// A password chosen at sign-up, argon2id.
    pub password_hash: Option<String>,
}

/// Makes a link for a user's present address; `origin` is this instance's own, `https://vpn.example.org`.
pub fn make(tx: &Tx<'_>, person: &Person, purpose: Purpose, password_hash: Option<&str>, origin: &str) -> Result<Link> {
    let token = secret::new_token("")?;
    let expires_at = tx.now().plus(purpose.lifetime());
    tx.execute(
        "insert into user_tokens (token_hash, user_id, purpose, email, password_hash, created_at, expires_at)
         values (:hash, :user, :purpose, :email, :password_hash, :now, :expires_at)",
        params! {":hash": secret::token_hash(token.expose()), ":user": person.id, ":purpose": purpose.as_str(),
        ":email": person.email, ":password_hash": password_hash, ":now": tx.now().0, ":expires_at": expires_at.0},
    )?;
    Ok(Link { url: purpose.url(&token, origin), expires_at })
}

/// Makes a link and mails it.
pub fn mail(tx: &Tx<'_>, person: &Person, purpose: Purpose, password_hash: Option<&str>, origin: &str) -> Result<()> {
    let link = make(tx, person, purpose, password_hash, origin)?;
    let to = To::User { id: person.id, address: &person.email };
    queue(tx, purpose, to, &link, password_hash.is_some())
}

/// What [`mail`] costs, for an address without an account: a mail that is never delivered, so that neither this answer nor
/// the next one of the day tells by its time whether there is an account.
pub fn mail_nobody(tx: &Tx<'_>, address: &str, purpose: Purpose, origin: &str) -> Result<()> {
    let token = secret::new_token("")?;
    let link = Link { url: purpose.url(&token, origin), expires_at: tx.now().plus(purpose.lifetime()) };
    queue(tx, purpose, To::Nobody(address), &link, false)
}

/// The mail holds nothing that a stranger chose, a name least of all.
fn queue(tx: &Tx<'_>, purpose: Purpose, to: To<'_>, link: &Link, sets_password: bool) -> Result<()> {
    let content = json!({
        "link": link.url.expose(),
        "expires_at": link.expires_at.to_seconds(),
        "sets_password": sets_password,
    });
    notify::mail(tx, &Mail { template: purpose.template(), to, ticket: None, content })
}

/// When an address may get its next mail of a kind that anybody can trigger: once a day. `None`: now.
pub fn next_mail(conn: &Conn<'_>, purpose: Purpose, address: &str) -> Result<Option<Time>> {
    let last = notify::last(conn, purpose.template(), address)?;
    Ok(last.map(|at| at.plus(DAY)).filter(|next| *next > conn.now()))
}

/// What a token opens, without spending it. [`Kind::Gone`] when it has expired; unknown, used and voided read alike.
pub fn look(conn: &Conn<'_>, token: &str, purposes: &[Purpose]) -> Result<Opened> {
    let found = conn.one(
        "select user_id, purpose, email, password_hash, expires_at from user_tokens
         where token_hash = :hash and used_at is null",
        params! {":hash": secret::token_hash(token)},
        |row| {
            let text: (String, String) = (row.get("purpose")?, row.get("email")?);
            let times: (Option<String>, i64) = (row.get("password_hash")?, row.get("expires_at")?);
            Ok((row.get::<i64>("user_id")?, text, times))
        },
    )?;
    let wrong = || Error::field("token", "This link is wrong, or was used already. Ask for a new one.");
    let (user, (purpose, email), (password_hash, expires_at)) = found.ok_or_else(wrong)?;
    let purpose = Purpose::parse(&purpose).filter(|purpose| purposes.contains(purpose)).ok_or_else(wrong)?;
    let person = person::by_id(conn, user)?.filter(|person| person.is_active).ok_or_else(wrong)?;
    if !person.email.eq_ignore_ascii_case(&email) {
        return Err(wrong());
    }
    if expires_at <= conn.now().0 {
        return Err(Error::new(Kind::Gone, "This link has expired. Ask for a new one."));
    }
    Ok(Opened { person, purpose, password_hash })
}

/// [`look`], and the token opens nothing any more.
pub fn spend(tx: &Tx<'_>, token: &str, purposes: &[Purpose]) -> Result<Opened> {
    let opened = look(tx, token, purposes)?;
    tx.execute(
        "update user_tokens set used_at = :now, password_hash = null where token_hash = :hash",
        params! {":now": tx.now().0, ":hash": secret::token_hash(token)},
    )?;
    Ok(opened)
}

/// Voids every link of a user: part of a change that takes their ways in.
pub fn void(tx: &Tx<'_>, user: i64) -> Result<()> {
    tx.execute("delete from user_tokens where user_id = :user", params! {":user": user}).map(drop)
}

/// Voids every link of a user that sets a password: one was just set.
pub fn void_passwords(tx: &Tx<'_>, user: i64) -> Result<()> {
    tx.execute(
        "delete from user_tokens where user_id = :user and (purpose <> 'verify' or password_hash is not null)",
        params! {":user": user},
    )
    .map(drop)
}

/// Forgets links that expired more than a day ago: until then they are told to be expired, not wrong.
pub fn purge(tx: &Tx<'_>) -> Result<usize> {
    tx.execute("delete from user_tokens where expires_at < :oldest", params! {":oldest": tx.now().plus(-DAY).0})
}
