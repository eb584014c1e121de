//! Telling what an answer says from what it quotes: the thread has that already.

/// Beginnings of the line that mail programs put before a quoted mail.
const BEFORE: [&str; 3] = ["-----Original", "-----Ursprüngliche", "________________________________"];

/// The text of an answer, and the mail that it quotes at its end. What stands between quotes stays, and so do the quotes
/// before it: it may answer them. A text that is nothing but a quote stays whole.
pub fn split_quote(text: &str) -> (String, Option<String>) {
    let lines: Vec<&str> = text.lines().collect();
    let mut end = lines.len();
    // A whole mail below a line that says so.
    if let Some(at) = lines.iter().position(|line| begins_original(line)) {
        end = at;
    }
    // Quoted lines at the end, and the line that introduces them.
    let is_blank = |at: usize| lines[at].trim().is_empty();
    let mut kept = end;
    while kept > 0 && (is_blank(kept - 1) || lines[kept - 1].trim_start().starts_with('>')) {
        kept -= 1;
    }
    let has_quote = lines[kept..end].iter().any(|line| line.trim_start().starts_with('>'));
    if has_quote {
        end = kept;
        // It may be broken over two lines.
        for taken in 1..=2_usize.min(end) {
            let joined = lines[end - taken..end].join(" ");
            if introduces(&joined) {
                end -= taken;
                break;
            }
        }
    }
    let part = |lines: &[&str]| Some(lines.join("\n").trim().to_owned()).filter(|part| !part.is_empty());
    match part(&lines[..end]) {
        Some(answer) => (answer, part(&lines[end..])),
        None => (text.trim().to_owned(), None),
    }
}

fn begins_original(line: &str) -> bool {
    let line = line.trim();
    BEFORE.iter().any(|beginning| line.starts_with(beginning))
}

/// `On … wrote:`, `Am … schrieb …:`
fn introduces(line: &str) -> bool {
    let line = line.trim();
    let ends = line.ends_with("wrote:") || (line.contains("schrieb") && line.ends_with(':'));
    ends && line.len() < 300
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_that_an_answer_quotes_at_its_end_is_told_from_what_it_says() {
        for (mail, answer) in [
            ("It works.\n\nOn Mon, Ada wrote:\n> Try again.\n>\n> Ada\n", "It works."),
            ("Geht.\n\nAm Montag schrieb Ada\n<a@example.org>:\n> Noch einmal.\n", "Geht."),
            ("Yes.\n-----Original Message-----\nFrom: Ada\n\nTry.", "Yes."),
            ("> Is it on?\nYes.\n> Really?\nYes.", "> Is it on?\nYes.\n> Really?\nYes."),
            ("> only this", "> only this"),
            ("a > b", "a > b"),
            ("", ""),
        ] {
            let (said, quoted) = split_quote(mail);
            assert_eq!(said, answer);
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(words(&format!("{said} {}", quoted.unwrap_or_default())), words(mail), "nothing is lost")
        }
    }
}
