//! Facts about the kernel's bytes, on messages laid out by hand from `include/uapi/linux/wireguard.h`.

#![allow(clippy::unwrap_used)]

use netlink_packet_core::Emitable as _;
use proptest::prelude::*;

use super::*;

fn bytes(message: &WireguardMessage) -> Vec<u8> {
    let mut bytes = vec![0; message.buffer_len()];
    message.emit(&mut bytes);
    bytes
}

fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

const IFNAME: &[u8] = &[0x08, 0, 0x02, 0, b'w', b'g', b'0', 0];

/// WGPEER_A_PUBLIC_KEY of thirty-two times 0x11.
const KEY_11: &[u8] = &[
    0x24, 0, 0x01, 0, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
    0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
];

/// WGPEER_A_PUBLIC_KEY of thirty-two times 0x22.
const KEY_22: &[u8] = &[
    0x24, 0, 0x01, 0, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22,
    0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22,
];

/// WGPEER_A_PRESHARED_KEY of zeros: none.
const NO_PSK: &[u8] =
    &[0x24, 0, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// One entry of WGPEER_A_ALLOWEDIPS: family 2, 10.8.0.2, prefix 32.
const RANGE_10_8_0_2: &[u8] =
    &[0x1c, 0, 0, 0x80, 0x06, 0, 0x01, 0, 0x02, 0, 0, 0, 0x08, 0, 0x02, 0, 10, 8, 0, 2, 0x05, 0, 0x03, 0, 32, 0, 0, 0];

/// One entry: family 10, fd00::2, prefix 128.
const RANGE_FD00_2: &[u8] = &[
    0x28, 0, 0, 0x80, 0x06, 0, 0x01, 0, 0x0a, 0, 0, 0, 0x14, 0, 0x02, 0, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 2, 0x05, 0, 0x03, 0, 128, 0, 0, 0,
];

/// The first of two messages: the device, and the first part of peer 0x11.
fn first_message() -> Vec<u8> {
    let peer = [
        KEY_11,
        NO_PSK,
        // WGPEER_A_LAST_HANDSHAKE_TIME: 1,700,000,000 s and 7 ns.
        &[0x14, 0, 0x06, 0, 0x00, 0xf1, 0x53, 0x65, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0],
        // WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL: 25.
        &[0x06, 0, 0x05, 0, 25, 0, 0, 0],
        // WGPEER_A_TX_BYTES: 258; WGPEER_A_RX_BYTES: 2^32.
        &[0x0c, 0, 0x08, 0, 2, 1, 0, 0, 0, 0, 0, 0],
        &[0x0c, 0, 0x07, 0, 0, 0, 0, 0, 1, 0, 0, 0],
        // WGPEER_A_PROTOCOL_VERSION: 1.
        &[0x08, 0, 0x0a, 0, 1, 0, 0, 0],
        // WGPEER_A_ENDPOINT: sockaddr_in of 203.0.113.9:51820.
        &[0x14, 0, 0x04, 0, 2, 0, 0xca, 0x6c, 203, 0, 113, 9, 0, 0, 0, 0, 0, 0, 0, 0],
        // WGPEER_A_ALLOWEDIPS with one entry of 40 bytes.
        &[0x2c, 0, 0x09, 0x80],
        RANGE_FD00_2,
    ]
    .concat();
    let length = u8::try_from(peer.len() + 4).unwrap();
    assert_eq!(length, 0xc8);
    [
        // WGDEVICE_A_LISTEN_PORT: 51820; WGDEVICE_A_FWMARK: 0; WGDEVICE_A_IFINDEX: 3.
        &[0x06, 0, 0x06, 0, 0x6c, 0xca, 0, 0],
        &[0x08, 0, 0x07, 0, 0, 0, 0, 0],
        &[0x08, 0, 0x01, 0, 3, 0, 0, 0],
        IFNAME,
        // WGDEVICE_A_PRIVATE_KEY, thirty-two times 0x41.
        &[0x24, 0, 0x03, 0],
        &[0x41; 32],
        // WGDEVICE_A_PEERS with one peer.
        &[0xcc, 0, 0x08, 0x80],
        &[0xc8, 0, 0, 0x80],
        &peer,
    ]
    .concat()
}

/// The second: more ranges of peer 0x11 under its key alone, then peer 0x22, which was never seen.
fn second_message() -> Vec<u8> {
    [
        IFNAME,
        // WGDEVICE_A_PEERS: 4 + (4 + 36 + 4 + 28) + (4 + 36 + 36 + 20).
        &[0xac, 0, 0x08, 0x80],
        &[0x48, 0, 0, 0x80],
        KEY_11,
        &[0x20, 0, 0x09, 0x80],
        RANGE_10_8_0_2,
        &[0x60, 0, 0, 0x80],
        KEY_22,
        NO_PSK,
        &[0x14, 0, 0x06, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat()
}

#[test]
fn a_peer_that_continues_in_the_next_message_is_joined() {
    let mut dump = Dump::default();
    dump.add(&first_message()).unwrap();
    dump.add(&second_message()).unwrap();
    let shown = dump.close();
    assert_eq!((shown.private_key, shown.listen_port), (Some(Key([0x41; 32])), 51820));
    assert_eq!(shown.peers.keys().copied().collect::<Vec<_>>(), [Key([0x11; 32]), Key([0x22; 32])]);
    let split = &shown.peers[&Key([0x11; 32])];
    assert_eq!(split.allowed_ips, [net("10.8.0.2/32"), net("fd00::2/128")]);
    assert_eq!((split.rx, split.tx), (1 << 32, 258));
    assert_eq!(split.endpoint, Some("203.0.113.9:51820".parse().unwrap()));
    assert_eq!(split.latest_handshake, Some(UNIX_EPOCH + Duration::new(1_700_000_000, 7)));
    assert_eq!(split.preshared_key, None);
    assert_eq!(shown.peers[&Key([0x22; 32])], ShownPeer::default());
}

#[test]
fn an_update_is_the_bytes_of_the_kernels_header() {
    let key = Key([0x11; 32]);
    let allowed_ips = Some(vec![net("10.8.0.2/32")]);
    let messages = set(
        "wg0",
        &[Change::SetListenPort(51820), Change::UpdatePeer { public_key: key, preshared_key: Some(None), allowed_ips }],
    );
    let [message] = messages.as_slice() else { panic!("{}", messages.len()) };
    let expected = [
        IFNAME,
        &[0x06, 0, 0x06, 0, 0x6c, 0xca, 0, 0],
        &[0x78, 0, 0x08, 0x80],
        &[0x74, 0, 0, 0x80],
        KEY_11,
        // WGPEER_F_REPLACE_ALLOWEDIPS (2) and WGPEER_F_UPDATE_ONLY (4).
        &[0x08, 0, 0x03, 0, 6, 0, 0, 0],
        NO_PSK,
        &[0x20, 0, 0x09, 0x80],
        RANGE_10_8_0_2,
    ]
    .concat();
    assert_eq!(bytes(message), expected);
}

#[test]
fn a_greeting_is_an_endpoint_and_a_keepalive_switched_on_and_off() {
    let endpoint = "192.0.2.2:51820".parse().unwrap();
    let messages = set("wg0", &[Change::SetEndpoint { public_key: Key([0x22; 32]), endpoint, greet: true }]);
    // WGPEER_F_UPDATE_ONLY (4).
    let flags: &[u8] = &[0x08, 0, 0x03, 0, 4, 0, 0, 0];
    let expected = [
        IFNAME,
        &[0x88, 0, 0x08, 0x80],
        &[0x4c, 0, 0, 0x80],
        KEY_22,
        flags,
        // WGPEER_A_ENDPOINT: AF_INET, port in network order.
        &[0x14, 0, 0x04, 0, 2, 0, 0xca, 0x6c, 192, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0],
        &[0x06, 0, 0x05, 0, 25, 0, 0, 0],
        &[0x38, 0, 0, 0x80],
        KEY_22,
        flags,
        &[0x06, 0, 0x05, 0, 0, 0, 0, 0],
    ];
    assert_eq!(bytes(&messages[0]), expected.concat());
}

#[test]
fn a_removal_is_a_key_and_the_remove_flag() {
    let messages = set("wg0", &[Change::RemovePeer(Key([0x22; 32]))]);
    let expected = [IFNAME, &[0x34, 0, 0x08, 0x80, 0x30, 0, 0, 0x80], KEY_22, &[0x08, 0, 0x03, 0, 1, 0, 0, 0]].concat();
    assert_eq!(bytes(&messages[0]), expected);
}

#[test]
fn device_fields_never_overtake_peers_sent_before_them() {
    let changes = [Change::RemovePeer(Key([1; 32])), Change::SetPrivateKey(Key([2; 32])), Change::SetListenPort(1)];
    let messages = set("wg0", &changes);
    assert_eq!(messages.len(), 2);
    assert!(matches!(messages[0].attributes[1], WireguardAttribute::Peers(_)));
    assert!(matches!(messages[1].attributes[1], WireguardAttribute::PrivateKey(_)));
    assert!(set("wg0", &[]).is_empty());
}

#[test]
fn many_peers_and_many_ranges_are_spread_over_messages_that_fit() {
    let ranges: Vec<IpNet> = (0..2_000).map(|i| IpNet::from(IpAddr::from(Ipv6Addr::from_bits(i)))).collect();
    let mut changes: Vec<Change> = (0..3_000_u32)
        .map(|i| {
            let mut key = [9; 32];
            key[..4].copy_from_slice(&i.to_be_bytes());
            Change::AddPeer { public_key: Key(key), preshared_key: Some(Key([7; 32])), allowed_ips: vec![ranges[1]] }
        })
        .collect();
    changes.push(Change::AddPeer { public_key: Key([8; 32]), preshared_key: None, allowed_ips: ranges.clone() });
    let mut dump = Dump::default();
    for message in set("wg0", &changes) {
        let bytes = bytes(&message);
        assert!(bytes.len() < 20_000, "{}", bytes.len());
        dump.add(&bytes).unwrap();
    }
    let shown = dump.close();
    assert_eq!(shown.peers.len(), 3_001);
    assert_eq!(shown.peers[&Key([8; 32])].allowed_ips, ranges);
}

#[test]
fn only_the_first_part_of_a_long_list_replaces_and_none_replaces_the_peers() {
    let allowed_ips: Vec<IpNet> = (0..600).map(|i| IpNet::from(IpAddr::from(Ipv4Addr::from_bits(i)))).collect();
    let messages = set("wg0", &[Change::AddPeer { public_key: Key([8; 32]), preshared_key: None, allowed_ips }]);
    let mut flags = Vec::new();
    for attribute in messages.iter().flat_map(|message| &message.attributes) {
        match attribute {
            WireguardAttribute::Flags(_) => panic!("a device flag"),
            WireguardAttribute::Peers(peers) => {
                flags.extend(peers.iter().flat_map(|peer| &peer.0).filter_map(|attribute| match attribute {
                    WireguardPeerAttribute::Flags(flags) => Some(flags.bits()),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    assert_eq!(flags, [2, 4, 4]);
}

#[test]
fn a_datagram_is_walked_to_its_end() {
    let message = |kind: u16, sequence: u32, body: &[u8]| {
        let mut bytes = (16 + body.len() as u32).to_ne_bytes().to_vec();
        bytes.extend_from_slice(&kind.to_ne_bytes());
        bytes.extend_from_slice(&[2, 0]);
        bytes.extend_from_slice(&sequence.to_ne_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(body);
        bytes
    };
    let walk = |bytes: &[u8]| {
        let mut seen = 0;
        let end = super::super::netlink::walk(bytes, 5, &mut |_| {
            seen += 1;
            false
        });
        (seen, end.map(|end| end.map_err(|error| error.raw_os_error())))
    };
    let (data, done) = (message(30, 5, &[1, 2, 3, 4]), message(3, 5, &[0; 4]));
    let refused = message(2, 5, &(-19_i32).to_ne_bytes());
    let stale = message(2, 4, &(-1_i32).to_ne_bytes());
    assert_eq!(walk(&[data.clone(), data.clone()].concat()), (2, None));
    assert_eq!(walk(&[stale, data.clone(), done].concat()), (1, Some(Ok(()))));
    assert_eq!(walk(&[data.clone(), refused].concat()), (1, Some(Err(Some(19)))));
    assert_eq!(walk(&data[..18]).1, Some(Err(None)));
}

#[test]
fn a_dump_that_was_overtaken_by_a_change_is_noticed() {
    let header = |flags: u16| [&[16, 0, 0, 0, 30, 0], &flags.to_ne_bytes()[..], &[0; 8]].concat();
    assert!(super::super::netlink::is_interrupted(&header(2 | 16)));
    assert!(!super::super::netlink::is_interrupted(&header(2)));
    assert!(!super::super::netlink::is_interrupted(&[]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = Dump::default().add(&bytes);
        let _ = super::super::netlink::walk(&bytes, 0, &mut |_| false);
    }

    #[test]
    fn a_dump_with_bytes_changed_is_read_or_refused(at in 0_usize..280, byte: u8, cut in 0_usize..280) {
        let mut bytes = first_message();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = Dump::default().add(&bytes);
        let _ = Dump::default().add(&bytes[..cut.min(bytes.len())]);
    }
}
