//! Answers that are not made in one piece for one caller: sent while they are made, or shared.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use tokio::sync::mpsc;

use crate::base::{Error, Kind, Result};

/// Pieces that wait for a caller who reads slowly.
const WAITING: usize = 2;
/// Longest that a caller may leave a piece unread.
const PATIENCE: Duration = Duration::from_secs(30);

/// 200 and JSON whose bytes others are given too.
pub fn shared(body: Bytes) -> Response {
    json(Body::from(body))
}

/// 200 and JSON that is sent while it is made: a connection that breaks off is all the caller hears of an error.
pub fn flowing() -> (Outlet, Response) {
    flowing_as("application/json")
}

/// [`flowing`], and another type.
pub fn flowing_as(content_type: &'static str) -> (Outlet, Response) {
    let (outlet, body) = pieces();
    (outlet, of_type(content_type, body))
}

/// The body of [`flowing`] alone.
pub fn pieces() -> (Outlet, Body) {
    let (pieces, waiting) = mpsc::channel(WAITING);
    (Outlet(pieces), Body::new(Inlet { waiting, is_whole: false }))
}

fn json(body: Body) -> Response {
    of_type("application/json", body)
}

fn of_type(content_type: &'static str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

enum Piece {
    Bytes(Bytes),
    End,
}

/// Where the pieces of an answer go in. Dropped before [`Outlet::end`], it breaks the answer off.
pub struct Outlet(mpsc::Sender<Piece>);

impl Outlet {
    /// Sends a piece, once there is room. An error when the caller has gone or does not read.
    pub async fn send(&self, bytes: impl Into<Bytes>) -> Result<()> {
        self.put(Piece::Bytes(bytes.into())).await
    }

    /// Says that this was all.
    pub async fn end(self) -> Result<()> {
        self.put(Piece::End).await
    }

    async fn put(&self, piece: Piece) -> Result<()> {
        let gone = || Error::new(Kind::Gone, "Nobody reads this answer.");
        tokio::time::timeout(PATIENCE, self.0.send(piece)).await.map_err(|_| gone())?.map_err(|_| gone())
    }
}

struct Inlet {
    waiting: mpsc::Receiver<Piece>,
    is_whole: bool,
}

impl hyper::body::Body for Inlet {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Error>>> {
        if self.is_whole {
            return Poll::Ready(None);
        }
        self.waiting.poll_recv(context).map(|piece| match piece {
            Some(Piece::Bytes(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(Piece::End) => {
                self.is_whole = true;
                None
            }
            None => Some(Err(Error::internal("an answer broke off"))),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.is_whole
    }
}
