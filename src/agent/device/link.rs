//! The interface itself, by rtnetlink: whether it exists and of which kind, its addresses, its MTU, up.

use std::io;
use std::net::IpAddr;

use ipnet::IpNet;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{InfoKind, LinkAttribute, LinkFlags, LinkInfo, LinkMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use netlink_sys::protocols::NETLINK_ROUTE;

use super::netlink::{Ask, Netlink};
use super::{DeviceError, LinkWanted};

/// Linux: no such device, no such address, exists already, not supported.
const ENODEV: i32 = 19;
const EADDRNOTAVAIL: i32 = 99;
const EEXIST: i32 = 17;
const EOPNOTSUPP: i32 = 95;

/// One interface by name.
pub(super) struct Link {
    interface: String,
    /// Opened at first use and again after an error.
    netlink: Option<Netlink>,
    /// What this process last wanted: the only addresses it may ever take away.
    ours: Vec<IpNet>,
}

/// An interface as the kernel shows it.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    index: u32,
    /// Whether it is the kernel's WireGuard.
    pub(super) wireguard: bool,
    mtu: u32,
    up: bool,
}

impl Link {
    pub(super) fn new(interface: &str) -> Self {
        Self { interface: interface.to_owned(), netlink: None, ours: Vec::new() }
    }

    /// The interface, `None` where there is none of that name.
    pub(super) fn find(&mut self) -> Result<Option<Found>, DeviceError> {
        let mut request = LinkMessage::default();
        request.attributes.push(LinkAttribute::IfName(self.interface.clone()));
        let mut found = None;
        let asked = self.ask(RouteNetlinkMessage::GetLink(request), Ask::Get, |message| {
            if let RouteNetlinkMessage::NewLink(link) = message {
                found = Some(read_link(&link));
            }
        });
        match asked {
            Err(error) if error.raw_os_error() == Some(ENODEV) => Ok(None),
            Err(error) => Err(DeviceError::system("look for the interface", error)),
            Ok(()) => Ok(found),
        }
    }

    /// Creates the kernel's WireGuard interface; one that exists already is left as it is.
    pub(super) fn create(&mut self) -> Result<(), DeviceError> {
        let mut request = LinkMessage::default();
        request.attributes.push(LinkAttribute::IfName(self.interface.clone()));
        request.attributes.push(LinkAttribute::LinkInfo(vec![LinkInfo::Kind(InfoKind::Wireguard)]));
        match self.do_it(RouteNetlinkMessage::NewLink(request), NLM_F_CREATE | NLM_F_EXCL) {
            Err(error) if error.raw_os_error() == Some(EOPNOTSUPP) => Err(DeviceError::NoKernelModule),
            Err(error) if error.raw_os_error() != Some(EEXIST) => {
                Err(DeviceError::system("create the interface", error))
            }
            _ => Ok(()),
        }
    }

    /// Sets what differs and says so in plain words.
    pub(super) fn ensure(&mut self, wanted: &LinkWanted) -> Result<Vec<String>, DeviceError> {
        let name = self.interface.clone();
        let found = self.find()?.ok_or_else(|| DeviceError::Absent(name.clone()))?;
        let mut repaired = Vec::new();
        if let Some(mtu) = wanted.mtu
            && found.mtu != u32::from(mtu)
        {
            let mut request = self.change(&found);
            request.attributes.push(LinkAttribute::Mtu(mtu.into()));
            self.do_it(RouteNetlinkMessage::SetLink(request), 0)
                .map_err(|error| DeviceError::system("set the MTU", error))?;
            repaired.push(format!("set the MTU of {name} from {} to {mtu}", found.mtu));
        }
        if !found.up {
            let mut request = self.change(&found);
            request.header.flags = LinkFlags::Up;
            request.header.change_mask = LinkFlags::Up;
            self.do_it(RouteNetlinkMessage::SetLink(request), 0)
                .map_err(|error| DeviceError::system("bring the interface up", error))?;
            repaired.push(format!("brought {name} up"));
        }
        // Taken away first: with the first IPv4 address of a network the kernel drops the later ones of the same network.
        for address in self.ours.clone().into_iter().filter(|address| !wanted.addresses.contains(address)) {
            match self.do_it(RouteNetlinkMessage::DelAddress(address_message(found.index, address)), 0) {
                Ok(()) => repaired.push(format!("took the former address {address} from {name}")),
                Err(error) if error.raw_os_error() == Some(EADDRNOTAVAIL) => {}
                Err(error) => return Err(DeviceError::system("take an address away", error)),
            }
        }
        let have = self.addresses(found.index)?;
        let mut failed = None;
        for address in wanted.addresses.iter().filter(|address| !have.contains(address)) {
            let request = RouteNetlinkMessage::NewAddress(address_message(found.index, *address));
            match self.do_it(request, NLM_F_CREATE | NLM_F_EXCL) {
                Ok(()) => repaired.push(format!("gave {name} the address {address}")),
                Err(error) if error.raw_os_error() == Some(EEXIST) => {}
                // A machine without IPv6 still gets its IPv4 address.
                Err(error) => failed = Some(DeviceError::system("set an address", error)),
            }
        }
        self.ours.clone_from(&wanted.addresses);
        failed.map_or(Ok(repaired), Err)
    }

    /// The interface's addresses with their prefix lengths.
    fn addresses(&mut self, index: u32) -> Result<Vec<IpNet>, DeviceError> {
        let mut found = Vec::new();
        let request = RouteNetlinkMessage::GetAddress(AddressMessage::default());
        self.ask(request, Ask::Dump, |message| {
            if let RouteNetlinkMessage::NewAddress(address) = message
                && address.header.index == index
            {
                found.extend(read_address(&address));
            }
        })
        .map_err(|error| DeviceError::system("read the interface's addresses", error))?;
        Ok(found)
    }

    fn change(&self, found: &Found) -> LinkMessage {
        let mut request = LinkMessage::default();
        request.header.index = found.index;
        request
    }

    fn do_it(&mut self, request: RouteNetlinkMessage, flags: u16) -> io::Result<()> {
        self.ask(request, Ask::Do(flags), |_| {})
    }

    fn ask(
        &mut self,
        request: RouteNetlinkMessage,
        ask: Ask,
        mut each: impl FnMut(RouteNetlinkMessage),
    ) -> io::Result<()> {
        let mut netlink = match self.netlink.take() {
            Some(netlink) => netlink,
            None => Netlink::open(NETLINK_ROUTE)?,
        };
        netlink.ask(request, ask, |bytes| {
            let message = NetlinkMessage::<RouteNetlinkMessage>::deserialize(bytes)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "an rtnetlink message that cannot be read"))?;
            if let NetlinkPayload::InnerMessage(message) = message.payload {
                each(message);
            }
            Ok(())
        })?;
        self.netlink = Some(netlink);
        Ok(())
    }
}

fn read_link(link: &LinkMessage) -> Found {
    let mut found =
        Found { index: link.header.index, wireguard: false, mtu: 0, up: link.header.flags.contains(LinkFlags::Up) };
    for attribute in &link.attributes {
        match attribute {
            LinkAttribute::Mtu(mtu) => found.mtu = *mtu,
            LinkAttribute::LinkInfo(info) => {
                found.wireguard = info.contains(&LinkInfo::Kind(InfoKind::Wireguard));
            }
            _ => {}
        }
    }
    found
}

/// The local address: on a point-to-point interface `IFA_ADDRESS` is the far end's.
fn read_address(message: &AddressMessage) -> Option<IpNet> {
    let local = message.attributes.iter().find_map(|attribute| match attribute {
        AddressAttribute::Local(address) => Some(*address),
        _ => None,
    });
    let address = local.or_else(|| {
        message.attributes.iter().find_map(|attribute| match attribute {
            AddressAttribute::Address(address) => Some(*address),
            _ => None,
        })
    })?;
    IpNet::new(address, message.header.prefix_len).ok()
}

fn address_message(index: u32, address: IpNet) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header.index = index;
    message.header.prefix_len = address.prefix_len();
    message.header.family = match address.addr() {
        IpAddr::V4(_) => AddressFamily::Inet,
        IpAddr::V6(_) => AddressFamily::Inet6,
    };
    message.attributes.push(AddressAttribute::Local(address.addr()));
    message.attributes.push(AddressAttribute::Address(address.addr()));
    message
}
