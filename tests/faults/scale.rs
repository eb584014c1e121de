//! How much is done of each fault, in the short form and in the long one.

/// How much is done of each fault.
#[derive(Clone, Copy)]
pub struct Scale {
    /// Kills under load.
    pub kills: usize,
    /// Power cuts.
    pub cuts: usize,
    /// System calls that fail.
    pub syscalls: usize,
    /// Damaged databases.
    pub mutants: usize,
    /// Kills of a migration.
    pub migration_kills: usize,
    /// Backups under load.
    pub backups: usize,
    /// Cuts between an agent and its control plane, in milliseconds.
    pub partitions: &'static [u64],
    /// Of a slow link, each way, in milliseconds.
    pub delay: u64,
    /// Seconds in which nothing is changed on it.
    pub idle: u64,
    /// Changes on it after that.
    pub changes: u64,
    /// Seconds between an agent's reports in a day that nobody answers.
    pub outage_interval: u64,
}

/// Kills of one instance: what is checked after them grows with it.
const LIFE: usize = 100;

/// So many kills, by the instances that share them.
pub fn lives(kills: usize) -> impl Iterator<Item = usize> {
    (0..kills).step_by(LIFE).map(move |before| LIFE.min(kills - before))
}

/// Minutes.
pub const SHORT: Scale = Scale {
    kills: 50,
    cuts: 50,
    syscalls: 24,
    mutants: 40,
    migration_kills: 20,
    backups: 4,
    partitions: &[2_500],
    delay: 100,
    idle: 0,
    changes: 1,
    outage_interval: 600,
};
/// An hour and more.
pub const LONG: Scale = Scale {
    kills: 2_000,
    cuts: 1_000,
    syscalls: 2_000,
    mutants: 2_000,
    migration_kills: 300,
    backups: 100,
    partitions: &[1_500, 30_000, 600_000],
    delay: 2_000,
    idle: 300,
    changes: 5,
    outage_interval: 30,
};
