//! The words of a ticket: its status, and the way it came in.

/// The five statuses. Each says whether the clocks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nobody has it yet.
    Open,
    /// Somebody works on it.
    InProgress,
    /// It waits for the customer: both clocks pause.
    Pending,
    /// Answered for good, as staff see it: the clocks stop.
    Resolved,
    /// Over: the clocks stop, and a customer's answer is refused.
    Closed,
}

impl Status {
    /// All five, in the order of a ticket's life.
    pub const ALL: [Self; 5] = [Self::Open, Self::InProgress, Self::Pending, Self::Resolved, Self::Closed];

    /// As SQL and most surfaces spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::Pending => "pending",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// Reads either spelling: document 001 says `pending_customer`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "pending_customer" {
            return Some(Self::Pending);
        }
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Resolved or closed: nobody has to do anything.
    pub fn is_finished(self) -> bool {
        match self {
            Self::Open | Self::InProgress | Self::Pending => false,
            Self::Resolved | Self::Closed => true,
        }
    }
}

/// The way a ticket came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The web app, or an app with a session.
    Portal,
    /// A key.
    Api,
    /// A mail.
    Email,
}

impl Source {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Portal, Self::Api, Self::Email];

    /// As SQL and every surface spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Api => "api",
            Self::Email => "email",
        }
    }

    /// The reverse of [`Source::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }
}
