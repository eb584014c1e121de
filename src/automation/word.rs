//! The words of a rule: its type, when it listens, how its conditions add up, fields and operators.

/// What a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleType {
    /// New tickets.
    TicketCreation,
    /// Tickets that change.
    TicketUpdate,
    /// Time that passes.
    TimeTrigger,
}

impl RuleType {
    /// All three.
    pub const ALL: [Self; 3] = [Self::TicketCreation, Self::TicketUpdate, Self::TimeTrigger];

    /// As SQL and every surface spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TicketCreation => "ticket_creation",
            Self::TicketUpdate => "ticket_update",
            Self::TimeTrigger => "time_trigger",
        }
    }

    /// The reverse of [`RuleType::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What a rule of this type may listen to, the usual one first.
    pub fn events(self) -> &'static [Event] {
        match self {
            Self::TicketCreation => &[Event::Created],
            Self::TicketUpdate => &[Event::Updated, Event::Replied],
            Self::TimeTrigger => &[Event::Time],
        }
    }
}

/// What makes rules look at a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was filed.
    Created,
    /// Something about it changed, or it was answered.
    Updated,
    /// It was answered in public.
    Replied,
    /// A condition on hours came true.
    Time,
}

impl Event {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Created, Self::Updated, Self::Replied, Self::Time];

    /// As SQL and every surface spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "ticket.created",
            Self::Updated => "ticket.updated",
            Self::Replied => "ticket.replied",
            Self::Time => "time",
        }
    }

    /// The reverse of [`Event::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }

    /// Whether a rule that listens to this hears of what happened. An answer changes its ticket too.
    pub fn hears(self, happened: Self) -> bool {
        self == happened || (self == Self::Updated && happened == Self::Replied)
    }
}

/// How conditions add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// Every one must hold.
    All,
    /// One is enough. Where there are none, every ticket will do.
    Any,
}

impl Match {
    /// Both.
    pub const ALL: [Self; 2] = [Self::All, Self::Any];

    /// As SQL and every surface spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
        }
    }

    /// The reverse of [`Match::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|word| word.as_str() == text)
    }
}

/// How a condition compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The same; of tags: has it.
    Is,
    /// Anything else.
    IsNot,
    /// Part of a text, without case; of tags: has it.
    Contains,
    /// More, later, more urgent.
    GreaterThan,
    /// Less, earlier, less urgent.
    LessThan,
}

impl Operator {
    /// All five, in the order of the document.
    pub const ALL: [Self; 5] = [Self::Is, Self::IsNot, Self::Contains, Self::GreaterThan, Self::LessThan];

    /// As every surface spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is_not",
            Self::Contains => "contains",
            Self::GreaterThan => "greater_than",
            Self::LessThan => "less_than",
        }
    }

    /// The reverse of [`Operator::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.as_str() == text)
    }
}

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Where the ticket stands.
    Status,
    /// How much it presses.
    Priority,
    /// Its category's slug.
    Category,
    /// Its subject.
    Subject,
    /// Its first message.
    Description,
    /// The way it came in.
    Source,
    /// Its tags.
    Tags,
    /// The address that it was filed under.
    CustomerEmail,
    /// Who has it.
    Assignee,
    /// The group that has it.
    Group,
    /// Its project.
    Project,
    /// Hours since it was filed.
    HoursSinceCreated,
    /// Hours since anything about it changed.
    HoursSinceUpdated,
    /// Hours until its due date; below zero once it is over.
    HoursUntilDue,
    /// One of the instance's own fields.
    Custom,
}

impl Field {
    /// Every field but the instance's own.
    pub const ALL: [Self; 14] = [
        Self::Status,
        Self::Priority,
        Self::Category,
        Self::Subject,
        Self::Description,
        Self::Source,
        Self::Tags,
        Self::CustomerEmail,
        Self::Assignee,
        Self::Group,
        Self::Project,
        Self::HoursSinceCreated,
        Self::HoursSinceUpdated,
        Self::HoursUntilDue,
    ];

    /// As every surface spells it; of the instance's own fields, what their names begin with.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Category => "category",
            Self::Subject => "subject",
            Self::Description => "description",
            Self::Source => "source",
            Self::Tags => "tags",
            Self::CustomerEmail => "customerEmail",
            Self::Assignee => "assigneeId",
            Self::Group => "groupId",
            Self::Project => "projectId",
            Self::HoursSinceCreated => "hoursSinceCreated",
            Self::HoursSinceUpdated => "hoursSinceUpdated",
            Self::HoursUntilDue => "hoursUntilDue",
            Self::Custom => "customFields.",
        }
    }

    /// Reads a field: which one, and the name of one of the instance's own.
    pub fn parse(text: &str) -> Option<(Self, Option<&str>)> {
        if let Some(name) = text.strip_prefix(Self::Custom.as_str()) {
            return Some((Self::Custom, Some(name))).filter(|_| !name.is_empty());
        }
        Self::ALL.into_iter().find(|field| field.as_str() == text).map(|field| (field, None))
    }

    /// Whether the trail of a ticket knows nothing of its changes, so that it is taken for what it is today.
    pub fn is_lasting(self) -> bool {
        matches!(self, Self::Description | Self::Source | Self::CustomerEmail | Self::Project | Self::Custom)
    }

    /// Whether it is about time.
    pub fn is_time(self) -> bool {
        matches!(self, Self::HoursSinceCreated | Self::HoursSinceUpdated | Self::HoursUntilDue)
    }
}
