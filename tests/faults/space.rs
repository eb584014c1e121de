//! Namespaces of its own, for faults that need a disk or a network: this program runs again in them, and nobody else sees what it
//! mounts there.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::Outcome;

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `inside NAME FOLDER ARGUMENTS…` where it can mount disks, and answers what it says.
pub fn run(name: &str, arguments: &[&str]) -> Outcome {
    if !rustix::process::geteuid().is_root() {
        return Ok("skipped: it needs root, for a disk of its own".to_owned());
    }
    run_in(&["--mount"], name, arguments)
}

/// The same in namespaces of these kinds.
pub fn run_in(kinds: &[&str], name: &str, arguments: &[&str]) -> Outcome {
    let folder = tempfile::TempDir::new().unwrap();
    let mut command = Command::new("unshare");
    command.args(kinds).args(["--propagation", "private"]).arg(std::env::current_exe().unwrap());
    let output = command.args(["inside", name]).arg(folder.path()).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match output.status.code() {
        Some(0) => Ok(said),
        Some(1) => Err(said),
        code => Err(format!("{code:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// Runs it with each kind of sabotage after `arguments`; a kind goes unnoticed unless what is said then holds what is expected.
pub fn control(name: &str, arguments: &[&str], kinds: &[(&str, &str)]) -> Outcome {
    for (sabotage, expected) in kinds {
        match run(name, &[arguments, &[sabotage]].concat()) {
            Err(what) if what.contains(expected) => {}
            other => return Ok(format!("{sabotage}: {other:?}")),
        }
    }
    Err(format!("{} kinds", kinds.len()))
}

/// An empty disk of this many bytes, in a file.
pub fn ext4(image: &Path, size: u64) {
    File::create(image).and_then(|file| file.set_len(size)).unwrap();
    let made = Command::new("mkfs.ext4").args(["-q", "-F", "-m", "0"]).arg(image).status();
    assert!(made.unwrap().success(), "a small disk");
}

/// Tells the program outside what came of it.
pub fn answer(outcome: Outcome) -> ExitCode {
    let (code, said) = match outcome {
        Ok(said) => (ExitCode::SUCCESS, said),
        Err(said) => (ExitCode::FAILURE, said),
    };
    println!("{said}");
    code
}

/// Waits until something is so.
pub fn until(what: &str, is_so: impl Fn() -> bool) -> Result<(), String> {
    until_in(PATIENCE, what, is_so)
}

/// The same with another patience.
pub fn until_in(patience: Duration, what: &str, is_so: impl Fn() -> bool) -> Result<(), String> {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > patience {
            return Err(format!("waited in vain: {what}"));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
