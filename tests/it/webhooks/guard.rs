//! Where a webhook may not lead.

use gatehouse::base::Role;
use serde_json::json;

use super::{Receiver, Site};
use crate::app::Instance;

#[tokio::test]
async fn addresses_of_our_own_are_refused_when_a_webhook_is_saved() {
    let instance = Instance::start_with(&["--rate-limit", "off", "--public-url", "https://9.9.9.9"]);
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    // A VPN may use addresses of the internet: they are its own all the same.
    let server = json!({"id": "la", "name": "la", "endpoint": "203.0.113.7:51820", "address": "9.8.0.1/24"});
    instance.send(&admin, "POST", "/api/servers", Some(server)).await.with(201);
    for url in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://0.0.0.0/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.0.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://9.8.0.77/",
        "https://9.9.9.9/",
        "http://1.1.1.1/",
        "gopher://1.1.1.1/",
        "file:///etc/passwd",
        "https://u:p@1.1.1.1/",
        "https://1.1.1.1:22/",
        "https://1.1.1.1:25/",
    ] {
        let body = json!({"name": "n", "url": url});
        let refused = instance.send(&admin, "POST", "/api/webhooks", Some(body)).await;
        assert_eq!(refused.status.as_u16(), 422, "{url}");
        assert!(refused.json()["details"]["url"].is_array(), "{url}");
    }
    let good = json!({"name": "n", "url": "https://1.1.1.1/hook"});
    instance.send(&admin, "POST", "/api/webhooks", Some(good)).await.with(201);
}

#[tokio::test]
async fn an_address_that_became_our_own_is_not_called() {
    let receiver = Receiver::start().await;
    let site = Site::start().await;
    // As if the name had led elsewhere when it was saved: the operator allows nothing any more.
    let instance = site.instance.restarted(&["--rate-limit", "off"]).await;
    let admin = instance.sign_in("admin@example.org").await;
    let body = json!({"project_id": 1, "subject": "s", "description": "d"});
    let ported = receiver.url.replace("127.0.0.1", "localhost");
    instance.sql(&format!("update webhooks set url = '{ported}'"));
    instance.send(&admin, "POST", "/api/tickets", Some(body)).await.with(201);
    gatehouse::jobs::deliver_to_webhooks(&instance.app).await.unwrap();
    assert!(receiver.take().is_empty());
    let path = format!("/api/webhooks/{}/deliveries", site.webhook["id"]);
    let log = instance.send(&admin, "GET", &path, None).await.with(200);
    let error = log["deliveries"][0]["last_error"].as_str().unwrap().to_owned();
    assert!(error.contains("may not be called"), "{error}");
}
