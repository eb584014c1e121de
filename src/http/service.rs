//! What every request passes through: its id, its address, the log, headers of every answer, then the door.

use std::convert::Infallible;
use std::future::Future;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::FutureExt as _;
use ipnet::IpNet;
use tower::Service;
use uuid::Uuid;

use super::{description, first_run, install, metrics};
use crate::app::App;
use crate::base::Result;
use crate::dialects;
use crate::dialects::call::{From, Patience};
use crate::dialects::door::Door;

/// Longest that a request may take: the longest poll and then some.
const LONGEST: Duration = Duration::from_secs(60);
/// Longest that one may take whose sender is known and sends files: the largest form over 1 Mbit/s.
const LONGEST_UPLOAD: Duration = Duration::from_secs(15 * 60);

/// Everything that serves a request. Cheap to clone.
///
/// One service and no layers of the framework: for each request those copy every layer that lies below them.
#[derive(Clone)]
pub struct Stack(Arc<Inner>);

struct Inner {
    app: App,
    door: Door,
    /// Pages and files of its own, and the door's word for what nobody knows.
    routes: Router,
}

/// Puts everything together. Never fails once built.
pub fn stack(app: &App) -> Result<Stack> {
    let door = dialects::open(app)?;
    let recorded = metrics::record()?;
    let own = Router::new()
        .route("/setup", get(first_run::form).post(first_run::make))
        .route("/install.sh", get(install::script))
        .route("/install/gatehouse", get(install::binary))
        .route("/api/openapi.json", get(description::document))
        .route("/api/docs", get(description::page))
        .route("/metrics", get(move || async move { recorded.render() }))
        .with_state(app.clone());
    Ok(Stack(Arc::new(Inner { app: app.clone(), routes: own.fallback_service(door.clone()), door })))
}

impl Service<Request> for Stack {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let stack = self.clone();
        Box::pin(async move { Ok(stack.0.answer(request).await) })
    }
}

impl Inner {
    async fn answer(&self, mut request: Request) -> Response {
        let (id, began, patience) = (Uuid::now_v7().simple().to_string(), Instant::now(), Patience::default());
        let peer = request.extensions().get::<From>().copied();
        let client = peer.map(|From(peer)| origin(peer, &request, |ip| self.is_trusted(ip)));
        if let Some(client) = client {
            request.extensions_mut().insert(From(client));
        }
        request.extensions_mut().insert(patience.clone());
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let answer = AssertUnwindSafe(in_time(&patience, self.serve(request))).catch_unwind().await;
        let mut response = answer.unwrap_or_else(|_| panicked());
        let (status, took, path) = (response.status().as_u16(), began.elapsed(), uri.path());
        metrics::count(status, took);
        let ip = client.map(tracing::field::display);
        tracing::debug!(%id, %method, ?path, status, ip, micros = took.as_micros(), "request");
        // A full disk refuses every change, and is told once by whoever finds it full.
        if status >= 500 && status != StatusCode::INSUFFICIENT_STORAGE {
            tracing::error!(%id, %method, ?path, status, "a request was not served");
        }
        let headers = response.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&id) {
            headers.insert(HeaderName::from_static("x-request-id"), value);
        }
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // A page whose form must say where it was sent from has a policy of its own: under this one browsers send none.
        headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ));
        response
    }

    /// Answers what people's browsers ask for; what programs ask for goes on.
    async fn serve(&self, request: Request) -> Response {
        #[cfg(feature = "web")]
        if super::web::is_asked(&request) {
            return super::web::answer(request.uri(), request.headers());
        }
        // Asked first: on the way through the router each request would be matched once more, and copy what lies below.
        let Ok(response) = match self.door.knows(request.uri().path()) {
            true => self.door.clone().call(request).await,
            false => self.routes.clone().call(request).await,
        };
        response
    }

    fn is_trusted(&self, ip: &IpAddr) -> bool {
        self.app.settings.trusted_proxies.iter().any(|net: &IpNet| net.contains(ip))
    }
}

/// Ends what takes too long.
async fn in_time(patience: &Patience, answer: impl Future<Output = Response>) -> Response {
    let mut answer = pin!(answer);
    let mut answered = tokio::time::timeout(LONGEST, &mut answer).await;
    if answered.is_err() && patience.is_granted() {
        answered = tokio::time::timeout(LONGEST_UPLOAD - LONGEST, answer).await;
    }
    answered.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}

fn panicked() -> Response {
    tracing::error!("a handler panicked");
    let body = serde_json::json!({"error": "Something went wrong here."});
    (StatusCode::INTERNAL_SERVER_ERROR, axum::Json(body)).into_response()
}

/// The client behind trusted proxies: the last address that none of them vouches for as its own.
fn origin(peer: IpAddr, request: &Request, trusted: impl Fn(&IpAddr) -> bool) -> IpAddr {
    if !trusted(&peer) {
        return peer;
    }
    let lines = request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> = lines.flat_map(|line| line.split(',')).map_while(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().map(|hop| hop.to_canonical()).find(|hop| !trusted(hop)).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_ends_and_an_upload_may_take_longer() {
        for (seconds, is_upload, status) in
            [(59, false, 200), (61, false, 503), (61, true, 200), (899, true, 200), (901, true, 503)]
        {
            let patience = Patience::default();
            let slow = async {
                if is_upload {
                    patience.grant();
                }
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                StatusCode::OK.into_response()
            };
            let answer = in_time(&patience, slow).await;
            assert_eq!(answer.status().as_u16(), status, "{seconds} s, upload: {is_upload}");
        }
    }
}
