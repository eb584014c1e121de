//! Where somebody wants to be called: a URL that can be.

use std::net::IpAddr;

use url::{Host, Url};

use crate::base::{Error, Result};

/// Longest URL, in bytes.
const LONGEST: usize = 2_000;

/// A URL that may be called if its addresses may: http or https, without user or password, to a port of the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    url: Url,
}

impl Target {
    /// Reads a URL as somebody typed it; what it means is settled here (`http://0x7f.1/` is 127.0.0.1).
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |what: &str| Error::field("url", what.to_owned());
        if text.len() > LONGEST {
            return Err(wrong("The URL must have at most 2000 characters."));
        }
        let url = Url::parse(text.trim()).map_err(|_| wrong("It must be a URL, such as https://example.org/hook."))?;
        if !["https", "http"].contains(&url.scheme()) {
            return Err(wrong("The URL must begin with https://."));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("The URL must not hold a user or a password."));
        }
        if url.host().is_none() {
            return Err(wrong("The URL must name a host."));
        }
        if url.fragment().is_some() {
            return Err(wrong("The URL must not have a fragment: it would never be sent."));
        }
        if !matches!(url.port_or_known_default(), Some(80 | 443 | 1024..)) {
            return Err(wrong("The port must be 80, 443, or from 1024 up."));
        }
        Ok(Self { url })
    }

    /// As it is stored and called.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Whether the way there is encrypted.
    pub fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Host name or address.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The port, also where the URL leaves it out.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// The address, where the URL names one instead of a host.
    pub fn address(&self) -> Option<IpAddr> {
        match self.url.host() {
            Some(Host::Ipv4(v4)) => Some(v4.into()),
            Some(Host::Ipv6(v6)) => Some(v6.into()),
            Some(Host::Domain(_)) | None => None,
        }
    }

    /// Whether it leads to this very origin, `https://vpn.example.org`.
    pub fn is_at(&self, origin: &str) -> bool {
        Url::parse(origin).is_ok_and(|own| {
            let bare = |url: &Url| url.host_str().map(|host| host.trim_end_matches('.').to_ascii_lowercase());
            bare(&own) == bare(&self.url) && own.port_or_known_default() == self.url.port_or_known_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_seen_however_it_is_written() {
        for (text, address) in [
            ("http://2130706433/", "127.0.0.1"),
            ("http://0x7f.1/", "127.0.0.1"),
            ("http://0177.1/", "127.0.0.1"),
            ("https://127.0.0.1./", "127.0.0.1"),
            ("https://[::ffff:10.0.0.1]/", "::ffff:10.0.0.1"),
        ] {
            assert_eq!(Target::parse(text).unwrap().address(), Some(address.parse().unwrap()), "{text}");
        }
        assert_eq!(Target::parse("https://example.org/a").unwrap().address(), None);
    }

    #[test]
    fn what_is_no_place_on_the_web_is_refused() {
        for text in [
            "",
            "example.org",
            "gopher://example.org/",
            "file:///etc/passwd",
            "https://u@example.org/",
            "https://u:p@example.org/",
            "https://example.org:22/",
            "https://example.org:25/",
            "https:///",
            "https://example.org/#a",
            "javascript:alert(1)",
        ] {
            assert!(Target::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn our_own_origin_is_known_by_name_and_port() {
        let at = |text: &str| Target::parse(text).unwrap().is_at("https://vpn.example.org");
        assert!(at("https://vpn.example.org/x") && at("https://VPN.example.org.:443/") && !at("https://example.org/"));
        assert!(!at("https://vpn.example.org:8443/"));
    }
}
