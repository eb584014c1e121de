//! A slow wire that loses packets, between a namespace and here. No packet scheduler of the kernel is needed for it: VXLAN puts each
//! frame into a datagram, and this carries datagrams from one end to the other as a bad line would. TCP at both ends is the
//! kernel's own, with its retransmissions and its waits.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::network::cable;
use crate::networks::{Space, run};

/// Where VXLAN is spoken (RFC 7348), and what it puts before an Internet packet: its own 8 bytes, and 14 of Ethernet.
const PORT: u16 = 4789;
const HEAD: usize = 22;
const INTERNET: [u8; 2] = [0x08, 0x00];
/// A packet that would wait longer for its turn is lost, as in a modem.
const QUEUE: Duration = Duration::from_secs(4);
/// Addresses of both ends.
pub const HERE: &str = "10.76.0.1";
const THERE: &str = "10.76.0.2";

/// How bad it is, in each direction.
#[derive(Clone, Copy)]
pub struct Badness {
    pub bits_per_second: u64,
    /// Of a hundred packets so many are lost.
    pub lost: u8,
    /// A packet takes so long, more or less by half: some overtake others.
    pub delay: Duration,
}

/// What came through, and what did not.
#[derive(Default)]
pub struct Carried {
    /// Bytes of Internet packets that one end sent, lost ones included.
    bytes: AtomicU64,
    packets: AtomicU64,
    lost: AtomicU64,
}

pub struct Wire {
    _middle: Space,
    badness: Arc<Mutex<Badness>>,
    stop: Arc<AtomicBool>,
    carried: Arc<Carried>,
    threads: Vec<JoinHandle<()>>,
}

/// Whether this kernel can.
pub fn is_possible() -> bool {
    let words = ["link", "add", "probe", "type", "vxlan", "id", "1", "remote", "127.0.0.1", "dstport", "4788"];
    let made = std::process::Command::new("ip").args(words).output().unwrap();
    made.status.success() && run("ip", &["link", "del", "probe"]).is_empty()
}

impl Wire {
    /// One that is good at first.
    pub fn new(space: &Space, seed: u64) -> Self {
        let middle = Space::new("wire");
        cable(&middle, "w1", "10.74.0.1/24", "10.74.0.2/24");
        // The other cable is made from here too, and its near end then given away.
        cable(&middle, "w2", "10.75.0.1/24", "10.75.0.2/24");
        run("ip", &["link", "set", "near-w2", "netns", &space.name]);
        space.run("ip", &["address", "add", "10.75.0.1/24", "dev", "near-w2"]);
        space.run("ip", &["link", "set", "near-w2", "up"]);
        let ends = [
            (HERE, "10.74.0.1", "10.74.0.2", "02:00:00:00:00:01"),
            (THERE, "10.75.0.1", "10.75.0.2", "02:00:00:00:00:02"),
        ];
        for (at, (own, local, remote, mac)) in ends.into_iter().enumerate() {
            let here = |arguments: &str| {
                let words: Vec<&str> = arguments.split(' ').collect();
                if at == 0 { run("ip", &words) } else { space.run("ip", &words) }
            };
            here(&format!(
                "link add wire address {mac} mtu 1400 type vxlan id 7 local {local} remote {remote} dstport {PORT} nolearning"
            ));
            here(&format!("address add {own}/24 dev wire"));
            here("link set wire addrgenmode none");
            // Sums and segments are left to the device otherwise, and this one reads frames before that.
            let plain = ["-K", "wire", "tx", "off"];
            drop(if at == 0 { run("ethtool", &plain) } else { space.run("ethtool", &plain) });
            here("link set wire up");
            // As a line has it that knows who is at its other end.
            let (other, _, _, mac) = ends[1 - at];
            here(&format!("neigh replace {other} lladdr {mac} dev wire nud permanent"));
        }
        let bind = |address: &'static str| middle.inside(|| Arc::new(UdpSocket::bind((address, PORT)).unwrap()));
        let (near, far) = (bind("10.74.0.2"), bind("10.75.0.2"));
        let good = Badness { bits_per_second: 1_000_000_000, lost: 0, delay: Duration::ZERO };
        let (stop, carried) = (Arc::new(AtomicBool::new(false)), Arc::new(Carried::default()));
        let badness = Arc::new(Mutex::new(good));
        let carry = |from: &Arc<UdpSocket>, to: &Arc<UdpSocket>, target: &str, seed: u64| {
            let (from, to, target) = (from.clone(), to.clone(), format!("{target}:{PORT}").parse().unwrap());
            let (stop, carried, badness) = (stop.clone(), carried.clone(), badness.clone());
            std::thread::spawn(move || carry(&from, &to, target, &badness, &carried, &stop, seed))
        };
        let threads = vec![carry(&near, &far, "10.75.0.1", seed), carry(&far, &near, "10.74.0.1", seed + 1)];
        Self { _middle: middle, badness, stop, carried, threads }
    }

    pub fn becomes(&self, badness: Badness) {
        *self.badness.lock().unwrap() = badness;
    }

    /// Bytes and packets that were sent so far, in both directions, and how many packets of them were lost.
    pub fn carried(&self) -> (u64, u64, u64) {
        let Carried { bytes, packets, lost } = &*self.carried;
        (bytes.load(Ordering::Relaxed), packets.load(Ordering::Relaxed), lost.load(Ordering::Relaxed))
    }
}

/// Carries datagrams in one direction.
fn carry(
    from: &UdpSocket,
    to: &UdpSocket,
    target: SocketAddr,
    badness: &Mutex<Badness>,
    carried: &Carried,
    stop: &AtomicBool,
    seed: u64,
) {
    let (mut random, mut free) = (fastrand::Rng::with_seed(seed), Instant::now());
    let mut under_way: BinaryHeap<Reverse<(Instant, Vec<u8>)>> = BinaryHeap::new();
    let mut buffer = [0; 2_048];
    while !stop.load(Ordering::Relaxed) {
        let next = under_way.peek().map(|Reverse((due, _))| due.saturating_duration_since(Instant::now()));
        let wait =
            next.unwrap_or(Duration::from_millis(50)).clamp(Duration::from_micros(100), Duration::from_millis(50));
        from.set_read_timeout(Some(wait)).unwrap();
        if let Ok(length) = from.recv(&mut buffer) {
            let (now, badness) = (Instant::now(), *badness.lock().unwrap());
            let is_counted = length > HEAD && buffer[HEAD - 2..HEAD] == INTERNET;
            let size = length.saturating_sub(HEAD) as u64;
            free = free.max(now) + Duration::from_nanos(size * 8 * 1_000_000_000 / badness.bits_per_second);
            let is_lost = random.u8(..100) < badness.lost || free > now + QUEUE;
            if is_counted {
                carried.bytes.fetch_add(size, Ordering::Relaxed);
                carried.packets.fetch_add(1, Ordering::Relaxed);
                carried.lost.fetch_add(u64::from(is_lost), Ordering::Relaxed);
            }
            if !is_lost {
                let due = free + badness.delay.mul_f64(random.f64() + 0.5);
                under_way.push(Reverse((due, buffer[..length].to_vec())));
            }
        }
        while let Some(Reverse((due, _))) = under_way.peek()
            && *due <= Instant::now()
        {
            let Some(Reverse((_, bytes))) = under_way.pop() else { break };
            // Whoever is gone hears nothing.
            let _ = to.send_to(&bytes, target);
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.drain(..).for_each(|thread| drop(thread.join()));
    }
}
