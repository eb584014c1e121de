//! How many things one user may do at once; the rest wait for their turn.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::base::{Error, Result};

/// A turn; it ends when this is dropped.
#[derive(Debug)]
pub struct Turn(#[allow(dead_code, reason = "it is held, not read")] OwnedSemaphorePermit);

/// A limit per user.
pub struct Turns {
    at_once: usize,
    users: Mutex<HashMap<i64, Arc<Semaphore>>>,
}

impl Turns {
    /// So many at once for each user.
    pub fn of(at_once: usize) -> Self {
        Self { at_once, users: Mutex::default() }
    }

    /// Waits until the user has less than that many turns.
    pub async fn wait(&self, user: i64) -> Result<Turn> {
        let places = {
            let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
            users.entry(user).or_insert_with(|| Arc::new(Semaphore::new(self.at_once))).clone()
        };
        places.acquire_owned().await.map(Turn).map_err(Error::internal)
    }

    /// Forgets users who have no turn and wait for none.
    pub fn tidy(&self) {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        users.retain(|_, places| Arc::strong_count(places) > 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_user_waits_for_their_own_turns_alone() {
        let turns = Turns::of(2);
        let first = turns.wait(1).await.unwrap();
        let _second = turns.wait(1).await.unwrap();
        let mut third = Box::pin(turns.wait(1));
        assert!(futures_util::poll!(&mut third).is_pending());
        let _other = turns.wait(2).await.unwrap();
        turns.tidy();
        drop(first);
        assert!(futures_util::poll!(&mut third).is_ready());
    }
}
