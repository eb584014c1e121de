//! Whether the address in From: was proven on the way: our own mail server says so in Authentication-Results (RFC 8601).

/// Whether the server that is trusted (its authserv-id) found the sender's domain to stand behind the mail (DMARC, RFC 7489). Only
/// its own header counts, which stands above all that the sender wrote.
pub fn is_proven(results: &[String], trusted: Option<&str>) -> bool {
    let (Some(trusted), Some(first)) = (trusted, results.first()) else { return false };
    let mut parts = first.split(';').map(str::trim);
    let server = parts.next().and_then(|server| server.split_whitespace().next()).unwrap_or_default();
    server.eq_ignore_ascii_case(trusted)
        && parts.any(|part| method(part).is_some_and(|(name, result)| name == "dmarc" && result == "pass"))
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
}
