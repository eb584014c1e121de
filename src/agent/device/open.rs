//! Which backend serves an interface: the kernel's WireGuard where it has one, else a userspace program.

use std::os::unix::net::UnixStream;
use std::path::Path;

use super::kernel::{self, Kernel};
use super::supervise::socket_of;
use super::userspace::Userspace;
use super::{Device, DeviceError, check_name};

/// What drives the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// A live UAPI socket if there is one, else the kernel by netlink, else a userspace program.
    #[default]
    Auto,
    /// The kernel's own, by netlink.
    Kernel,
    /// An external program, by its UAPI socket.
    Userspace,
}

/// The userspace implementation that is started when none other is named.
pub const WIREGUARD_GO: &str = "wireguard-go";

/// Opens an interface; nothing is created or started before `ensure_up`.
pub fn open(interface: &str, backend: Backend) -> Result<Box<dyn Device>, DeviceError> {
    open_with(interface, backend, Path::new(WIREGUARD_GO))
}

/// As `open`, with another userspace implementation than wireguard-go. It is run as `PROGRAM -f INTERFACE`.
pub fn open_with(interface: &str, backend: Backend, program: &Path) -> Result<Box<dyn Device>, DeviceError> {
    check_name(interface)?;
    let kernel = match backend {
        Backend::Kernel => true,
        Backend::Userspace => false,
        // What serves the interface now goes on serving it, whatever else the machine could do.
        Backend::Auto => UnixStream::connect(socket_of(interface)).is_err() && kernel::is_available(),
    };
    Ok(if kernel { Box::new(Kernel::new(interface)) } else { Box::new(Userspace::new(interface, program)) })
}
