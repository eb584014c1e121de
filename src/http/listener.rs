//! The listener: connections with header and idle timeouts that fire, a bound on their number, a graceful end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;
use tower::Service;

use super::stalled::Stalled;
use super::{Stack, metrics};
use crate::app::App;
use crate::dialects::call::From;

/// A head that takes longer, or a connection that idles longer, is closed.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection to which nothing could be written for longer is closed.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// Connections at once: two per agent and browser of a large fleet.
const CONNECTIONS: usize = 16_384;
/// Connections that may wait to be accepted; the kernel may allow fewer (`net.core.somaxconn`).
const WAITING: u32 = 4_096;
/// Wait after an accept that failed, which mostly means that no file handle was free.
const PAUSE: Duration = Duration::from_millis(50);

/// Listens at an address. A usual listener lets 128 connections wait: of a fleet that comes back at once many would be dropped,
/// and each tries again after a second at the earliest.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Serves until the process stops, then lets requests in flight end.
pub async fn serve(listener: TcpListener, stack: Stack, app: App) {
    tokio::spawn(metrics::keep_up(app.stopping.clone()));
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).half_close(false);
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = app.stopping.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Answers are written whole: waiting for more only delays them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let stack = stack.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(From(peer.ip().to_canonical()));
            stack.clone().call(request)
        });
        let stream = TokioIo::new(Stalled::after(WRITE_TIMEOUT, stream));
        let connection = graceful.watch(builder.serve_connection(stream, service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn half_a_thousand_who_come_at_once_wait_for_their_turn() {
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let all: io::Result<Vec<TcpStream>> =
            (0..500).map(|_| TcpStream::connect_timeout(&address, Duration::from_secs(5))).collect();
        assert_eq!(all.map(|all| all.len()).ok(), Some(500));
    }
}
