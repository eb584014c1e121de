//! Who may do what: the whole table of roles and capabilities, and what one person may do to another.

use super::{Actor, Error, Result, Role, Who};

/// Something that a role may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Open a ticket.
    CreateTickets,
    /// See a ticket at all.
    ViewTickets,
    /// Answer, for everybody to read.
    Reply,
    /// Read and write internal notes.
    Notes,
    /// Change a ticket's status; owners only close and reopen.
    ChangeStatus,
    /// Assign a ticket and change its priority.
    Triage,
    /// Delete and restore tickets.
    DeleteTickets,
    /// Rate a resolved ticket, once.
    RateTickets,
    /// Projects, key pairs, users, SLA, categories, automation, API keys, webhooks, settings.
    Administer,
    /// Change canned responses; shared ones of others can be read by all staff.
    CannedResponses,
    /// Make and delete tags.
    Tags,
    /// Write the knowledge base; public articles can be read by all.
    KnowledgeBase,
    /// The dashboard.
    Dashboard,
    /// Every other report.
    Reports,
    /// Change servers and devices, read the audit log.
    ChangeFleet,
    /// Statuses and history of servers.
    WatchFleet,
    /// List devices, without keys.
    ListPeers,
    /// A device's configuration and QR code.
    PeerKeys,
}

/// How far a capability reaches, narrowest first, so that reaches compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// What is one's own.
    Own,
    /// The projects one is assigned to.
    Projects,
    /// Everything.
    All,
}

impl Capability {
    /// Every capability, in the order of the table.
    pub const ALL: [Self; 18] = [
        Self::CreateTickets,
        Self::ViewTickets,
        Self::Reply,
        Self::Notes,
        Self::ChangeStatus,
        Self::Triage,
        Self::DeleteTickets,
        Self::RateTickets,
        Self::Administer,
        Self::CannedResponses,
        Self::Tags,
        Self::KnowledgeBase,
        Self::Dashboard,
        Self::Reports,
        Self::ChangeFleet,
        Self::WatchFleet,
        Self::ListPeers,
        Self::PeerKeys,
    ];

    /// How far it reaches for a role.
    pub fn reach(self, role: Role) -> Reach {
        let (customer, agent, admin) = match self {
            Self::CreateTickets => (Reach::All, Reach::Projects, Reach::All),
            Self::ViewTickets | Self::Reply | Self::ChangeStatus => (Reach::Own, Reach::Projects, Reach::All),
            Self::Notes | Self::Triage | Self::Dashboard => (Reach::Nothing, Reach::Projects, Reach::All),
            Self::RateTickets => (Reach::Own, Reach::Own, Reach::Own),
            Self::CannedResponses => (Reach::Nothing, Reach::Own, Reach::All),
            Self::Tags | Self::KnowledgeBase => (Reach::Nothing, Reach::All, Reach::All),
            Self::DeleteTickets | Self::Administer | Self::Reports | Self::ChangeFleet => {
                (Reach::Nothing, Reach::Nothing, Reach::All)
            }
            Self::WatchFleet => (Reach::All, Reach::All, Reach::All),
            Self::ListPeers => (Reach::Own, Reach::Projects, Reach::All),
            Self::PeerKeys => (Reach::Own, Reach::Nothing, Reach::All),
        };
        match role {
            Role::Customer => customer,
            Role::Agent => agent,
            Role::Admin | Role::SuperAdmin => admin,
        }
    }
}

impl Actor {
    /// How far a capability reaches for whoever asks. Keys have their own rules, and nobody reaches anything.
    pub fn reach(&self, capability: Capability) -> Reach {
        match &self.who {
            Who::System => Reach::All,
            Who::Person { role, .. } => capability.reach(*role),
            Who::Server { .. } | Who::KeyPair { .. } | Who::Nobody => Reach::Nothing,
        }
    }

    /// Forbidden to those for whom the capability does not reach at all.
    pub fn must(&self, capability: Capability) -> Result<()> {
        if self.reach(capability) == Reach::Nothing { Err(Error::forbidden()) } else { Ok(()) }
    }

    /// Forbidden to those who may not make, change, delete or sign out somebody of this role: only super admins may touch
    /// a super admin.
    pub fn must_command(&self, role: Role) -> Result<()> {
        self.must(Capability::Administer)?;
        if role == Role::SuperAdmin && self.who != Who::System && self.role() != Some(Role::SuperAdmin) {
            return Err(Error::new(super::Kind::Forbidden, "Only a super admin may do this to a super admin."));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_roles_is_the_agreed_one() {
        let cell = |capability: Capability, role| match capability.reach(role) {
            Reach::Nothing => "no",
            Reach::Own => "own",
            Reach::Projects => "projects",
            Reach::All => "all",
        };
        let rows = Capability::ALL.map(|capability| {
            let roles = [Role::SuperAdmin, Role::Admin, Role::Agent, Role::Customer];
            format!("{capability:?}: {}", roles.map(|role| cell(capability, role)).join(" "))
        });
        let agreed = [
            "CreateTickets: all all projects all",
            "ViewTickets: all all projects own",
            "Reply: all all projects own",
            "Notes: all all projects no",
            "ChangeStatus: all all projects own",
            "Triage: all all projects no",
            "DeleteTickets: all all no no",
            "RateTickets: own own own own",
            "Administer: all all no no",
            "CannedResponses: all all own no",
            "Tags: all all all no",
            "KnowledgeBase: all all all no",
            "Dashboard: all all projects no",
            "Reports: all all no no",
            "ChangeFleet: all all no no",
            "WatchFleet: all all all all",
            "ListPeers: all all projects own",
            "PeerKeys: all all no own",
        ];
        assert_eq!(rows, agreed);
    }

    #[test]
    fn only_a_super_admin_commands_a_super_admin() {
        let actor =
            |role| Actor::new(Who::Person { user: 1, email: String::new(), role, session: String::new() }, None);
        let roles = [Role::Customer, Role::Agent, Role::Admin, Role::SuperAdmin];
        let may = |own| roles.map(|other| actor(own).must_command(other).is_ok());
        assert_eq!(may(Role::Customer), [false; 4]);
        assert_eq!(may(Role::Agent), [false; 4]);
        assert_eq!(may(Role::Admin), [true, true, true, false]);
        assert_eq!(may(Role::SuperAdmin), [true; 4]);
        assert!(Actor::system().must_command(Role::SuperAdmin).is_ok());
        assert!(Actor::nobody(None).must_command(Role::Customer).is_err());
    }
}
