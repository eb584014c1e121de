//! Putting names into the placeholders of a text: `Hello {{customer.name}}`.

/// What placeholders stand for; empty where there is nothing to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// `{{customer.name}}`: who the ticket is for.
    pub customer_name: String,
    /// `{{ticket.number}}`.
    pub ticket_number: String,
    /// `{{ticket.subject}}`.
    pub ticket_subject: String,
    /// `{{agent.name}}`: who answers.
    pub agent_name: String,
    /// `{{project.name}}`: the ticket's project.
    pub project_name: String,
}

impl Words {
    fn of(&self, placeholder: &str) -> Option<&str> {
        match placeholder {
            "customer.name" => Some(&self.customer_name),
            "ticket.number" => Some(&self.ticket_number),
            "ticket.subject" => Some(&self.ticket_subject),
            "agent.name" => Some(&self.agent_name),
            "project.name" => Some(&self.project_name),
            _ => None,
        }
    }
}

/// The text with each placeholder replaced; blanks within the braces don't matter, and what is no placeholder stays as it
/// is written. What is put in is never looked at again: a customer may be called `{{agent.name}}`.
pub fn fill(text: &str, words: &Words) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find("{{") {
        // Of `{{{{agent.name}}` only the inner braces can be a placeholder's.
        let inside = &rest[begin + 2..];
        let end = inside.find(['{', '}']).filter(|end| inside[*end..].starts_with("}}"));
        match end.and_then(|end| words.of(inside[..end].trim()).map(|word| (end, word))) {
            Some((end, word)) => {
                filled.push_str(&rest[..begin]);
                filled.push_str(word);
                rest = &inside[end + 2..];
            }
            None => {
                filled.push_str(&rest[..=begin]);
                rest = &rest[begin + 1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words() -> Words {
        Words {
            customer_name: "Tunde {{agent.name}}".into(),
            ticket_number: "SUPP-2026-00001".into(),
            ticket_subject: "Slow <b>".into(),
            agent_name: "Alice".into(),
            project_name: "Support".into(),
        }
    }

    #[test]
    fn placeholders_become_what_they_stand_for_and_everything_else_stays() {
        for (text, filled) in [
            ("Hi {{customer.name}}!", "Hi Tunde {{agent.name}}!"),
            ("{{ticket.number}}: {{ ticket.subject }}", "SUPP-2026-00001: Slow <b>"),
            ("{{agent.name}}{{\tproject.name\n}}", "AliceSupport"),
            ("{{customer.email}} {{}} {{Agent.Name}}", "{{customer.email}} {{}} {{Agent.Name}}"),
            ("{agent.name} {{agent.name} {{agent.name", "{agent.name} {{agent.name} {{agent.name"),
            ("{{{agent.name}}}", "{Alice}"),
            ("{{ {{agent.name}} }}", "{{ Alice }}"),
            ("{{customer.{{agent.name}}}}", "{{customer.Alice}}"),
            ("", ""),
        ] {
            assert_eq!(fill(text, &words()), filled, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_text_without_placeholders_stays_as_it_is(text in "[{} a.é]{0,60}") {
            prop_assert_eq!(fill(&text, &words()), text);
        }

        #[test]
        fn what_stands_around_a_placeholder_stays(before in "[^{}]{0,20}", after in "[^{}]{0,20}") {
            let text = format!("{before}{{{{agent.name}}}}{after}");
            prop_assert_eq!(fill(&text, &words()), format!("{before}Alice{after}"));
        }
    }
}
