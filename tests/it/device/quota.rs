//! Quotas, expiry and masquerade as the packet filter does them, with nobody watching.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, SystemTime};

use gatehouse::agent::firewall::{Applied, Firewall, Limits, Nft, PeerLimit, Quota, nft_available};

use crate::space::{Pair, Space, ready};

/// An echo of 1,000 bytes with its UDP header of 8 and an IPv4 header of 20, there and back.
const ECHO: u64 = 2 * 1_028;
/// The same size over IPv6, whose header has 40 bytes.
const ECHO6: u64 = 2 * 1_048;

fn limit(id: &str, addresses: &[&str], quota: Option<(u64, u64)>) -> PeerLimit {
    PeerLimit {
        id: id.to_owned(),
        addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
        expires_at: None,
        quota: quota.map(|(limit, used)| Quota { limit, used }),
    }
}

fn client(quota: Option<(u64, u64)>) -> PeerLimit {
    limit("client", &["10.98.0.2", "fd98::2"], quota)
}

fn limits(peers: Vec<PeerLimit>) -> Limits {
    Limits { peers, masquerade: false }
}

/// How many of up to `count` echoes came back before the first that did not. Each is sent once the one before is there: with more of them
/// under way at once, requests would use up what their answers need.
fn echoes(from: &Space, to: &Space, count: u64, address: &str) -> u64 {
    let address: IpAddr = address.parse().unwrap();
    let server = to.inside(|| UdpSocket::bind(SocketAddr::new(address, 0)).unwrap());
    let client = from.inside(|| UdpSocket::bind(SocketAddr::new(unspecified(address), 0)).unwrap());
    // Long enough for a machine that does much else; what is cut costs two of them at most.
    for socket in [&server, &client] {
        socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    }
    client.connect(server.local_addr().unwrap()).unwrap();
    let mut answer = [0; 1_500];
    (0..count)
        .take_while(|_| {
            // What the filter of the sender's own side cuts is an error there.
            client.send(&[7; 1_000]).is_ok()
                && server
                    .recv_from(&mut answer)
                    .and_then(|(length, from)| server.send_to(&answer[..length], from))
                    .is_ok()
                && client.recv(&mut answer).is_ok()
        })
        .count() as u64
}

fn unspecified(like: IpAddr) -> IpAddr {
    if like.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() }
}

#[test]
fn a_quota_cuts_at_its_bytes_in_both_families_with_no_agent_alive() {
    if !ready("quota") {
        return;
    }
    assert!(nft_available());
    let pair = Pair::new("q");
    pair.server.inside(|| {
        let applied =
            Nft::new().apply(&pair.interface, &limits(vec![client(Some((200_000, 0)))]), SystemTime::now()).unwrap();
        assert_eq!(applied, Applied { changed: true, repaired: vec![] });
    });
    let four = echoes(&pair.client, &pair.server, 40, "10.98.0.1");
    assert_eq!(four, 40);
    let six = echoes(&pair.client, &pair.server, 200, "fd98::1");
    let passed = four * ECHO + six * ECHO6;
    println!("{passed} of 200000 bytes passed");
    assert!((200_000 - ECHO6..=200_000).contains(&passed), "{passed}");
    assert_eq!(echoes(&pair.client, &pair.server, 20, "10.98.0.1"), 0, "the other family is cut by the same count");
    assert_eq!(echoes(&pair.server, &pair.client, 1, "10.98.0.2"), 0, "and the other direction");

    let used = || pair.server.inside(|| Nft::new().used(&pair.interface).unwrap()["client"]);
    assert_eq!(used(), 200_000, "what was cut did not pass");
    pair.server.inside(|| {
        Nft::new().apply(&pair.interface, &limits(vec![client(Some((250_000, 0)))]), SystemTime::now()).unwrap()
    });
    let more = echoes(&pair.client, &pair.server, 60, "10.98.0.1") * ECHO;
    assert!((50_000 - ECHO..=50_000).contains(&more), "the new limit gives what it adds, {more}");
}

#[test]
fn counts_go_on_through_every_change() {
    if !ready("counts") {
        return;
    }
    let pair = Pair::new("n");
    let other = |quota| limit("other", &["10.98.0.3"], Some(quota));
    let mut nft = Nft::new();
    let mut apply =
        |peers| pair.server.inside(|| nft.apply(&pair.interface, &limits(peers), SystemTime::now()).unwrap());
    let used = || pair.server.inside(|| Nft::new().used(&pair.interface).unwrap());
    assert!(used().is_empty());

    assert!(apply(vec![client(Some((1_000_000, 5_000))), other((500, 7))]).changed);
    assert_eq!(used()["client"], 5_000, "it begins with what the control plane counted");
    assert_eq!(echoes(&pair.client, &pair.server, 10, "10.98.0.1"), 10);
    let first = 5_000 + 10 * ECHO;
    assert_eq!(used()["client"], first);

    assert_eq!(apply(vec![client(Some((1_000_000, 5_000))), other((500, 7))]), Applied::default());
    assert_eq!(used()["client"], first, "unchanged rules are not touched");

    assert!(apply(vec![client(Some((1_000_000, 6_000))), other((900, 7))]).repaired.is_empty());
    assert_eq!(used()["client"], first, "another peer's limit and a smaller count change nothing");
    assert_eq!(used()["other"], 7);

    assert!(apply(vec![client(Some((2_000_000, 0))), other((900, 7))]).changed);
    assert_eq!(used()["client"], first, "the own limit changes in place");

    assert!(apply(vec![client(Some((2_000_000, 90_000))), other((900, 7))]).changed);
    assert_eq!(used()["client"], 90_000, "the larger number stands");
    assert_eq!(echoes(&pair.client, &pair.server, 10, "10.98.0.1"), 10);

    // A new process, which remembers nothing.
    let again = limits(vec![client(Some((2_000_000, 90_000))), other((900, 7))]);
    let fresh = pair.server.inside(|| Nft::new().apply(&pair.interface, &again, SystemTime::now()).unwrap());
    assert_eq!(fresh, Applied::default());
    assert_eq!(used()["client"], 90_000 + 10 * ECHO);

    assert!(!apply(vec![client(Some((2_000_000, 90_000))), other((900, 7))]).changed);
    pair.server.run("nft", &["flush", "ruleset"]);
    let repaired = apply(vec![client(Some((2_000_000, 90_000))), other((900, 7))]);
    assert!(repaired.changed && repaired.repaired[0].contains("was gone"), "{repaired:?}");
    assert_eq!(used()["client"], 90_000 + 10 * ECHO, "what was seen before the flush stands");

    let table = format!("gatehouse_{}", pair.interface);
    pair.server.run("nft", &["flush", "chain", "inet", &table, "from_peer"]);
    let repaired = apply(vec![client(Some((2_000_000, 90_000))), other((900, 7))]);
    assert!(repaired.repaired[0].contains("rules"), "{repaired:?}");
    pair.server.run("nft", &["flush", "map", "inet", &table, "quota4"]);
    let repaired = apply(vec![client(Some((2_000_000, 90_000))), other((900, 7))]);
    assert!(repaired.repaired[0].contains("entries"), "{repaired:?}");
    assert_eq!(used()["client"], 90_000 + 10 * ECHO);

    assert!(apply(vec![client(Some((50_000, 0)))]).changed, "a limit below what was used");
    assert_eq!(echoes(&pair.client, &pair.server, 3, "10.98.0.1"), 0);
    let over = || vec![client(Some((1_000, 95_000_000)))];
    assert!(apply(over()).changed, "used beyond the limit, from the start");
    assert_eq!(echoes(&pair.client, &pair.server, 3, "10.98.0.1"), 0);
    assert_eq!(apply(over()), Applied::default());

    assert!(apply(vec![]).changed);
    assert!(!pair.server.run("nft", &["list", "tables"]).contains("gatehouse"), "no limits, no table");
    assert_eq!(apply(vec![]), Applied::default());
}

#[test]
fn an_expiry_cuts_by_itself_and_an_extension_opens_again() {
    if !ready("expiry") {
        return;
    }
    let pair = Pair::new("e");
    let expires = |at| limits(vec![PeerLimit { expires_at: Some(at), ..client(None) }]);
    let at = SystemTime::now() + Duration::from_millis(1_500);
    pair.server.inside(|| Nft::new().apply(&pair.interface, &expires(at), SystemTime::now()).unwrap());
    let told = pair.client.output("ping", &["-D", "-i", "0.01", "-w", "3", "10.98.0.1"]).stdout;
    let told = String::from_utf8(told).unwrap();
    let last = told.lines().rev().find(|line| line.starts_with('[')).unwrap();
    let last: f64 = last[1..].split(']').next().unwrap().parse().unwrap();
    let at = at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64();
    println!("last answer {:+.3} s from the expiry", last - at);
    assert!((-1.0..1.0).contains(&(last - at)), "{}", last - at);

    let mut nft = Nft::new();
    let over = SystemTime::now() - Duration::from_secs(60);
    let applied = pair.server.inside(|| nft.apply(&pair.interface, &expires(over), SystemTime::now()).unwrap());
    assert_eq!(applied, Applied::default(), "expired is expired");
    let later = SystemTime::now() + Duration::from_secs(10 * 365 * 86_400);
    pair.server.inside(|| nft.apply(&pair.interface, &expires(later), SystemTime::now()).unwrap());
    assert_eq!(echoes(&pair.client, &pair.server, 5, "10.98.0.1"), 5);
    let applied = pair.server.inside(|| nft.apply(&pair.interface, &expires(later), SystemTime::now()).unwrap());
    assert_eq!(applied, Applied::default());
    let past = SystemTime::now() - Duration::from_secs(1);
    pair.server.inside(|| nft.apply(&pair.interface, &expires(past), SystemTime::now()).unwrap());
    assert_eq!(echoes(&pair.client, &pair.server, 5, "fd98::1"), 0, "an expiry that is over cuts at once");
}

#[test]
fn masquerade_lets_the_tunnel_out_and_forwarded_traffic_counts() {
    if !ready("masquerade") {
        return;
    }
    let (pair, outside) = (Pair::new("m"), Space::new("m-out"));
    pair.server.cable("198.51.100.1/24", &outside, "198.51.100.9/24");
    pair.server.run("sysctl", &["-qw", "net.ipv4.ip_forward=1"]);
    assert_eq!(echoes(&pair.client, &outside, 3, "198.51.100.9"), 0, "outside knows no way back into the tunnel");
    let mut nft = Nft::new();
    let mut wanted = limits(vec![client(Some((1_000_000, 0)))]);
    wanted.masquerade = true;
    pair.server.inside(|| nft.apply(&pair.interface, &wanted, SystemTime::now()).unwrap());
    assert_eq!(echoes(&pair.client, &outside, 10, "198.51.100.9"), 10);
    let used = || pair.server.inside(|| Nft::new().used(&pair.interface).unwrap()["client"]);
    assert_eq!(used(), 10 * ECHO, "each packet counts once");
    wanted.masquerade = false;
    pair.server.inside(|| nft.apply(&pair.interface, &wanted, SystemTime::now()).unwrap());
    assert_eq!(used(), 10 * ECHO, "the rules changed, the count did not");
    assert_eq!(echoes(&pair.client, &outside, 3, "198.51.100.9"), 0);
}
