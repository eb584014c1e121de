//! The figures of a work, at one size and with so many clients.

use std::time::Duration;

use crate::Bench;
use crate::instance::{self, Instance};
use crate::load::{Load, Source, percentile};
use crate::report::{digits, range};
use crate::rounds::Series;

/// What grows, and what was measured on it.
pub struct Growth {
    /// Its name, as a title and before a number.
    pub of: &'static str,
    /// What is done, and in words.
    pub works: Vec<(&'static str, &'static str)>,
    /// In the order in which they were measured.
    pub points: Vec<Point>,
    /// From the smallest.
    pub sizes: Vec<Size>,
}

/// What an instance takes.
pub struct Size {
    /// How many there are.
    pub size: u64,
    /// Bytes of the database, before the load.
    pub disk: u64,
    /// Bytes, once it was asked a lot.
    pub resident: f64,
    /// The most bytes that it ever had resident.
    pub peak: f64,
}

/// One work at one size, by so many clients.
pub struct Point {
    /// Its name.
    pub work: &'static str,
    /// How many there are of what grows.
    pub size: u64,
    /// How many ask at once.
    pub clients: usize,
    /// Answers a second, in each round.
    pub rate: Series,
    /// Milliseconds.
    pub p50: f64,
    /// Milliseconds.
    pub p99: f64,
    /// Microseconds of the server's processor time, user and system, for an answer.
    pub processor: f64,
    /// Bytes of an answer.
    pub body: usize,
}

impl Point {
    /// Of all rounds.
    pub fn new(work: &'static str, size: u64, clients: usize, rounds: Vec<Part>) -> Self {
        let used: Duration = rounds.iter().map(|part| part.used).sum();
        let loads: Vec<Load> = rounds.into_iter().map(|part| part.load).collect();
        let answers: usize = loads.iter().map(Load::count).sum();
        let milliseconds = |share| percentile(&loads, share).as_secs_f64() * 1_000.0;
        let (p50, p99) = (milliseconds(0.5), milliseconds(0.99));
        let rate = Series::rates(&loads);
        eprintln!("   {work}, {size}, {clients} clients: {}/s ({})", digits(rate.median()), range(&rate));
        let processor = used.as_secs_f64() * 1e6 / answers as f64;
        Self { work, size, clients, rate, p50, p99, processor, body: loads[0].body }
    }
}

/// One part of a round.
pub struct Part {
    /// What it came to.
    pub load: Load,
    used: Duration,
}

impl Part {
    /// Asks for so long, and looks at the processor time of the instance before and after.
    pub fn ask<S: Source>(bench: &Bench, instance: &Instance, sources: &mut Vec<S>, time: Duration) -> Self {
        let before = instance::cpu(instance.pid());
        let load = bench.load_for(instance, sources, time);
        Self { used: instance::cpu(instance.pid()) - before, load }
    }
}
