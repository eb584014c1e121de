//! Facts about the UAPI text, and a great deal of nonsense that must not make it panic.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

const ANSWER: &str = "private_key=e84b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a\n\
    listen_port=12912\nfwmark=1\n\
    public_key=b85996fecc9c7f1fc6d2572a76eda11d59bcd20be8e543b15ce4bd85a8e75a33\n\
    preshared_key=188515093e952f5f22e865cef3012e72f8b5f0b598ac0309d5dacce3b70fcf52\n\
    protocol_version=1\nendpoint=[abcd:23::33%2]:51820\nlast_handshake_time_sec=1700000000\n\
    last_handshake_time_nsec=5\ntx_bytes=38333\nrx_bytes=2224\npersistent_keepalive_interval=25\n\
    allowed_ip=192.168.4.4/32\nallowed_ip=10.0.0.0/8\n\
    public_key=58402e695ba1772b1cc9309755f043251ea77fdcf10fbe63989ceb7e19321376\n\
    preshared_key=0000000000000000000000000000000000000000000000000000000000000000\n\
    endpoint=182.122.22.19:3233\nlast_handshake_time_sec=0\nlast_handshake_time_nsec=0\n\
    tx_bytes=0\nrx_bytes=0\nallowed_ip=fd00::5/128\nsome_forks_key=7\nerrno=0\n\n";

fn key(hex: &str) -> Key {
    Key::from_hex(hex.as_bytes()).unwrap()
}

#[test]
fn the_answer_of_the_protocols_own_page_is_read() {
    let shown = parse(ANSWER.as_bytes()).unwrap();
    assert_eq!(shown.private_key, Some(key("e84b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a")));
    assert_eq!(shown.listen_port, 12912);
    assert_eq!(shown.peers.len(), 2);
    let first = &shown.peers[&key("b85996fecc9c7f1fc6d2572a76eda11d59bcd20be8e543b15ce4bd85a8e75a33")];
    assert_eq!(first.endpoint, Some("[abcd:23::33]:51820".parse().unwrap()));
    assert_eq!((first.rx, first.tx), (2224, 38333));
    assert_eq!(first.latest_handshake, Some(UNIX_EPOCH + Duration::new(1_700_000_000, 5)));
    let ranges: Vec<String> = first.allowed_ips.iter().map(IpNet::to_string).collect();
    assert_eq!(ranges, ["10.0.0.0/8", "192.168.4.4/32"]);
    assert!(first.preshared_key.is_some());
}

#[test]
fn zeros_mean_no_preshared_key_and_second_0_means_never() {
    let shown = parse(ANSWER.as_bytes()).unwrap();
    let second = &shown.peers[&key("58402e695ba1772b1cc9309755f043251ea77fdcf10fbe63989ceb7e19321376")];
    assert_eq!((second.preshared_key, second.latest_handshake), (None, None));
}

#[test]
fn an_answer_that_was_cut_off_is_an_error() {
    for end in [0, 40, ANSWER.len() - 10] {
        assert!(parse(&ANSWER.as_bytes()[..end]).is_err(), "{end}");
    }
    assert!(matches!(parse(b"errno=22\n\n"), Err(DeviceError::Refused { errno: 22, .. })));
}

#[test]
fn a_set_says_update_only_for_known_peers_and_never_replaces_the_list() {
    let (one, two, net) = (Key([1; 32]), Key([2; 32]), "10.8.0.2/32".parse().unwrap());
    let text = set(&[
        Change::RemovePeer(two),
        Change::SetListenPort(7),
        Change::UpdatePeer { public_key: one, preshared_key: Some(None), allowed_ips: Some(vec![net]) },
        Change::AddPeer { public_key: two, preshared_key: Some(one), allowed_ips: vec![] },
    ]);
    let (one, two, zero) = ("01".repeat(32), "02".repeat(32), "0".repeat(64));
    assert_eq!(
        text,
        format!(
            "set=1\npublic_key={two}\nremove=true\nlisten_port=7\npublic_key={one}\nupdate_only=true\n\
             preshared_key={zero}\nreplace_allowed_ips=true\nallowed_ip=10.8.0.2/32\n\
             public_key={two}\npreshared_key={one}\nreplace_allowed_ips=true\n\n"
        )
    );
}

#[test]
fn an_endpoint_is_for_a_peer_that_is_there_and_a_greeting_leaves_no_keepalive() {
    let (one, endpoint) = (Key([1; 32]), "192.0.2.2:7".parse().unwrap());
    let of = |greet| set(&[Change::SetEndpoint { public_key: one, endpoint, greet }]);
    let told = format!("set=1\npublic_key={}\nupdate_only=true\nendpoint=192.0.2.2:7\n", "01".repeat(32));
    assert_eq!(of(false), format!("{told}\n"));
    let key = "01".repeat(32);
    assert_eq!(
        of(true),
        format!(
            "{told}persistent_keepalive_interval=25\npublic_key={key}\nupdate_only=true\n\
             persistent_keepalive_interval=0\n\n"
        )
    );
}

#[test]
fn a_refused_set_tells_the_error_number() {
    assert!(check_set(b"errno=0\n\n").is_ok());
    assert!(matches!(check_set(b"errno=-98\n\n"), Err(DeviceError::Refused { errno: 98, .. })));
    assert!(check_set(b"errno=\n\n").is_err() && check_set(b"").is_err());
}

/// Lines a device could send, with values it never would.
fn near_text() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "private_key",
        "listen_port",
        "public_key",
        "preshared_key",
        "endpoint",
        "last_handshake_time_sec",
        "last_handshake_time_nsec",
        "rx_bytes",
        "tx_bytes",
        "allowed_ip",
        "errno",
        "",
        "fork",
    ]);
    let value = prop_oneof![
        Just("01".repeat(32)),
        Just(u64::MAX.to_string()),
        Just(u32::MAX.to_string()),
        Just("0".to_owned()),
        "[0-9./:%\\[\\]-]{0,20}",
        "\\PC{0,70}",
    ];
    let line = (name, value).prop_map(|(name, value)| format!("{name}={value}\n"));
    prop::collection::vec(line, 0..30).prop_map(|lines| lines.concat() + "errno=0\n\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = parse(&bytes);
        let _ = check_set(&bytes);
    }

    #[test]
    fn any_lines_are_read_or_refused(text in near_text()) {
        let _ = parse(text.as_bytes());
    }

    #[test]
    fn an_answer_with_bytes_changed_is_read_or_refused(at in 0..ANSWER.len(), byte: u8, cut in 0..ANSWER.len()) {
        let mut text = ANSWER.as_bytes().to_vec();
        text[at] = byte;
        let _ = parse(&text);
        let _ = parse(&text[..cut]);
    }
}
