//! The way to the mail server (RFC 5321): one transport for the whole process, which keeps a few connections open.

mod letter;

use std::time::Duration;

use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::base::{Error, Result};
use crate::config::Settings;
use crate::notify::{Letter, Outcome};

/// Longest that the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Connections that are open at most. On each a mail takes at least 40 ms: its last line goes out alone, after the server has
/// acknowledged the rest (RFC 896), which it may delay (RFC 1122, 4.2.3.2).
pub const CONNECTIONS: usize = 10;
/// How long one is kept open that carries nothing.
const IDLE: Duration = Duration::from_secs(20);

/// What became of a mail that was handed to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The server answered.
    Answered(Outcome),
    /// There is no server to talk to, or it does not let us in: no other mail would fare better now. For people.
    Unreachable(String),
}

impl Sent {
    /// What that means for the mail.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Answered(outcome) => outcome.clone(),
            Self::Unreachable(why) => Outcome::Later(why.clone()),
        }
    }
}

/// Whoever carries mails to the server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    /// The server's name and port, for people.
    place: String,
    /// Where it is told what cannot be delivered, if not the sender.
    bounces: Option<Address>,
}

impl Mailer {
    /// The way to the server that the settings name; `None` where they name none.
    ///
    /// `smtps` is TLS from the beginning; `smtp` must be able to begin it (STARTTLS), unless the server is on this machine or
    /// the address says `?tls=opportunistic` or `?tls=none`.
    pub fn new(settings: &Settings) -> Result<Option<Self>> {
        let Some(text) = &settings.smtp_url else { return Ok(None) };
        let mut url = url::Url::parse(text.expose()).map_err(|_| Error::internal("the SMTP URL cannot be read"))?;
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let tls = match (url.scheme(), tls) {
            ("smtps", _) => None,
            (_, Some(tls)) => Some(tls).filter(|tls| tls != "none"),
            (_, None) => (!is_own(&url)).then(|| "required".to_owned()),
        };
        url.set_query(tls.map(|tls| format!("tls={tls}")).as_deref());
        let port = url.port().unwrap_or(match (url.scheme(), url.query()) {
            ("smtps", _) => 465,
            (_, Some(_)) => 587,
            (_, None) => 25,
        });
        let place = format!("{}:{port}", url.host_str().unwrap_or_default());
        // What is wrong may quote the address, and with it the password.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str())
            .map_err(|_| Error::internal("the SMTP URL cannot be used"))?;
        let pool = PoolConfig::new().max_size(CONNECTIONS as u32).idle_timeout(IDLE);
        let domain = settings.mail_from.as_deref().and_then(|from| from.rsplit_once('@')).map(|(_, domain)| domain);
        let hello = ClientId::Domain(domain.unwrap_or("localhost").to_owned());
        let transport = builder.port(port).timeout(Some(PATIENCE)).pool_config(pool).hello_name(hello).build();
        let bounces = settings.mail_bounces.as_deref().map(str::parse).transpose().map_err(Error::internal)?;
        Ok(Some(Self { transport, place, bounces }))
    }

    /// Hands a mail to the server.
    pub async fn send(&self, letter: &Letter) -> Sent {
        let message = match letter::message(letter, self.bounces.as_ref()) {
            Ok(message) => message,
            Err(why) => return Sent::Answered(Outcome::Never(why)),
        };
        match self.transport.send(message).await {
            Ok(_) => Sent::Answered(Outcome::Delivered),
            Err(error) => self.judge(&error),
        }
    }

    fn judge(&self, error: &SmtpError) -> Sent {
        let place = &self.place;
        let said = said(error);
        let code = error.status().map(u16::from);
        match code {
            Some(530 | 534 | 535 | 538 | 454) => {
                Sent::Unreachable(format!("The mail server at {place} refused the user name and password: {said}"))
            }
            Some(421) => Sent::Unreachable(format!("The mail server at {place} takes nothing now: {said}")),
            _ if error.is_permanent() => Sent::Answered(Outcome::Never(format!("The mail server refused it: {said}"))),
            _ if error.is_transient() => Sent::Answered(Outcome::Later(format!("The mail server put it off: {said}"))),
            _ if error.is_timeout() => Sent::Unreachable(format!("The mail server at {place} did not answer in time.")),
            _ if error.is_tls() => Sent::Unreachable(format!("There is no secure connection to {place}: {said}")),
            _ => Sent::Unreachable(format!("The mail server at {place} cannot be reached: {said}")),
        }
    }
}

/// What an error says, down to its cause.
fn said(error: &SmtpError) -> String {
    let mut texts = vec![error.to_string()];
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
        cause = error.source();
    }
    texts.join(": ")
}

/// Whether a server is on this machine.
fn is_own(url: &url::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}
