//! A receiver that is away for an hour, and a process that dies meanwhile: nothing is lost, and each ticket's story is told in its
//! order.

use std::collections::BTreeMap;

use gatehouse::base::clock::MINUTE;
use serde_json::json;

use super::{Received, Site};

const FLAGS: [&str; 4] = ["--rate-limit", "off", "--webhook-allow", "127.0.0.0/8"];

/// Which ticket a delivery is about, and which event it tells.
fn about(received: &Received) -> (i64, i64) {
    let data = &received.json()["data"];
    (data["ticket"]["id"].as_i64().unwrap(), data["event_id"].as_i64().unwrap())
}

#[tokio::test]
async fn nothing_is_lost_in_an_hours_outage_with_a_death_in_between_and_order_is_kept() {
    let mut site = Site::start().await;
    let mut random = fastrand::Rng::with_seed(7);
    let mut tickets = Vec::new();
    let mut refused = Vec::new();
    for minute in 0..60 {
        // Away in each way that there is.
        let away = ["500 Oops", "503 Later", "302 Found\r\nLocation: /", "429 Slow", "404 Not Found"];
        site.receiver.will_answer(&(0..200).map(|_| away[random.usize(..away.len())]).collect::<Vec<_>>());
        if minute % 3 == 0 {
            tickets.push(site.file().await);
        }
        let ticket = tickets[random.usize(..tickets.len())];
        let text = json!({"body": format!("minute {minute}")});
        site.post(&format!("/api/tickets/{ticket}/messages"), text).await;
        refused.extend(site.deliver().await);
        site.instance.later(MINUTE);
        if minute == 29 {
            // What was queued and refused is all in the file.
            site.instance = site.instance.restarted(&FLAGS).await;
        }
    }
    assert!(refused.len() > 60, "it was tried again and again: {}", refused.len());
    site.receiver.will_answer_again();
    let mut arrived: Vec<Received> = Vec::new();
    for _ in 0..40 {
        arrived.extend(site.deliver().await);
        site.instance.later(5 * MINUTE);
        site.admin = site.instance.sign_in("admin@example.org").await;
    }
    // 20 tickets, 60 answers and whatever these changed: each event once, and per ticket in the order of the feed.
    let mut stories: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for one in &arrived {
        let (ticket, event) = about(one);
        stories.entry(ticket).or_default().push(event);
    }
    assert_eq!(stories.len(), tickets.len());
    assert!(stories.values().all(|events| events.windows(2).all(|pair| pair[0] < pair[1])), "{stories:?}");
    let log = site.get(&site.path("/deliveries?status=waiting")).await;
    assert_eq!(log["deliveries"], json!([]), "nothing waits any more");
    let mut texts: Vec<String> =
        arrived.iter().filter_map(|one| one.json()["data"]["comment"]["body"].as_str().map(str::to_owned)).collect();
    texts.sort();
    let mut expected: Vec<String> = (0..60).map(|minute| format!("minute {minute}")).collect();
    expected.sort();
    assert_eq!(texts, expected);
    // What was refused and what arrived are the same messages under the same ids.
    let ids: BTreeMap<&str, &str> = arrived.iter().map(|one| (one.id.as_str(), one.text.as_str())).collect();
    assert_eq!(ids.len(), arrived.len());
    assert!(refused.iter().all(|one| ids.get(one.id.as_str()) == Some(&one.text.as_str())));
}
