//! How urgent something is.

/// The four priorities, least urgent first, so that they compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Whenever there is time.
    Low,
    /// What nobody said otherwise about.
    Medium,
    /// Soon.
    High,
    /// Now; some surfaces say `critical`.
    Urgent,
}

impl Priority {
    /// Every priority, least urgent first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// The canonical spelling: that of SQL and of most surfaces.
    pub fn as_str(self) -> &'static str {
        match self {
            Priority::Low => "low",
            Priority::Medium => "medium",
            Priority::High => "high",
            Priority::Urgent => "urgent",
        }
    }

    /// Reads the spelling of any surface: `critical` is urgent.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "critical" => Some(Priority::Urgent),
            _ => Self::ALL.into_iter().find(|priority| priority.as_str() == text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_spelling_of_the_most_urgent_reads_alike() {
        for priority in Priority::ALL {
            assert_eq!(Priority::parse(priority.as_str()), Some(priority));
        }
        assert_eq!(Priority::parse("critical"), Some(Priority::Urgent));
        assert_eq!((Priority::parse("Urgent"), Priority::parse("")), (None, None));
        assert!(Priority::ALL.is_sorted());
    }
}
