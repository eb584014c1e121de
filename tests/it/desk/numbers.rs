//! Ticket numbers when many are taken at once.

use std::sync::Arc;

use gatehouse::base::Role;
use serde_json::json;

use crate::app::Instance;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_taken_at_once_have_no_gap_and_no_repeat() {
    let instance = Arc::new(Instance::start());
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    instance.send(&admin, "POST", "/api/admin/projects", Some(json!({"name": "Naija"}))).await.with(201);
    let pair = instance.key_pair(&admin, 2).await;
    let mut all = tokio::task::JoinSet::new();
    for n in 0..200_i64 {
        let (instance, admin, pair) = (instance.clone(), admin.clone(), pair.clone());
        all.spawn(async move {
            // Every fifth fails beside the others: its tag is looked at after the rest was found good.
            let tags = if n % 5 == 0 { json!([99]) } else { json!([]) };
            let name = |number: &serde_json::Value| number.as_str().unwrap().to_owned();
            if n % 3 == 0 {
                let body = json!({"customer_name": "T", "customer_email": "t@gmail.com", "subject": "s",
                    "description": "d", "category_id": if n % 5 == 0 { Some(99) } else { None }});
                let made = instance.send(&pair, "POST", "/api/external/tickets", Some(body)).await;
                return (made.status == 201).then(|| name(&made.json()["ticket_number"]));
            }
            let body = json!({"project_id": 1 + n % 2, "subject": "s", "description": "d", "tags": tags});
            let made = instance.send(&admin, "POST", "/api/tickets", Some(body)).await;
            (made.status == 201).then(|| name(&made.json()["ticket"]["ticket_number"]))
        });
    }
    let mut numbers: Vec<String> = all.join_all().await.into_iter().flatten().collect();
    assert_eq!(numbers.len(), 160);
    numbers.sort();
    for prefix in ["NAIJ", "SUPP"] {
        let own: Vec<&String> = numbers.iter().filter(|number| number.starts_with(prefix)).collect();
        let expected: Vec<String> = (1..=own.len()).map(|n| format!("{prefix}-2026-{n:05}")).collect();
        assert_eq!(own, expected.iter().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_ticket_that_fails_after_its_number_was_taken_leaves_no_gap() {
    let instance = Instance::start_with(&["--rate-limit", "off", "--attachment-quota-mib", "1"]);
    let customer = instance.signed_in("c@example.org", Role::Customer).await;
    let form = |size: usize| {
        let field = |name: &str, text: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let file = "--b\r\nContent-Disposition: form-data; name=\"attachments[]\"; filename=\"a\"\r\n\r\n";
        let content = "x".repeat(size);
        format!(
            "{}{}{}{file}{content}\r\n--b--\r\n",
            field("project_id", "1"),
            field("subject", "s"),
            field("description", "d")
        )
    };
    let media = Some("multipart/form-data; boundary=b");
    // Each fits when it is asked, and only one still does when both have come in.
    let send =
        async || instance.send_raw(&customer, "POST", "/api/tickets", media, form(700_000)).await.status.as_u16();
    let mut both = [Box::pin(send()), Box::pin(send())];
    let (first, second) = both.split_at_mut(1);
    let (first, second) = tokio::join!(&mut first[0], &mut second[0]);
    let mut statuses = [first, second];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 429]);
    let body = json!({"project_id": 1, "subject": "s", "description": "d"});
    let next = instance.send(&customer, "POST", "/api/tickets", Some(body)).await.with(201);
    assert_eq!(next["ticket"]["ticket_number"], json!("SUPP-2026-00002"));
}
