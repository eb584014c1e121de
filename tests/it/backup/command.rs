//! The commands, beside a running `serve`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use super::names;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gatehouse");

fn gatehouse(data: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).arg("--data-dir").arg(data).output().unwrap()
}

/// A running `serve`, killed at the end.
struct Served(Child);

impl Served {
    fn start(data: &Path) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("listening on"), "{line}");
        Self(child)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[test]
fn a_backup_is_made_beside_a_running_serve_and_restored_elsewhere() {
    let folder = TempDir::new().unwrap();
    let (data, target) = (folder.path().join("data"), folder.path().join("b.tar"));
    let served = Served::start(&data);
    let target_name = target.to_str().unwrap();
    let made = gatehouse(&data, &["backup", target_name]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    assert!(said(&made).contains("not encrypted"), "{}", said(&made));
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(names(folder.path()), ["b.tar", "data"]);
    assert!(!names(&data).iter().any(|name| name.starts_with("backup-scratch")), "{:?}", names(&data));

    let held = gatehouse(&data, &["restore", target_name, "--force"]);
    assert_eq!(held.status.code(), Some(75), "{}", said(&held));
    drop(served);
    let refused = gatehouse(&data, &["restore", target_name]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let elsewhere = folder.path().join("elsewhere");
    let restored = gatehouse(&elsewhere, &["restore", target_name]);
    assert_eq!(restored.status.code(), Some(0), "{}", said(&restored));
    let healthy = gatehouse(&elsewhere, &["doctor"]);
    assert_eq!(healthy.status.code(), Some(0), "{}", said(&healthy));
    drop(Served::start(&elsewhere));
}

#[test]
fn the_passphrase_comes_from_a_file_or_a_variable() {
    let folder = TempDir::new().unwrap();
    let (data, target) = (folder.path().join("data"), folder.path().join("b"));
    drop(Served::start(&data));
    let (target, file) = (target.to_str().unwrap(), folder.path().join("passphrase"));
    let file_name = file.to_str().unwrap();
    fs::write(&file, "short\n").unwrap();
    let refused = gatehouse(&data, &["backup", target, "--passphrase-file", file_name]);
    assert!(refused.status.code() == Some(1) && said(&refused).contains("12 characters"), "{}", said(&refused));
    fs::write(&file, "correct horse battery\n").unwrap();
    let made = gatehouse(&data, &["backup", target, "--passphrase-file", file_name]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    assert!(!said(&made).contains("not encrypted"));
    let into = folder.path().join("elsewhere");
    let mut command = Command::new(PROGRAM);
    command.args(["restore", target, "--data-dir"]).arg(&into).env("GATEHOUSE_PASSPHRASE", "correct horse battery");
    let restored = command.output().unwrap();
    assert_eq!(restored.status.code(), Some(0), "{}", said(&restored));
}

#[test]
fn a_folder_without_data_is_told_and_not_made() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("typo");
    let refused = gatehouse(&data, &["backup", folder.path().join("b").to_str().unwrap()]);
    assert!(refused.status.code() == Some(1) && said(&refused).contains("no Gatehouse data"), "{}", said(&refused));
    let ill = gatehouse(&data, &["doctor"]);
    assert_eq!(ill.status.code(), Some(1));
    assert_eq!(names(folder.path()), Vec::<String>::new());
}
