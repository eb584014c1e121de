//! Receivers that answer with more than anybody asked for.

use std::time::Duration;

use gatehouse::outbound::{Caller, Guard, Target};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::Site;

/// What a socket takes that nobody reads from, generously.
const BUFFERS: usize = 64 << 20;

/// Takes one call and answers with a beginning, and then with as many of these bytes as are taken; how many were.
async fn answering(head: String, more: &'static [u8], most: usize) -> (String, JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let taken = tokio::spawn(async move {
        let mut stream = called(&listener).await;
        let mut taken = 0;
        let mut left = stream.write_all(head.as_bytes()).await.is_ok();
        while left && taken < most {
            left = stream.write_all(more).await.is_ok();
            taken += more.len();
        }
        taken
    });
    (url, taken)
}

/// A call that has come in whole.
async fn called(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    // The body is an object.
    while !request.ends_with(b"}") {
        assert!(stream.read_buf(&mut request).await.unwrap() > 0);
    }
    stream
}

/// Files a ticket, and answers what the log says of its delivery to an address.
async fn delivered(site: &Site, url: &str) -> Value {
    site.instance.sql(&format!("update webhooks set url = '{url}'"));
    site.file().await;
    site.deliver().await;
    site.get(&site.path("/deliveries")).await["deliveries"][0].clone()
}

#[tokio::test]
async fn an_answer_is_not_read_however_long_it_is() {
    let site = Site::start().await;
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n".to_owned();
    let (url, taken) = answering(head, &[b'x'; 64 << 10], 1 << 30).await;
    let log = delivered(&site, &url).await;
    assert_eq!((&log["status"], &log["last_status"]), (&json!("delivered"), &json!(200)));
    let taken = taken.await.unwrap();
    assert!(taken < BUFFERS, "{taken} bytes were taken");
}

#[tokio::test]
async fn an_answer_whose_head_does_not_end_is_a_failure() {
    let site = Site::start().await;
    let heads: [(&str, &'static [u8]); 2] =
        [("HTTP/1.1 200 OK\r\n", b"X-Another: one\r\n"), ("HTTP/1.1 200 OK\r\nX-Long: ", &[b'x'; 16 << 10])];
    for (head, more) in heads {
        let (url, taken) = answering(head.to_owned(), more, 1 << 30).await;
        let log = delivered(&site, &url).await;
        assert_eq!((&log["status"], &log["last_status"]), (&json!("waiting"), &Value::Null), "{head}");
        assert!(log["last_error"].as_str().unwrap().contains("no HTTP"), "{log}");
        let taken = taken.await.unwrap();
        assert!(taken < BUFFERS, "{taken} bytes of {head} were taken");
    }
}

#[tokio::test]
async fn nothing_of_an_answer_is_shown_but_its_status() {
    let site = Site::start().await;
    for (head, status) in [
        ("HTTP/1.1 500 Inside\r\nX-Inside: inside\r\nContent-Length: 6\r\n\r\ninside", 500),
        // What it claims to be is not unpacked.
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\ninside", 200),
    ] {
        let (url, _) = answering(head.to_owned(), b"", 0).await;
        let log = delivered(&site, &url).await;
        assert_eq!(log["last_status"], json!(status));
        assert!(!log.to_string().to_lowercase().contains("inside"), "{log}");
    }
}

/// The clock is set forward whenever everybody waits for it.
#[tokio::test(start_paused = true)]
async fn who_answers_a_byte_a_second_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = Target::parse(&format!("http://{}/hook", listener.local_addr().unwrap())).unwrap();
    let slow = tokio::spawn(async move {
        let mut stream = called(&listener).await;
        for byte in "HTTP/1.1 204 No Content\r\nX-Slow: ".bytes().chain([b'x'; 100]).chain(*b"\r\n\r\n") {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if stream.write_all(&[byte]).await.is_err() {
                return;
            }
        }
    });
    let caller = Caller::new(Guard { allowed: vec!["127.0.0.0/8".parse().unwrap()], own: Vec::new() });
    let sent = caller.post(&target, &[], "{}".to_owned()).await;
    assert_eq!(sent, Err("It did not answer within 15 seconds.".to_owned()));
    slow.abort();
}
