//! A process of its own that serves: the built program, or the constant answer it is compared with.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// The built program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_gatehouse");
/// The first argument that makes this benchmark the constant server.
pub const CONSTANT: &str = "--constant";
/// What a process says once it answers.
const READY: &str = "listening on http://";
/// The kernel counts processor time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// A serving process; ended at the latest when this is dropped.
pub struct Instance {
    child: Child,
    /// Where it answers.
    pub address: SocketAddr,
    /// When it was started.
    pub began: Instant,
}

impl Instance {
    /// `gatehouse serve` on a data directory, with limits off: a load comes from few addresses.
    pub fn gatehouse(data: &Path) -> Self {
        Self::start(serve(data, "127.0.0.1:0"), data)
    }

    /// An axum server that answers a small JSON constant.
    pub fn constant(folder: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(CONSTANT);
        Self::start(command, folder)
    }

    /// Starts a command and waits until it says where it listens.
    pub fn start(mut command: Command, folder: &Path) -> Self {
        let log = fs::OpenOptions::new().create(true).append(true).open(folder.join("serve.log")).unwrap();
        let began = Instant::now();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = said.next().and_then(Result::ok).unwrap_or_default();
        let Some(address) = line.strip_prefix(READY).and_then(|address| address.parse().ok()) else {
            let _ended = (child.kill(), child.wait());
            panic!("it did not start: {}", fs::read_to_string(folder.join("serve.log")).unwrap());
        };
        // It may go on talking: somebody must listen, or it stops at a full pipe.
        std::thread::spawn(move || said.for_each(drop));
        Self { child, address, began }
    }

    /// Of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Stops it as a service manager would, and waits for that.
    pub fn stop(mut self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success(), "a clean stop");
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ended = (self.child.kill(), self.child.wait());
    }
}

/// The command that serves a data directory.
pub fn serve(data: &Path, listen: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("serve").args(["--listen", listen, "--rate-limit", "off", "--data-dir"]).arg(data);
    command
}

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Resident: with the pages of its file that the kernel keeps anyway.
    pub resident: f64,
    /// Resident, shared pages divided among those who share them.
    pub proportional: f64,
    /// What ends with the process.
    pub private: f64,
}

/// What the kernel says of a process now.
pub fn memory(pid: u32) -> Memory {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let sum = |names: &[&str]| {
        let lines = text.lines().filter_map(|line| line.split_once(':'));
        let named = lines.filter(|(name, _)| names.contains(name));
        let sizes = named.filter_map(|(_, value)| value.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
        sizes.sum::<f64>() * 1024.0
    };
    Memory { resident: sum(&["Rss"]), proportional: sum(&["Pss"]), private: sum(&["Private_Clean", "Private_Dirty"]) }
}

/// The most that a process has had resident so far, in bytes.
pub fn peak(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() * 1024.0
}

/// Processor time of a process so far, with threads that have ended.
pub fn cpu(pid: u32) -> Duration {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name in parentheses may hold spaces; user and system time are the 12th and 13th field behind it.
    let fields = text.rsplit_once(')').unwrap().1.split_whitespace().skip(11).take(2);
    TICK * fields.map(|ticks| ticks.parse::<u32>().unwrap()).sum::<u32>()
}
