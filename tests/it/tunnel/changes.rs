//! A hundred changes through the API, and a client that none of them is about.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::{Fleet, end};
use crate::space::ready;

/// xorshift64: the same changes every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

fn in_seconds(seconds: i64) -> String {
    (chrono::Utc::now() + chrono::TimeDelta::seconds(seconds)).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

impl Fleet {
    fn change(&self, random: &mut Random, number: usize) {
        let path = "/api/wg-clients/la";
        let all = self.get(path);
        let others: Vec<&Value> =
            all.as_array().unwrap().iter().filter(|peer| peer["id"] != json!(self.peer)).collect();
        let kind = if others.len() < 8 { 0 } else { random.below(8) };
        let id = |random: &mut Random| others[random.below(others.len())]["id"].as_str().unwrap().to_owned();
        match kind {
            0 | 1 => {
                let mut body = json!({"name": format!("device {number}"), "presharedKey": random.below(2) == 0});
                if random.below(2) == 0 {
                    body["quotaBytes"] = json!(1_000 + random.below(1_000_000));
                }
                if random.below(3) == 0 {
                    body["expiresAt"] = json!(in_seconds(1 + random.below(4) as i64));
                }
                self.post(path, &body);
            }
            2 => drop(self.post(&format!("{path}/{}/disable", id(random)), &json!({}))),
            3 | 4 => drop(self.post(&format!("{path}/{}/enable", id(random)), &json!({}))),
            5 => drop(self.send("DELETE", &format!("{path}/{}", id(random)), &json!({}))),
            6 => {
                let body = json!({"expiresAt": in_seconds(1 + random.below(600) as i64)});
                self.send("PUT", &format!("{path}/{}", id(random)), &body);
            }
            _ => {
                let quota = (random.below(2) == 0).then(|| 1_000 + random.below(1_000_000));
                self.send("PUT", &format!("{path}/{}", id(random)), &json!({"quotaBytes": quota}));
            }
        }
    }

    /// Public keys that the server should show now, and ids of those that have a quota.
    fn wanted(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let all = self.get("/api/wg-clients/la");
        let text = |peer: &Value, name: &str| peer[name].as_str().unwrap().to_owned();
        let lives = |peer: &&Value| {
            let over = |at: &str| chrono::DateTime::parse_from_rfc3339(at).unwrap() <= chrono::Utc::now();
            peer["enabled"] == json!(true) && !peer["expiresAt"].as_str().is_some_and(over)
        };
        let live: Vec<&Value> = all.as_array().unwrap().iter().filter(lives).collect();
        let limited = live.iter().filter(|peer| peer["quotaBytes"].is_u64());
        (live.iter().map(|peer| text(peer, "publicKey")).collect(), limited.map(|peer| text(peer, "id")).collect())
    }

    fn shown(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let peers = self.server.run("wg", &["show", &self.near, "peers"]);
        let table = format!("gatehouse_{}", self.near);
        let quotas = self.server.output("nft", &["list", "quotas", "table", "inet", &table]);
        let quotas = String::from_utf8(quotas.stdout).unwrap();
        let names = quotas.split_whitespace().filter_map(|word| word.strip_prefix("q_"));
        (peers.lines().map(str::to_owned).collect(), names.map(str::to_owned).collect())
    }
}

#[test]
fn a_hundred_changes_lose_no_ping_of_a_client_that_none_is_about() {
    if !ready("tun") {
        return;
    }
    let fleet = Fleet::start("t6");
    let log = fleet.folder.path().join("ping.log");
    let mut ping = fleet.client.start("ping", &["-i", "0.01", "10.97.0.1"], &log);
    let answered = || -> Vec<u64> {
        let told = fs::read_to_string(&log).unwrap();
        let number = |line: &str| line.split("icmp_seq=").nth(1)?.split(' ').next()?.parse().ok();
        told.lines().filter_map(number).collect()
    };
    fleet.until("it pings", |_| !answered().is_empty());
    let mut random = Random(0x5EED_CAFE_F00D);
    for number in 0..100 {
        fleet.change(&mut random, number);
    }
    fleet.until("the device is as wanted", |fleet| fleet.wanted() == fleet.shown());
    let last = *answered().last().unwrap();
    fleet.until("it goes on", |_| answered().last().is_some_and(|number| *number > last + 50));
    end(&mut ping);
    let answered = answered();
    let expected: Vec<u64> = (1..=answered.len() as u64).collect();
    assert_eq!(answered, expected, "every ping was answered, in order");
    println!("{} pings, {} peers at the end", answered.len(), fleet.shown().0.len());
    let status = &fleet.get("/api/statuses")[0];
    assert_eq!(status["errors"], json!([]), "{status}");
}
