//! What every request passes through: its id, its address, the log, headers of every answer, then the door.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ipnet::IpNet;
use tower_http::catch_panic::CatchPanicLayer;
use uuid::Uuid;

use super::{description, first_run, install, metrics};
use crate::app::App;
use crate::base::Result;
use crate::dialects;
use crate::dialects::call::{From, Patience};

/// Everything that serves a request.
pub type Stack = Router;

/// Longest that a request may take: the longest poll and then some.
const LONGEST: Duration = Duration::from_secs(60);
/// Longest that one may take whose sender is known and sends files: the largest form over 1 Mbit/s.
const LONGEST_UPLOAD: Duration = Duration::from_secs(15 * 60);

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
    let served = own.fallback_service(door);
    #[cfg(feature = "web")]
    let served = served.layer(axum::middleware::from_fn(pages));
    Ok(served
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a handler panicked");
            (StatusCode::INTERNAL_SERVER_ERROR, axum::Json(serde_json::json!({"error": "Something went wrong here."})))
                .into_response()
        }))
        .layer(axum::middleware::from_fn(in_time))
        .layer(axum::middleware::from_fn_with_state(app.clone(), pass)))
}

/// Answers what people's browsers ask for; what programs ask for goes on.
#[cfg(feature = "web")]
async fn pages(request: Request, next: Next) -> Response {
    if super::web::is_asked(&request) {
        super::web::answer(request.uri(), request.headers())
    } else {
        next.run(request).await
    }
}

/// Ends what takes too long.
async fn in_time(mut request: Request, next: Next) -> Response {
    let patience = Patience::default();
    request.extensions_mut().insert(patience.clone());
    let mut answer = pin!(next.run(request));
    let mut answered = tokio::time::timeout(LONGEST, &mut answer).await;
    if answered.is_err() && patience.is_granted() {
        answered = tokio::time::timeout(LONGEST_UPLOAD - LONGEST, answer).await;
    }
    answered.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}

async fn pass(State(app): State<App>, mut request: Request, next: Next) -> std::result::Result<Response, Infallible> {
    let id = Uuid::now_v7().simple().to_string();
    let began = Instant::now();
    let peer = request.extensions().get::<From>().copied();
    if let Some(From(peer)) = peer {
        let trusted = |ip: &IpAddr| app.settings.trusted_proxies.iter().any(|net: &IpNet| net.contains(ip));
        let client = origin(peer, &request, trusted);
        request.extensions_mut().insert(From(client));
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let ip = request.extensions().get::<From>().map(|from| from.0.to_string());
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    let took = began.elapsed();
    metrics::count(status, took);
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
    Ok(response)
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
    use axum::body::Body;
    use tower::ServiceExt;

    use super::*;

    /// Answers after so many seconds; asks for patience where the path says so.
    async fn slow(request: Request) -> StatusCode {
        let (path, patience) = (request.uri().path(), request.extensions().get::<Patience>());
        if path.starts_with("/upload") {
            patience.unwrap().grant();
        }
        let seconds = path.rsplit('/').next().unwrap().parse().unwrap();
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        StatusCode::OK
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_ends_and_an_upload_may_take_longer() {
        let stack = Router::new().fallback(slow).layer(axum::middleware::from_fn(in_time));
        for (path, status) in
            [("/59", 200), ("/61", 503), ("/upload/61", 200), ("/upload/899", 200), ("/upload/901", 503)]
        {
            let answer = stack.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status().as_u16(), status, "{path}");
        }
    }
}
