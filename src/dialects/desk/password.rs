//! A password as this surface takes it: with a confirmation that must match.

use crate::base::{Check, Error, Secret};
use crate::person::password;

/// A password that may be hashed, and its text, to hold against those that wait.
pub struct Password {
    /// Long enough, and not absurdly long.
    pub checked: password::Password,
    text: Secret<String>,
}

impl Password {
    /// What was typed.
    pub fn text(&self) -> Secret<String> {
        self.text.clone()
    }
}

/// A password without a confirmation; blank is missing.
pub fn plain(check: &mut Check, password: Option<String>, minimum: usize) -> Option<Password> {
    let text = password.filter(|text| !text.trim().is_empty())?;
    let checked = check.take(password::Password::parse(text.clone(), minimum))?;
    Some(Password { checked, text: Secret::new(text) })
}

/// A password that was typed twice; blank is missing.
pub fn confirmed(
    check: &mut Check,
    password: Option<String>,
    confirmation: Option<String>,
    minimum: usize,
) -> Option<Password> {
    let given = password.as_ref().is_some_and(|text| !text.trim().is_empty());
    if given && password != confirmation {
        check.note(Error::field("password_confirmation", "The password confirmation must match the password."));
    }
    plain(check, password, minimum)
}
