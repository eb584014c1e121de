//! Talking to the control plane.

use std::error::Error;
use std::time::{Duration, Instant};

use chrono::DateTime;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header, redirect};
use serde_json::Value;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::clock::Clock;
use super::error::AgentError;
use crate::wire::{Desired, Enroll, Enrolled, News, Report, SERVER_HEADER, SERVER_KEY_HEADER};

/// A poll is answered within 50 s.
const POLL: Duration = Duration::from_secs(65);
const CALL: Duration = Duration::from_secs(15);
/// What is large may take longer, by this for each byte: on a line of 64 kbit/s it takes an eighth of that.
const BYTE: Duration = Duration::from_millis(1);
/// Latency beyond this is as good as none.
const PING: Duration = Duration::from_secs(5);

/// The way to one control plane.
#[derive(Clone)]
pub struct ControlPlane {
    client: Client,
    url: String,
    clock: Clock,
}

/// Whose token it is.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The server it belongs to.
    pub server_id: String,
    /// The public key that the control plane gives to devices.
    pub public_key: String,
    /// What that server should show.
    pub desired: Desired,
}

impl ControlPlane {
    /// Certificates are always checked, redirects never followed: a token goes to the named place only.
    pub fn new(url: &str, clock: Clock) -> Result<Self, AgentError> {
        if !(url.starts_with("https://") || url.starts_with("http://")) {
            return Err(AgentError::Usage(
                "--url must be the control plane's address, such as https://vpn.example.org".into(),
            ));
        }
        // An error means that it is installed already.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .pool_max_idle_per_host(1)
            .build()
            .map_err(|error| AgentError::Usage(format!("the HTTP client could not start: {error}")))?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned(), clock })
    }

    /// An answer that must be there as a whole in time.
    async fn send(&self, request: RequestBuilder, patience: Duration) -> Result<Response, AgentError> {
        self.head(request.timeout(patience), patience).await
    }

    /// The head of an answer. Every one tells the control plane's time.
    async fn head(&self, request: RequestBuilder, patience: Duration) -> Result<Response, AgentError> {
        let response = timeout(patience, request.send()).await.map_err(late)?.map_err(unreachable)?;
        let date = response.headers().get(header::DATE).and_then(|value| value.to_str().ok());
        if let Some(date) = date.and_then(|text| DateTime::parse_from_rfc2822(text).ok()) {
            self.clock.heard(date.into());
        }
        Ok(response)
    }

    /// Spends an enrolment token.
    pub async fn enroll(&self, body: &Enroll) -> Result<Enrolled, AgentError> {
        let response = self.send(self.client.post(format!("{}/api/agent/enroll", self.url)).json(body), CALL).await?;
        match response.status() {
            StatusCode::OK => response.json().await.map_err(unreachable),
            StatusCode::UNAUTHORIZED => Err(AgentError::Refused(
                "this enrolment token is not known or was used: ask for a new one, in the settings of the server or by POST \
                 /api/servers/ID/enrollment".into(),
            )),
            _ => Err(failure(response).await),
        }
    }

    /// What there is beyond the state that the agent has, by revision and hash; none when nothing changed for a while.
    pub async fn news(&self, token: &str, has: Option<&(u64, String)>) -> Result<Option<News>, AgentError> {
        let query = has.map(|(revision, hash)| format!("?revision={revision}&hash={hash}")).unwrap_or_default();
        let request = self.client.get(format!("{}/api/agent/desired{query}", self.url));
        let response = self.head(request.bearer_auth(token), POLL).await?;
        match response.status() {
            StatusCode::OK => {
                let body = whole(response).await?;
                let unreadable = |error| AgentError::Unreachable(format!("its answer cannot be read: {error}"), None);
                News::parse(&body).map(Some).map_err(unreadable)
            }
            StatusCode::NO_CONTENT => Ok(None),
            _ => Err(failure(response).await),
        }
    }

    /// The desired state at once, and whose token this is.
    pub async fn owner(&self, token: &str) -> Result<Owner, AgentError> {
        let request = self.client.get(format!("{}/api/agent/desired", self.url));
        let response = self.send(request.bearer_auth(token), CALL).await?;
        if response.status() != StatusCode::OK {
            return Err(failure(response).await);
        }
        let told = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (Some(server_id), Some(public_key)) = (told(SERVER_HEADER), told(SERVER_KEY_HEADER)) else {
            return Err(AgentError::Refused(
                "this control plane does not say which server the token is for: enrol with --enroll instead".into(),
            ));
        };
        Ok(Owner { server_id, public_key, desired: response.json().await.map_err(unreachable)? })
    }

    /// Delivers a report.
    pub async fn report(&self, token: &str, report: &Report) -> Result<(), AgentError> {
        let body = serde_json::to_vec(report).map_err(|error| AgentError::Unfit(error.to_string()))?;
        let patience = CALL + BYTE * u32::try_from(body.len()).unwrap_or(u32::MAX);
        let request = self
            .client
            .post(format!("{}/api/report", self.url))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        let response = self.send(request.bearer_auth(token), patience).await?;
        match response.status() {
            StatusCode::OK => Ok(()),
            // These are about this report. Any other refusal is about the way there, and ends.
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => {
                Err(AgentError::Unfit(failure(response).await.to_string()))
            }
            _ => Err(failure(response).await),
        }
    }

    /// Milliseconds that a small request takes, connection included only the first time.
    pub async fn ping(&self) -> Option<f64> {
        let began = Instant::now();
        let request = self.client.get(format!("{}/api/health", self.url));
        let response = self.send(request, PING).await.ok()?;
        response.bytes().await.ok()?;
        Some(began.elapsed().as_secs_f64() * 1_000.0)
    }
}

/// The body of an answer, however long it takes as long as it goes on: a state of many peers on a slow line.
async fn whole(mut response: Response) -> Result<Vec<u8>, AgentError> {
    let mut body = Vec::new();
    while let Some(part) = timeout(CALL, response.chunk()).await.map_err(late)?.map_err(unreachable)? {
        body.extend_from_slice(&part);
    }
    Ok(body)
}

fn late(_: Elapsed) -> AgentError {
    AgentError::Unreachable("its answer takes too long".into(), None)
}

/// The error itself says only that it could not send; why stands innermost.
fn unreachable(error: reqwest::Error) -> AgentError {
    let error = error.without_url();
    let mut innermost = error.source();
    while let Some(cause) = innermost.and_then(Error::source) {
        innermost = Some(cause);
    }
    let why = innermost.map(|cause| format!(": {cause}")).unwrap_or_default();
    AgentError::Unreachable(format!("{error}{why}"), None)
}

async fn failure(response: Response) -> AgentError {
    let status = response.status();
    let wait = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let body: Value =
        whole(response).await.ok().and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default();
    // Whoever answers: it ends up in a log.
    let words: String = body["error"].as_str().unwrap_or("no reason given").chars().take(300).collect();
    let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match status {
        StatusCode::UNAUTHORIZED => AgentError::TokenDead,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => AgentError::Unreachable(words, wait),
        status if status.is_server_error() => AgentError::Unreachable(format!("{status}: {words}"), wait),
        status => AgentError::Refused(format!("{status}: {words}")),
    }
}
