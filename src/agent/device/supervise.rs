//! Keeps a userspace WireGuard program running: started in the foreground, outliving the agent, started again when gone.
//!
//! Under systemd the agent's unit needs `KillMode=process`, or stopping the agent ends the tunnels with it.

use std::io;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::DeviceError;

/// How long a program may take from its start to a socket that answers.
const STARTING: Duration = Duration::from_secs(10);

/// The program that serves one interface, and its socket.
pub(super) struct Supervised {
    interface: String,
    program: PathBuf,
    socket: PathBuf,
    /// Only what this process started. A program that an earlier agent started is known by its socket alone.
    child: Option<Child>,
}

impl Supervised {
    pub(super) fn new(interface: &str, program: &Path) -> Self {
        let socket = socket_of(interface);
        Self { interface: interface.to_owned(), program: program.to_owned(), socket, child: None }
    }

    /// Connects, with these deadlines; `Absent` where no program serves the interface.
    pub(super) fn connect(&self, deadline: Duration) -> Result<UnixStream, DeviceError> {
        let stream = UnixStream::connect(&self.socket).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => DeviceError::Absent(self.interface.clone()),
            _ => DeviceError::system("connect to the WireGuard socket", error),
        })?;
        let timeouts = stream.set_read_timeout(Some(deadline)).and(stream.set_write_timeout(Some(deadline)));
        timeouts.map_err(|error| DeviceError::system("set a deadline on the WireGuard socket", error))?;
        Ok(stream)
    }

    /// Starts the program unless one is there already, and waits until it answers. True when none was there.
    pub(super) fn ensure_running(&mut self) -> Result<bool, DeviceError> {
        let began = Instant::now();
        let (mut absent, mut started) = (false, false);
        let mut pause = Duration::from_millis(1);
        loop {
            match self.connect(STARTING) {
                Ok(_) => return Ok(absent),
                Err(DeviceError::Absent(_)) => absent = true,
                Err(error) => return Err(error),
            }
            // A child that still ends keeps the interface and would take the next one's socket with it.
            if !self.child_is_alive() {
                if started {
                    return Err(self.not_started(
                        "it ended at once; is /dev/net/tun there, the interface's name free, and the agent root?",
                    ));
                }
                self.remove_stale_socket()?;
                self.start()?;
                started = true;
            }
            if began.elapsed() > STARTING {
                return Err(self.not_started("its socket did not answer within 10 s"));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    /// Called only when nobody answers there and no child of ours is about to.
    fn remove_stale_socket(&self) -> Result<(), DeviceError> {
        match std::fs::remove_file(&self.socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(DeviceError::system("remove the stale WireGuard socket", error))
            }
            _ => Ok(()),
        }
    }

    fn start(&mut self) -> Result<(), DeviceError> {
        let child = Command::new(&self.program)
            .arg("-f")
            .arg(&self.interface)
            // Its own process group, and no pipe to us: neither a signal for the agent nor the agent's end reaches it.
            .process_group(0)
            // What is the agent's alone: its secrets, and its line to the service manager.
            .env_remove("GATEHOUSE_ENROLL")
            .env_remove("GATEHOUSE_TOKEN")
            .env_remove("NOTIFY_SOCKET")
            .env_remove("WATCHDOG_USEC")
            .env_remove("WATCHDOG_PID")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| self.not_started(&error.to_string()))?;
        self.child = Some(child);
        Ok(())
    }

    /// Also reaps a child that ended, so that none stays behind as a zombie.
    fn child_is_alive(&mut self) -> bool {
        let alive = matches!(self.child.as_mut().map(Child::try_wait), Some(Ok(None)));
        if !alive {
            self.child = None;
        }
        alive
    }

    fn not_started(&self, reason: &str) -> DeviceError {
        DeviceError::NotStarted { program: self.program.display().to_string(), reason: reason.to_owned() }
    }
}

/// Where a userspace implementation listens (wireguard.com/xplatform).
pub(super) fn socket_of(interface: &str) -> PathBuf {
    PathBuf::from(format!("/var/run/wireguard/{interface}.sock"))
}
