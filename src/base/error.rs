//! The one vocabulary of what can go wrong. Each dialect translates it once, in its `problem.rs`.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// What every fallible function of the domain returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Messages by field name, for bodies and queries that do not hold.
pub type Fields = BTreeMap<Cow<'static, str>, Vec<String>>;

/// What kind of failure this is; the dialects turn it into a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not JSON, not UTF-8, not what the protocol asks for.
    Malformed,
    /// The content type is not one the operation takes.
    Unsupported,
    /// The body is larger than the operation takes.
    TooLarge,
    /// There is no such thing, or not for this actor.
    NotFound,
    /// A value that can't be; the fields say which.
    Invalid,
    /// No credential, or one that is wrong, expired or revoked.
    Unauthenticated,
    /// Seen, but not allowed.
    Forbidden,
    /// It clashes with what is there.
    Conflict,
    /// The same idempotency key with another body.
    Mismatch,
    /// Too often; again after so many seconds.
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// It was there and has expired.
    Gone,
    /// Not now: busy, or the database cannot be written.
    Unavailable {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The disk is full.
    Full,
    /// Our own fault.
    Internal,
}

/// A failure: what the user reads and what the operator logs are different fields.
#[derive(Clone, Debug)]
pub struct Error {
    /// Decides the status.
    pub kind: Kind,
    /// For the user: what was wrong and what would be right. Never internals.
    pub message: Cow<'static, str>,
    /// For the user, by field.
    pub fields: Fields,
    /// For the operator's log alone.
    pub cause: Option<String>,
    /// The database constraint that was violated, by which a verb may tell a clash from a fault.
    pub constraint: Option<String>,
}

impl Error {
    /// A failure with a message for the user.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), fields: Fields::new(), cause: None, constraint: None }
    }

    /// There is no such thing, or not for this actor: one text for both.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "Not found.")
    }

    /// No credential, or one that does not hold.
    pub fn unauthenticated() -> Self {
        Self::new(Kind::Unauthenticated, "Unauthenticated.")
    }

    /// Seen, but not allowed.
    pub fn forbidden() -> Self {
        Self::new(Kind::Forbidden, "You are not allowed to do this.")
    }

    /// One field that can't be.
    pub fn field(name: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let mut error = Self::new(Kind::Invalid, "Validation failed.");
        error.fields.insert(name.into(), vec![message.into()]);
        error
    }

    /// Fields that can't be.
    pub fn invalid(fields: Fields) -> Self {
        Self { fields, ..Self::new(Kind::Invalid, "Validation failed.") }
    }

    /// What a body names and is not there is a field that can't be; any other failure stays as it is.
    pub fn as_field(self, name: &'static str, message: &'static str) -> Self {
        if self.kind == Kind::NotFound { Self::field(name, message) } else { self }
    }

    /// A clash on one field.
    pub fn conflict(name: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut error = Self::new(Kind::Conflict, message.clone());
        error.fields.insert(name.into(), vec![message]);
        error
    }

    /// Our own fault; the cause goes to the log.
    pub fn internal(cause: impl ToString) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(Kind::Internal, "Something went wrong here. It was logged under this request's id.")
        }
    }

    /// Adds what the operator should know.
    pub fn because(mut self, cause: impl ToString) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// Names a field as the caller knows it: the domain's word first, the caller's second.
    pub fn called(mut self, names: &[(&'static str, &'static str)]) -> Self {
        for (ours, theirs) in names {
            if let Some(texts) = self.fields.remove(*ours) {
                self.fields.insert((*theirs).into(), texts);
            }
        }
        self
    }

    /// Turns the violation of the named constraint into what it means; anything else stays as it is.
    pub fn when(self, constraint: &str, meaning: impl FnOnce() -> Self) -> Self {
        match &self.constraint {
            Some(violated) if violated.contains(constraint) => meaning(),
            _ => self,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        for (field, messages) in &self.fields {
            write!(f, " {field}: {}", messages.join(" "))?;
        }
        match &self.cause {
            Some(cause) => write!(f, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
