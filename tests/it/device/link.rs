//! The interface itself: made once, repaired when touched, never remade.

use gatehouse::agent::device::{Backend, DeviceError, LinkOutcome, LinkWanted, open};

use crate::space::{Space, interface, net, ready};

fn link(addresses: &[&str], mtu: u16) -> LinkWanted {
    LinkWanted { addresses: addresses.iter().map(|address| net(address)).collect(), mtu: Some(mtu) }
}

#[test]
fn an_interface_is_made_once_and_repaired_where_it_was_touched() {
    if !ready("link") {
        return;
    }
    let (space, name) = (Space::new("link"), interface("l"));
    let wanted = link(&["10.97.0.1/24", "fd97::1/64"], 1380);
    let mut device = space.inside(|| open(&name, Backend::Userspace).unwrap());
    let mut ensure = |wanted: &LinkWanted| space.inside(|| device.ensure_up(wanted).unwrap());

    let made = ensure(&wanted);
    assert!(made.created);
    assert_eq!(made.repaired.len(), 4, "{:?}", made.repaired);
    let index = |space: &Space| space.run("cat", &[&format!("/sys/class/net/{name}/ifindex")]);
    let shown = space.run("ip", &["address", "show", &name]);
    for part in ["10.97.0.1/24", "fd97::1/64", "mtu 1380", ",UP"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert_eq!(ensure(&wanted), LinkOutcome::default(), "nothing to do the second time");

    space.run("ip", &["address", "del", "10.97.0.1/24", "dev", &name]);
    space.run("ip", &["address", "add", "10.96.0.9/24", "dev", &name]);
    space.run("ip", &["link", "set", &name, "mtu", "1300", "down"]);
    let repaired = ensure(&wanted);
    assert!(!repaired.created);
    let told = repaired.repaired.join("; ");
    for part in ["MTU", "10.97.0.1/24", "up"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(ensure(&wanted), LinkOutcome::default());

    // In the same network, where the kernel takes the later addresses away with the first.
    let told = ensure(&link(&["10.97.0.7/24", "fd97::1/64"], 1380)).repaired.join("; ");
    assert!(told.contains("former address 10.97.0.1/24"), "{told}");
    let shown = space.run("ip", &["address", "show", &name]);
    assert!(shown.contains("10.97.0.7/24") && !shown.contains("10.97.0.1/24"), "{shown}");
    assert!(shown.contains("10.96.0.9/24"), "an address that was never ours stays: {shown}");
    assert_eq!(index(&space).trim().parse::<u32>().ok(), Some(2), "still the first interface that was made");
}

#[test]
fn auto_falls_to_userspace_where_the_kernel_has_no_wireguard() {
    if !ready("auto") {
        return;
    }
    let (space, name) = (Space::new("auto"), interface("a"));
    let probe = format!("{name}k");
    if space.output("ip", &["link", "add", &probe[probe.len() - 9..], "type", "wireguard"]).status.success() {
        println!("skipped: this kernel has WireGuard");
        return;
    }
    space.inside(|| {
        assert_eq!(open(&name, Backend::Auto).unwrap().kind(), "userspace");
        let mut kernel = open(&name, Backend::Kernel).unwrap();
        assert!(matches!(kernel.ensure_up(&link(&[], 1420)), Err(DeviceError::NoKernelModule)));
        assert!(matches!(kernel.read(), Err(DeviceError::NoKernelModule)));
    });
}

#[test]
fn the_kernel_backend_leaves_an_interface_of_another_kind_alone() {
    if !ready("other") {
        return;
    }
    let (space, name) = (Space::new("other"), interface("o"));
    space.run("ip", &["tuntap", "add", &name, "mode", "tun"]);
    space.inside(|| {
        let mut kernel = open(&name, Backend::Kernel).unwrap();
        assert!(matches!(kernel.ensure_up(&link(&[], 1420)), Err(DeviceError::NotWireGuard(_))));
    });
    space.run("ip", &["link", "show", &name]);
}
