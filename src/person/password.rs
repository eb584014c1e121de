//! Passwords: argon2id, on one thread of low priority with a bounded queue.
//!
//! Anywhere else a login storm would stop everything (`argon2` takes 20 ms of a core and 19 MiB). Low priority alone does not
//! keep it back: whoever wakes waits until the thread has had its turn of some ms, and there is always one who wakes.

use std::time::Instant;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use crossbeam_channel::{Sender, TrySendError};
use tokio::sync::oneshot;

use crate::base::{Error, Kind, Result, Secret, processor_time};

/// OWASP's second choice of parameters: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
/// Jobs that may wait; more are told to come back.
const QUEUE: usize = 64;
/// Longest password in bytes: longer ones are refused, never cut.
const LONGEST: usize = 1024;
/// The hash of nothing anyone knows: looked at when there is no account, so that both take as long.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLWR1bW15$Vw4gbPVnQeQLx9jDAh5hX1V3mJcZAxOT1dHnEs5ZBLs";

/// A password that is long enough and not absurdly long.
#[derive(Clone, Debug)]
pub struct Password(Secret<String>);

impl Password {
    /// Checks the length, in characters, against the instance's minimum.
    pub fn parse(text: String, minimum: usize) -> Result<Self> {
        if text.chars().count() < minimum {
            return Err(Error::field("password", format!("The password must be at least {minimum} characters long.")));
        }
        if text.len() > LONGEST {
            return Err(Error::field("password", format!("The password must be at most {LONGEST} bytes long.")));
        }
        Ok(Self(Secret::new(text)))
    }
}

/// Hashes on the calling thread: for the command line.
pub fn hash(password: &Password) -> Result<String> {
    let hash = hasher()?.hash_password(password.0.expose().as_bytes()).map_err(Error::internal)?;
    Ok(hash.to_string())
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn matches(given: &str, stored: Option<&str>) -> Result<bool> {
    let hash = PasswordHash::new(stored.unwrap_or(DUMMY)).map_err(Error::internal)?;
    let right = given.len() <= LONGEST && hasher()?.verify_password(given.as_bytes(), &hash).is_ok();
    Ok(right && stored.is_some())
}

type Job = Box<dyn FnOnce() + Send>;

/// Does a job, and then nothing for as long as others had the processor meanwhile: where they want it, it takes less of it;
/// where nobody does, it never rests.
fn considerately(job: Job) {
    let (began, taken) = (Instant::now(), processor_time());
    job();
    std::thread::sleep(began.elapsed().saturating_sub(processor_time().saturating_sub(taken)));
}

/// The way to the password thread.
#[derive(Clone)]
pub struct Passwords(Sender<Job>);

impl Passwords {
    /// Starts the thread.
    pub fn start() -> Result<Self> {
        let (queue, jobs) = crossbeam_channel::bounded::<Job>(QUEUE);
        let serve = move || {
            if let Err(error) = rustix::process::nice(15) {
                tracing::warn!(%error, "the password thread runs at normal priority");
            }
            jobs.into_iter().for_each(considerately);
        };
        std::thread::Builder::new().name("password".to_owned()).spawn(serve).map_err(Error::internal)?;
        Ok(Self(queue))
    }

    /// Hashes a password into a PHC string.
    pub async fn hash(&self, password: Password) -> Result<String> {
        self.run(move || hash(&password)).await
    }

    /// Whether a password is the stored one; takes as long when nothing is stored.
    pub async fn matches(&self, given: Secret<String>, stored: Option<String>) -> Result<bool> {
        self.run(move || matches(given.expose(), stored.as_deref())).await
    }

    async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job = move || {
            // A caller that went away needs no answer.
            let _gone = if reply.is_closed() { Ok(()) } else { reply.send(job()) };
        };
        self.0.try_send(Box::new(job)).map_err(|error| match error {
            TrySendError::Full(_) => {
                Error::new(Kind::TooMany { retry_after: 2 }, "Too many people sign in at once. Try again in a moment.")
            }
            TrySendError::Disconnected(_) => Error::internal("the password thread is gone"),
        })?;
        answer.await.map_err(|_| Error::internal("the password thread gave up"))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let stored = hash(&Password::parse("correct horse".into(), 8).unwrap()).unwrap();
        assert!(matches("correct horse", Some(&stored)).unwrap());
        assert!(!matches("correct horsE", Some(&stored)).unwrap());
        assert!(!matches("correct horse", None).unwrap());
    }
}
