//! What can happen.

/// What something that happened is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A ticket, or what was said on it.
    Ticket,
    /// A VPN server.
    Server,
    /// A device.
    Peer,
    /// A user.
    User,
    /// A rule that acts on tickets.
    Rule,
    /// A mailbox that mails are fetched from.
    Mailbox,
    /// A webhook.
    Webhook,
}

/// Declares the kinds with their words.
macro_rules! kinds {
    ($($(#[doc = $about:literal])+ $name:ident = $word:literal of $noun:ident,)+) => {
        /// A kind of thing that happens.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $($(#[doc = $about])+ $name,)+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$name),+];

            /// As SQL, the stream and webhooks spell it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// What it is about.
            pub fn noun(self) -> Noun {
                match self { $(Self::$name => Noun::$noun,)+ }
            }
        }
    };
}

kinds! {
    /// A ticket was filed.
    TicketCreated = "ticket.created" of Ticket,
    /// Something that a ticket says of itself changed.
    TicketUpdated = "ticket.updated" of Ticket,
    /// A ticket was given to somebody, or to nobody.
    TicketAssigned = "ticket.assigned" of Ticket,
    /// Its customer rated it.
    TicketRated = "ticket.rated" of Ticket,
    /// It was merged into another, or another into it.
    TicketMerged = "ticket.merged" of Ticket,
    /// That was undone.
    TicketUnmerged = "ticket.unmerged" of Ticket,
    /// It was deleted.
    TicketDeleted = "ticket.deleted" of Ticket,
    /// It was brought back.
    TicketRestored = "ticket.restored" of Ticket,
    /// Somebody replied, or added an internal note.
    CommentCreated = "comment.created" of Ticket,
    /// Somebody rewrote what they had said.
    CommentUpdated = "comment.updated" of Ticket,
    /// A deadline passed.
    SlaBreached = "sla.breached" of Ticket,
    /// A server was registered.
    ServerCreated = "server.created" of Server,
    /// A server was changed, or its agent enrolled.
    ServerUpdated = "server.updated" of Server,
    /// A server was removed.
    ServerDeleted = "server.deleted" of Server,
    /// A server reported that was not online.
    ServerOnline = "server.online" of Server,
    /// A server has not reported for three intervals.
    ServerOffline = "server.offline" of Server,
    /// A device was added.
    PeerCreated = "peer.created" of Peer,
    /// A device was changed, enabled or disabled.
    PeerUpdated = "peer.updated" of Peer,
    /// A device was removed.
    PeerDeleted = "peer.deleted" of Peer,
    /// An account was made.
    UserCreated = "user.created" of User,
    /// An account was changed.
    UserUpdated = "user.updated" of User,
    /// An account was deleted.
    UserDeleted = "user.deleted" of User,
    /// A rule failed again and again and was switched off.
    AutomationRuleSwitchedOff = "automation_rule.switched_off" of Rule,
    /// A mailbox cannot be read any more.
    MailboxFailing = "mailbox.failing" of Mailbox,
    /// A mailbox that could not be read was read; or it was changed, and what went wrong before says nothing any more.
    MailboxRecovered = "mailbox.recovered" of Mailbox,
    /// A webhook to which nothing could be delivered was switched off.
    WebhookSwitchedOff = "webhook.switched_off" of Webhook,
}

impl Kind {
    /// The reverse of [`Kind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}
