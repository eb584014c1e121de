//! `create-admin`: what it acknowledges is there, also beside a running `serve`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gatehouse");
/// A disk that takes nothing any more, as whoever asks it is told: `create-admin` asks by this call alone.
const GIVEN_UP: [&str; 6] = ["strace", "-f", "-qq", "-o", "/dev/null", "--inject=fallocate:error=EROFS"];

fn create_admin(under: &[&str], data: &Path, email: &str) -> Output {
    let words = [under, &[PROGRAM, "create-admin", "--email", email, "--data-dir"]].concat();
    Command::new(words[0]).args(&words[1..]).arg(data).output().unwrap()
}

fn said(output: &Output) -> (String, String) {
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn nobody_is_told_of_an_admin_where_the_disk_took_nothing_after_the_commit() {
    let traces = Command::new(GIVEN_UP[0]).args(&GIVEN_UP[1..]).arg("true").status();
    if !traces.is_ok_and(|status| status.success()) {
        println!("skipped: there is no strace, or it may not trace");
        return;
    }
    let folder = TempDir::new().unwrap();
    let mut serve = Command::new(PROGRAM);
    serve.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder.path());
    let mut served = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(served.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let refused = create_admin(&GIVEN_UP, folder.path(), "one@example.org");
    let made = create_admin(&[], folder.path(), "another@example.org");
    served.kill().unwrap();
    served.wait().unwrap();
    assert!(line.starts_with("listening on"), "{line}");
    let (told, why) = said(&refused);
    assert!(told.is_empty() && why.contains("The disk did not confirm this."), "{refused:?}");
    assert_eq!(refused.status.code(), Some(75), "{refused:?}");
    assert!(
        made.status.success() && said(&made).0.starts_with("another@example.org is a super_admin now."),
        "{made:?}"
    );
}

#[test]
fn no_admin_is_made_where_the_log_of_a_killed_serve_is_gone() {
    let folder = TempDir::new().unwrap();
    let made = create_admin(&[], folder.path(), "one@example.org");
    assert!(made.status.success(), "{made:?}");
    fs::write(folder.path().join("running"), "log\n").unwrap();
    let refused = create_admin(&[], folder.path(), "another@example.org");
    let (told, why) = said(&refused);
    assert!(told.is_empty() && why.contains("The write-ahead log gatehouse.db-wal is gone"), "{refused:?}");
}
