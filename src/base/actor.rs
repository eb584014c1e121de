//! Who asks: an argument of every function that reads or changes something.

use std::net::IpAddr;

use super::{Error, Kind, Result, Scope, Scopes, Time};

/// The four roles, weakest first, so that they compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Owns devices and tickets.
    Customer,
    /// Answers tickets of the projects assigned.
    Agent,
    /// Runs everything but super admins.
    Admin,
    /// Runs everything.
    SuperAdmin,
}

impl Role {
    /// Every role, weakest first.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Agent, Self::Admin, Self::SuperAdmin];

    /// As SQL, JSON and the command line spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Customer => "customer",
            Role::Agent => "agent",
            Role::Admin => "admin",
            Role::SuperAdmin => "super_admin",
        }
    }

    /// The reverse of [`Role::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// Whoever stands behind a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A user, by a session.
    Person {
        /// The user's number.
        user: i64,
        /// The address, as the audit log names the actor.
        email: String,
        /// As it stands now, not as it was when the session began.
        role: Role,
        /// The session's id, so that it can be ended.
        session: String,
    },
    /// A VPN server's agent, by its token.
    Server {
        /// The server's number.
        number: i64,
        /// The server's slug.
        id: String,
    },
    /// Another project's back end, by its key pair.
    KeyPair {
        /// The pair's number.
        pair: i64,
        /// What people call it.
        name: String,
        /// The project that the pair belongs to: all it may see.
        project: i64,
    },
    /// Nobody known: a login, an enrolment.
    Nobody,
    /// Gatehouse itself: a job, or an admin at the command line.
    System,
}

/// What a person has handed to a program: a key, or an application's access. It only ever takes away from what the
/// person may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The API key's number; none for an application.
    pub key: Option<i64>,
    /// The id that surfaces show.
    pub uuid: String,
    /// What people call it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// All that it may see.
    pub project: Option<i64>,
    /// Requests an hour on the developer surface, where it has a limit of its own.
    pub hourly: Option<i64>,
    /// When it ends.
    pub expires_at: Option<Time>,
}

/// A rule that acts, in the name of Gatehouse itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByRule {
    /// The rule's number.
    pub rule: i64,
    /// What made it act, for people.
    pub cause: String,
}

/// Who asks, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Whoever stands behind the credential.
    pub who: Who,
    /// The address the request came from.
    pub ip: Option<IpAddr>,
    /// What the credential is narrowed to, where a program acts for a person.
    pub grant: Option<Grant>,
    /// The rule on whose behalf Gatehouse itself acts.
    pub rule: Option<ByRule>,
    /// Whether what they do happened long ago elsewhere: it is written down, and nobody is told.
    pub is_quiet: bool,
}

impl Actor {
    /// Whoever stands behind a credential of their own.
    pub fn new(who: Who, ip: Option<IpAddr>) -> Self {
        Self { who, ip, grant: None, rule: None, is_quiet: false }
    }

    /// Gatehouse itself.
    pub fn system() -> Self {
        Self::new(Who::System, None)
    }

    /// Gatehouse itself, because a rule says so.
    pub fn rule(rule: i64, cause: String) -> Self {
        Self { rule: Some(ByRule { rule, cause }), ..Self::system() }
    }

    /// The same, taking in what happened elsewhere: no mail, no rule, no event comes of it.
    pub fn quietly(&self) -> Self {
        Self { is_quiet: true, ..self.clone() }
    }

    /// Somebody who has shown no credential yet.
    pub fn nobody(ip: Option<IpAddr>) -> Self {
        Self::new(Who::Nobody, ip)
    }

    /// The same person without what their role adds: on the surface for VPN users everybody is a customer.
    pub fn as_customer(&self) -> Self {
        let mut customer = self.clone();
        if let Who::Person { role, .. } = &mut customer.who {
            *role = Role::Customer;
        }
        customer
    }

    /// The role of a person; `None` for everything else.
    pub fn role(&self) -> Option<Role> {
        match &self.who {
            Who::Person { role, .. } => Some(*role),
            Who::Server { .. } | Who::KeyPair { .. } | Who::Nobody | Who::System => None,
        }
    }

    /// The user's number; `None` for everything but a person.
    pub fn user(&self) -> Option<i64> {
        match &self.who {
            Who::Person { user, .. } => Some(*user),
            Who::Server { .. } | Who::KeyPair { .. } | Who::Nobody | Who::System => None,
        }
    }

    /// The only project that the credential reaches into, where it is narrowed to one.
    pub fn within(&self) -> Option<i64> {
        self.grant.as_ref().and_then(|grant| grant.project)
    }

    /// Forbidden to programs without this scope; what a person may do themselves, their role decides.
    pub fn must_have(&self, scope: Scope) -> Result<()> {
        match &self.grant {
            Some(grant) if !grant.scopes.has(scope) => {
                Err(Error::new(super::Kind::Forbidden, format!("This needs the scope {}.", scope.as_str())))
            }
            _ => Ok(()),
        }
    }

    /// The project that a key pair belongs to; `None` for everything else.
    pub fn project(&self) -> Option<i64> {
        match &self.who {
            Who::KeyPair { project, .. } => Some(*project),
            Who::Person { .. } | Who::Server { .. } | Who::Nobody | Who::System => None,
        }
    }

    /// Admins and Gatehouse itself see and run everything.
    pub fn is_admin(&self) -> bool {
        match &self.who {
            Who::System => true,
            Who::Person { role, .. } => *role >= Role::Admin,
            Who::Server { .. } | Who::KeyPair { .. } | Who::Nobody => false,
        }
    }

    /// Agents and above: they answer tickets.
    pub fn is_staff(&self) -> bool {
        self.role() >= Some(Role::Agent) || self.who == Who::System
    }

    /// Forbidden to customers and keys.
    pub fn must_be_staff(&self) -> Result<()> {
        if self.is_staff() { Ok(()) } else { Err(Error::forbidden()) }
    }

    /// Forbidden to a key that sees one project alone: for what all projects share.
    pub fn must_see_every_project(&self) -> Result<()> {
        match self.within() {
            Some(_) => Err(Error::new(Kind::Forbidden, "A key that sees one project changes nothing that all share.")),
            None => Ok(()),
        }
    }

    /// Forbidden to everybody but admins.
    pub fn must_be_admin(&self) -> Result<()> {
        if self.is_admin() { Ok(()) } else { Err(Error::forbidden()) }
    }
}
