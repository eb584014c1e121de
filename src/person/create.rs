//! Making a user.

use super::{Email, TicketScope, granted, username};
use crate::audit;
use crate::base::{Actor, Error, Event, Result, Role, id};
use crate::company;
use crate::feed::{self, About};
use crate::field::Values;
use crate::store::{Tx, params};

/// What it takes to make a user.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Must not belong to another user.
    pub email: Email,
    /// Shown to others; 1 to 255 characters.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// argon2id; without one they can't sign in yet.
    pub password_hash: Option<String>,
    /// As they write it; up to 64 characters.
    pub phone: Option<String>,
    /// Where they work; up to 255 characters.
    pub department: Option<String>,
    /// Whether whoever makes the account vouches for the address.
    pub verified: bool,
    /// Whether they may sign in.
    pub is_active: bool,
    /// Must not belong to another user; without one it comes from the address.
    pub username: Option<String>,
    /// The number of the company they belong to.
    pub company: Option<i64>,
    /// http or https.
    pub avatar_url: Option<String>,
    /// How much of their projects an agent sees.
    pub ticket_scope: TicketScope,
    /// Words put to them.
    pub tags: Vec<String>,
    /// What custom fields say of them.
    pub custom: Values,
}

impl NewPerson {
    /// Somebody with an address, a name and a role: active, not verified, without a password.
    pub fn new(email: Email, name: String, role: Role) -> Self {
        Self {
            email,
            name,
            role,
            password_hash: None,
            phone: None,
            department: None,
            verified: false,
            is_active: true,
            username: None,
            company: None,
            avatar_url: None,
            ticket_scope: TicketScope::All,
            tags: Vec::new(),
            custom: Values::default(),
        }
    }

    /// Gives them a password. Whoever sets one for somebody else vouches for the address.
    pub fn with_password(self, hash: String) -> Self {
        Self { password_hash: Some(hash), verified: true, ..self }
    }
}

/// Makes a user on an admin's behalf.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewPerson) -> Result<i64> {
    actor.must_command(new.role)?;
    granted::may_make(actor, new.role)?;
    enter(tx, actor, new)
}

/// Makes a user without asking whether the actor may: for sign-up and the one-time link, which see to it themselves.
pub(crate) fn enter(tx: &Tx<'_>, actor: &Actor, new: &NewPerson) -> Result<i64> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 255 || name.chars().any(char::is_control) {
        return Err(Error::field("name", "The name must have 1 to 255 characters, none of them control characters."));
    }
    let username = match &new.username {
        Some(username) => username.clone(),
        None => username::derive(tx, &new.email)?,
    };
    let user = tx
        .insert(
            "insert into users (uuid, email, name, role, password_hash, is_active, phone, department, username,
               company_id, avatar_url, ticket_scope, tags, custom_fields, home_project_id, email_verified_at, created_at, updated_at)
             values (:uuid, :email, :name, :role, :password_hash, :is_active, :phone, :department, :username,
               :company, :avatar_url, :ticket_scope, :tags, :custom, :home, :verified_at, :now, :now)",
            params! {":uuid": id::new_uuid(tx.now()), ":email": new.email.as_str(), ":name": name,
            ":role": new.role.as_str(), ":password_hash": new.password_hash, ":is_active": new.is_active,
            ":phone": new.phone, ":department": new.department, ":username": username, ":company": new.company,
            ":avatar_url": new.avatar_url, ":ticket_scope": new.ticket_scope.as_str(),
            ":tags": serde_json::json!(new.tags).to_string(), ":custom": new.custom.to_text(), ":home": actor.within(),
            ":verified_at": new.verified.then_some(tx.now().0), ":now": tx.now().0},
        )
        .map_err(taken)?;
    audit::record(tx, actor, "user_created", new.email.as_str())?;
    tell(tx, actor, feed::Kind::UserCreated, user)?;
    if new.verified {
        tx.announce(Event::AddressProven { user });
        if new.role == Role::Customer {
            company::join(tx, user)?;
        }
    }
    Ok(user)
}

/// Tells those who follow along what became of a user.
pub(super) fn tell(tx: &Tx<'_>, actor: &Actor, kind: feed::Kind, user: i64) -> Result<()> {
    feed::record(tx, actor, kind, &About { user: Some(user), ..About::default() }, "{}").map(drop)
}

/// Makes sure that there is an account for a customer whom another project's back end names: without a password, and
/// unproven. Nothing is mailed, and an account that is there stays as it is.
pub fn introduce(tx: &Tx<'_>, actor: &Actor, email: &Email, name: &str, phone: Option<&str>) -> Result<()> {
    if super::by_email(tx, email.as_str())?.is_some() {
        return Ok(());
    }
    let new = NewPerson::new(email.clone(), name.to_owned(), Role::Customer);
    enter(tx, actor, &NewPerson { phone: phone.map(str::to_owned), ..new }).map(drop)
}

/// What a violated constraint of `users` means.
pub(super) fn taken(error: Error) -> Error {
    error
        .when("users_email", || Error::conflict("email", "This email address already belongs to a user."))
        .when("users_username", || Error::conflict("username", "This username already belongs to a user."))
}
