//! How much a ticket presses.

/// The four priorities, least pressing first, so that they compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Whenever there is time.
    Low,
    /// The default.
    Medium,
    /// Before others.
    High,
    /// At once.
    Urgent,
}

impl Priority {
    /// All four, least pressing first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// As SQL and most surfaces spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// Reads either spelling: document 001 says `critical` for urgent.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "critical" {
            return Some(Self::Urgent);
        }
        Self::ALL.into_iter().find(|priority| priority.as_str() == text)
    }
}
