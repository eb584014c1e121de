//! What a new VPN server fetches: the install script, and this very executable.

use axum::extract::RawQuery;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

const SCRIPT: &str = include_str!("../../install.sh");

/// `install.sh`.
pub async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/x-shellscript; charset=utf-8")], SCRIPT)
}

/// The executable that answers, for machines of the same architecture.
pub async fn binary(RawQuery(query): RawQuery) -> Response {
    let arch = query.as_deref().and_then(|query| query.strip_prefix("arch="));
    if arch.is_some_and(|arch| arch != std::env::consts::ARCH) {
        let words =
            format!("This control plane runs on {}. Build gatehouse for your machine.\n", std::env::consts::ARCH);
        return (StatusCode::NOT_FOUND, words).into_response();
    }
    // The link itself still opens when the file was replaced by an upgrade.
    match tokio::fs::read("/proc/self/exe").await {
        Ok(bytes) => ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response(),
        Err(error) => {
            tracing::error!(%error, "the executable could not be read");
            (StatusCode::SERVICE_UNAVAILABLE, "The executable cannot be read at the moment.\n").into_response()
        }
    }
}
