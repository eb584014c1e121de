//! The bytes of a form as they come in, never many at once.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::{Stream, StreamExt};

use super::malformed;
use crate::base::Error;

/// Longest head of a part, and anything else between the contents of two parts, in bytes.
const LONGEST_HEAD: usize = 64 << 10;

/// Where the bytes come from. Cheap to clone, so that what a reader of forms leaves behind can still be read.
#[derive(Clone)]
pub struct Source {
    body: Arc<Mutex<BodyDataStream>>,
    allowed: Arc<AtomicUsize>,
}

impl Source {
    /// The bytes of a body.
    pub fn new(body: Body) -> Self {
        Self { body: Arc::new(Mutex::new(body.into_data_stream())), allowed: Arc::new(AtomicUsize::new(usize::MAX)) }
    }

    /// The reader looks for a part: it keeps all that it reads until it has found one.
    pub fn seek(&self) {
        self.allowed.store(LONGEST_HEAD, Ordering::Relaxed);
    }

    /// The reader hands on what it reads.
    pub fn flow(&self) {
        self.allowed.store(usize::MAX, Ordering::Relaxed);
    }

    /// The bytes from here on.
    pub fn pieces(&self) -> Pieces {
        Pieces { source: self.clone(), rests: false }
    }
}

/// The bytes, a piece at a time: the reader of forms takes all that is there before it looks at any of it, so after each
/// piece there is nothing for a moment.
pub struct Pieces {
    source: Source,
    rests: bool,
}

impl Stream for Pieces {
    type Item = std::result::Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rests) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let allowed = self.source.allowed.load(Ordering::Relaxed);
        if allowed == 0 {
            return Poll::Ready(Some(Err(malformed("A part of the form has too long a head."))));
        }
        let piece = self.source.body.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(context);
        piece.map(|piece| {
            let bytes = piece?.map_err(|_| malformed("The form could not be read."));
            if let Ok(bytes) = &bytes {
                self.rests = true;
                if allowed != usize::MAX {
                    self.source.allowed.store(allowed.saturating_sub(bytes.len()), Ordering::Relaxed);
                }
            }
            Some(bytes)
        })
    }
}
