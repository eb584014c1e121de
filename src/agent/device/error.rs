//! What can go wrong between the agent and the machine, in sentences for the operator.

use std::fmt;
use std::io;

/// A device operation that did not fully succeed. After any of them the caller reads the device back and compares
/// again: a change may be partly done.
#[derive(Debug)]
pub enum DeviceError {
    /// The text cannot name a network interface.
    BadName(String),
    /// There is no such interface, or no program serves it.
    Absent(String),
    /// The agent lacks the rights, normally `CAP_NET_ADMIN`.
    NotPermitted(&'static str),
    /// The running kernel has no WireGuard.
    NoKernelModule,
    /// The userspace implementation could not be started.
    NotStarted {
        /// What was to run.
        program: String,
        /// Why it does not.
        reason: String,
    },
    /// An interface of that name exists and is something else.
    NotWireGuard(String),
    /// The device refused a change; those sent before it stay applied.
    Refused {
        /// What was asked.
        what: &'static str,
        /// Linux error number.
        errno: i32,
    },
    /// The device answered what no WireGuard device answers.
    Unreadable(&'static str),
    /// The device did not answer in time.
    Silent {
        /// What was asked.
        what: &'static str,
        /// Seconds waited.
        seconds: u64,
    },
    /// The system failed underneath.
    System {
        /// What was tried.
        what: &'static str,
        /// The system's own answer.
        source: io::Error,
    },
}

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadName(name) => write!(
                f,
                "{name:?} cannot name an interface: use 1 to 15 letters, digits, `_`, `-` or `.`, as in wg0"
            ),
            Self::Absent(name) => write!(f, "interface {name} is not there, or no program serves it"),
            Self::NotPermitted(what) => write!(f, "not permitted to {what}: the agent needs root or CAP_NET_ADMIN"),
            Self::NoKernelModule => f.write_str(
                "this kernel has no WireGuard: load its `wireguard` module, or install wireguard-go for the userspace backend",
            ),
            Self::NotStarted { program, reason } => write!(
                f,
                "the userspace implementation {program} did not start: {reason}; install wireguard-go or name another program"
            ),
            Self::NotWireGuard(name) => {
                write!(f, "interface {name} exists and is not a WireGuard device: remove it or choose another name")
            }
            Self::Refused { what, errno } => {
                write!(f, "the device refused to {what}: {}", io::Error::from_raw_os_error(*errno))
            }
            Self::Unreadable(what) => write!(f, "the device's answer cannot be understood: {what}"),
            Self::Silent { what, seconds } => write!(f, "the device did not answer within {seconds} s when asked to {what}"),
            Self::System { what, source } => write!(f, "could not {what}: {source}"),
        }
    }
}

impl std::error::Error for DeviceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::System { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl DeviceError {
    /// Names what was tried, and tells missing rights and missed deadlines from the rest.
    pub(crate) fn system(what: &'static str, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::PermissionDenied => Self::NotPermitted(what),
            _ => Self::System { what, source },
        }
    }
}

/// Refuses names that the kernel, a path or a packet filter rule could read as something else.
pub(crate) fn check_name(interface: &str) -> Result<(), DeviceError> {
    let fits = (1..=15).contains(&interface.len())
        && interface.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        && !interface.starts_with(['-', '.']);
    if fits { Ok(()) } else { Err(DeviceError::BadName(interface.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_reach_a_path_or_a_rule_are_refused() {
        for name in ["", ".", "..", "-f", "a/b", "wg 0", "wg0\n", "wg*", "\"wg\"", "wg0;", "sixteencharacter", "wgé"] {
            assert!(check_name(name).is_err(), "{name}");
        }
        for name in ["wg0", "wg-home", "wg.1", "a", "fifteencharacte"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn an_error_says_what_would_be_right() {
        let told = DeviceError::BadName("a/b".into()).to_string();
        assert!(told.contains("letters"), "{told}");
        let told = DeviceError::system("create wg0", io::ErrorKind::PermissionDenied.into()).to_string();
        assert!(told.contains("CAP_NET_ADMIN"), "{told}");
    }
}
