//! When a process that stays is to stop.

use std::{fs, io};

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that tell a process to stop: SIGTERM, SIGINT, and SIGHUP, which comes when its terminal is gone.
pub struct Stop {
    terminated: Signal,
    interrupted: Signal,
    hung_up: Option<Signal>,
}

impl Stop {
    /// Listens from now on.
    pub fn listen() -> io::Result<Self> {
        let hung_up = (!is_hang_up_ignored()).then(|| signal(SignalKind::hangup())).transpose()?;
        let (terminated, interrupted) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(Self { terminated, interrupted, hung_up })
    }

    /// Comes back once it is told.
    pub async fn told(mut self) {
        let hung_up = async {
            match &mut self.hung_up {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.terminated.recv() => {}
            _ = self.interrupted.recv() => {}
            _ = hung_up => {}
        }
    }
}

/// Whether the process was begun with SIGHUP ignored, as nohup(1) does (proc(5), `SigIgn`): whoever listens hears it all the same.
fn is_hang_up_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // Bit 0 is signal 1.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_none_or(|mask| mask & 1 == 1)
}
