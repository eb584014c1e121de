//! The way to a mailbox: a connection, TLS, a password, a folder.

use std::sync::Arc;
use std::time::Duration;

use async_imap::Client;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{Mailbox, Reading, Security, said};
use crate::outbound;

/// Longest that the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Something that bytes go through, with TLS or without.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Stream for T {}

impl Mailbox {
    /// Signs in and opens the folder. What went wrong is told in words for people.
    pub async fn open(&self) -> Result<Reading, String> {
        let place = format!("{}:{}", self.host, self.port);
        let reach = |error: std::io::Error| format!("The mail server at {place} cannot be reached: {error}.");
        let plain = match &self.guard {
            Some(guard) => in_time(outbound::reach(&self.host, self.port, self.security.is_tls(), guard)).await??,
            None => in_time(TcpStream::connect((self.host.as_str(), self.port))).await?.map_err(reach)?,
        };
        let silent = || format!("The mail server at {place} hung up at once.");
        let mut client = match self.security {
            Security::Tls => Client::new(self.secured(plain, &place).await?),
            Security::StartTls | Security::None => Client::new(Box::new(plain) as Box<dyn Stream>),
        };
        in_time(client.read_response()).await?.map_err(reach)?.ok_or_else(silent)?;
        if self.security == Security::StartTls {
            let begun = in_time(client.run_command_and_check_ok("STARTTLS", None)).await?;
            begun.map_err(|error| {
                format!("The mail server at {place} does not begin TLS (STARTTLS): {}.", said(&error))
            })?;
            // What it said behind its answer was said by anybody, and is forgotten here (CVE-2011-0411).
            client = Client::new(self.secured(client.into_inner(), &place).await?);
        }
        let signed_in = in_time(client.login(&self.user, self.password.expose())).await?;
        let mut session = signed_in.map_err(|(error, _)| {
            format!("The mail server at {place} refused the user name or password: {}.", said(&error))
        })?;
        let able = in_time(session.capabilities()).await?.map_err(|error| said(&error))?;
        let opened = in_time(session.select(&self.folder)).await?;
        let opened =
            opened.map_err(|error| format!("The folder {} cannot be opened: {}.", self.folder, said(&error)))?;
        let unnumbered = || format!("The mail server at {place} does not number its mails for good.");
        Ok(Reading { session, uid_validity: opened.uid_validity.ok_or_else(unnumbered)?, tells: able.has_str("IDLE") })
    }

    async fn secured(&self, plain: impl Stream + 'static, place: &str) -> Result<Box<dyn Stream>, String> {
        let name = ServerName::try_from(self.host.clone()).map_err(|error| error.to_string())?;
        let tls = TlsConnector::from(Arc::new(tls()?));
        let secured = in_time(tls.connect(name, plain)).await?;
        Ok(Box::new(secured.map_err(|error| format!("There is no secure connection to {place}: {error}."))?))
    }
}

fn tls() -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let verified = builder.and_then(BuilderVerifierExt::with_platform_verifier).map_err(|error| error.to_string())?;
    Ok(verified.with_no_client_auth())
}

pub(super) async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let late = |_| "The mail server did not answer in time.".to_owned();
    tokio::time::timeout(PATIENCE, work).await.map_err(late)
}
