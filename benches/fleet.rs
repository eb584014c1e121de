//! Fleets to measure: data directories with servers, their agents and devices, and what was measured on them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use gatehouse::base::clock::{HOUR, MINUTE, SECOND};
use gatehouse::base::{Actor, Clock, Role, Time};
use gatehouse::person::{self, Email, NewPerson, password};
use gatehouse::store::{self, Directory, Tx};
use gatehouse::vpn::key::{self, PublicKeyText};
use gatehouse::vpn::peer::{self, NewPeer, PeerName};
use gatehouse::vpn::server::{self, NewServer, RawServer};
use gatehouse::vpn::{enrollment, history, report};
use gatehouse::wire;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Bench;
use super::instance::Instance;
use super::load::ask;

/// Of the administrator.
pub const EMAIL: &str = "admin@example.org";
/// Of the administrator.
pub const PASSWORD: &str = "correct horse";
/// Of a server, unless its measurement says otherwise.
pub const DEVICES: usize = 100;
/// Milliseconds of history that are kept whole.
const HISTORY: i64 = 72 * HOUR;
/// Holds the servers of a fleet that is kept.
const ENROLLED: &str = "enrolled.json";

/// A server whose agent has enrolled.
#[derive(Clone, Deserialize, Serialize)]
pub struct Enrolled {
    /// Slug.
    pub id: String,
    /// The agent's.
    pub token: String,
    /// Public keys of its devices.
    pub keys: Vec<String>,
}

/// Makes a data directory with an administrator and so many servers of so many devices.
pub fn make(data: &Path, servers: usize, devices: usize) -> Vec<Enrolled> {
    let directory = Directory::open(data, None).unwrap();
    store::migrate(&directory, &Clock::System).unwrap();
    write(&directory, &Clock::System, |tx| {
        let password = password::Password::parse(PASSWORD.into(), 8)?;
        let new = NewPerson {
            password_hash: Some(password::hash(&password)?),
            ..NewPerson::new(Email::parse(EMAIL)?, "Admin".into(), Role::SuperAdmin)
        };
        person::create(tx, &Actor::system(), &new)
    });
    let mut made = Vec::with_capacity(servers);
    let numbers: Vec<usize> = (0..servers).collect();
    for some in numbers.chunks(100) {
        let some: Vec<Enrolled> =
            write(&directory, &Clock::System, |tx| some.iter().map(|number| enrol(tx, *number, devices)).collect());
        made.extend(some);
    }
    made
}

/// [`make`] with the usual devices, kept for the next run.
pub fn kept(bench: &Bench, servers: usize) -> (PathBuf, Vec<Enrolled>) {
    let folder = bench.kept(&format!("fleet-{servers}x{DEVICES}"), |folder| {
        let made = make(folder, servers, DEVICES);
        fs::write(folder.join(ENROLLED), serde_json::to_vec(&made).unwrap()).unwrap();
    });
    let servers = serde_json::from_slice(&fs::read(folder.join(ENROLLED)).unwrap()).unwrap();
    (folder, servers)
}

fn write<T>(directory: &Directory, clock: &Clock, write: impl FnOnce(&Tx<'_>) -> gatehouse::base::Result<T>) -> T {
    store::write_once(directory, clock, write).unwrap()
}

fn enrol(tx: &Tx<'_>, number: usize, devices: usize) -> gatehouse::base::Result<Enrolled> {
    let system = Actor::system();
    let raw = RawServer {
        id: Some(format!("server-{number:04}")),
        endpoint: Some("192.0.2.1:51820".into()),
        address: Some("10.64.0.1/16".into()),
        allowed_ips: Some(vec!["10.64.0.0/16".into()]),
        ..RawServer::default()
    };
    let new = NewServer::parse(&raw)?;
    server::create(tx, &system, &new)?;
    let found = server::find(tx, &system, &new.id)?;
    let mut keys = Vec::with_capacity(devices);
    for number in 0..devices {
        let device = NewPeer {
            name: PeerName::parse(&format!("device-{number}"))?,
            // Made elsewhere: there is nothing to seal.
            public_key: Some(key::new_pair()?.1),
            preshared_key: false,
            user: None,
            expires_at: None,
            quota_bytes: None,
        };
        keys.push(peer::create(tx, &system, &found, &device)?.public_key);
    }
    let token = enrollment::offer(tx, &system, &found)?;
    let public: PublicKeyText = key::new_pair()?.1;
    let accepted = enrollment::accept(tx, &Actor::nobody(None), token.expose(), &public)?;
    Ok(Enrolled { id: new.id, token: accepted.token.expose().clone(), keys })
}

/// Fills 72 hours with a report a minute from every server, as time would have done it; answers how many.
pub fn report_history(data: &Path, servers: &[Enrolled]) -> u64 {
    let directory = Directory::open(data, None).unwrap();
    let now = Clock::System.now();
    let numbers: Vec<i64> = servers.iter().map(|server| number_of(&directory, server)).collect();
    let mut count = 0;
    let mut hour = now.plus(-HISTORY + MINUTE);
    while hour < now {
        let end = hour.plus(HOUR).0.min(now.0);
        // Each report comes a little after it was measured, and nothing is from the future.
        let clock = Clock::Manual(std::sync::Arc::new(end.into()));
        write(&directory, &clock, |tx| {
            for (server, number) in servers.iter().zip(&numbers) {
                let mut at = hour;
                while at.0 < end {
                    let step = (at.0 - now.0 + HISTORY) / MINUTE;
                    let sent = sample(server, *number, at, step.cast_unsigned());
                    report::take(tx, *number, &report::parse(sent, tx.now())?)?;
                    count += 1;
                    at = at.plus(MINUTE);
                }
            }
            Ok(())
        });
        write(&directory, &clock, |tx| history::seal(tx, &history::due(tx)?));
        while write(&directory, &clock, history::roll_up) {}
        hour = hour.plus(HOUR);
    }
    count
}

fn number_of(directory: &Directory, enrolled: &Enrolled) -> i64 {
    let find = |conn: &store::Conn<'_>| server::find(conn, &Actor::system(), &enrolled.id);
    store::read_once(directory, &Clock::System, find).unwrap().number
}

/// A report without devices: latency that wanders, traffic of a busy server, seconds that are its own.
fn sample(server: &Enrolled, number: i64, minute: Time, step: u64) -> wire::Report {
    let noise = (step.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number.cast_unsigned().wrapping_mul(0xD1B5_4A32_D192_ED03))
        .rotate_left(17)
        % 1_000;
    let at = minute.plus(number % 60 * SECOND + noise.cast_signed());
    wire::Report {
        server_id: server.id.clone(),
        ping_ms: Some(12.0 + noise as f64 / 100.0),
        peers: Some(40),
        transfer_rx: step * 61_234_567 + noise * 1_001,
        transfer_tx: step * 187_654_321 + noise * 7_013,
        epoch: Some(1),
        seq: Some(step),
        measured_at: Some(text(at)),
        interval_s: Some(60),
        applied_revision: Some(1),
        agent_version: None,
        peer_stats: Vec::new(),
        errors: Vec::new(),
    }
}

/// As agents write it: RFC 3339 to the millisecond.
pub fn text(at: Time) -> String {
    let at = chrono::DateTime::from_timestamp_millis(at.0).unwrap();
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// A session of the administrator.
pub async fn sign_in(instance: &Instance) -> String {
    sign_in_as(instance, EMAIL).await
}

/// The session of whoever has this address, and the usual password.
pub async fn sign_in_as(instance: &Instance, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD});
    let answer = ask(instance.address, "POST", "/api/login", None, &body).await;
    answer["token"].as_str().unwrap().to_owned()
}

/// What the API shows, as the administrator.
pub async fn look(instance: &Instance, token: &str, path: &str) -> Value {
    ask(instance.address, "GET", path, Some(token), &Value::Null).await
}

/// A copy of a data directory that nobody serves: measurements must not see each other's traces.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let entries = fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path());
    for path in entries.filter(|path| path.is_file()) {
        let copied = to.join(path.file_name().unwrap());
        fs::copy(&path, &copied).unwrap();
        // Or the kernel writes it while the commits are timed.
        File::open(copied).unwrap().sync_all().unwrap();
    }
}

/// Bytes of the database with its companions.
pub fn size(data: &Path) -> u64 {
    let files = fs::read_dir(data).unwrap().map(|entry| entry.unwrap());
    let database = files.filter(|entry| entry.file_name().to_string_lossy().starts_with("gatehouse.db"));
    database.map(|entry| entry.metadata().unwrap().len()).sum()
}
