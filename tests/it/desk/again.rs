//! Asking the same again, which is answered from memory while nothing has changed.

use gatehouse::base::Role;
use serde_json::json;

use crate::app::Instance;

#[tokio::test]
async fn whoever_asks_again_sees_the_newest_change_and_nobody_is_given_the_answer_of_somebody_else() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let agent_id = instance.person("agent@example.org", Role::Agent);
    instance.assign_to_project(agent_id, 1);
    let agent = instance.sign_in("agent@example.org").await;
    let customer = instance.signed_in("customer@example.org", Role::Customer).await;
    let other = instance.signed_in("other@example.org", Role::Customer).await;
    let body = json!({"project_id": 1, "subject": "No handshake", "description": "Since noon."});
    let ticket = instance.send(&customer, "POST", "/api/tickets", Some(body)).await.with(201)["ticket"]["id"].clone();
    let (page, one) = ("/api/tickets?status=open", format!("/api/tickets/{ticket}"));
    let get = async |caller, path: &str| instance.send(caller, "GET", path, None).await;
    for _twice in 0..2 {
        for caller in [&agent, &customer] {
            assert_eq!(get(caller, page).await.with(200)["total"], 1);
            get(caller, &one).await.with(200);
        }
        assert_eq!(get(&other, page).await.with(200)["total"], 0);
        get(&other, &one).await.with(404);
        get(&agent, "/api/tickets?status=closed").await.with(200);
    }
    let note = json!({"body": "Look at the firewall.", "type": "note"});
    instance.send(&agent, "POST", &format!("{one}/messages"), Some(note)).await.with(201);
    assert_eq!(get(&agent, &one).await.with(200)["ticket"]["messages"].as_array().unwrap().len(), 1);
    assert_eq!(get(&customer, &one).await.with(200)["ticket"]["messages"], json!([]));
    let closed = json!({"status": "resolved"});
    instance.send(&agent, "POST", &format!("{one}/status"), Some(closed)).await.with(200);
    assert_eq!(get(&customer, page).await.with(200)["total"], 0);
    let inactive = json!({"is_active": false});
    instance.send(&admin, "PUT", &format!("/api/admin/users/{agent_id}"), Some(inactive)).await.with(200);
    get(&agent, &one).await.with(401);
    get(&agent, page).await.with(401);
}

#[tokio::test]
async fn what_another_program_wrote_to_the_database_is_seen_within_a_second() {
    let instance = Instance::start();
    let customer = instance.signed_in("customer@example.org", Role::Customer).await;
    let body = json!({"project_id": 1, "subject": "Before", "description": "Since noon."});
    let ticket = instance.send(&customer, "POST", "/api/tickets", Some(body)).await.with(201)["ticket"]["id"].clone();
    let one = format!("/api/tickets/{ticket}");
    instance.send(&customer, "GET", &one, None).await.with(200);
    instance.sql("update tickets set subject = 'After'");
    let subject = async || instance.send(&customer, "GET", &one, None).await.with(200)["ticket"]["subject"].clone();
    instance.later(1_000);
    assert_eq!(subject().await, "Before", "nothing was committed here: the answer is given again");
    instance.later(1);
    assert_eq!(subject().await, "After");
}

#[tokio::test]
async fn nobody_is_given_an_answer_again_whose_token_has_run_out() {
    let instance = Instance::start();
    let customer = instance.signed_in("customer@example.org", Role::Customer).await;
    let status = async || instance.send(&customer, "GET", "/api/tickets", None).await.status;
    instance.later(24 * 60 * 60_000 - 1);
    assert_eq!([status().await, status().await], [200, 200]);
    instance.later(1);
    assert_eq!(status().await, 401);
}
