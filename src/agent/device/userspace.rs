//! The userspace backend: an external program, by its UAPI socket.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

use zeroize::{Zeroize as _, Zeroizing};

use super::link::Link;
use super::supervise::Supervised;
use super::{Change, Device, DeviceError, Key, LinkOutcome, LinkWanted, Shown, uapi};

/// Reading ten thousand peers takes wireguard-go 0.1 s; a busy machine gets a hundred times that.
const READING: Duration = Duration::from_secs(10);
/// Adding ten thousand peers takes it some seconds.
const CHANGING: Duration = Duration::from_secs(60);

/// An interface that an external program serves.
pub(super) struct Userspace {
    program: Supervised,
    link: Link,
    /// Kept between reads: 3 MiB at 10,000 peers. Wiped after each, it held keys.
    answer: Vec<u8>,
}

impl Userspace {
    pub(super) fn new(interface: &str, program: &Path) -> Self {
        Self { program: Supervised::new(interface, program), link: Link::new(interface), answer: Vec::new() }
    }

    /// One operation on a connection of its own: the program may have been restarted since the last one.
    fn ask<T>(
        &mut self,
        what: &'static str,
        question: &str,
        deadline: Duration,
        read: impl Fn(&[u8]) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => DeviceError::Silent { what, seconds: deadline.as_secs() },
            _ => DeviceError::system(what, error),
        };
        let mut stream = self.program.connect(deadline)?;
        stream.write_all(question.as_bytes()).map_err(failed)?;
        let mut length = 0;
        let answer = &mut self.answer;
        let outcome = loop {
            if length == answer.len() {
                grow(answer);
            }
            match stream.read(&mut answer[length..]) {
                Ok(0) => break Err(DeviceError::Unreadable("it ended early")),
                Ok(more) => length += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => break Err(failed(error)),
            }
            // The only empty line of an answer is its last.
            if answer[..length].ends_with(b"\n\n") {
                break read(&answer[..length]);
            }
        };
        // The buffer lives on, so this cannot be left out as dead; `zeroize` goes byte by byte, 3 ms for 4 MiB.
        answer[..length].fill(0);
        outcome
    }
}

/// Doubles the room by moving to a new buffer: one that grows in place would leave keys in the memory it gives back.
fn grow(answer: &mut Vec<u8>) {
    let mut larger = vec![0; (answer.len() * 2).max(64 * 1024)];
    larger[..answer.len()].copy_from_slice(answer);
    answer.zeroize();
    *answer = larger;
}

impl Device for Userspace {
    fn read(&mut self) -> Result<Shown, DeviceError> {
        self.ask("show itself", uapi::GET, READING, uapi::parse)
    }

    fn read_of(&mut self, peers: &BTreeSet<Key>) -> Result<Shown, DeviceError> {
        self.ask("show itself", uapi::GET, READING, |text| uapi::parse_of(text, |key| peers.contains(key)))
    }

    fn apply(&mut self, changes: &[Change]) -> Result<(), DeviceError> {
        if changes.is_empty() {
            return Ok(());
        }
        let question = Zeroizing::new(uapi::set(changes));
        self.ask("take a change", &question, CHANGING, uapi::check_set)
    }

    fn ensure_up(&mut self, link: &LinkWanted) -> Result<LinkOutcome, DeviceError> {
        let created = self.program.ensure_running()?;
        let repaired = self.link.ensure(link)?;
        Ok(LinkOutcome { created, repaired })
    }

    fn kind(&self) -> &'static str {
        "userspace"
    }
}
