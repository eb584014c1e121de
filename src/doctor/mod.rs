//! What is wrong with an instance and what to do about it. Nothing here changes anything, and all of it works beside a
//! running `serve`.
//!
//! | file | what is looked at |
//! |---|---|
//! | `folder` | who may read what, how much room there is, what was left behind |
//! | `database` | pages, references, schema, secret, audit log, the clock |
//! | `counts` | what is kept beside the rows, counted anew |
//! | `files` | attached files |
//! | `work` | what should have been done by now: by agents, by jobs, by mail |

mod counts;
mod database;
mod files;
mod folder;
mod work;

use std::path::Path;

use crate::base::{Clock, Error, Kind, Result, Secret};
use crate::store::directory::RESTORE_BEGUN;
use crate::store::{self, Conn, Directory};

/// How much a finding presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Fine,
    /// Worth knowing; nothing is lost by waiting.
    Note,
    /// Something has to be done.
    Wrong,
}

impl State {
    /// `ok`, `note` or `wrong`.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Fine => "ok",
            State::Note => "note",
            State::Wrong => "wrong",
        }
    }
}

/// What one check has found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which check, in a word.
    pub check: &'static str,
    /// How much it presses.
    pub state: State,
    /// What was found.
    pub what: String,
    /// What to do, where there is something to do.
    pub remedy: Option<String>,
}

impl Finding {
    fn fine(check: &'static str, what: impl Into<String>) -> Self {
        Self { check, state: State::Fine, what: what.into(), remedy: None }
    }

    fn note(check: &'static str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, state: State::Note, what: what.into(), remedy: Some(remedy.into()) }
    }

    fn wrong(check: &'static str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, state: State::Wrong, what: what.into(), remedy: Some(remedy.into()) }
    }
}

/// What to do about damage.
const RESTORE: &str = "Stop `serve`, keep a copy of the data folder, and restore the newest backup.";

/// A check that reads the database.
type Check = fn(&Conn<'_>) -> Result<Finding>;

/// Looks at everything; the worst is in no particular place. `quick` leaves out what reads every byte of the database and
/// of attached files.
pub fn examine(path: &Path, secret: Option<&Secret<String>>, clock: &Clock, quick: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    if path.join(RESTORE_BEGUN).exists() {
        let what = format!("A restore into {} was stopped half-way.", path.display());
        found.push(Finding::wrong(
            "folder",
            what,
            "Run the same `gatehouse restore` again: it goes on where it stopped.",
        ));
        return found;
    }
    let directory = match Directory::existing(path, secret) {
        Ok(directory) => directory,
        Err(error) => {
            let remedy = match error.kind {
                Kind::Forbidden => {
                    "As a service's own user: sudo -u gatehouse gatehouse doctor --data-dir /var/lib/gatehouse"
                }
                _ => "Put back what is missing, or restore a backup.",
            };
            found.push(Finding::wrong("folder", error.to_string(), remedy));
            return found;
        }
    };
    found.extend(folder::examine(path));
    let (schema, is_current) = database::schema(&directory);
    found.push(schema);
    if !quick {
        found.push(database::integrity(&directory));
    }
    if !is_current {
        return found;
    }
    let checks: [(&'static str, Check); 10] = [
        ("secret", database::secret),
        ("audit", database::audit),
        ("clock", database::clock),
        ("counts", counts::tickets),
        ("counts", counts::days),
        ("counts", counts::others),
        ("servers", work::servers),
        ("agents", work::agents),
        ("jobs", work::jobs),
        ("outbox", work::outbox),
    ];
    for (name, check) in checks {
        found.push(store::read_once(&directory, clock, check).unwrap_or_else(|error| failed(name, &error)));
    }
    // What waits for a `serve` that was stopped waits rightly.
    let is_running = path.join("running").exists();
    for late in found.iter_mut().filter(|finding| is_running && finding.check == "jobs" && finding.state == State::Note)
    {
        late.state = State::Wrong;
    }
    let hashes = store::read_once(&directory, clock, files::named);
    match hashes {
        Ok(hashes) => found.extend(files::examine(&directory, hashes, clock, quick)),
        Err(error) => found.push(failed("attachments", &error)),
    }
    found
}

fn failed(check: &'static str, error: &Error) -> Finding {
    Finding::wrong(check, format!("This could not be looked at: {error}"), RESTORE)
}

/// Names of things, the first few of them.
fn first_few(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{shown} and {} more", names.len() - SHOWN) } else { shown }
}
