//! What time it is, on a machine whose own clock may be set wrong or jump.
//!
//! Three clocks are asked: the machine's, the control plane's (`Date` of its answers, RFC 9110), and the time since boot,
//! which nobody sets and which carries the last good time on. Two of them outvote a third. Small differences are
//! nobody's fault: within `STEP` the machine's own clock stands.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// Milliseconds by which two clocks may differ and still agree.
const STEP: i64 = 5 * 60_000;
/// A step that machine and control plane both make, as they do when they are one machine, is believed when it has lasted.
const LASTING: i64 = 3_600_000;
/// A machine may have been switched off for so long; a clock that is further ahead at its start is wrong.
const OFF: i64 = 30 * 86_400_000;

/// The agent's clock. Clones are one.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    judge: Arc<Mutex<Judge>>,
}

#[derive(Clone, Debug)]
enum Source {
    Machine,
    Shifted(Arc<AtomicI64>),
    Ahead(Arc<AtomicI64>),
}

/// A moment by the time since boot. Milliseconds since 1970 and since boot.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: i64,
    up: i64,
}

impl Mark {
    fn on(self, up: i64) -> i64 {
        self.at.saturating_add(up.saturating_sub(self.up))
    }
}

#[derive(Debug, Default)]
struct Judge {
    /// What was decided last.
    carried: Option<Mark>,
    /// Whether the control plane ever agreed with it, since the machine was started.
    firm: bool,
    /// The last good time before the machine was started.
    floor: Option<Mark>,
    /// What the control plane said last.
    heard: Option<Mark>,
    /// Since when the two others say that `carried` is wrong, in time since boot.
    contradicted: Option<i64>,
}

/// What survives the agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    at: i64,
    up: i64,
    boot: String,
    firm: bool,
}

impl Clock {
    /// By the machine's own clock.
    pub fn machine() -> Self {
        Self { source: Source::Machine, judge: Arc::default() }
    }

    /// A machine's clock that is wrong by so many milliseconds, for tests.
    pub fn shifted(by: Arc<AtomicI64>) -> Self {
        Self { source: Source::Shifted(by), judge: Arc::default() }
    }

    /// A machine on which so many milliseconds more have passed, by all its clocks, for tests.
    pub fn ahead(by: Arc<AtomicI64>) -> Self {
        Self { source: Source::Ahead(by), judge: Arc::default() }
    }

    /// What time it is.
    pub fn now(&self) -> SystemTime {
        to_time(self.decide())
    }

    /// What the machine's own clock shows, right or wrong.
    pub fn shown(&self) -> SystemTime {
        to_time(self.wall())
    }

    /// What the control plane said that time is.
    pub fn heard(&self, date: SystemTime) {
        self.judge().heard = Some(Mark { at: to_millis(date), up: self.up() });
        self.decide();
    }

    /// How wrong a clock is, in plain words; none while they agree.
    pub fn fault(&self) -> Option<String> {
        let now = self.decide();
        let told = |whose: &str, shown: i64, what: &str| {
            let (off, direction) = (shown.abs_diff(now), if shown > now { "ahead" } else { "behind" });
            (off > STEP.unsigned_abs()).then(|| format!("{whose} clock is {} {direction}; {what}", span(off)))
        };
        let heard = self.judge().heard.map(|heard| heard.on(self.up()));
        told("this machine's", self.wall(), "the agent goes by the last good time: set the clock").or_else(|| {
            told("the control plane's", heard.unwrap_or(now), "the agent goes by this machine's: set one of the two")
        })
    }

    /// The last good time, to be kept.
    pub fn keep(&self) -> Kept {
        let at = self.decide();
        Kept { at, up: self.up(), boot: boot(), firm: self.judge().firm }
    }

    /// Takes up what was kept. After a start of the machine a time that nobody confirmed is worth nothing.
    pub fn take_up(&self, kept: &Kept) {
        let (up, mut judge) = (self.up(), self.judge());
        if kept.boot == boot() && kept.up <= up {
            judge.carried = Some(Mark { at: kept.at, up: kept.up });
            judge.firm = kept.firm;
        } else if kept.firm {
            judge.floor = Some(Mark { at: kept.at, up: 0 });
        }
    }

    fn decide(&self) -> i64 {
        self.judge().decide(self.wall(), self.up())
    }

    fn wall(&self) -> i64 {
        let shift = match &self.source {
            Source::Machine => 0,
            Source::Shifted(by) | Source::Ahead(by) => by.load(Ordering::Relaxed),
        };
        to_millis(SystemTime::now()).saturating_add(shift)
    }

    fn up(&self) -> i64 {
        let shift = match &self.source {
            Source::Machine | Source::Shifted(_) => 0,
            Source::Ahead(by) => by.load(Ordering::Relaxed),
        };
        up().saturating_add(shift)
    }

    fn judge(&self) -> MutexGuard<'_, Judge> {
        self.judge.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Judge {
    fn decide(&mut self, wall: i64, up: i64) -> i64 {
        let heard = self.heard.map(|mark| mark.on(up));
        let now = self.choose(wall, heard, up);
        if heard.is_some_and(|heard| close(heard, now)) {
            self.firm = true;
        }
        self.carried = Some(Mark { at: now, up });
        now
    }

    fn choose(&mut self, wall: i64, heard: Option<i64>, up: i64) -> i64 {
        let carried = self.carried.map(|mark| mark.on(up));
        let floor = self.floor.map(|mark| mark.on(up));
        let credible = |time: i64| floor.is_none_or(|floor| time >= floor - STEP && time <= floor + OFF);
        let firm = carried.filter(|_| self.firm);
        if let (Some(heard), Some(carried)) = (heard, firm)
            && close(heard, wall)
            && !close(wall, carried)
        {
            let since = *self.contradicted.get_or_insert(up);
            return if up - since >= LASTING { wall } else { carried };
        }
        self.contradicted = None;
        match (heard, firm) {
            (Some(heard), _) if close(heard, wall) => wall,
            (Some(heard), Some(carried)) => {
                [heard, wall].into_iter().find(|time| close(*time, carried)).unwrap_or(carried)
            }
            (Some(heard), None) => [heard, wall].into_iter().find(|time| credible(*time)).or(floor).unwrap_or(heard),
            (None, _) => match carried {
                Some(carried) if !close(wall, carried) => carried,
                None if !credible(wall) => floor.unwrap_or(wall),
                _ => wall,
            },
        }
    }
}

fn close(a: i64, b: i64) -> bool {
    a.abs_diff(b) <= STEP.unsigned_abs()
}

fn to_millis(time: SystemTime) -> i64 {
    let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    time.duration_since(UNIX_EPOCH).map_or_else(|before| -millis(before.duration()), millis)
}

fn to_time(millis: i64) -> SystemTime {
    let span = Duration::from_millis(millis.unsigned_abs());
    let time = if millis < 0 { UNIX_EPOCH.checked_sub(span) } else { UNIX_EPOCH.checked_add(span) };
    time.unwrap_or(UNIX_EPOCH)
}

/// Milliseconds since boot, sleep included.
fn up() -> i64 {
    let time = clock_gettime(ClockId::Boottime);
    time.tv_sec.saturating_mul(1_000).saturating_add(time.tv_nsec / 1_000_000)
}

/// Which start of the machine this is; empty, and so none that was before, where it cannot be read.
fn boot() -> String {
    let read = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    read.map(|id| id.trim().to_owned()).unwrap_or_default()
}

fn span(millis: u64) -> String {
    match millis / 60_000 {
        minutes @ 0..120 => format!("{minutes} minutes"),
        minutes @ 120..2_880 => format!("{} hours", minutes / 60),
        minutes => format!("{} days", minutes / 1_440),
    }
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
