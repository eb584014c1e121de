//! Agents that report: the bodies they send, made once and then only filled in, because making them anew would take
//! more of the two cores than taking them in.

use std::io::Write as _;
use std::net::SocketAddr;

use gatehouse::base::Clock;

use super::fleet::{Enrolled, text};
use super::load::{Connection, Source, request};

/// Digits of a counter or a number in a body.
const WIDTH: usize = 9;
/// One of so many devices is connected, and says from where and since when.
const CONNECTED: usize = 4;
const MOMENT: &str = "2026-05-06T12:00:00.000Z";
const HOLE: &str = "#########";

/// The reports of one server.
pub struct Reports {
    /// The server.
    pub id: String,
    request: Vec<u8>,
    moment: Option<usize>,
    holes: Vec<usize>,
    seq: u64,
}

impl Reports {
    /// With the counters of every device, as our agent sends them.
    pub fn whole(server: &Enrolled) -> Self {
        let stat = |(index, key): (usize, &String)| {
            let connected = match index % CONNECTED {
                0 => format!(r#","latest_handshake_at":"{MOMENT}","endpoint":"198.51.100.{}:51820""#, index % 200 + 10),
                _ => String::new(),
            };
            format!(r#"{{"public_key":"{key}","rx":{HOLE},"tx":{HOLE}{connected}}}"#)
        };
        let stats: Vec<String> = server.keys.iter().enumerate().map(stat).collect();
        let own = format!(r#""epoch":1,"seq":{HOLE},"measured_at":"{MOMENT}","interval_s":60,"applied_revision":1"#);
        Self::new(server, &format!(r#",{own},"peer_stats":[{}],"errors":[]"#, stats.join(",")))
    }

    /// What document 002 asks for, and no more.
    pub fn documented(server: &Enrolled) -> Self {
        Self::new(server, r#","peers":40"#)
    }

    fn new(server: &Enrolled, more: &str) -> Self {
        let id = &server.id;
        let body = format!(r#"{{"server_id":"{id}","ping_ms":12.4,"transfer_rx":{HOLE},"transfer_tx":{HOLE}{more}}}"#);
        let request = request("POST", "/api/report", Some(&server.token), &body);
        let written = String::from_utf8(request.clone()).unwrap();
        let holes = written.match_indices(HOLE).map(|(at, _)| at).collect();
        let moment = written.find(r#""measured_at":""#).map(|at| at + r#""measured_at":""#.len());
        Self { id: id.clone(), request, moment, holes, seq: 0 }
    }

    /// Bytes of a body.
    pub fn size(&self) -> usize {
        let head = self.request.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
        self.request.len() - head - 4
    }

    /// Total of the newest report's first device: every counter of a report has the same.
    pub fn counter(&self) -> u64 {
        // Every report is a kilobyte more, and none has more digits than another.
        100_000_000 + self.seq * 1_000
    }

    /// Reports so far.
    pub fn count(&self) -> u64 {
        self.seq
    }

    fn fill(&mut self) -> &[u8] {
        self.seq += 1;
        let (counter, seq, is_whole) = (self.counter(), self.seq, self.moment.is_some());
        for (index, at) in self.holes.iter().enumerate() {
            let mut hole = &mut self.request[*at..at + WIDTH];
            // The third is the number of the report; JSON lets it stand behind spaces.
            let value = if is_whole && index == 2 { seq } else { counter };
            write!(hole, "{value:>WIDTH$}").unwrap();
        }
        if let Some(at) = self.moment {
            self.request[at..at + MOMENT.len()].copy_from_slice(text(Clock::System.now()).as_bytes());
        }
        &self.request
    }
}

/// The agents behind one connection, one after the other: reports of one server never overtake each other.
pub struct Agents {
    /// Their servers.
    pub all: Vec<Reports>,
    next: usize,
}

impl Source for Agents {
    fn next(&mut self) -> &[u8] {
        self.next = (self.next + 1) % self.all.len();
        self.all[self.next].fill()
    }
}

impl Agents {
    /// Lets each of them send a report, one after the other.
    pub async fn report_once(&mut self, address: SocketAddr) {
        let mut connection = Connection::open(address).await.unwrap();
        for _ in 0..self.all.len() {
            assert_eq!(connection.send(self.next()).await.unwrap(), 200);
        }
    }
}

/// Deals servers out to so many clients.
pub fn deal(servers: &[Enrolled], clients: usize, reports: impl Fn(&Enrolled) -> Reports) -> Vec<Agents> {
    share(servers.iter().map(reports).collect(), clients)
}

/// Deals reports out to so many clients, or to fewer where there are not as many servers.
pub fn share(all: Vec<Reports>, clients: usize) -> Vec<Agents> {
    let clients = clients.min(all.len());
    let mut dealt: Vec<Agents> = (0..clients).map(|_| Agents { all: Vec::new(), next: 0 }).collect();
    for (number, reports) in all.into_iter().enumerate() {
        dealt[number % clients].all.push(reports);
    }
    dealt
}
