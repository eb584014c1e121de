//! The line to systemd: ready once, alive again and again. Without systemd it leads nowhere.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sd_notify::NotifyState;

/// What systemd, or whoever set `NOTIFY_SOCKET`, is told.
#[derive(Debug, Default)]
pub struct Service {
    told: AtomicBool,
    patience: Option<Duration>,
}

impl Service {
    /// As `NOTIFY_SOCKET` and `WATCHDOG_USEC` say (sd_notify(3), sd_watchdog_enabled(3)).
    pub fn of_environment() -> Self {
        Self { told: AtomicBool::new(false), patience: sd_notify::watchdog_enabled() }
    }

    /// How long it waits for a sign of life; none when it does not ask for any.
    pub fn patience(&self) -> Option<Duration> {
        self.patience
    }

    /// Says once that the agent is ready, when it is.
    pub fn ready_if(&self, ready: bool) {
        if ready && !self.told.swap(true, Ordering::Relaxed) {
            tell(&[NotifyState::Ready, NotifyState::Status("Ready.")]);
        }
    }

    /// Says that the machine has just been looked after, however that went.
    pub fn alive(&self) {
        if self.patience.is_some() {
            tell(&[NotifyState::Watchdog]);
        }
    }

    /// What `systemctl status` should show.
    pub fn say(&self, words: &str) {
        tell(&[NotifyState::Status(&words.replace(char::is_control, " "))]);
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}
