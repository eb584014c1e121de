//! Facts about finding tickets by words.

use serde_json::{Value, json};

use super::staffed::Staffed;
use crate::app::Caller;

async fn found(desk: &Staffed, caller: &Caller, words: &str) -> Vec<Value> {
    let path = format!("/api/tickets?search={words}");
    let mut page = desk.get(caller, &path).await.with(200);
    page["data"].as_array_mut().unwrap().iter_mut().map(|row| row["snippet"].take()).collect()
}

#[tokio::test]
async fn what_was_found_is_shown_in_its_place() {
    let desk = Staffed::start().await;
    desk.ticket(json!({"description": "The router in the Zürich office <b>reboots</b> every night."})).await;
    for (words, snippet) in [
        (
            "zurich+offi",
            "The router in the <mark>Zürich</mark> <mark>office</mark> &lt;b&gt;reboots&lt;/b&gt; every night.",
        ),
        ("REBOOTS+", "The router in the Zürich office &lt;b&gt;<mark>reboots</mark>&lt;/b&gt; every night."),
    ] {
        assert_eq!(found(&desk, &desk.customer, words).await, [json!(snippet)], "{words}");
    }
    assert_eq!(found(&desk, &desk.customer, "slow").await, [Value::Null], "it stands in the subject");
    assert_eq!(found(&desk, &desk.customer, "rebooted").await, Vec::<Value>::new());
    let listed = desk.get(&desk.customer, "/api/tickets").await.with(200);
    assert!(listed["data"][0].get("snippet").is_none(), "nothing was looked for");
}

#[tokio::test]
async fn no_snippet_shows_a_note_to_a_customer() {
    let desk = Staffed::start().await;
    let ticket = desk.ticket(json!({"description": "The router is slow"})).await;
    let note = json!({"body": "Their router has a backdoor in its router firmware", "type": "note"});
    desk.send(&desk.alice, "POST", &format!("/api/tickets/{}/messages", ticket["id"]), note).await.with(201);
    let to_customer = found(&desk, &desk.customer, "router+firmware").await;
    assert_eq!(to_customer, Vec::<Value>::new(), "one of the words is in the note alone");
    assert_eq!(found(&desk, &desk.customer, "router").await, [json!("The <mark>router</mark> is slow")]);
    let to_staff = found(&desk, &desk.alice, "router+firmware").await;
    assert!(to_staff[0].as_str().unwrap().contains("<mark>firmware</mark>"), "{to_staff:?}");
}

#[tokio::test]
async fn the_beginning_of_a_word_finds_every_word_that_begins_so_however_many_there_are() {
    let desk = Staffed::start().await;
    let many: Vec<String> = (100..190).map(|number| format!("overflow{number}")).collect();
    for subject in ["No handshake", "Handover", "A hand", "Händel", "Hantavirus", "Straße", "Strand"] {
        desk.ticket(json!({"subject": subject})).await;
    }
    desk.ticket(json!({"description": many.join(" ")})).await;
    let total = async |words: &str| {
        let path = format!("/api/tickets?search={words}");
        desk.get(&desk.customer, &path).await.with(200)["total"].as_i64().unwrap()
    };
    for (words, expected) in [
        ("hand", 4),
        ("HANDS", 1),
        ("h%C3%A4nd", 4),
        ("haend", 0),
        ("hando", 1),
        ("handy", 0),
        ("hand+", 1),
        ("no+hand", 1),
        ("%22a+hand%22", 1),
        ("over", 1),
        ("overflow", 1),
        ("overflow189", 1),
        ("overflow9", 0),
        ("stra", 2),
        ("stran", 1),
    ] {
        assert_eq!(total(words).await, expected, "{words}");
    }
}
