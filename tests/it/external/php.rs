//! The client that document 001 prints, as it stands, against a server on a socket.

use std::path::Path;

use gatehouse::base::Role;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::app::{Caller, Instance};
use crate::space::has;

/// What the page around the client has, and what a back end does with it afterwards. The address that the client names
/// leads here by way of a proxy, as curl has them.
const AROUND: &str = r#"<?php
error_reporting(E_ALL);
set_error_handler(function ($kind, $text) { throw new ErrorException($text); });
$_ENV['SUPPORT_API_KEY'] = getenv('KEY');
$_ENV['SUPPORT_API_SECRET'] = getenv('SECRET');
$user = (object) ['name' => 'Tunde Adéyemi', 'email' => 'tunde@gmail.com', 'id' => 98231];
$request = (object) ['message' => "Upload button does nothing.\nOn Chrome."];
$listing = (object) ['id' => 'LST-00421'];
function url() { return new class { function current() { return 'https://naijahomes.test/upload?a=b&c'; } }; }
ob_start();
require $argv[1];
$told = ['printed' => ob_get_clean(), 'ticket' => $ticket];
$number = $ticket['ticket_number'];
$told['ping'] = $support->ping();
$told['reply'] = $support->addReply($number, 'It works now.', 'TUNDE@gmail.com');
$told['shown'] = $support->getTicket($number);
$told['listed'] = $support->listByCustomer('tunde@gmail.com');
$told['none'] = $support->listByCustomer("o'neil+x@example.org");
foreach ([[404, fn() => $support->getTicket('NOPE-2026-00001')], [403, fn() => $support->addReply($number, 'x', 'a@b.c')],
    [422, fn() => $support->createTicket(['subject' => ''])]] as [$status, $attempt]) {
    try {
        $attempt();
    } catch (RuntimeException $refused) {
        $told['refused'][] = [$status, $refused->getCode(), $refused->getMessage()];
    }
}
echo json_encode($told);
"#;

#[tokio::test]
async fn the_documents_own_client_works_unchanged() {
    let check = ["-r", "exit(extension_loaded('curl') ? 0 : 1);"];
    if !has("php") || !Command::new("php").args(check).status().await.unwrap().success() {
        assert!(std::env::var_os("CI").is_none(), "php with curl is not installed");
        println!("skipped: php with curl is not installed (Debian packages php-cli and php-curl)");
        return;
    }
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.send(&admin, "POST", "/api/admin/projects", Some(json!({"name": "NaijaHomes"}))).await.with(201);
    let path = "/api/admin/projects/2/api-keys";
    let pair = instance.send(&admin, "POST", path, Some(json!({"name": "php"}))).await.with(201);
    let address = instance.serve().await;

    let folder = tempfile::TempDir::new().unwrap();
    let around = folder.path().join("around.php");
    std::fs::write(&around, AROUND).unwrap();
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/external/client.php");
    let mut command = Command::new("php");
    command.arg(&around).arg(&client).env("http_proxy", format!("http://{address}"));
    command.env_remove("no_proxy").env_remove("NO_PROXY");
    command.env("KEY", pair["api_key"].as_str().unwrap()).env("SECRET", pair["api_secret"].as_str().unwrap());
    let output = command.kill_on_drop(true).output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));

    assert_eq!(told["printed"], json!("NAIJ-2026-00001"));
    assert_eq!(
        told["ticket"],
        json!({"ticket_number": "NAIJ-2026-00001", "ticket_id": 1, "status": "open", "priority": "high",
            "created_at": "2026-05-06T12:00:00Z"})
    );
    assert_eq!(told["ping"]["project"]["slug"], json!("naijahomes"));
    assert_eq!(told["reply"]["status"], json!("open"));
    let shown = &told["shown"]["ticket"];
    assert_eq!(shown["description"], json!("Upload button does nothing.\nOn Chrome."));
    assert_eq!(shown["metadata"], json!({"listing_id": "LST-00421", "url": "https://naijahomes.test/upload?a=b&c"}));
    assert_eq!((&shown["customer_id"], &shown["customer_name"]), (&json!("98231"), &json!("Tunde Adéyemi")));
    assert_eq!(shown["messages"][0]["from"], json!("Tunde Adéyemi"));
    assert_eq!((&told["listed"]["total"], &told["none"]["total"]), (&json!(1), &json!(0)));
    let refused = told["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 3);
    assert!(refused.iter().all(|refused| refused[0] == refused[1]), "{refused:?}");
    assert_eq!(refused[2][2], json!("Validation failed."));
    let whole = instance.send(&admin, "GET", "/api/tickets/1", None).await.with(200);
    assert_eq!(whole["ticket"]["source"], json!("api"));
    instance.send(&Caller::default(), "GET", "/api/external/tickets", None).await.with(401);
}
