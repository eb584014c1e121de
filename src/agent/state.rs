//! The state directory: what must survive a crash at any moment.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::device::Key;
use super::error::AgentError;

/// Who this agent is, kept in `identity.json`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    /// The server it speaks for.
    pub server_id: String,
    /// `ag_…`.
    pub token: String,
    /// The control plane it enrolled with.
    pub url: String,
    /// The public key that it signs states with; none where it has not been seen to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<String>,
}

/// A state directory that this process alone holds.
pub struct StateDir {
    path: PathBuf,
    _lock: File,
}

impl StateDir {
    /// Makes (0700) and takes the directory.
    pub fn open(path: &Path) -> Result<Self, AgentError> {
        fs::create_dir_all(path.join("spool")).map_err(|e| AgentError::file(path, e))?;
        fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(|e| AgentError::file(path, e))?;
        let lock = path.join("lock");
        let file = private().create(true).truncate(false).open(&lock).map_err(|e| AgentError::file(&lock, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: file }),
            Err(fs::TryLockError::WouldBlock) => Err(AgentError::Held(path.to_owned())),
            Err(fs::TryLockError::Error(error)) => Err(AgentError::file(&lock, error)),
        }
    }

    /// Asks the agent that holds a directory to let held removals through.
    pub fn ask_to_accept_removals(path: &Path) -> Result<(), AgentError> {
        let file = path.join(ACCEPT);
        private().create(true).truncate(true).open(&file).map(drop).map_err(|e| AgentError::file(&file, e))
    }

    /// Whether somebody asked; asks no more afterwards.
    pub fn take_accept_removals(&self) -> bool {
        fs::remove_file(self.path.join(ACCEPT)).is_ok()
    }

    /// Reads a file of JSON; none when it is not there. A damaged one is an error that names it.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, AgentError> {
        let path = self.path.join(name);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|e| AgentError::file(&path, e)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(AgentError::file(&path, error)),
        }
    }

    /// Reads a file of JSON; a damaged one is put out of the way, so that tunnels come up without it, and told of in
    /// plain words.
    pub fn read_or_set_aside<T: DeserializeOwned>(&self, name: &str) -> (Option<T>, Option<String>) {
        match self.read(name) {
            Ok(read) => (read, None),
            Err(error) => (None, Some(self.set_aside(name, &error))),
        }
    }

    fn set_aside(&self, name: &str, error: &AgentError) -> String {
        let to = format!("{name}.damaged");
        match fs::rename(self.path.join(name), self.path.join(&to)) {
            Ok(()) => format!("{error}; it was set aside as {to}"),
            Err(stuck) => format!("{error}; it could not be set aside as {to} either: {stuck}"),
        }
    }

    /// Writes a file of JSON so that after a crash it is the old one or the new one.
    pub fn write(&self, name: &str, value: &impl Serialize) -> Result<(), AgentError> {
        let bytes = serde_json::to_vec(value).map_err(|e| AgentError::file(&self.path.join(name), e))?;
        self.write_bytes(name, &bytes)
    }

    fn write_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), AgentError> {
        let (path, new) = (self.path.join(name), self.path.join(format!("{name}.new")));
        let folder = path.parent().unwrap_or(&self.path);
        let write = || -> std::io::Result<()> {
            let mut file = private().create(true).truncate(true).open(&new)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
            File::open(folder)?.sync_all()
        };
        write().map_err(|e| AgentError::file(&path, e))
    }

    /// Adds a line of JSON to a log and waits until it is on disk; answers how long the log is now. What a crash leaves of a
    /// line is passed over when the log is read.
    pub fn append(&self, name: &str, value: &impl Serialize) -> Result<u64, AgentError> {
        let path = self.path.join(name);
        let mut line = serde_json::to_vec(value).map_err(|e| AgentError::file(&path, e))?;
        line.push(b'\n');
        let append = || -> std::io::Result<u64> {
            let is_new = !path.exists();
            let mut file = private().append(true).create(true).open(&path)?;
            file.write_all(&line)?;
            file.sync_data()?;
            if is_new {
                File::open(&self.path)?.sync_all()?;
            }
            Ok(file.metadata()?.len())
        };
        append().map_err(|e| AgentError::file(&path, e))
    }

    /// The lines of a log up to the first that cannot be read, and what is wrong with that one unless a crash explains it.
    /// The log goes on behind what was read.
    pub fn lines<T: DeserializeOwned>(&self, name: &str) -> (Vec<T>, Option<String>) {
        let path = self.path.join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return (Vec::new(), None),
            Err(error) => return (Vec::new(), Some(AgentError::file(&path, error).to_string())),
        };
        let (mut lines, mut good) = (Vec::new(), 0);
        let mut wrong = None;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            match serde_json::from_slice(line) {
                Ok(value) if line.ends_with(b"\n") => lines.push(value),
                // Not all of the last line was written: nobody was told that it was.
                _ if good + line.len() == bytes.len() && !line.ends_with(b"\n") => break,
                Ok(_) => break,
                Err(error) => {
                    wrong =
                        Some(AgentError::file(&path, format!("{error}; the rest of it was passed over")).to_string());
                    break;
                }
            }
            good += line.len();
        }
        if good < bytes.len() {
            let cut = OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(good as u64));
            if let Err(error) = cut {
                wrong = Some(AgentError::file(&path, error).to_string());
            }
        }
        (lines, wrong)
    }

    /// Empties a log whose lines are elsewhere now. One that stays behind is read once more, and changes nothing.
    pub fn forget(&self, name: &str) {
        let path = self.path.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::warn!(path = %path.display(), %error, "a log stays behind");
            }
            _ => {}
        }
    }

    /// The private key, where there is one that can be read; else why not, where one is there.
    pub fn key(&self) -> (Option<Key>, Option<String>) {
        let path = self.path.join(KEY);
        let wrong = match fs::read_to_string(&path) {
            Ok(text) => match Key::from_base64(text.trim()) {
                Ok(key) => return (Some(key), None),
                Err(_) => AgentError::file(&path, "it holds no WireGuard key"),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => return (None, None),
            Err(error) => AgentError::file(&path, error),
        };
        (None, Some(self.set_aside(KEY, &wrong)))
    }

    /// Stores the private key.
    pub fn write_key(&self, key: &Key) -> Result<(), AgentError> {
        self.write_bytes(KEY, key.to_base64().as_bytes())
    }

    /// Where a private key that somebody brings along is put.
    pub fn key_path(&self) -> PathBuf {
        self.path.join(KEY)
    }

    /// Numbers of the reports that wait, lowest first.
    pub fn spooled(&self) -> Result<Vec<u64>, AgentError> {
        let folder = self.path.join("spool");
        let names = fs::read_dir(&folder).map_err(|e| AgentError::file(&folder, e))?;
        let number = |entry: fs::DirEntry| entry.file_name().to_str()?.strip_suffix(".json")?.parse().ok();
        let mut numbers: Vec<u64> = names.filter_map(Result::ok).filter_map(number).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Forgets a report.
    pub fn unspool(&self, seq: u64) -> Result<(), AgentError> {
        let path = self.path.join(spool_name(seq));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(AgentError::file(&path, error)),
            _ => Ok(()),
        }
    }
}

const ACCEPT: &str = "accept-removals";
const KEY: &str = "private.key";

/// The file of a report that waits.
pub fn spool_name(seq: u64) -> String {
    format!("spool/{seq:020}.json")
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}
