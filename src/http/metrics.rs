//! What Prometheus reads: how many requests were answered, with which status, and how long they took.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

use crate::base::{Error, Result};

/// Upper ends of the buckets of durations, in seconds: up to the longest poll.
const BUCKETS: [f64; 9] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 60.0];
/// Between two times that durations are put into their buckets: until then each of them takes memory.
const UPKEEP: Duration = Duration::from_secs(5);

const REQUESTS: &str = "gatehouse_http_requests_total";
const SECONDS: &str = "gatehouse_http_request_seconds";

/// There is one recorder in a process, whatever is served by it.
static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to record, where nothing in this process does yet.
pub fn record() -> Result<PrometheusHandle> {
    let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).map_err(Error::internal)?;
    let begin = || {
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("something else records metrics in this process");
        }
        metrics::describe_counter!(REQUESTS, "Requests that were answered, by status.");
        metrics::describe_histogram!(SECONDS, metrics::Unit::Seconds, "From a request to its answer.");
        handle
    };
    Ok(HANDLE.get_or_init(begin).clone())
}

/// Puts durations into their buckets until the process stops, whether or not anybody reads them.
pub async fn keep_up(stopping: CancellationToken) {
    while tokio::time::timeout(UPKEEP, stopping.cancelled()).await.is_err() {
        if let Some(handle) = HANDLE.get() {
            handle.run_upkeep();
        }
    }
}

/// Counts an answer.
pub fn count(status: u16, took: Duration) {
    metrics::counter!(REQUESTS, "status" => status.to_string()).increment(1);
    metrics::histogram!(SECONDS).record(took);
}
