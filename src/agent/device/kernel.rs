//! The kernel backend: WireGuard by generic netlink.

use std::io;

use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_generic::GenlMessage;
use netlink_packet_generic::ctrl::nlas::GenlCtrlAttrs;
use netlink_packet_generic::ctrl::{GenlCtrl, GenlCtrlCmd};
use netlink_packet_wireguard::{WireguardAttribute, WireguardCmd, WireguardMessage};
use netlink_sys::protocols::NETLINK_GENERIC;

use super::link::Link;
use super::message::{self, Dump};
use super::netlink::{Ask, Netlink};
use super::{Change, Device, DeviceError, LinkOutcome, LinkWanted, Shown};

const ENOENT: i32 = 2;
const ENODEV: i32 = 19;
const EOPNOTSUPP: i32 = 95;
/// A netlink header of 16 bytes and a generic one of 4 stand before the attributes.
const HEADERS: usize = 20;

/// An interface of the kernel's own WireGuard.
pub(super) struct Kernel {
    interface: String,
    link: Link,
    /// The connection and the family's number, found at first use and again after an error.
    netlink: Option<(Netlink, u16)>,
}

impl Kernel {
    pub(super) fn new(interface: &str) -> Self {
        Self { interface: interface.to_owned(), link: Link::new(interface), netlink: None }
    }

    fn read_once(&mut self) -> Result<Shown, DeviceError> {
        let attributes = vec![WireguardAttribute::IfName(self.interface.clone())];
        let message = WireguardMessage { cmd: WireguardCmd::GetDevice, attributes };
        let mut dump = Dump::default();
        self.ask("show itself", message, Ask::Dump, |bytes| {
            let attributes = bytes.get(HEADERS..).unwrap_or_default();
            dump.add(attributes).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))
        })?;
        Ok(dump.close())
    }

    fn ask(
        &mut self,
        what: &'static str,
        message: WireguardMessage,
        ask: Ask,
        each: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), DeviceError> {
        let (mut netlink, family) = match self.netlink.take() {
            Some(open) => open,
            None => open()?,
        };
        let mut request = GenlMessage::from_payload(message);
        request.set_resolved_family_id(family);
        let asked = netlink.ask(request, ask, each);
        match asked {
            Ok(()) => {
                self.netlink = Some((netlink, family));
                Ok(())
            }
            Err(error) => Err(match error.raw_os_error() {
                Some(ENODEV) => DeviceError::Absent(self.interface.clone()),
                Some(EOPNOTSUPP) => DeviceError::NotWireGuard(self.interface.clone()),
                Some(_) if error.kind() == io::ErrorKind::PermissionDenied => DeviceError::NotPermitted(what),
                Some(errno) => DeviceError::Refused { what, errno },
                None if error.kind() == io::ErrorKind::InvalidData => DeviceError::Unreadable("a netlink message"),
                None => DeviceError::system(what, error),
            }),
        }
    }
}

/// How often a device is read that somebody else changes meanwhile.
const READS: usize = 5;

/// Whether this kernel has WireGuard; asking makes it load the module.
pub(super) fn is_available() -> bool {
    open().is_ok()
}

/// Connects and looks the family's number up.
fn open() -> Result<(Netlink, u16), DeviceError> {
    let failed = |error: io::Error| match error.raw_os_error() {
        Some(ENOENT | EOPNOTSUPP) => DeviceError::NoKernelModule,
        _ => DeviceError::system("ask the kernel for WireGuard", error),
    };
    let mut netlink = Netlink::open(NETLINK_GENERIC).map_err(failed)?;
    let nlas = vec![GenlCtrlAttrs::FamilyName("wireguard".to_owned())];
    let request = GenlMessage::from_payload(GenlCtrl { cmd: GenlCtrlCmd::GetFamily, nlas });
    let mut family = None;
    let asked = netlink.ask(request, Ask::Get, |bytes| {
        let message = NetlinkMessage::<GenlMessage<GenlCtrl>>::deserialize(bytes)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a family that cannot be read"))?;
        if let NetlinkPayload::InnerMessage(message) = message.payload {
            family = message.payload.nlas.iter().find_map(|attribute| match attribute {
                GenlCtrlAttrs::FamilyId(id) => Some(*id),
                _ => None,
            });
        }
        Ok(())
    });
    asked.map_err(failed)?;
    family.map(|family| (netlink, family)).ok_or(DeviceError::NoKernelModule)
}

impl Device for Kernel {
    fn read(&mut self) -> Result<Shown, DeviceError> {
        for _ in 0..READS {
            match self.read_once() {
                Err(DeviceError::System { source, .. }) if source.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
        Err(DeviceError::Unreadable("somebody changes the device all the time"))
    }

    fn apply(&mut self, changes: &[Change]) -> Result<(), DeviceError> {
        for message in message::set(&self.interface, changes) {
            self.ask("take a change", message, Ask::Do(0), |_| Ok(()))?;
        }
        Ok(())
    }

    fn ensure_up(&mut self, wanted: &LinkWanted) -> Result<LinkOutcome, DeviceError> {
        let created = match self.link.find()? {
            Some(found) if found.wireguard => false,
            Some(_) => return Err(DeviceError::NotWireGuard(self.interface.clone())),
            None => {
                self.link.create()?;
                true
            }
        };
        Ok(LinkOutcome { created, repaired: self.link.ensure(wanted)? })
    }

    fn kind(&self) -> &'static str {
        "kernel"
    }
}
