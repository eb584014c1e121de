//! Backups: made beside whoever writes, put back whole or not at all.

mod command;
mod restored;

use std::fs;
use std::path::{Path, PathBuf};

use gatehouse::backup::{self, From, Made, Passphrase, Restored, Wanted};
use gatehouse::base::{Clock, Kind, Result, Role};
use gatehouse::store::{self, params};
use serde_json::{Value, json};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::app::{Caller, Instance};

const FORM: &str = "multipart/form-data; boundary=b";
const FILE: &str = "What was in the file.";

/// An instance that has something of everything.
struct Scene {
    instance: Instance,
    admin: Caller,
    agent: Caller,
    peer: Value,
    folder: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let instance = Instance::start();
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        let agent = instance.agent(&admin, "la").await;
        let peer = instance.peer(&admin, "la", json!({"name": "alice"})).await;
        let scene = Self { instance, admin, agent, peer, folder: TempDir::new().unwrap() };
        scene.ticket("With a file", FILE).await;
        scene
    }

    /// Opens a ticket with a file.
    async fn ticket(&self, subject: &str, file: &str) -> Value {
        let field = |name: &str, text: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let head =
            "Content-Disposition: form-data; name=\"attachments[]\"; filename=\"a.txt\"\r\nContent-Type: text/plain";
        let fields = [field("project_id", "1"), field("subject", subject), field("description", "Nothing.")].concat();
        let body = format!("{fields}--b\r\n{head}\r\n\r\n{file}\r\n--b--\r\n");
        self.instance.send_raw(&self.admin, "POST", "/api/tickets", Some(FORM), body).await.with(201)
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    fn backup(&self, passphrase: Option<&Passphrase>, with_secret: bool) -> Result<Made> {
        let target = self.target();
        let wanted = Wanted { target: &target, passphrase, with_secret, scratch: None };
        backup::create(&self.instance.directory, &self.instance.app.clock, &wanted)
    }

    fn restore(&self, into: &Path, passphrase: Option<&Passphrase>) -> Result<Restored> {
        self.restore_as(&From { file: &self.target(), passphrase, data_dir: into, secret: None, force: false })
    }

    fn restore_as(&self, from: &From<'_>) -> Result<Restored> {
        backup::restore(&self.instance.app.clock, from)
    }

    /// The only attached file.
    fn attachment(&self) -> PathBuf {
        let named = store::read_once(&self.instance.directory, &Clock::System, |conn| {
            conn.one("select hash from attachments", params! {}, |row| row.get::<store::Hash>("hash"))
        });
        self.instance.directory.attachments().join(store::place_of(&named.unwrap().unwrap()))
    }
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::parse(Zeroizing::new(text.to_owned())).unwrap()
}

/// Names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn only_its_passphrase_opens_an_encrypted_backup_and_nothing_in_it_can_be_read() {
    let scene = Scene::new().await;
    scene.backup(Some(&passphrase("correct horse battery")), true).unwrap();
    let bytes = fs::read(scene.target()).unwrap();
    let secret = scene.instance.directory.secret_text();
    for plain in [FILE.as_bytes(), b"SQLite format 3", secret.as_bytes(), b"manifest.json"] {
        assert!(!bytes.windows(plain.len()).any(|window| window == plain));
    }
    let left = scene.folder.path().join(".backup.0123.partial");
    fs::write(&left, "of one that was killed").unwrap();
    scene.backup(Some(&passphrase("correct horse battery")), true).unwrap();
    assert!(!left.exists());
    let bytes = fs::read(scene.target()).unwrap();
    let into = TempDir::new().unwrap();
    let refused = |passphrase: Option<&Passphrase>| scene.restore(into.path(), passphrase).unwrap_err().to_string();
    assert!(refused(None).contains("encrypted"));
    assert!(refused(Some(&passphrase("correct horse batterz"))).contains("passphrase is wrong"));
    for place in [10, 40, 100, bytes.len() / 2, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        fs::write(scene.target(), &changed).unwrap();
        refused(Some(&passphrase("correct horse battery")));
    }
    fs::write(scene.target(), &bytes[..bytes.len() - 1]).unwrap();
    refused(Some(&passphrase("correct horse battery")));
    assert_eq!(names(into.path()), ["gatehouse.lock"], "nothing of it was put in place");
    fs::write(scene.target(), &bytes).unwrap();
    scene.restore(into.path(), Some(&passphrase("correct horse battery"))).unwrap();
}

#[tokio::test]
async fn a_damaged_database_is_never_made_a_backup() {
    let scene = Scene::new().await;
    scene.backup(None, true).unwrap();
    let before = fs::read(scene.target()).unwrap();
    assert!(scene.instance.app.store.cut_log().await.unwrap());
    let path = scene.instance.directory.database();
    let mut bytes = fs::read(&path).unwrap();
    // Where each page says what it is.
    for page in 20..40 {
        bytes[page * 4_096..][..100].fill(0xff);
    }
    fs::write(&path, bytes).unwrap();
    let refused = scene.backup(None, true).unwrap_err();
    assert!(refused.to_string().contains("damaged"), "{refused}");
    assert!(fs::read(scene.target()).unwrap() == before, "the earlier one is still there");
    assert_eq!(names(scene.folder.path()), ["backup"], "and nothing half done");
}

#[tokio::test]
async fn a_missing_or_damaged_attachment_is_told_and_does_not_stop_the_backup() {
    let scene = Scene::new().await;
    fs::write(scene.attachment(), "something else").unwrap();
    let made = scene.backup(None, true).unwrap();
    assert_eq!((made.files, made.missing.len()), (0, 1));
    fs::remove_file(scene.attachment()).unwrap();
    assert_eq!(scene.backup(None, true).unwrap().missing.len(), 1);
    let into = TempDir::new().unwrap();
    let Restored::Whole { manifest, .. } = scene.restore(into.path(), None).unwrap() else { panic!() };
    assert_eq!(manifest.missing, made.missing);
}

#[tokio::test]
async fn files_that_are_needed_no_more_stay_while_a_backup_is_made() {
    let scene = Scene::new().await;
    let (app, file) = (&scene.instance.app, scene.attachment());
    scene.instance.sql("delete from attachments");
    let (shelf, rest) = names_of(&file);
    let mut hash = [0; 32];
    hex::decode_to_slice(shelf + &rest, &mut hash).unwrap();
    let kept = store::keep_all(&scene.instance.directory).unwrap();
    app.discard(vec![hash]).await.unwrap();
    assert!(file.exists());
    let second = scene.backup(None, true);
    assert!(matches!(second.unwrap_err().kind, Kind::Unavailable { .. }), "one at a time");
    drop(kept);
    app.discard(vec![hash]).await.unwrap();
    assert!(!file.exists());
}

/// The last two names of a path.
fn names_of(path: &Path) -> (String, String) {
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    (name(path.parent().unwrap()), name(path))
}
