//! How far the address in From: was proven on the way: our own mail server says so in Authentication-Results (RFC 8601).

use crate::ticket::Trust;

/// Whether the server that is trusted (its authserv-id) found the sender's domain to stand behind the mail (DMARC, RFC 7489). Only
/// its own header counts, which stands above all that the sender wrote.
pub fn is_proven(results: &[String], trusted: Option<&str>) -> bool {
    trust(results, trusted).0 == Trust::Proven
}

/// How far the sender's domain stands behind the mail, and what was found in detail: `spf=pass dkim=fail dmarc=fail`.
pub fn trust(results: &[String], trusted: Option<&str>) -> (Trust, String) {
    let nothing = (Trust::Unknown, String::new());
    let (Some(trusted), Some(first)) = (trusted, results.first()) else { return nothing };
    let mut parts = first.split(';').map(str::trim);
    let server = parts.next().and_then(|server| server.split_whitespace().next()).unwrap_or_default();
    if !server.eq_ignore_ascii_case(trusted) {
        return nothing;
    }
    let found: Vec<(String, &'static str)> =
        parts.filter_map(method).filter_map(|(name, word)| Some((name, known(&word)?))).collect();
    // A mail may be signed several times, and one that holds is enough.
    let of = |wanted: &str| {
        let results = || found.iter().filter(|(name, _)| name == wanted).map(|(_, result)| *result);
        results().find(|result| *result == "pass").or_else(|| results().next())
    };
    let all = ["spf", "dkim", "dmarc"].map(|name| (name, of(name)));
    let is = |name: &str, result: &str| all.contains(&(name, Some(result)));
    let trust = if is("dmarc", "pass") {
        Trust::Proven
    } else if is("dmarc", "fail") {
        Trust::Failed
    } else if is("spf", "pass") || is("dkim", "pass") {
        Trust::Partial
    } else if is("spf", "fail") || is("dkim", "fail") {
        Trust::Failed
    } else {
        Trust::Unknown
    };
    let told = all.iter().filter_map(|(name, result)| Some(format!("{name}={}", (*result)?)));
    (trust, told.collect::<Vec<_>>().join(" "))
}

/// A result as RFC 8601 spells it; anything else is nobody's finding.
fn known(word: &str) -> Option<&'static str> {
    ["pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror"]
        .into_iter()
        .find(|known| *known == word)
}

/// The method and the result of one part, `dmarc=pass (p=none) header.from=example.org`.
fn method(part: &str) -> Option<(String, String)> {
    let word = part.split_whitespace().next()?;
    let (name, result) = word.split_once('=')?;
    Some((name.to_ascii_lowercase(), result.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_word_of_the_server_that_is_trusted_counts() {
        let of = |results: &[&str]| {
            let results: Vec<String> = results.iter().map(|text| (*text).to_owned()).collect();
            is_proven(&results, Some("mx.example.org"))
        };
        assert!(of(&["mx.example.org; spf=pass; DMARC=pass (p=none) header.from=a.example"]));
        assert!(of(&["MX.example.org 1; dmarc=pass"]));
        assert!(!of(&["mx.example.org; dmarc=fail; x=dmarc=pass"]));
        assert!(!of(&["evil.example; dmarc=pass", "mx.example.org; dmarc=pass"]));
        assert!(!of(&["mx.example.org; spf=pass", "mx.example.org; dmarc=pass"]));
        assert!(!of(&["mx.example.org.evil.example; dmarc=pass"]));
        assert!(!of(&[]) && !is_proven(&["mx; dmarc=pass".to_owned()], None));
    }

    #[test]
    fn what_was_found_is_told_in_words_that_are_known_and_weighed() {
        for (found, expected, told) in [
            (
                "spf=pass smtp.mailfrom=a; dkim=fail; dkim=pass; dmarc=pass",
                Trust::Proven,
                "spf=pass dkim=pass dmarc=pass",
            ),
            ("spf=pass; dmarc=fail", Trust::Failed, "spf=pass dmarc=fail"),
            ("spf=softfail; dkim=pass header.d=b; dmarc=none", Trust::Partial, "spf=softfail dkim=pass dmarc=none"),
            ("spf=fail", Trust::Failed, "spf=fail"),
            ("spf=<b>; dkim=pass\u{202e}; arc=pass; none", Trust::Unknown, ""),
        ] {
            let results = [format!("mx.example.org; {found}")];
            assert_eq!(trust(&results, Some("mx.example.org")), (expected, told.to_owned()), "{found}");
        }
    }
}
