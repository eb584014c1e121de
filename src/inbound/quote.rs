//! Telling what an answer says from what it quotes: the thread has that already.

/// The line that Outlook puts before a quoted mail.
pub(super) const SEPARATOR: &str = "________________________________";
/// Beginnings of the line that mail programs put before a quoted mail.
const BEFORE: [&str; 3] = ["-----Original", "-----Ursprüngliche", SEPARATOR];
/// The words before which the head of a quoted mail names its sender, its time and its subject, where nothing stands before it.
const HEAD: [[&str; 4]; 3] = [
    ["From:", "Von:", "*From:*", "*Von:*"],
    ["Sent:", "Gesendet:", "*Sent:*", "*Gesendet:*"],
    ["Subject:", "Betreff:", "*Subject:*", "*Betreff:*"],
];
/// Lines of such a head that are looked at.
const LONGEST_HEAD: usize = 7;

/// The text of an answer, and the mail that it quotes at its end. What stands between quotes stays, and so do the quotes
/// before it: it may answer them. A text that is nothing but a quote stays whole.
pub fn split_quote(text: &str) -> (String, Option<String>) {
    let lines: Vec<&str> = text.lines().collect();
    let mut end = lines.len();
    // A whole mail below a line that says so.
    if let Some(at) = (0..lines.len()).find(|at| begins_original(&lines[*at..])) {
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

fn begins_original(lines: &[&str]) -> bool {
    let Some(line) = lines.first().map(|line| line.trim()) else { return false };
    let [from, rest @ ..] = HEAD;
    let begins = |line: &str, words: &[&str]| words.iter().any(|word| line.trim_start().starts_with(word));
    let head = || lines.iter().skip(1).take(LONGEST_HEAD).take_while(|line| !line.trim().is_empty());
    begins(line, &BEFORE) || (begins(line, &from) && rest.iter().all(|words| head().any(|line| begins(line, words))))
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
            ("Yes.\n\nVon: Ada\nGesendet: Montag\nAn: x\nBetreff: Hilfe\n\nVersuch.", "Yes."),
            ("From: home\nSubject: to change", "From: home\nSubject: to change"),
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
