//! What lies on disk: the same bytes once, nothing that nobody names, nothing of those who left.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use gatehouse::base::clock::DAY;
use gatehouse::jobs;
use http_body_util::BodyExt;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{BOUNDARY, Desk, Form, media_type, url};

/// The clock of these tests stands at noon of this day.
fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(crate::app::NOON.unsigned_abs())
}

fn written(path: &Path, at: SystemTime) {
    File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
}

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn the_same_bytes_are_kept_once_and_go_with_the_last_that_needs_them() {
    let desk = Desk::start().await;
    let app = &desk.instance.app;
    desk.send(&desk.customer, "/api/tickets", Form::ticket().text("b.txt", "same")).await.with(201);
    let form = Form::reply("x").text("a.txt", "same").text("again.txt", "same").text("own.txt", "own");
    let message = desk.message(&desk.customer, form).await;
    assert_eq!((desk.rows().0, desk.kept()), (4, 2));
    let release = async |ticket: i64| {
        desk.instance.send(&desk.admin, "DELETE", &format!("/api/tickets/{ticket}"), None).await.with(200);
        desk.instance.later(31 * DAY);
        assert!(app.store.write(gatehouse::ticket::purge).await.unwrap());
        app.files.wait_for_released().await;
        app.discard(app.files.take_released()).await.unwrap();
    };
    release(1).await;
    assert_eq!((desk.rows().0, desk.kept()), (1, 1), "what another ticket needs stays");
    let admin = desk.instance.sign_in("admin@example.org").await;
    desk.get(&admin, &url(&message, 0)).await.with(404);
    assert_eq!(desk.get(&admin, "/api/attachments/1").await.text(), "same");
    desk.instance.send(&admin, "DELETE", "/api/tickets/2", None).await.with(200);
    desk.instance.later(31 * DAY);
    assert!(app.store.write(gatehouse::ticket::purge).await.unwrap());
    app.discard(app.files.take_released()).await.unwrap();
    assert_eq!((desk.rows().0, desk.kept()), (0, 0));
}

#[tokio::test]
async fn a_ticket_that_is_purged_takes_its_files_along() {
    let desk = Desk::start().await;
    desk.message(&desk.customer, Form::reply("x").text("a.txt", "a").text("b.txt", "b")).await;
    desk.instance.send(&desk.admin, "DELETE", "/api/tickets/1", None).await.with(200);
    let jobs = tokio::spawn(jobs::run(desk.instance.app.clone()));
    desk.instance.app.store.write(|_| Ok(())).await.unwrap();
    assert_eq!(desk.kept(), 2, "until then they stay");
    desk.instance.later(31 * DAY);
    // What the job does each minute.
    desk.instance.app.store.write(gatehouse::ticket::purge).await.unwrap();
    until(|| desk.on_disk().0.is_empty()).await;
    desk.instance.app.stopping.cancel();
    jobs.await.unwrap();
}

#[tokio::test]
async fn what_a_crash_left_behind_is_swept_away_after_an_hour() {
    let desk = Desk::start().await;
    let message = desk.message(&desk.customer, Form::reply("x").text("a.txt", "needed")).await;
    let needed = desk.on_disk().0[0].clone();
    let shelf = desk.folder().join("ab");
    fs::create_dir_all(&shelf).unwrap();
    let (old, young) = (shelf.join("0".repeat(62)), shelf.join("1".repeat(62)));
    let (torn, coming) = (desk.folder().join("incoming/torn"), desk.folder().join("incoming/coming"));
    let stranger = shelf.join("no hash");
    for (path, age) in
        [(&old, HOUR * 2), (&young, HOUR / 2), (&torn, HOUR * 2), (&coming, HOUR / 2), (&stranger, HOUR * 2)]
    {
        fs::write(path, "x").unwrap();
        written(path, noon() - age);
    }
    written(&needed, noon() - HOUR * 2);
    jobs::files::sweep(&desk.instance.app).await.unwrap();
    let left = [&old, &young, &torn, &coming, &needed, &stranger].map(|path| path.exists());
    assert_eq!(left, [false, true, false, true, true, true]);
    assert_eq!(desk.get(&desk.customer, &url(&message, 0)).await.text(), "needed");
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_nothing() {
    let desk = Desk::start().await;
    let address = desk.instance.serve().await;
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/tickets/1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nContent-Type: {}\r\n\
         Content-Length: 1000000\r\n\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"attachments[]\"; \
         filename=\"a.bin\"\r\n\r\n",
        desk.customer.authorization.as_ref().unwrap(),
        media_type()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&[b'x'; 100_000]).await.unwrap();
    let coming = || desk.on_disk().1.iter().any(|path| path.metadata().is_ok_and(|file| file.len() > 0));
    until(coming).await;
    drop(socket);
    until(|| desk.on_disk().1.is_empty()).await;
    assert_eq!((desk.rows(), desk.kept()), ((0, 1), 0));
    desk.message(&desk.customer, Form::reply("x").text("a.txt", "a")).await;
}

/// Waits until something is so; the test's own time is the limit.
async fn until(is_so: impl Fn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.unwrap();
}

#[tokio::test]
async fn a_refused_form_is_heard_of_by_a_client_that_is_still_sending() {
    let desk = Desk::start().await;
    let address = desk.instance.serve().await;
    let mut socket = TcpStream::connect(address).await.unwrap();
    let form = Form::reply("x").file("a", "x/y", &vec![1; 12 << 20]).bytes();
    let head = format!(
        "POST /api/tickets/1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {}\r\n\
         Content-Type: {}\r\nContent-Length: {}\r\n\r\n",
        desk.customer.authorization.as_ref().unwrap(),
        media_type(),
        form.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&form).await.unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut socket, &mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(desk.kept(), 0);
}

#[tokio::test]
async fn a_file_that_was_lost_is_our_fault_and_no_leak() {
    let desk = Desk::start().await;
    let message = desk.message(&desk.customer, Form::reply("x").text("a.txt", "a")).await;
    fs::remove_file(&desk.on_disk().0[0]).unwrap();
    let failed = desk.instance.open(&desk.customer, &url(&message, 0)).await;
    assert_eq!(failed.status(), 500);
    let body = failed.into_body().collect().await.unwrap().to_bytes();
    assert!(!String::from_utf8_lossy(&body).contains(desk.folder().to_str().unwrap()));
    let shown = desk.get(&desk.customer, "/api/tickets/1").await.with(200);
    assert_eq!(shown["ticket"]["messages"][0]["attachments"][0]["filename"], json!("a.txt"));
}
