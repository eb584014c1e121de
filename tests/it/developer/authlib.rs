//! An application that others wrote completes every flow against a live server.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gatehouse");
const SCRIPT: &str = include_str!("code_flow.py");

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// A Python that has the packages, if there is one.
fn python() -> Option<String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    let candidates = [own.display().to_string(), "python3".to_owned()];
    candidates.into_iter().find(|python| {
        let tried = Command::new(python).args(["-c", "import authlib, requests"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    })
}

#[test]
fn authlib_completes_the_code_flow_refreshes_revokes_and_acts_for_itself() {
    let Some(python) = python() else {
        println!("SKIPPED: there is no Python with authlib and requests. `sh tests/python.sh` makes one.");
        return;
    };
    let folder = tempfile::TempDir::new().unwrap();
    let data = folder.path().join("data").display().to_string();
    let (email, password) = ("admin@example.org", "correct horse");
    let mut create = Command::new(PROGRAM);
    create.args(["create-admin", "--data-dir", &data, "--email", email, "--password-stdin"]).stdin(Stdio::piped());
    let mut create = create.stdout(Stdio::null()).spawn().unwrap();
    create.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    assert!(create.wait().unwrap().success());
    let mut serve = Command::new(PROGRAM);
    serve.args(["serve", "--data-dir", &data, "--listen", "127.0.0.1:0", "--rate-limit", "off"]);
    let mut server = Server(serve.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let url = lines.find_map(|line| line.unwrap().strip_prefix("listening on ").map(str::to_owned)).unwrap();
    let done = Command::new(python).args(["-c", SCRIPT, &url, email, password]).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && out.contains("all flows completed"), "{out}\n{err}");
}
