//! Telling what machines write from what people write (RFC 3834, RFC 3464, RFC 2919).

/// What kind of machine wrote a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// It answers whatever it gets: a vacation notice.
    Answers,
    /// It tells what became of a mail: a delivery report, a bounce.
    Reports,
    /// It writes by itself: lists, bulk mail, monitoring.
    Writes,
}

/// Which machine wrote a mail with these headers; `None` for people.
pub fn machine<'h>(headers: impl Iterator<Item = (&'h str, &'h str)>) -> Option<Machine> {
    let (mut answers, mut reports, mut writes) = (false, false, false);
    for (name, value) in headers {
        let value = value.trim().to_ascii_lowercase();
        let first = value.split([';', ' ', '\t']).next().unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "auto-submitted" => match first {
                "no" | "" => {}
                "auto-replied" | "auto-notified" => answers = true,
                _ => writes = true,
            },
            "x-autoreply" | "x-autorespond" | "x-autoresponder" => answers |= first != "no",
            "precedence" | "x-precedence" => match first {
                "auto_reply" => answers = true,
                "bulk" | "junk" | "list" => writes = true,
                _ => {}
            },
            "list-id" | "list-unsubscribe" | "list-post" => writes = true,
            "return-path" => reports |= value == "<>",
            "content-type" => {
                let is_report =
                    value.contains("report-type=delivery-status") || value.contains("report-type=\"delivery-status\"");
                reports |=
                    value.starts_with("multipart/report") && (is_report || value.contains("disposition-notification"));
            }
            "from" => reports |= value.contains("mailer-daemon@"),
            _ => {}
        }
    }
    match (reports, answers, writes) {
        (true, _, _) => Some(Machine::Reports),
        (_, true, _) => Some(Machine::Answers),
        (_, _, true) => Some(Machine::Writes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_told_from_people_by_what_they_say_of_themselves() {
        let of = |name: &str, value: &str| machine([("From", "a@example.org"), (name, value)].into_iter());
        for (name, value, expected) in [
            ("Subject", "Out of office", None),
            ("Auto-Submitted", "no", None),
            ("auto-submitted", " auto-replied (vacation)", Some(Machine::Answers)),
            ("Auto-Submitted", "auto-generated", Some(Machine::Writes)),
            ("Precedence", "bulk", Some(Machine::Writes)),
            ("Precedence", "auto_reply", Some(Machine::Answers)),
            ("List-Id", "<users.example.org>", Some(Machine::Writes)),
            ("Return-Path", "<>", Some(Machine::Reports)),
            ("Return-Path", "<a@example.org>", None),
            ("Content-Type", "multipart/report; report-type=delivery-status; boundary=x", Some(Machine::Reports)),
            ("Content-Type", "multipart/mixed; boundary=x", None),
            ("From", "MAILER-DAEMON@example.org", Some(Machine::Reports)),
        ] {
            assert_eq!(of(name, value), expected, "{name}: {value}");
        }
    }
}
