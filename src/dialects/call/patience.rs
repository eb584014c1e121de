//! How long a request may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a request may take as long as a large upload does: granted once it is known who sends it. Every request carries
/// one, put there by the service.
#[derive(Clone, Debug, Default)]
pub struct Patience(Arc<AtomicBool>);

impl Patience {
    /// It may take long.
    pub fn grant(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it may.
    pub fn is_granted(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
