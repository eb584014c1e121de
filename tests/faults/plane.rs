//! The control plane as a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::client::Client;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_gatehouse");

/// The variable that says where logs go, instead of beside the data directory: for a look at what went wrong.
const LOG: &str = "FAULTS_LOG";

/// A running `serve`, killed at the end.
pub struct Plane {
    child: Child,
    _said: BufReader<ChildStdout>,
    pub address: SocketAddr,
}

/// Runs a command on a data directory to its end.
pub fn gatehouse(data: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).arg("--data-dir").arg(data).output().unwrap()
}

/// What a command said, errors last.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

impl Plane {
    /// Starts `serve`; its last words when it ends instead.
    pub fn start(data: &Path) -> Result<Self, String> {
        Self::start_as(&[], data, &[])
    }

    /// Starts `serve` with more flags.
    pub fn start_with(data: &Path, more: &[String]) -> Result<Self, String> {
        Self::start_as(&[], data, more)
    }

    /// Starts `serve` as the argument of another program, which must become `serve`.
    pub fn start_under(program: &[&str], data: &Path) -> Result<Self, String> {
        Self::start_as(program, data, &[])
    }

    /// Both. Limits are off unless they are among the flags.
    pub fn start_as(program: &[&str], data: &Path, more: &[String]) -> Result<Self, String> {
        let mut words = program.iter().copied().chain([PROGRAM]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args(["serve", "--listen", "127.0.0.1:0"]);
        if !more.iter().any(|flag| flag == "--rate-limit") {
            command.args(["--rate-limit", "off"]);
        }
        command.args(["--attachment-quota-mib", "100000"]);
        let log = std::env::var_os(LOG).map_or_else(|| data.with_extension("log"), PathBuf::from);
        let log = std::fs::File::create(&log).map(|file| (file, log)).unwrap();
        command.args(more).arg("--data-dir").arg(data).env("GATEHOUSE_LOG", "warn");
        let mut child = command.stdout(Stdio::piped()).stderr(log.0).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://").and_then(|text| text.parse().ok());
        match address {
            Some(address) => Ok(Self { child, _said: said, address }),
            None => {
                let code = child.wait().unwrap().code();
                Err(format!("serve ended with {code:?}: {}", std::fs::read_to_string(&log.1).unwrap_or_default()))
            }
        }
    }

    /// The most bytes that it ever had resident.
    pub fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }

    /// SIGKILL; answers when it is gone.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it has ended by itself; answers the exit code.
    pub fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// SIGTERM; answers the exit code.
    pub fn stop(mut self) -> Option<i32> {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Plane {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An instance with an administrator and a server for devices; its folder, and a session.
pub struct Site {
    _folder: Option<tempfile::TempDir>,
    pub data: PathBuf,
    pub token: String,
}

impl Site {
    pub fn new() -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        let data = folder.path().join("data");
        let token = prepare(&data);
        Self { _folder: Some(folder), data, token }
    }

    pub fn inside(folder: &Path) -> Self {
        let data = folder.join("data");
        let token = prepare(&data);
        Self { _folder: None, data, token }
    }
}

fn prepare(data: &Path) -> String {
    use std::io::Write as _;
    let mut command = Command::new(PROGRAM);
    command.args(["create-admin", "--email", "admin@example.org", "--password-stdin", "--data-dir"]).arg(data);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"correct horse\n").unwrap();
    assert!(child.wait().unwrap().success());
    let plane = Plane::start(data).unwrap();
    let token = Client::sign_in(plane.address).expect("the administrator signs in");
    let body = serde_json::json!({"id": "la", "name": "la", "endpoint": "203.0.113.7:51820", "address": "10.8.0.1/16"});
    assert!(Client::new(plane.address, &token).post("/api/servers", &body).is_some(), "the server is made");
    assert_eq!(plane.stop(), Some(0));
    token
}

/// Copies a whole folder.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o700)).unwrap();
}
