//! Reading a mailbox (IMAP, RFC 3501): what is unread, one mail at a time, and saying that it was read.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::base::Secret;

/// Longest that the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Largest mail that is read, in bytes.
pub const LARGEST: u32 = 25 << 20;

/// Something that bytes go through, with TLS or without.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Stream for T {}

/// A mailbox, and how to get at it.
#[derive(Clone, Debug)]
pub struct Mailbox {
    host: String,
    port: u16,
    is_tls: bool,
    user: String,
    password: Secret<String>,
    folder: String,
    /// The slug of the project that its tickets go to.
    pub project: Option<String>,
}

/// What a mailbox may be given as.
const SHAPE: &str =
    "it must be imaps://user:password@imap.example.org/INBOX?project=support, with %40 for an @ in the user's name";

impl Mailbox {
    /// Reads `imaps://user:password@imap.example.org/INBOX?project=support`. Without TLS only a server on this machine is read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = url::Url::parse(text).map_err(|_| SHAPE.to_owned())?;
        let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let is_own = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        let is_tls = match url.scheme() {
            "imaps" => true,
            "imap" if is_own => false,
            _ => return Err(SHAPE.to_owned()),
        };
        if host.is_empty() || url.username().is_empty() || url.password().is_none() {
            return Err(SHAPE.to_owned());
        }
        let folder = decoded(url.path().trim_start_matches('/'));
        Ok(Self {
            host,
            port: url.port().unwrap_or(if is_tls { 993 } else { 143 }),
            is_tls,
            user: decoded(url.username()),
            password: Secret::new(decoded(url.password().unwrap_or_default())),
            folder: if folder.is_empty() { "INBOX".to_owned() } else { folder },
            project: url.query_pairs().find(|(name, _)| name == "project").map(|(_, slug)| slug.into_owned()),
        })
    }

    /// What tells it from others: server, user and folder.
    pub fn name(&self) -> String {
        format!("{}@{}:{}/{}", self.user, self.host, self.port, self.folder)
    }

    /// Signs in and opens the folder. What went wrong is told in words for people.
    pub async fn open(&self) -> Result<Reading, String> {
        let place = format!("{}:{}", self.host, self.port);
        let reach = |error: std::io::Error| format!("The mail server at {place} cannot be reached: {error}.");
        let plain = in_time(TcpStream::connect((self.host.as_str(), self.port))).await?.map_err(reach)?;
        let stream: Box<dyn Stream> = if self.is_tls {
            let name = ServerName::try_from(self.host.clone()).map_err(|error| error.to_string())?;
            let tls = TlsConnector::from(Arc::new(tls()?));
            let secured = in_time(tls.connect(name, plain)).await?;
            Box::new(secured.map_err(|error| format!("There is no secure connection to {place}: {error}."))?)
        } else {
            Box::new(plain)
        };
        let mut client = async_imap::Client::new(stream);
        in_time(client.read_response()).await?.map_err(reach)?.ok_or_else(|| format!("{place} hung up at once."))?;
        let signed_in = in_time(client.login(&self.user, self.password.expose())).await?;
        let mut session =
            signed_in.map_err(|(error, _)| format!("{place} refused the user name or password: {error}."))?;
        let opened = in_time(session.select(&self.folder)).await?;
        let opened = opened.map_err(|error| format!("The folder {} cannot be opened: {error}.", self.folder))?;
        let uid_validity = opened.uid_validity.ok_or_else(|| format!("{place} does not number its mails for good."))?;
        Ok(Reading { session, uid_validity })
    }
}

fn tls() -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let verified = builder.and_then(BuilderVerifierExt::with_platform_verifier).map_err(|error| error.to_string())?;
    Ok(verified.with_no_client_auth())
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let late = |_| "The mail server did not answer in time.".to_owned();
    tokio::time::timeout(PATIENCE, work).await.map_err(late)
}

/// A mailbox that is open.
#[derive(Debug)]
pub struct Reading {
    session: async_imap::Session<Box<dyn Stream>>,
    /// What the mailbox says of its numbers.
    pub uid_validity: u32,
}

impl Reading {
    /// The numbers of unread mails, the oldest first.
    pub async fn unread(&mut self) -> Result<Vec<u32>, String> {
        // Some servers tell of new mails only when they are asked.
        in_time(self.session.noop()).await?.map_err(|error| error.to_string())?;
        let found = in_time(self.session.uid_search("UNSEEN")).await?.map_err(|error| error.to_string())?;
        let mut found: Vec<u32> = found.into_iter().collect();
        found.sort_unstable();
        Ok(found)
    }

    /// A mail as it lies there, which stays unread; `None` where it is gone, or larger than [`LARGEST`].
    pub async fn fetch(&mut self, uid: u32) -> Result<Option<Vec<u8>>, String> {
        let size = self.query(uid, "RFC822.SIZE").await?.and_then(|answer| answer.size);
        if size.is_none_or(|size| size > LARGEST) {
            return Ok(None);
        }
        let whole = self.query(uid, "BODY.PEEK[]").await?;
        Ok(whole.and_then(|answer| answer.body().map(<[u8]>::to_vec)))
    }

    async fn query(&mut self, uid: u32, what: &str) -> Result<Option<async_imap::types::Fetch>, String> {
        let work = async {
            let answers: Vec<_> = self.session.uid_fetch(uid.to_string(), what).await?.try_collect().await?;
            Ok::<_, async_imap::error::Error>(answers)
        };
        let answers = in_time(work).await?.map_err(|error| error.to_string())?;
        Ok(answers.into_iter().find(|answer| answer.uid == Some(uid)))
    }

    /// Says that a mail was read.
    pub async fn mark_read(&mut self, uid: u32) -> Result<(), String> {
        let work = async {
            let flags = self.session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await?;
            flags.try_collect::<Vec<_>>().await.map(drop)
        };
        in_time(work).await?.map_err(|error| error.to_string())
    }
}
