//! Talking to the control plane.

use std::time::{Duration, Instant};

use reqwest::{Client, Response, StatusCode, header, redirect};
use serde_json::Value;

use super::error::AgentError;
use crate::wire::{Desired, Enroll, Enrolled, Report};

/// A poll is answered within 50 s.
const POLL: Duration = Duration::from_secs(65);
const CALL: Duration = Duration::from_secs(15);

/// The way to one control plane.
#[derive(Clone)]
pub struct ControlPlane {
    client: Client,
    url: String,
}

impl ControlPlane {
    /// Certificates are always checked, redirects never followed: a token goes to the named place only.
    pub fn new(url: &str) -> Result<Self, AgentError> {
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
        Ok(Self { client, url: url.trim_end_matches('/').to_owned() })
    }

    /// Spends an enrolment token.
    pub async fn enroll(&self, body: &Enroll) -> Result<Enrolled, AgentError> {
        let request = self.client.post(format!("{}/api/agent/enroll", self.url)).json(body).timeout(CALL);
        let response = request.send().await.map_err(unreachable)?;
        match response.status() {
            StatusCode::OK => response.json().await.map_err(unreachable),
            StatusCode::UNAUTHORIZED => Err(AgentError::Refused(
                "this enrolment token is not known or was used: register the server again for a new one".into(),
            )),
            _ => Err(failure(response).await),
        }
    }

    /// The next desired state after a revision; none when nothing changed for a while.
    pub async fn desired(&self, token: &str, revision: Option<u64>) -> Result<Option<Desired>, AgentError> {
        let query = revision.map(|revision| format!("?revision={revision}")).unwrap_or_default();
        let request = self.client.get(format!("{}/api/agent/desired{query}", self.url));
        let response = request.bearer_auth(token).timeout(POLL).send().await.map_err(unreachable)?;
        match response.status() {
            StatusCode::OK => response.json().await.map(Some).map_err(unreachable),
            StatusCode::NO_CONTENT => Ok(None),
            _ => Err(failure(response).await),
        }
    }

    /// Delivers a report.
    pub async fn report(&self, token: &str, report: &Report) -> Result<(), AgentError> {
        let request = self.client.post(format!("{}/api/report", self.url)).json(report);
        let response = request.bearer_auth(token).timeout(CALL).send().await.map_err(unreachable)?;
        if response.status() == StatusCode::OK { Ok(()) } else { Err(failure(response).await) }
    }

    /// Milliseconds that a small request takes, connection included only the first time.
    pub async fn ping(&self) -> Option<f64> {
        let began = Instant::now();
        let request = self.client.get(format!("{}/api/health", self.url)).timeout(CALL);
        let response = request.send().await.ok()?;
        response.bytes().await.ok()?;
        Some(began.elapsed().as_secs_f64() * 1_000.0)
    }
}

fn unreachable(error: reqwest::Error) -> AgentError {
    AgentError::Unreachable(error.without_url().to_string(), None)
}

async fn failure(response: Response) -> AgentError {
    let status = response.status();
    let wait = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let body: Value = response.json().await.unwrap_or_default();
    let words = body["error"].as_str().unwrap_or("no reason given");
    match status {
        StatusCode::UNAUTHORIZED => AgentError::TokenDead,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => AgentError::Unreachable(words.to_owned(), wait),
        status if status.is_server_error() => AgentError::Unreachable(format!("{status}: {words}"), wait),
        status => AgentError::Refused(format!("{status}: {words}")),
    }
}
