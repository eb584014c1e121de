//! What forms say, and how it comes back.

use axum::body::Body;
use serde_json::{Value, json};

use super::{BOUNDARY, Desk, Form, url};

#[tokio::test]
async fn what_is_attached_comes_back_byte_for_byte() {
    let desk = Desk::start().await;
    let bytes: Vec<u8> = (0..300_000_u64).map(|n| ((n * n) >> 7) as u8).collect();
    let form = Form::ticket()
        .field("priority", "critical")
        .field("tags[]", "")
        .field("metadata", r#"{"browser": "Chrome"}"#)
        .file("log.bin", "application/octet-stream", &bytes)
        .text("empty.txt", "");
    let made = desk.send(&desk.customer, "/api/tickets", form).await.with(201)["ticket"].clone();
    assert_eq!((&made["priority"], &made["metadata"]), (&json!("critical"), &json!({"browser": "Chrome"})));
    let first = &made["attachments"][0];
    assert_eq!(
        *first,
        json!({"id": 1, "filename": "log.bin", "size": 300_000, "mime_type": "application/octet-stream",
            "url": "/api/attachments/1"})
    );
    assert_eq!(made["attachments"][1]["size"], json!(0));
    let got = desk.get(&desk.customer, &url(&made, 0)).await;
    assert!(got.status == 200 && got.body == bytes);
    assert_eq!(got.headers["content-length"], "300000");
    let empty = desk.get(&desk.customer, &url(&made, 1)).await;
    assert!(empty.status == 200 && empty.body.is_empty());

    let answer = desk.message(&desk.agent, Form::reply("Try this.").text("fix.txt", "turn it off and on")).await;
    assert_eq!(
        (&answer["is_first_response"], &answer["attachments"][0]["filename"]),
        (&json!(true), &json!("fix.txt"))
    );
    let shown = desk.get(&desk.customer, "/api/tickets/1").await.with(200)["ticket"].clone();
    assert_eq!((&shown["attachments"], &shown["messages"][0]["attachments"]), (&json!([]), &answer["attachments"]));
    assert_eq!(desk.get(&desk.customer, &url(&answer, 0)).await.text(), "turn it off and on");
    let plain = desk.instance.send(&desk.customer, "POST", "/api/tickets/1/messages", Some(json!({"body": "Thanks"})));
    assert_eq!(plain.await.with(201)["message"]["attachments"], json!([]));
}

#[tokio::test]
async fn parts_are_read_as_clients_write_them() {
    let desk = Desk::start().await;
    let named = |name: &str, file: &str| format!("Content-Disposition: form-data; name={name}; filename{file}");
    let form = Form::reply("Six files.")
        .part(&named("\"attachments\"", "=\"a.txt\""), b"a")
        .part(&named("\"attachments[0]\"", "=\"b.txt\""), b"b")
        .part(&named("attachments[]", "=c.txt"), b"c")
        .part(&named("\"attachments[]\"", "*=utf-8''%E2%82%AC.txt"), b"d")
        .part(&named("\"attachments[]\"", "=\"e\\\"e.txt\"").to_lowercase(), b"--\r\n------b0undar\r\n\r\n--")
        // Not chosen, and not asked for.
        .part(&named("\"attachments[]\"", "=\"\"\r\nContent-Type: application/octet-stream"), b"")
        .part(&named("\"avatar\"", "=\"x.png\""), b"x")
        .part(&named("\"attachments[]\"", "=\"\""), b"nameless");
    let message = desk.message(&desk.customer, form).await;
    let names: Vec<&Value> = message["attachments"].as_array().unwrap().iter().map(|file| &file["filename"]).collect();
    assert_eq!(names, ["a.txt", "b.txt", "c.txt", "€.txt", "e\"e.txt", "file"]);
    let got = desk.get(&desk.customer, &url(&message, 4)).await;
    assert_eq!(got.text(), "--\r\n------b0undar\r\n\r\n--", "what looks like the boundary is content");
    assert_eq!(desk.kept(), 6);
}

#[tokio::test]
async fn a_form_reads_alike_however_it_is_cut() {
    let desk = Desk::start().await;
    let almost = &BOUNDARY[..BOUNDARY.len() - 1];
    let content = format!("\r\n--{almost}\r\n--{almost}--\r\n\r\n--\r--{BOUNDARY}\r\n\r");
    let whole = Form::reply("Cut.").text("a.txt", &content).field("type", "reply").text("b.txt", "").bytes();
    for length in (1..8).chain([BOUNDARY.len() + 2, BOUNDARY.len() + 4, 64, whole.len() - 1]) {
        let pieces: Vec<_> = whole.chunks(length).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
        let body = Body::from_stream(futures_util::stream::iter(pieces));
        let message = desk.raw(&desk.customer, "/api/tickets/1/messages", body).await.with(201)["message"].clone();
        assert_eq!((&message["body"], &message["attachments"][1]["size"]), (&json!("Cut."), &json!(0)));
        assert_eq!(desk.get(&desk.customer, &url(&message, 0)).await.text(), content, "in pieces of {length}");
    }
}

#[tokio::test]
async fn names_are_data_and_never_places() {
    let desk = Desk::start().await;
    let (root, long) = (desk.folder(), format!("{}.txt", "ü".repeat(200)));
    for (sent, shown, told) in [
        ("../../evil.txt", "evil.txt", "filename=\"evil.txt\"; filename*=UTF-8''evil.txt"),
        ("..\\..\\boot.ini", "boot.ini", "filename=\"boot.ini\"; filename*=UTF-8''boot.ini"),
        ("/etc/passwd", "passwd", "filename=\"passwd\"; filename*=UTF-8''passwd"),
        ("..", "file", "filename=\"file\"; filename*=UTF-8''file"),
        ("CON", "CON", "filename=\"CON\"; filename*=UTF-8''CON"),
        ("\u{200b}.htaccess", ".htaccess", "filename=\".htaccess\"; filename*=UTF-8''.htaccess"),
        ("\u{202e}gpj.exe", "gpj.exe", "filename=\"gpj.exe\"; filename*=UTF-8''gpj.exe"),
        ("a;b=c.txt", "a;b=c.txt", "filename=\"a;b=c.txt\"; filename*=UTF-8''a%3Bb%3Dc.txt"),
        (
            "<img src=x>.txt",
            "<img src=x>.txt",
            "filename=\"<img src=x>.txt\"; filename*=UTF-8''%3Cimg%20src%3Dx%3E.txt",
        ),
        ("x.exe. . ", "x.exe", "filename=\"x.exe\"; filename*=UTF-8''x.exe"),
    ] {
        let message = desk.message(&desk.customer, Form::reply("x").text(sent, sent)).await;
        assert_eq!(message["attachments"][0]["filename"], json!(shown));
        let got = desk.get(&desk.customer, &url(&message, 0)).await;
        assert_eq!(got.headers["content-disposition"].to_str().unwrap(), format!("attachment; {told}"));
        assert_eq!(got.text(), sent);
    }
    let message = desk.message(&desk.customer, Form::reply("x").text(&long, "long")).await;
    assert!(message["attachments"][0]["filename"].as_str().unwrap().len() <= 255);
    desk.get(&desk.customer, &url(&message, 0)).await;
    // Everything lies under its own hash, whatever it is called.
    for path in desk.on_disk().0 {
        let place = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('/', "");
        assert!(place.len() == 64 && place.bytes().all(|b| b.is_ascii_hexdigit()), "{place}");
    }
}

#[tokio::test]
async fn a_download_is_never_a_page_of_ours() {
    let desk = Desk::start().await;
    let form = Form::reply("x")
        .file("a.png", "image/png", b"<html><script>alert(1)</script>")
        .file("b.html", "text/html", b"<script>alert(1)</script>")
        .file("c.svg", "image/svg+xml", b"<svg onload=alert(1)>")
        .file("d.gif", "image/gif", b"GIF89a=1;alert(1)")
        .file("e.pdf", "application/pdf", b"%PDF-1.7 /JS (app.alert(1))")
        .file("f.txt.exe", "image/jpeg\r\nX-Evil: 1", b"MZ")
        .file("g.png", "text/html", b"\x89PNG\r\n\x1a\n<script>");
    let message = desk.message(&desk.customer, form).await;
    for (index, sent_as) in ["application/octet-stream"; 6].into_iter().chain(["image/png"]).enumerate() {
        let got = desk.get(&desk.agent, &url(&message, index)).await;
        assert_eq!(got.status, 200);
        for (header, value) in [
            ("content-type", sent_as),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "private, no-store"),
        ] {
            assert_eq!(got.headers[header], value, "{index}");
        }
        assert!(got.headers["content-disposition"].to_str().unwrap().starts_with("attachment; "));
        assert!(!got.headers.contains_key("x-evil"));
    }
}

#[tokio::test]
async fn a_retry_under_the_same_key_attaches_once() {
    let desk = Desk::start().await;
    let once = desk.customer.clone().header("idempotency-key", "k1");
    let form = |text: &str| Form::reply("x").text("a.txt", text);
    let first = desk.message(&once, form("a")).await;
    assert_eq!(desk.message(&once, form("a")).await, first);
    let path = "/api/tickets/1/messages";
    desk.send(&once, path, form("b")).await.with(422);
    desk.send(&once, path, Form::reply("x").text("b.txt", "a")).await.with(422);
    assert_eq!((desk.rows().0, desk.kept()), (1, 1));
    assert_eq!(desk.get(&desk.customer, &url(&first, 0)).await.text(), "a");
}
