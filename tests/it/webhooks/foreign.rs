//! Libraries that others wrote for receivers take what we sign, and nothing else.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gatehouse::base::Time;
use gatehouse::webhook::signatures;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Received, Site};

/// A library for receivers: how it is run, and what it needs.
struct Foreign {
    program: PathBuf,
    arguments: Vec<String>,
}

impl Foreign {
    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
    }

    /// The one from PyPI.
    fn python() -> Option<Self> {
        let own = Self::root().join("target/python/bin/python");
        let program = [own, PathBuf::from("python3")].into_iter().find(|python| {
            let tried = Command::new(python).args(["-c", "import standardwebhooks"]).stderr(Stdio::null()).status();
            tried.is_ok_and(|status| status.success())
        });
        let script = Self::root().join("tests/webhooks/verify.py").display().to_string();
        program.map(|program| Self { program, arguments: vec![script] })
    }

    /// The one from npm.
    fn node() -> Option<Self> {
        let own = Self::root().join("target/node/bin/node");
        let script = Self::root().join("tests/webhooks/verify.mjs");
        let program = [own, PathBuf::from("node")].into_iter().find(|node| {
            let tried = Command::new(node).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            tried.is_ok_and(|status| status.success())
        });
        let has = Self::root().join("tests/webhooks/node_modules/standardwebhooks").exists();
        program.filter(|_| has).map(|program| Self { program, arguments: vec![script.display().to_string()] })
    }

    /// What it says of each.
    fn verdicts(&self, asked: &[Value]) -> Vec<String> {
        let mut command = Command::new(&self.program);
        let mut child = command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        for one in asked {
            writeln!(input, "{one}").unwrap();
        }
        drop(input);
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap().lines().map(str::to_owned).collect()
    }
}

fn asked(secret: &str, received: &Received, signed: &str, text: &str) -> Value {
    let headers = json!({"webhook-id": received.id, "webhook-timestamp": received.timestamp.to_string(),
        "webhook-signature": signed});
    json!({"secret": secret, "headers": headers, "body": text})
}

/// A delivery as it would leave now: the libraries look at their own clock.
fn leaving(secrets: &[&str], received: &Received, seconds_ago: i64) -> (Received, String) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let timestamp = i64::try_from(now).unwrap() - seconds_ago;
    let keys: Vec<Zeroizing<Vec<u8>>> = secrets
        .iter()
        .map(|secret| {
            let text = secret.strip_prefix("whsec_").unwrap();
            Zeroizing::new(base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap())
        })
        .collect();
    let signed = signatures(&keys, &received.id, Time(timestamp * 1_000), &received.text).unwrap();
    (Received { timestamp, ..received.clone() }, signed)
}

#[tokio::test]
async fn the_libraries_of_standard_webhooks_take_what_we_sign_and_nothing_altered_replayed_or_old() {
    let site = Site::start().await;
    let old = site.webhook["secret"].as_str().unwrap().to_owned();
    let new = site.post(&site.path("/rotate"), json!({})).await["webhook"]["secret"].as_str().unwrap().to_owned();
    let body = json!({"project_id": 1, "subject": "Grüße \"€\" \u{1f511}", "description": "d\\n"});
    site.post("/api/tickets", body).await;
    let received = site.deliver().await.remove(0);
    // What was really sent was signed on the clock of the test: that it is the same but for the time is shown here.
    let at = Time(received.timestamp * 1_000);
    let (_, rebuilt) = leaving(&[&new, &old], &received, 0);
    assert_eq!(rebuilt.split(' ').count(), received.signatures.len());
    assert!(received.is_signed_by(&old) && received.is_signed_by(&new) && at.0 > 0);

    let (fresh, both) = leaving(&[&new, &old], &received, 0);
    let (late, of_late) = leaving(&[&new], &received, 301);
    let (early, of_early) = leaving(&[&new], &received, -310);
    let (_, by_stranger) = leaving(&["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], &received, 0);
    let elsewhere = Received { id: "msg_other".to_owned(), ..fresh.clone() };
    let altered = received.text.replace("Grüße", "Grusse");
    let cases = [
        (true, asked(&new, &fresh, &both, &fresh.text)),
        (true, asked(&old, &fresh, &both, &fresh.text)),
        (false, asked(&new, &fresh, &both, &altered)),
        (false, asked(&new, &elsewhere, &both, &fresh.text)),
        (false, asked(&new, &late, &of_late, &late.text)),
        (false, asked(&new, &early, &of_early, &early.text)),
        (false, asked(&new, &fresh, &by_stranger, &fresh.text)),
        (false, asked(&new, &Received { timestamp: fresh.timestamp - 1, ..fresh.clone() }, &both, &fresh.text)),
        (false, asked(&new, &received, &received.signatures.join(" "), &received.text)),
    ];
    let texts: Vec<Value> = cases.iter().map(|(_, text)| text.clone()).collect();
    for (name, foreign) in [("PyPI's", Foreign::python()), ("npm's", Foreign::node())] {
        let Some(foreign) = foreign else {
            println!("SKIPPED: there is no {name} standardwebhooks. `sh tests/run.sh` installs it.");
            continue;
        };
        let verdicts = foreign.verdicts(&texts);
        let taken: Vec<bool> = verdicts.iter().map(|verdict| verdict == "taken").collect();
        let expected: Vec<bool> = cases.iter().map(|(is_good, _)| *is_good).collect();
        assert_eq!(taken, expected, "{name}: {verdicts:?}");
    }
}
