//! What an integrator's key may be used for.

use super::Role;

/// One permission of a key. To write is not to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Tickets, their conversation, time entries, reports; definitions of custom fields and canned responses.
    TicketsRead,
    /// Opening, changing, answering, deleting tickets.
    TicketsWrite,
    /// People, companies, groups.
    UsersRead,
    /// Making and changing them.
    UsersWrite,
    /// The knowledge base.
    KbRead,
    /// Writing it.
    KbWrite,
    /// Custom fields, automation, canned responses, SLA policies, keys.
    SettingsRead,
    /// Changing them.
    SettingsWrite,
    /// Servers and peers.
    FleetRead,
    /// Changing them.
    FleetWrite,
}

impl Scope {
    /// Every scope, the six documented ones first.
    pub const ALL: [Self; 10] = [
        Self::TicketsRead,
        Self::TicketsWrite,
        Self::UsersRead,
        Self::UsersWrite,
        Self::KbRead,
        Self::KbWrite,
        Self::SettingsRead,
        Self::SettingsWrite,
        Self::FleetRead,
        Self::FleetWrite,
    ];

    /// As every surface spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TicketsRead => "tickets:read",
            Self::TicketsWrite => "tickets:write",
            Self::UsersRead => "users:read",
            Self::UsersWrite => "users:write",
            Self::KbRead => "kb:read",
            Self::KbWrite => "kb:write",
            Self::SettingsRead => "settings:read",
            Self::SettingsWrite => "settings:write",
            Self::FleetRead => "fleet:read",
            Self::FleetWrite => "fleet:write",
        }
    }

    /// The reverse of [`Scope::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u16);

impl Scopes {
    /// The six that document 004 names: what a key gets that asks for none.
    pub fn documented() -> Self {
        Scope::ALL.into_iter().take(6).collect()
    }

    /// The most that is of any use to somebody of this role: what lies beyond it, the role refuses anyway.
    pub fn of_role(role: Role) -> Self {
        let is_open = |scope: &Scope| match scope {
            Scope::TicketsRead | Scope::TicketsWrite | Scope::KbRead | Scope::FleetRead => true,
            Scope::UsersRead | Scope::UsersWrite | Scope::KbWrite | Scope::SettingsRead => role >= Role::Agent,
            Scope::SettingsWrite | Scope::FleetWrite => role >= Role::Admin,
        };
        Scope::ALL.into_iter().filter(is_open).collect()
    }

    /// Reads words separated by blanks; `None` when one is no scope.
    pub fn parse(text: &str) -> Option<Self> {
        text.split_whitespace().map(Scope::parse).collect()
    }

    /// Whether the scope is in the set.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u16) != 0
    }

    /// Whether everything of the other set is in this one.
    pub fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What is in both.
    pub fn met_with(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The scopes, in the order of the documents.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        Self(scopes.into_iter().fold(0, |set, scope| set | 1 << scope as u16))
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            let blank = if index == 0 { "" } else { " " };
            write!(f, "{blank}{}", scope.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_reads_back_as_it_was_written() {
        let all: Scopes = Scope::ALL.into_iter().collect();
        for set in [Scopes::default(), Scopes::documented(), all] {
            assert_eq!(Scopes::parse(&set.to_string()), Some(set));
        }
        assert_eq!(Scopes::parse("tickets:read tickets:fly"), None);
    }

    #[test]
    fn to_write_is_not_to_read() {
        let writing: Scopes = [Scope::TicketsWrite].into_iter().collect();
        assert!(writing.has(Scope::TicketsWrite) && !writing.has(Scope::TicketsRead));
        assert!(Scopes::documented().covers(writing) && !writing.covers(Scopes::documented()));
    }
}
