//! Mail: out of the outbox to a server on loopback, in from a mailbox there, each of them on disk before it is told.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gatehouse::base::Clock;
use gatehouse::notify::{self, Mail, Template, To};
use gatehouse::store::{self, Directory};
use serde_json::json;

use crate::Bench;
use crate::fleet;
use crate::instance::{self, Instance};
use crate::post::Post;
use crate::report::{Goal, Report, digits};

/// Between two looks at what is done already.
const LOOK: Duration = Duration::from_millis(50);
/// Longest that a measurement may take.
const PATIENCE: Duration = Duration::from_secs(1_800);

pub fn measure(bench: &Bench, report: &mut Report) {
    report.section(
        "Mail",
        "The mail server is this process, on the same cores: it takes what it gets, and its mailbox is asked (no IDLE). Out: mails \
         that wait, from the start of the process to the last one taken. In: mails of 2 KB from as many senders, each of which \
         becomes a ticket and is kept whole, from the start of the process to the last one marked as read.",
    );
    out(bench, report);
    inward(bench, report);
}

fn data(bench: &Bench, name: &str) -> PathBuf {
    let data = bench.folder(name);
    fleet::make(&data, 0, 0);
    data
}

fn serving(data: &Path, post: &Post, wanted: &[&str]) -> Instance {
    let mut command = instance::serve(data, "127.0.0.1:0");
    let flags = post.flags();
    let pairs = flags.chunks(2).filter(|pair| wanted.contains(&pair[0].as_str()));
    command.args(pairs.flatten());
    Instance::start(command, data)
}

/// Waits until something holds, and lets somebody look meanwhile.
fn until(holds: impl Fn() -> bool, mut look: impl FnMut()) -> Duration {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "it never ends");
        std::thread::sleep(LOOK);
        look();
    }
    began.elapsed()
}

fn out(bench: &Bench, report: &mut Report) {
    let (data, mails) = (data(bench, "mail-out"), bench.many(10_000, 500));
    {
        let directory = Directory::open(&data, None).unwrap();
        let fill = |tx: &store::Tx<'_>| {
            (0..mails).try_for_each(|number| {
                let address = format!("reader-{number}@example.net");
                let content = json!({});
                let to = To::Address(&address);
                notify::mail(tx, &Mail { template: Template::Test, to, ticket: None, content })
            })
        };
        store::write_once(&directory, &Clock::System, fill).unwrap();
    }
    let post = Post::start();
    let instance = serving(&data, &post, &["--smtp-url", "--mail-from"]);
    until(|| post.count() >= mails, || {});
    let took = instance.began.elapsed().as_secs_f64();
    let beside = format!("{} mails in {} s", digits(mails as f64), digits(took));
    report.row("mails out", mails as f64 / took, "/s", Goal::AtLeast(100.0), &beside);
    instance.stop();
    assert_eq!(post.count(), mails, "each of them once");
}

fn inward(bench: &Bench, report: &mut Report) {
    let (data, mails) = (data(bench, "mail-in"), bench.many(10_000, 500));
    let post = Post::start();
    let line = "The tunnel comes up and no packet goes through it since this noon.\r\n";
    for number in 0..mails {
        post.deliver(format!(
            "From: Writer {number} <writer-{number}@example.net>\r\nTo: help@example.org\r\n\
             Message-ID: <{number}@example.net>\r\nSubject: No handshake {number}\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{}",
            line.repeat(28)
        ));
    }
    let instance = serving(&data, &post, &["--imap-url"]);
    let mut early = instance::memory(instance.pid()).private;
    let mut peak = early;
    until(
        || post.unread() == 0,
        || {
            let used = instance::memory(instance.pid()).private;
            peak = peak.max(used);
            if post.unread() > mails - mails / 10 {
                early = early.max(used);
            }
        },
    );
    let took = instance.began.elapsed().as_secs_f64();
    let beside = format!("{} mails in {} s", digits(mails as f64), digits(took));
    report.row("mails in", mails as f64 / took, "/s", Goal::AtLeast(50.0), &beside);
    let beside = format!("{} MB over the first tenth, private", digits(early / 1e6));
    report.row("memory while they come in, peak", peak / 1e6, "MB", Goal::AtMost(100.0), &beside);
    report.row(
        "peak over that of the first tenth",
        peak / early,
        "×",
        Goal::AtMost(1.5),
        "flat: it does not grow with them",
    );
    instance.stop();
}
