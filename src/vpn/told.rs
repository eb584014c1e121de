//! What agents were told last: what it takes to answer them with what changed since.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::wire::picture::Outline;

/// What is kept of a server: what its agent has, and what it was answered since, until it says which of the two it has.
const KEPT: usize = 2;

/// Outlines of what agents have, by server. Lost with the process: then they are told everything once more.
#[derive(Clone, Default)]
pub struct Told(Arc<Mutex<HashMap<i64, Vec<Arc<Outline>>>>>);

impl Told {
    /// The outline of what an agent says that it has. What it was told before is of no use any more.
    pub fn find(&self, server: i64, hash: &str) -> Option<Arc<Outline>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_server = all.get_mut(&server)?;
        let found = of_server.iter().position(|outline| outline.hash == hash)?;
        of_server.drain(..found);
        of_server.first().cloned()
    }

    /// Keeps the outline of what an agent is answered.
    pub fn keep(&self, server: i64, outline: Outline) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_server = all.entry(server).or_default();
        of_server.retain(|known| known.hash != outline.hash);
        of_server.push(Arc::new(outline));
        of_server.drain(..of_server.len().saturating_sub(KEPT));
    }
}
