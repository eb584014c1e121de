//! Where there is most: how soon it answers after a start, and the memory it takes while many follow along.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::AsyncReadExt;

use super::tickets::{Desk, asks};
use crate::fleet::sign_in_as;
use crate::instance::{self, Instance};
use crate::load::{self, Load};
use crate::measure::{events, footprint, tickets};
use crate::report::{Goal, Report, as_it_is, digits};
use crate::rounds::Series;
use crate::{Bench, CLIENTS};

/// Who follow along.
const READERS: usize = 200;
/// Of 16 requests, one makes a ticket: each of those is told to every reader.
const MIXED: [(&str, usize); 4] = [("open", 6), ("list", 5), ("search", 4), ("create", 1)];
/// What is read of a stream at once, in bytes.
const PIECE: usize = 16 * 1024;

pub fn measure(bench: &Bench, report: &mut Report, desk: Desk) {
    let amount = desk.tickets;
    let (folder, many) = (desk.stop(), as_it_is(amount as f64));
    report.section(
        &format!("Where there are {many} tickets"),
        &format!(
            "From the start of the process to a whole answer, after a clean stop. Then {READERS} connections to `GET \
             /api/events` of agents of all projects, and {CLIENTS} clients: of 16 requests 6 open a ticket, 5 list, 4 search \
             and 1 creates. Memory is the most that the process ever had."
        ),
    );
    let health = load::request("GET", "/api/health", None, "");
    let what = format!("{many} tickets: start to the first answer");
    footprint::start(bench, report, (&what, Goal::AtMost(30.0)), folder.path(), &health);
    let instance = Instance::gatehouse(folder.path());
    let token = bench.wait(sign_in_as(&instance, tickets::AGENT));
    instance.stop();
    let page = load::request("GET", "/api/tickets", Some(&token), "");
    let what = format!("{many} tickets: start to a page of them");
    footprint::start(bench, report, (&what, Goal::None), folder.path(), &page);

    let instance = Instance::gatehouse(folder.path());
    let heard = Arc::new(AtomicUsize::new(0));
    let readers = bench.wait(async {
        let tokens = events::sessions(&instance).await;
        events::follow(instance.address, &tokens, READERS).await
    });
    let readers = readers.into_iter().map(|mut stream| {
        let heard = heard.clone();
        // Goes on whenever the load does: it is the same thread.
        bench.runtime.spawn(async move {
            let mut piece = vec![0; PIECE];
            while let Ok(read @ 1..) = stream.read(&mut piece).await {
                heard.fetch_add(read, Ordering::Relaxed);
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    let mixed: Vec<&str> = MIXED.iter().flat_map(|(work, times)| [*work].repeat(*times)).collect();
    let mut clients: Vec<_> = (0..CLIENTS).map(|_| asks(mixed.clone(), amount, token.clone())).collect();
    let loads: Vec<Load> = (0..bench.rounds()).map(|_| bench.load(&instance, &mut clients)).collect();
    let left = readers.iter().filter(|reader| !reader.is_finished()).count();
    let memory = instance::memory(instance.pid());
    let beside = format!(
        "{} MB at the end, {} MB of them private; {} answers/s; {left} readers heard all of it, {} MB in all",
        digits(memory.resident / 1e6),
        digits(memory.private / 1e6),
        digits(Series::rates(&loads).median()),
        digits(heard.load(Ordering::Relaxed) as f64 / 1e6)
    );
    let what = format!("{many} tickets: memory under load, with {READERS} who follow along");
    report.row(&what, instance::peak(instance.pid()) / 1e6, "MB", Goal::AtMost(200.0), &beside);
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    instance.stop();
}
