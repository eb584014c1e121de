//! Signing up: under an address that is nobody's, or over an account that others made and nobody has used.

use super::link::{self, Purpose};
use super::session;
use super::sign_in::entered;
use crate::audit;
use crate::base::{Actor, Error, Result, Role, Secret};
use crate::person::{self, Email, NewPerson, Person};
use crate::store::{Conn, Tx, params};

/// What somebody signs up with.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// Not proven to be theirs.
    pub email: Email,
    /// Shown to others; 1 to 255 characters.
    pub name: String,
    /// Up to 64 characters.
    pub phone: Option<String>,
    /// argon2id.
    pub password_hash: String,
    /// The waiting password that the given one matches: a sign-up sent twice.
    pub repeats: Option<String>,
}

/// How a sign-up went.
#[derive(Clone, Debug)]
pub enum Registered {
    /// There is a new customer, and a session of theirs.
    Begun(Secret<String>, Box<Person>),
    /// There was an account without a password: the one chosen now waits until the mailed link is opened.
    Waiting,
}

/// Passwords that wait for a link of this address to be opened.
pub fn waiting(conn: &Conn<'_>, email: &str) -> Result<Vec<String>> {
    conn.all(
        "select user_tokens.password_hash from user_tokens join users on users.id = user_tokens.user_id
         where lower(users.email) = lower(:email) and lower(user_tokens.email) = lower(users.email)
           and users.deleted_at is null and purpose = 'verify' and used_at is null and expires_at > :now
           and user_tokens.password_hash is not null",
        params! {":email": email, ":now": conn.now().0},
        |row| row.get("password_hash"),
    )
}

/// [`sign_up`], and the new customer is signed in.
pub fn register(
    tx: &Tx<'_>,
    actor: &Actor,
    new: &SignUp,
    ttl_minutes: i64,
    agent: &str,
    origin: &str,
) -> Result<Registered> {
    let Some(person) = sign_up(tx, actor, new, origin)? else { return Ok(Registered::Waiting) };
    let token = session::start(tx, actor, &person, ttl_minutes, agent)?;
    entered(tx, actor, &person)?;
    Ok(Registered::Begun(token, Box::new(person)))
}

/// Makes a customer, or lets a password wait: then there is nobody to show. An address that has a password already is taken.
pub fn sign_up(tx: &Tx<'_>, actor: &Actor, new: &SignUp, origin: &str) -> Result<Option<Person>> {
    match person::by_email(tx, new.email.as_str())? {
        None => {
            let customer = NewPerson {
                phone: new.phone.clone(),
                password_hash: Some(new.password_hash.clone()),
                ..NewPerson::new(new.email.clone(), new.name.clone(), Role::Customer)
            };
            let id = person::enter(tx, actor, &customer)?;
            let person = person::by_id(tx, id)?.ok_or_else(Error::not_found)?;
            if link::next_mail(tx, Purpose::Verify, &person.email)?.is_none() {
                link::mail(tx, &person, Purpose::Verify, None, origin)?;
            }
            Ok(Some(person))
        }
        Some(person) if person.password_hash.is_some() => Err(Error::conflict(
            "email",
            "This email address already belongs to a user. Sign in, or reset the password.",
        )),
        Some(person) => {
            audit::record(tx, actor, "sign_up_waiting", &person.email)?;
            // Staff come in by their invitation alone, and nobody comes in to an account that was closed.
            if person.role == Role::Customer && person.is_active {
                wait(tx, &person, new, origin)?;
            }
            Ok(None)
        }
    }
}

/// Lets a password wait. When two different ones wait for one address, nobody can tell which is its owner's, and the owner
/// may open either link: then neither counts, the links prove the address alone, and a reset sets the password.
fn wait(tx: &Tx<'_>, person: &Person, new: &SignUp, origin: &str) -> Result<()> {
    let waiting = waiting(tx, &person.email)?;
    if new.repeats.as_ref().is_some_and(|hash| waiting.contains(hash)) {
        return Ok(());
    }
    if !waiting.is_empty() {
        tx.execute(
            "update user_tokens set password_hash = null where user_id = :user and purpose = 'verify'",
            params! {":user": person.id},
        )?;
        return Ok(());
    }
    if link::next_mail(tx, Purpose::Verify, &person.email)?.is_some() {
        return Ok(());
    }
    link::mail(tx, person, Purpose::Verify, Some(&new.password_hash), origin)
}

/// An admin vouches for an address: the password that waits for it counts from now on, if there is one.
pub fn accept(tx: &Tx<'_>, actor: &Actor, user: i64) -> Result<()> {
    let Some(person) = person::by_id(tx, user)? else { return Ok(()) };
    match waiting(tx, &person.email)?.as_slice() {
        [hash] if person.password_hash.is_none() => person::set_password(tx, actor, &person, hash).map(drop),
        _ => Ok(()),
    }
}
