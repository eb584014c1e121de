//! Imports: how long tables take to come in, and the memory that takes, whatever their length.

use std::fmt::Write as _;
use std::time::Instant;

use crate::Bench;
use crate::fleet::{self, EMAIL, sign_in_as};
use crate::instance::{self, Instance};
use crate::load;
use crate::report::{Goal, Report, digits};

/// How much more memory ten times as many rows may take.
const FLAT: f64 = 1.3;

pub fn measure(bench: &Bench, report: &mut Report) {
    let many = bench.many(100_000, 5_000);
    let few = many / 10;
    report.section(
        "Imports",
        "A table in one request, into an empty instance of its own; memory is the most that the process ever held. The same \
         table again changes nothing.",
    );
    for (what, path, table, goal) in [
        ("contacts", "/api/contacts/import", contacts as fn(usize) -> String, Goal::AtMost(20.0)),
        ("tickets", "/api/tickets/import", tickets, Goal::None),
    ] {
        let small = import(bench, &format!("{what}-few"), path, few, &table(few));
        let large = import(bench, &format!("{what}-many"), path, many, &table(many));
        let beside = format!("{} rows/s; {few} of them {} s", digits(many as f64 / large.first), digits(small.first));
        report.row(&format!("{many} {what}"), large.first, "s", goal, &beside);
        report.row(&format!("{many} {what} again"), large.again, "s", Goal::None, "");
        let beside = format!("{} MB against {} MB", digits(large.peak / 1e6), digits(small.peak / 1e6));
        let row = format!("{what}: peak memory of {many} against {few}");
        report.row(&row, large.peak / small.peak, "×", Goal::AtMost(FLAT), &beside);
    }
}

/// Seconds of both times, and bytes at the peak.
struct Imported {
    first: f64,
    again: f64,
    peak: f64,
}

fn import(bench: &Bench, name: &str, path: &str, rows: usize, table: &str) -> Imported {
    let folder = bench.folder(name);
    fleet::make(&folder, 1, 1);
    let instance = Instance::gatehouse(&folder);
    let token = bench.wait(sign_in_as(&instance, EMAIL));
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nHost: gatehouse\r\nAuthorization: Bearer {token}\r\nContent-Type: text/csv\r\n\
         Content-Length: {}\r\n\r\n",
        table.len()
    )
    .into_bytes();
    request.extend_from_slice(table.as_bytes());
    let [first, again] = ["created", "skipped"].map(|field| {
        let began = Instant::now();
        let answer = bench.wait(load::read(instance.address, &request));
        let report: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(report[field], serde_json::json!(rows), "{report}");
        began.elapsed().as_secs_f64()
    });
    let peak = instance::peak(instance.pid());
    instance.stop();
    Imported { first, again, peak }
}

fn contacts(rows: usize) -> String {
    let mut table = "name,email,phone,tags\n".to_owned();
    for row in 0..rows {
        let _ = writeln!(table, "Person {row},person{row}@example.org,+49 30 {row},\"vip, wave {}\"", row % 10);
    }
    table
}

fn tickets(rows: usize) -> String {
    let mut table = "externalId,subject,description,status,priority,customerEmail,tags,createdAt\n".to_owned();
    for row in 0..rows {
        let status = ["open", "pending", "resolved", "closed"][row % 4];
        let _ = writeln!(
            table,
            "old-{row},The VPN is slow ({row}),\"Every page takes half a minute.\nIt was fine yesterday.\",{status},high,\
             person{}@example.org,vpn,2025-06-{:02}T10:00:00Z",
            row % 1_000,
            row % 28 + 1
        );
    }
    table
}
