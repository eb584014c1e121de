//! How `serve` ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gatehouse");

/// A `serve` that listens, begun by a shell in these words. Whoever runs the tests may have SIGHUP ignored.
fn serve(data: &Path, words: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{words} \"$0\" serve --listen 127.0.0.1:0 --data-dir \"$1\""), PROGRAM]).arg(data);
    let mut served = shell.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(served.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on"), "{line}");
    served
}

fn send(signal: &str, served: &Child) {
    let sent = Command::new("sh").args(["-c", "kill -\"$0\" \"$1\"", signal, &served.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn a_terminal_that_is_closed_ends_it_as_cleanly_as_a_service_manager() {
    for signal in ["HUP", "TERM", "INT"] {
        let folder = TempDir::new().unwrap();
        let mut served = serve(folder.path(), "exec env --default-signal=HUP,INT");
        assert!(folder.path().join("running").exists());
        send(signal, &served);
        assert!(served.wait().unwrap().success(), "{signal}");
        assert!(!folder.path().join("running").exists(), "{signal}: the next start would read the whole database");
    }
}

#[test]
fn under_nohup_it_outlives_its_terminal() {
    let folder = TempDir::new().unwrap();
    let mut served = serve(folder.path(), "trap '' HUP; exec");
    let status = fs::read_to_string(format!("/proc/{}/status", served.id())).unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    assert_eq!(u64::from_str_radix(ignored.trim(), 16).unwrap() & 1, 1, "{ignored}");
    send("TERM", &served);
    assert!(served.wait().unwrap().success());
}
