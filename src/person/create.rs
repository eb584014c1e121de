//! Making a user.

use super::Email;
use crate::audit;
use crate::base::{Actor, Error, Result, Role, id};
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
}

/// Makes a user whose address counts as verified, because an admin (or the one-time link) vouches for it.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewPerson) -> Result<i64> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 255 || name.chars().any(char::is_control) {
        return Err(Error::field("name", "The name must have 1 to 255 characters, none of them control characters."));
    }
    let user = tx
        .insert(
            "insert into users (uuid, email, name, role, password_hash, email_verified_at, created_at, updated_at)
             values (:uuid, :email, :name, :role, :password_hash, :now, :now, :now)",
            params! {":uuid": id::new_uuid(tx.now()), ":email": new.email.as_str(), ":name": name,
            ":role": new.role.as_str(), ":password_hash": new.password_hash, ":now": tx.now().0},
        )
        .map_err(|error| {
            error.when("users_email", || Error::conflict("email", "This email address already belongs to a user."))
        })?;
    audit::record(tx, actor, "user_created", new.email.as_str())?;
    Ok(user)
}
