//! Reading a mailbox (IMAP, RFC 3501): what is unread, some mails at a time, and saying that they were read.
//!
//! `open` finds the way there, signs in and opens the folder; `read` is an open mailbox.

mod open;
mod read;

pub use read::{LARGEST, Reading};

use crate::base::Secret;
use crate::outbound::Guard;

/// How the way to a server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the beginning.
    Tls,
    /// TLS before anything else is said (STARTTLS, RFC 2595); a server that does not begin it is not talked to.
    StartTls,
    /// Not at all.
    None,
}

impl Security {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Tls, Self::StartTls, Self::None];

    /// As SQL and JSON spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
            Self::None => "none",
        }
    }

    /// The reverse of [`Security::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|security| security.as_str() == text)
    }

    /// The port where such servers usually are.
    pub fn port(self) -> u16 {
        if self == Self::Tls { 993 } else { 143 }
    }

    /// Whether what is said cannot be read on the way.
    pub fn is_tls(self) -> bool {
        self != Self::None
    }
}

/// A mailbox, and how to get at it.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// The server's name or address.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// How the way there is kept secret.
    pub security: Security,
    /// Who signs in.
    pub user: String,
    /// With what.
    pub password: Secret<String>,
    /// The folder that is read.
    pub folder: String,
    /// The slug of the project that its tickets go to.
    pub project: Option<String>,
    /// Which addresses the server may have; `None`: any, because the operator chose it.
    pub guard: Option<Guard>,
}

/// What a mailbox may be given as.
const SHAPE: &str = "it must be imaps://user:password@imap.example.org/INBOX?project=support, with %40 for an @ in the user's \
                     name, or imap:// for a server that offers STARTTLS";

impl Mailbox {
    /// Reads `imaps://user:password@imap.example.org/INBOX?project=support`.
    ///
    /// `imaps` is TLS from the beginning; `imap` begins it before anything else is said, unless the server is on this machine or
    /// the address says `?tls=none`. On this machine `?tls=required` asks for it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = url::Url::parse(text).map_err(|_| SHAPE.to_owned())?;
        let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let named =
            |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let is_own = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        let security = match (url.scheme(), named("tls").as_deref()) {
            ("imaps", _) => Security::Tls,
            ("imap", Some("required")) => Security::StartTls,
            ("imap", Some("none")) => Security::None,
            ("imap", None) => {
                if is_own {
                    Security::None
                } else {
                    Security::StartTls
                }
            }
            ("imap", Some(_)) => return Err("tls must be required or none".to_owned()),
            _ => return Err(SHAPE.to_owned()),
        };
        if host.is_empty() || url.username().is_empty() || url.password().is_none() {
            return Err(SHAPE.to_owned());
        }
        let folder = decoded(url.path().trim_start_matches('/'));
        Ok(Self {
            host,
            port: url.port().unwrap_or(security.port()),
            security,
            user: decoded(url.username()),
            password: Secret::new(decoded(url.password().unwrap_or_default())),
            folder: if folder.is_empty() { "INBOX".to_owned() } else { folder },
            project: named("project"),
            guard: None,
        })
    }

    /// What tells it from others: server, user and folder.
    pub fn name(&self) -> String {
        format!("{}@{}:{}/{}", self.user, self.host, self.port, self.folder)
    }
}

/// Why a server did not do what it was asked, in its own words where it has some: the library tells those with how it writes
/// them down.
fn said(error: &async_imap::error::Error) -> String {
    use async_imap::error::Error;
    let (Error::No(text) | Error::Bad(text)) = error else { return error.to_string() };
    let own = text.split_once("info: Some(\"").and_then(|(_, rest)| rest.rsplit_once("\")"));
    own.map_or_else(|| "it does not say why".to_owned(), |(own, _)| format!("it says “{own}”"))
}
