//! What is too much, too many or no form at all: refused, and nothing of it left.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use futures_util::stream;
use gatehouse::base::clock::DAY;
use serde_json::json;
use tokio::sync::Notify;

use super::{BOUNDARY, Desk, Form, MIB};
use crate::app::Caller;

const MESSAGES: &str = "/api/tickets/1/messages";

#[tokio::test]
async fn ten_files_of_ten_mebibytes_and_not_one_byte_more() {
    let desk = Desk::start().await;
    let whole = vec![7; 10 * MIB];
    let message = desk.message(&desk.customer, Form::reply("x").file("a", "x/y", &whole)).await;
    assert_eq!(message["attachments"][0]["size"], json!(10 * MIB));
    let (rows, kept) = (desk.rows(), desk.kept());
    let mut long = whole;
    long.push(8);
    let refused = desk.send(&desk.customer, MESSAGES, Form::reply("x").text("b", "b").file("a", "x/y", &long)).await;
    assert_eq!(refused.with(413)["error"], json!("A file may have at most 10 MiB."));
    let files = |n: usize| (0..n).fold(Form::reply("x"), |form, n| form.text(&format!("{n}.txt"), &n.to_string()));
    let refused = desk.send(&desk.customer, MESSAGES, files(11)).await.with(422);
    assert!(refused["details"]["attachments"][0].is_string());
    let refused = desk.send(&desk.customer, "/api/tickets", files(11)).await.with(422);
    assert!(refused["details"]["attachments"][0].is_string());
    assert_eq!((desk.rows(), desk.kept()), (rows, kept));
    assert_eq!(desk.message(&desk.customer, files(10)).await["attachments"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_form_nothing_of_it_is_left() {
    let desk = Desk::start().await;
    let rows = desk.rows();
    let good = || Form::reply("x").text("a.txt", "kept nowhere");
    let cut = |form: Form, by: usize| {
        let mut bytes = form.bytes();
        bytes.truncate(bytes.len() - by);
        bytes
    };
    let many = (0..200).fold(good(), |form, n| form.field(&format!("f{n}"), ""));
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("the end is missing", cut(good(), BOUNDARY.len() + 6), 400),
        ("half of it is missing", cut(good(), 100), 400),
        ("nothing at all", Vec::new(), 400),
        ("no form", b"{\"body\": \"x\"}".to_vec(), 400),
        ("the boundary within", good().text("b.txt", &format!("\r\n--{BOUNDARY}x")).bytes(), 400),
        ("a field twice", good().field("body", "y").bytes(), 400),
        ("no name", good().part("Content-Disposition: form-data", b"x").bytes(), 400),
        ("no head", good().part("X: y", b"x").bytes(), 400),
        ("no UTF-8", good().part("Content-Disposition: form-data; name=\"type\"", b"\xff").bytes(), 400),
        ("too many parts", many.bytes(), 400),
        ("too long a head", good().part(&format!("X: {}", "y".repeat(MIB)), b"x").bytes(), 400),
        ("too much text", good().field("type", &"y".repeat(MIB)).bytes(), 413),
        ("an attachment that is no file", good().field("attachments[]", "x").bytes(), 422),
        ("no body", Form::default().text("a.txt", "kept nowhere").bytes(), 422),
        ("an unknown type", good().field("type", "x").bytes(), 422),
        ("a note of a customer's", good().field("type", "note").bytes(), 403),
    ];
    for (what, body, status) in cases {
        let refused = desk.raw(&desk.customer, MESSAGES, body).await;
        assert_eq!(refused.status.as_u16(), status, "{what}: {}", refused.text());
        assert!(refused.json()["error"].is_string());
        assert_eq!((desk.rows(), desk.kept()), (rows, 0), "{what}");
    }
    for media in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""] {
        let refused = desk.instance.send_raw(&desk.customer, "POST", MESSAGES, Some(media), good().bytes()).await;
        assert_eq!(refused.status.as_u16(), 400, "{media}");
    }
    let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
    desk.instance.send_raw(&desk.customer, "POST", MESSAGES, Some(&long), good().bytes()).await.with(400);
    let other = desk.instance.send_raw(&desk.customer, "POST", MESSAGES, Some("multipart/mixed; boundary=x"), "").await;
    other.with(415);
    desk.instance.send(&desk.customer, "POST", "/api/tickets/1/status", Some(json!({"status": "closed"}))).await;
    desk.send(&desk.customer, MESSAGES, good()).await.with(409);
    assert_eq!((desk.rows(), desk.kept()), (rows, 0));
}

/// A body that goes on and on; and how many pieces of it were asked for.
fn endless(opening: Vec<u8>) -> (Body, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let rest = Bytes::from(vec![b'x'; MIB]);
    let pieces = stream::repeat_with(move || match count.fetch_add(1, Ordering::Relaxed) {
        0 => Ok::<_, std::io::Error>(Bytes::from(opening.clone())),
        _ => Ok(rest.clone()),
    });
    (Body::from_stream(pieces), asked)
}

fn opening(disposition: &str) -> Vec<u8> {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn a_form_without_an_end_is_left_off() {
    let desk = Desk::start().await;
    for (what, disposition) in [
        ("a file that nobody asked for", "name=\"x\"; filename=\"x\""),
        ("a file", "name=\"attachments[]\"; filename=\"x\""),
        ("a field", "name=\"x\""),
    ] {
        let (body, asked) = endless(opening(disposition));
        let refused = desk.raw(&desk.customer, MESSAGES, body).await;
        assert_eq!(refused.status.as_u16(), 413, "{what}");
        // What follows the refusal is thrown away, as much of it as any form may have.
        let asked = asked.load(Ordering::Relaxed);
        assert!(asked <= 2 * 112, "{what}: {asked}");
        assert_eq!(desk.kept(), 0);
    }
    for (what, before) in [("before the first part", Vec::new()), ("a head", b"--".to_vec())] {
        let (body, _) = endless(before);
        let refused = desk.raw(&desk.customer, MESSAGES, body).await;
        assert_eq!(refused.status.as_u16(), 400, "{what}");
    }
    assert_eq!(desk.rows(), (0, 1));
}

#[tokio::test]
async fn nothing_is_read_from_those_who_may_not_send_it() {
    let desk = Desk::start().await;
    let stranger = desk.instance.signed_in("other@example.org", gatehouse::base::Role::Customer).await;
    let pair = desk.instance.key_pair(&desk.admin, 1).await;
    let mut forged = desk.customer.clone();
    forged.authorization = forged.authorization.map(|text| format!("{text}x"));
    let signed_out = desk.instance.sign_in("tunde@example.org").await;
    desk.instance.send(&signed_out, "POST", "/api/auth/logout", None).await.with(200);
    let announced = desk.customer.clone().header("content-length", "115343361");
    for (caller, path, status) in [
        (&Caller::default(), MESSAGES, 401),
        (&forged, MESSAGES, 401),
        (&signed_out, MESSAGES, 401),
        (&signed_out, "/api/tickets", 401),
        (&pair, MESSAGES, 401),
        (&stranger, MESSAGES, 404),
        (&desk.customer, "/api/tickets/2/messages", 404),
        (&desk.customer, "/api/tickets/x/messages", 404),
        (&announced, MESSAGES, 413),
    ] {
        let (body, asked) = endless(opening("name=\"attachments[]\"; filename=\"x\""));
        let refused = desk.raw(caller, path, body).await;
        assert_eq!((refused.status.as_u16(), asked.load(Ordering::Relaxed)), (status, 0), "{caller:?} {path}");
    }
    assert_eq!((desk.rows(), desk.kept()), ((0, 1), 0));
}

#[tokio::test]
async fn a_user_attaches_so_much_a_day() {
    let desk = Desk::start_with(&["--rate-limit", "off", "--attachment-quota-mib", "2"]).await;
    let form = |size: usize| Form::reply("x").file("a", "x/y", &vec![1; size]);
    let refused = desk.send(&desk.customer, MESSAGES, form(2 * MIB + 1)).await;
    assert!(refused.with(413)["error"].as_str().unwrap().contains("2 MiB"));
    desk.message(&desk.customer, form(MIB)).await;
    let refused = desk.send(&desk.customer, MESSAGES, form(MIB + 1)).await;
    assert_eq!(refused.headers["retry-after"], "86401");
    refused.with(429);
    // The bytes count, however often they are the same.
    desk.message(&desk.customer, form(MIB)).await;
    desk.send(&desk.customer, MESSAGES, form(1)).await.with(429);
    desk.message(&desk.customer, Form::reply("Words are free.")).await;
    desk.message(&desk.agent, form(MIB)).await;
    assert_eq!((desk.rows().0, desk.kept()), (3, 1));
    desk.instance.later(DAY + 1);
    let customer = desk.instance.sign_in("tunde@example.org").await;
    desk.message(&customer, form(2 * MIB)).await;
}

#[tokio::test]
async fn four_forms_of_a_user_are_taken_at_once() {
    let desk = Arc::new(Desk::start().await);
    let (asked, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut all = tokio::task::JoinSet::new();
    for n in 0..6 {
        let (desk, asked, go) = (desk.clone(), asked.clone(), go.clone());
        all.spawn(async move {
            let whole = Bytes::from(Form::reply("x").text("a.txt", &n.to_string()).bytes());
            let pieces = stream::once(async move {
                asked.fetch_add(1, Ordering::SeqCst);
                go.notified().await;
                Ok::<_, std::io::Error>(whole)
            });
            desk.raw(&desk.customer, MESSAGES, Body::from_stream(pieces)).await.status.as_u16()
        });
    }
    while asked.load(Ordering::SeqCst) < 4 {
        tokio::task::yield_now().await;
    }
    // Somebody else has turns of their own, and by then the two that wait have had every chance.
    desk.message(&desk.agent, Form::reply("y").text("b.txt", "b")).await;
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    for done in 1..=6 {
        go.notify_one();
        assert_eq!(all.join_next().await.unwrap().unwrap(), 201);
        let expected = (done + 4).min(6);
        while asked.load(Ordering::SeqCst) < expected {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(desk.kept(), 7);
}
