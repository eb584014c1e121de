//! The way that a message came in.

use crate::base::{Actor, Role, Who};

/// The way that a message came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Staff, signed in.
    Web,
    /// A customer, signed in.
    Portal,
    /// A program: by an API key, an application's access, or a project's key pair.
    Api,
    /// A mail.
    Mail,
}

impl Channel {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Web, Self::Portal, Self::Api, Self::Mail];

    /// As SQL and JSON spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Portal => "portal",
            Self::Api => "api",
            Self::Mail => "mail",
        }
    }

    /// The reverse of [`Channel::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text)
    }

    /// The way that an actor comes; none for Gatehouse itself, and for mail, which says so afterwards.
    pub(super) fn of(actor: &Actor) -> Option<Self> {
        match &actor.who {
            _ if actor.grant.is_some() => Some(Self::Api),
            Who::KeyPair { .. } => Some(Self::Api),
            Who::Person { role: Role::Customer, .. } => Some(Self::Portal),
            Who::Person { .. } => Some(Self::Web),
            Who::Server { .. } | Who::Nobody | Who::System => None,
        }
    }
}
