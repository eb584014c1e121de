//! Every setting: its flag, its variable, its default.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, ValueEnum};
use ipnet::IpNet;

use crate::base::{Language, Secret};

/// Where the data is; every subcommand but `agent` takes it.
#[derive(Clone, Debug, Args)]
pub struct Data {
    /// Folder of the database, the instance secret and everything else that is kept.
    #[arg(long, env = "GATEHOUSE_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
    /// The instance secret, 64 hexadecimal digits; without it `secret.key` in the data folder.
    #[arg(long = "secret-key", env = "GATEHOUSE_SECRET_KEY", hide_env_values = true, value_parser = secret)]
    pub secret_key: Option<Secret<String>>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// Enforced.
    On,
    /// Not enforced.
    Off,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, a JSON object per line.
    Json,
}

// Document 001 names these two variables without our prefix.
static JWT_TTL: LazyLock<String> = LazyLock::new(|| bare("JWT_TTL", "60"));
static JWT_REFRESH_TTL: LazyLock<String> = LazyLock::new(|| bare("JWT_REFRESH_TTL", "20160"));

fn bare(variable: &str, default: &str) -> String {
    let set = std::env::var(variable).ok().filter(|value| !value.trim().is_empty());
    set.unwrap_or_else(|| default.to_owned())
}

fn network(text: &str) -> std::result::Result<IpNet, String> {
    let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    net.map_err(|_| "it must be an IP address or a network such as 203.0.113.0/24".to_owned())
}

fn minutes() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=525_600)
}

/// What `serve` can be told.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, env = "GATEHOUSE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address under which people and agents reach this instance, https://vpn.example.org.
    #[arg(long, env = "GATEHOUSE_PUBLIC_URL", value_parser = origin)]
    pub public_url: Option<String>,
    /// Addresses and networks whose X-Forwarded-For header is believed.
    #[arg(long, env = "GATEHOUSE_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
    /// Limits on how often callers may call.
    #[arg(long, env = "GATEHOUSE_RATE_LIMIT", value_enum, default_value = "on")]
    pub rate_limit: Switch,
    /// Minutes that a session of /api/auth/login lasts; also read from JWT_TTL.
    #[arg(long, env = "GATEHOUSE_JWT_TTL", default_value = JWT_TTL.as_str(), value_parser = minutes())]
    pub jwt_ttl: u32,
    /// Minutes after its issue that a session's token can be traded for a new one; also read from JWT_REFRESH_TTL.
    #[arg(long, env = "GATEHOUSE_JWT_REFRESH_TTL", default_value = JWT_REFRESH_TTL.as_str(), value_parser = minutes())]
    pub jwt_refresh_ttl: u32,
    /// Shortest password, in characters.
    #[arg(long, env = "GATEHOUSE_MIN_PASSWORD_LENGTH", default_value_t = 8)]
    pub min_password_length: usize,
    /// MiB of files that one user may attach in 24 hours.
    #[arg(long, env = "GATEHOUSE_ATTACHMENT_QUOTA_MIB", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    pub attachment_quota_mib: u32,
    /// Addresses and networks that webhooks may call, and mailboxes of admins may be at, although they are private, local or the VPN's
    /// own; also without TLS.
    #[arg(long, env = "GATEHOUSE_WEBHOOK_ALLOW", value_delimiter = ',', value_parser = network)]
    pub webhook_allow: Vec<IpNet>,
    /// Mail server that takes what is to be mailed: smtps://user:password@mail.example.org, or smtp:// for STARTTLS. Without
    /// one, mails wait for three days.
    #[arg(long, env = "GATEHOUSE_SMTP_URL", hide_env_values = true, requires = "mail_from", value_parser = smtp_url)]
    pub smtp_url: Option<Secret<String>>,
    /// Whom mails are from: support@example.org.
    #[arg(long, env = "GATEHOUSE_MAIL_FROM", value_parser = address)]
    pub mail_from: Option<String>,
    /// Mailbox that reports of mails which cannot be delivered go to, where that is not --mail-from's (the envelope sender of RFC
    /// 5321); the mail server must let mails be sent under it.
    #[arg(long, env = "GATEHOUSE_MAIL_BOUNCES", value_parser = address)]
    pub mail_bounces: Option<String>,
    /// Mailbox that answers to mails of tickets come back to, where it takes support+anything@example.org too.
    #[arg(long, env = "GATEHOUSE_MAIL_INBOUND", value_parser = address)]
    pub mail_inbound: Option<String>,
    /// Mailboxes whose mails become tickets and answers: imaps://user:password@imap.example.org/INBOX?project=support, or imap:// for
    /// STARTTLS.
    #[arg(long, env = "GATEHOUSE_IMAP_URL", hide_env_values = true, value_delimiter = ',', value_parser = imap_url)]
    pub imap_url: Vec<Secret<String>>,
    /// Name under which the mail server that receives these mails writes down what it found about their senders (the
    /// authserv-id of its Authentication-Results). Without one, no sender is proven.
    #[arg(long, env = "GATEHOUSE_MAIL_AUTHORITY")]
    pub mail_authority: Option<String>,
    /// Language of mails to people who have chosen none: en or de.
    #[arg(long, env = "GATEHOUSE_MAIL_LANGUAGE", default_value = "en", value_parser = language)]
    pub mail_language: Language,
    /// Start without bringing the schema up to date.
    #[arg(long, env = "GATEHOUSE_NO_MIGRATE")]
    pub no_migrate: bool,
    /// How the log on standard error is written.
    #[arg(long, env = "GATEHOUSE_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

impl Settings {
    /// Bytes of files that one user may attach in 24 hours.
    pub fn attachment_quota(&self) -> u64 {
        u64::from(self.attachment_quota_mib) << 20
    }
}

fn secret(text: &str) -> Result<Secret<String>, std::convert::Infallible> {
    Ok(Secret::new(text.to_owned()))
}

/// Only what is wrong is told, never the address itself: it holds a password.
fn smtp_url(text: &str) -> Result<Secret<String>, String> {
    let wrong = "it must be smtps://user:password@mail.example.org, or smtp:// for a server that offers STARTTLS";
    let url = url::Url::parse(text).map_err(|_| wrong.to_owned())?;
    let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    let known = tls.is_none_or(|tls| ["required", "opportunistic", "none"].contains(&tls.as_str()));
    match (url.scheme(), url.host_str()) {
        ("smtp" | "smtps", Some(host)) if !host.is_empty() && known => Ok(Secret::new(text.to_owned())),
        ("smtp" | "smtps", Some(_)) => Err("tls must be required, opportunistic or none".to_owned()),
        _ => Err(wrong.to_owned()),
    }
}

fn imap_url(text: &str) -> Result<Secret<String>, String> {
    let wrong = "it must be imaps://user:password@imap.example.org/INBOX?project=support, or imap:// for STARTTLS";
    let url = url::Url::parse(text).map_err(|_| wrong.to_owned())?;
    let known = matches!(url.scheme(), "imap" | "imaps") && !url.username().is_empty() && url.password().is_some();
    if known && url.has_host() { Ok(Secret::new(text.to_owned())) } else { Err(wrong.to_owned()) }
}

fn address(text: &str) -> Result<String, String> {
    let (local, domain) = text.rsplit_once('@').unwrap_or_default();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
    let is_name = |text: &str| !text.is_empty() && text.bytes().all(plain);
    let is_whole = is_name(local) && is_host(domain) && !domain.contains([':', '[', ']']);
    let is_sendable = text.parse::<lettre::Address>().is_ok();
    if is_whole && is_sendable {
        Ok(text.to_owned())
    } else {
        Err("it must be an address such as support@example.org".to_owned())
    }
}

fn language(text: &str) -> Result<Language, String> {
    Language::parse(text).ok_or_else(|| "it must be en or de".to_owned())
}

fn origin(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(host) if is_host(host) && url::Url::parse(text).is_ok() => Ok(text.to_owned()),
        _ => Err("must be an origin without a path, such as https://vpn.example.org".to_owned()),
    }
}

/// Whether text is a host with or without a port and nothing else: it ends in links and command lines.
pub fn is_host(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    !text.is_empty() && text.len() <= 260 && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_come_to_an_origin_with_a_port_that_there_can_be() {
        for fine in ["https://vpn.example.org", "http://10.0.0.1:8080/", "https://[fd00::1]:8443"] {
            assert_eq!(origin(fine).as_deref(), Ok(fine.trim_end_matches('/')), "{fine}");
        }
        for wrong in ["vpn.example.org", "https://", "https://vpn.example.org:70000", "https://vpn.example.org/desk"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }
}
