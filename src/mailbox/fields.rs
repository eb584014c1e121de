//! What a mailbox says of itself, checked.

use super::find::Mailbox;
use crate::base::check::{line, required_line};
use crate::base::{Check, Error, Result, Secret};
use crate::imap::Security;

/// Longest name of a host, and longest user name, password and folder, in characters.
const LONGEST_HOST: usize = 253;
const LONGEST: usize = 255;

/// As callers send it; what is `None` stays, an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// For people.
    pub name: Option<String>,
    /// The server's name or address.
    pub host: Option<String>,
    /// The server's port.
    pub port: Option<i64>,
    /// How the way there is kept secret, as [`Security::as_str`] spells it.
    pub security: Option<String>,
    /// Who signs in.
    pub username: Option<String>,
    /// With what.
    pub password: Option<Secret<String>>,
    /// The folder that is read.
    pub folder: Option<String>,
    /// The number of the project that its tickets go to.
    pub project: Option<Option<i64>>,
    /// Whether it is read.
    pub is_active: Option<bool>,
}

/// A mailbox that can be.
#[derive(Clone, Debug)]
pub struct Fields {
    pub(super) name: String,
    /// The server's name or address.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// How the way there is kept secret.
    pub security: Security,
    pub(super) username: String,
    /// `None`: the one that is known.
    pub(super) password: Option<Secret<String>>,
    pub(super) folder: String,
    pub(super) project: Option<i64>,
    pub(super) is_active: bool,
    /// Whether it leads elsewhere than before, so that its address has to be judged.
    pub is_elsewhere: bool,
}

impl Fields {
    /// Checks what is given, over what is there already.
    pub fn parse(given: &Given, known: Option<&Mailbox>) -> Result<Self> {
        let mut check = Check::default();
        let or = |given: &Option<String>, known: Option<&String>| given.clone().or(known.cloned());
        let name = or(&given.name, known.map(|known| &known.name));
        let name = check.take(required_line("name", name.as_deref(), LONGEST));
        let host = or(&given.host, known.map(|known| &known.host));
        let host = check.take(required_line("host", host.as_deref(), LONGEST_HOST).and_then(|text| host_of(&text)));
        let security = match (&given.security, known) {
            (Some(word), _) => check.take(security(word)),
            (None, known) => Some(known.map_or(Security::Tls, |known| known.security)),
        };
        let port = match (given.port, known) {
            (Some(port), _) => check.take(port_of(port)),
            (None, Some(known)) => Some(known.port),
            (None, None) => security.map(Security::port),
        };
        let username = or(&given.username, known.map(|known| &known.username));
        let username = check.take(required_line("username", username.as_deref(), LONGEST));
        let folder = or(&given.folder, known.map(|known| &known.folder));
        let folder =
            check.take(line("folder", folder.as_deref(), LONGEST)).map(|text| text.unwrap_or("INBOX".to_owned()));
        let password = given.password.clone().filter(|password| !password.expose().is_empty());
        if let Some(password) = &password {
            check.take(usable(password.expose()));
        }
        let (host, port, security) =
            (host.unwrap_or_default(), port.unwrap_or_default(), security.unwrap_or(Security::Tls));
        let same = |known: &&Mailbox| {
            known.host == host
                && known.port == port
                && known.security == security
                && Some(&known.username) == username.as_ref()
        };
        let is_elsewhere = known.filter(same).is_none();
        if is_elsewhere && password.is_none() {
            // Whoever may change where it leads must not learn what is sent there.
            let text = match known {
                Some(_) => "Give the password again when host, port, security or username change: it is sent there.",
                None => "The password field is required.",
            };
            check.note(Error::field("password", text));
        }
        let (name, username, folder) = (check.need(name)?, check.need(username)?, check.need(folder)?);
        Ok(Self {
            name,
            host,
            port,
            security,
            username,
            password,
            folder,
            project: given.project.unwrap_or_else(|| known.and_then(|known| known.project)),
            is_active: given.is_active.unwrap_or(known.is_none_or(|known| known.is_active)),
            is_elsewhere,
        })
    }
}

/// A name or an address alone: nothing that could be a port, a path or a user.
fn host_of(text: &str) -> Result<String> {
    let host = text.trim_matches(['[', ']']).trim_end_matches('.').to_lowercase();
    let is_name = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    if is_name || host.parse::<std::net::Ipv6Addr>().is_ok() {
        return Ok(host);
    }
    Err(Error::field("host", "It must be the name or the address of a mail server alone, such as imap.example.org."))
}

fn port_of(port: i64) -> Result<u16> {
    let known = u16::try_from(port).ok().filter(|port| matches!(port, 143 | 993 | 1024..));
    known.ok_or_else(|| Error::field("port", "The port must be 143, 993, or from 1024 up."))
}

fn security(word: &str) -> Result<Security> {
    let known = Security::ALL.map(Security::as_str).join(", ");
    Security::parse(word).ok_or_else(|| Error::field("security", format!("The security must be one of {known}.")))
}

fn usable(password: &str) -> Result<()> {
    if password.chars().count() <= LONGEST && !password.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Error::field("password", "The password must be a single line of at most 255 characters."))
}
