//! Where an application may be answered.

use url::{Host, Url};

use crate::base::{Error, Result};

/// Longest redirect URI, in bytes.
const LONGEST: usize = 2_000;

/// A URI that was registered, in the one spelling in which it is recognised (RFC 9700, 2.1: letter by letter).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// Takes what an application may register: https, http on the machine of the user alone, or a scheme of its own that
    /// is a reversed domain name (RFC 8252, 7).
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |what: String| Err(Error::field("redirect_uris", what));
        if text.len() > LONGEST {
            return wrong(format!("A redirect URI has at most {LONGEST} characters."));
        }
        let Ok(url) = Url::parse(text) else {
            return wrong(format!("{text:?} is no URI. Give it whole, such as https://app.example.org/callback."));
        };
        // A spelling that parsers read in different ways must not be compared letter by letter.
        if url.as_str().trim_end_matches('/') != text.trim_end_matches('/') {
            return wrong(format!("Write {text:?} as {:?}.", url.as_str()));
        }
        if url.fragment().is_some() {
            return wrong("A redirect URI has no fragment (#…).".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("A redirect URI names no user.".to_owned());
        }
        let is_local = match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        match url.scheme() {
            "https" => Ok(Self(text.to_owned())),
            "http" if is_local => Ok(Self(text.to_owned())),
            "http" => wrong("Over http the code can be read on the way: use https.".to_owned()),
            own if own.contains('.') => Ok(Self(text.to_owned())),
            other => wrong(format!(
                "The scheme {other} is not taken. Use https, http://127.0.0.1 or one such as com.example.app."
            )),
        }
    }

    /// As it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_answered_over_https_on_the_users_own_machine_or_by_a_scheme_of_its_own() {
        for fine in [
            "https://app.example.org/callback",
            "https://app.example.org",
            "https://app.example.org/callback?tenant=7",
            "http://127.0.0.1:5000/cb",
            "http://[::1]:5000/cb",
            "http://localhost/cb",
            "com.example.app:/callback",
        ] {
            assert_eq!(RedirectUri::parse(fine).unwrap().as_str(), fine);
        }
    }

    #[test]
    fn what_parsers_may_read_in_different_ways_is_not_registered() {
        for wrong in [
            "",
            "/callback",
            "app.example.org",
            "http://app.example.org/cb",
            "http://127.0.0.1.example.org/cb",
            "https://app.example.org/cb#x",
            "https://user@app.example.org/cb",
            "https://APP.example.org/cb",
            "https://app.example.org/a/../cb",
            "https://app.example.org\\cb",
            "https:app.example.org/cb",
            " https://app.example.org/cb",
            "https://app.example.org/c b",
            "https://app.example.org/\r\ncb",
            "https://app.example.org:443/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "myapp:/cb",
        ] {
            assert!(RedirectUri::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(RedirectUri::parse(&format!("https://app.example.org/{}", "a".repeat(2_000))).is_err());
    }
}
