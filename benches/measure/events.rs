//! Events: one change, and a thousand who follow along.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet};

use super::footprint::{SETTLED, memory};
use super::tickets;
use crate::Bench;
use crate::fleet::sign_in_as;
use crate::instance::{self, Instance};
use crate::load;
use crate::report::{Goal, Report, range};
use crate::rounds::Series;

/// Tickets of the instance.
const TICKETS: u64 = 10_000;
/// Agents who follow along, each from several places.
const AGENTS: usize = 20;

pub fn measure(bench: &Bench, report: &mut Report) {
    let data = tickets::copied(bench, TICKETS);
    let instance = Instance::gatehouse(data.path());
    let (many, changes) = (bench.many(1_000, 200), bench.many(50, 10));
    let words = format!(
        "{many} connections to `GET /api/events` of {AGENTS} agents, then {changes} changes of a ticket that they all may \
         see, one after the other; from sending the change to its event at each reader, all in this process on the same cores."
    );
    report.section("Events", &words);
    let admin = bench.wait(sign_in_as(&instance, "admin@example.org"));
    let tokens = bench.wait(sessions(&instance));
    std::thread::sleep(SETTLED);
    let before = instance::memory(instance.pid());
    let mut readers = bench.wait(follow(instance.address, &tokens, many));
    std::thread::sleep(SETTLED);
    let after = instance::memory(instance.pid());
    let used = instance::cpu(instance.pid());
    let (mut all, mut last) = (Vec::new(), Vec::new());
    for number in 0..changes {
        let status = if number % 2 == 0 { "pending" } else { "in_progress" };
        let path = format!("/api/tickets/{}/status", TICKETS / 2);
        let change = load::request("POST", &path, Some(&admin), &json!({"status": status}).to_string());
        let times = bench.wait(tell(&instance, &mut readers, change));
        last.extend(times.iter().max().map(Duration::as_secs_f64).map(|seconds| seconds * 1_000.0));
        all.extend(times.iter().map(|time| time.as_secs_f64() * 1_000.0));
    }
    let used = (instance::cpu(instance.pid()) - used).as_secs_f64() * 1_000.0 / changes as f64;
    let (all, last) = (Series::new(all), Series::new(last));
    let beside = format!("p50 {:.1} ms; the last reader {} ms", all.share(0.5), range(&last));
    report.row("change to event, p99", all.share(0.99), "ms", Goal::AtMost(250.0), &beside);
    report.row("processor time of one change", used, "ms", Goal::None, "");
    let each = (after.private - before.private) / many as f64 / 1_000.0;
    report.row("memory of a reader", each, "KB", Goal::AtMost(64.0), "private, sockets of the kernel not counted");
    memory(report, &format!("with {many} readers"), instance.pid(), Goal::None);
    drop(readers);
    instance.stop();
}

/// A session of each of those who follow along.
pub async fn sessions(instance: &Instance) -> Vec<String> {
    let mut tokens = Vec::with_capacity(AGENTS);
    for number in 1..=AGENTS {
        tokens.push(sign_in_as(instance, &format!("agent{number}@example.org")).await);
    }
    tokens
}

/// Opens so many streams, of these sessions in turn, and waits until each is ready.
pub async fn follow(address: SocketAddr, tokens: &[String], many: usize) -> Vec<BufReader<TcpStream>> {
    let mut readers = Vec::with_capacity(many);
    for token in tokens.iter().cycle().take(many) {
        let mut stream = BufReader::with_capacity(2_048, TcpStream::connect(address).await.unwrap());
        stream.write_all(&load::request("GET", "/api/events", Some(token), "")).await.unwrap();
        hear(&mut stream, "event: ready").await;
        readers.push(stream);
    }
    readers
}

/// Waits for a line.
async fn hear(stream: &mut BufReader<TcpStream>, wanted: &str) {
    let mut line = String::new();
    while line.trim_end() != wanted {
        line.clear();
        assert_ne!(stream.read_line(&mut line).await.unwrap(), 0, "the stream ended");
    }
}

/// Sends a change; answers when each reader was told.
async fn tell(instance: &Instance, readers: &mut Vec<BufReader<TcpStream>>, change: Vec<u8>) -> Vec<Duration> {
    let (local, mut waiting) = (LocalSet::new(), JoinSet::new());
    for mut reader in readers.drain(..) {
        let told = async move {
            hear(&mut reader, "event: ticket.updated").await;
            (Instant::now(), reader)
        };
        waiting.spawn_local_on(told, &local);
    }
    let address = instance.address;
    let began = Instant::now();
    let all = async {
        load::read(address, &change).await;
        waiting.join_all().await
    };
    let told = local.run_until(all).await;
    let (times, back): (Vec<Instant>, Vec<_>) = told.into_iter().unzip();
    readers.extend(back);
    times.into_iter().map(|at| at - began).collect()
}
