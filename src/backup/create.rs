//! Making a backup.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use super::archive::Packing;
use super::cipher::{Encrypting, Passphrase};
use super::manifest::Manifest;
use super::partial::Partial;
use super::scratch::{Scratch, clear, must_have_room};
use super::unusable;
use crate::base::{Clock, Error, Kind, Result, Time};
use crate::store::{self, Conn, Directory, Hash, params};
use crate::ticket::credential;

/// Bytes written at once.
const AT_ONCE: usize = 1 << 20;
/// The tables whose rows the manifest counts.
const COUNTED: [&str; 8] =
    ["audit", "attachments", "companies", "kb_articles", "messages", "peers", "tickets", "users"];

/// What kind of backup is wanted.
pub struct Wanted<'w> {
    /// Where it goes; an earlier one of the same name is replaced once the new one is whole.
    pub target: &'w Path,
    /// What it is encrypted under.
    pub passphrase: Option<&'w Passphrase>,
    /// Whether the instance secret goes in.
    pub with_secret: bool,
    /// Where the copy of the database is made meanwhile, instead of the data directory.
    pub scratch: Option<&'w Path>,
}

/// A backup that is on disk.
#[derive(Clone, Debug)]
pub struct Made {
    /// Bytes of the file.
    pub size: u64,
    /// Bytes of the database in it.
    pub database: u64,
    /// Attached files in it.
    pub files: usize,
    /// SHA-256 of attached files that are gone or damaged.
    pub missing: Vec<String>,
    /// The moment of the database.
    pub made_at: Time,
}

/// Makes a backup, also beside a running `serve`. A damaged database is an error, and then there is no backup; damaged
/// attachments are told, and the rest is in it.
///
/// Attached files are on disk before a row names them, and none is removed while this lasts: so those that the copy of the
/// database names are all there, although they are read after it.
pub fn create(directory: &Directory, clock: &Clock, wanted: &Wanted<'_>) -> Result<Made> {
    let _kept = store::keep_all(directory)?;
    clear(directory.path())?;
    let scratch = Scratch::make(wanted.scratch.unwrap_or(directory.path()))?;
    must_have_room(directory, scratch.path())?;
    let schema = store::schema(directory)?;
    if schema.applied > schema.known {
        return Err(Error::new(
            Kind::Conflict,
            "This database was written by a newer Gatehouse. Make the backup with that version.",
        ));
    }
    let made_at = clock.now();
    let copy = store::copy(directory, scratch.path())?;
    // What has expired since the last look of `serve`, or while none was running, must not come in.
    store::write_once(&copy, clock, |tx| {
        if tx.has_table("credentials")? {
            credential::expire(tx)?;
            if let Some(asked) = credential::unerased(tx)? {
                credential::erased(tx, asked)?;
            }
        }
        Ok(())
    })?;
    store::check_integrity(&copy.database())?;
    let (counts, hashes) = store::read_once(&copy, clock, |conn| Ok((counts(conn)?, attached(conn)?)))?;
    let named = hashes.len();
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at,
        schema: schema.applied as u64,
        counts,
        parts: BTreeMap::new(),
        missing: Vec::new(),
    };
    let partial = Partial::make(wanted.target)?;
    let packed = Packed { directory, copy: &copy, hashes, with_secret: wanted.with_secret, manifest };
    let out = BufWriter::with_capacity(AT_ONCE, &partial.file);
    let (out, missing) = match wanted.passphrase {
        None => packed.into(out)?,
        Some(passphrase) => {
            let (out, missing) = packed.into(Encrypting::begin(out, passphrase)?)?;
            (out.finish().map_err(|e| unusable(&partial.path, &e))?, missing)
        }
    };
    out.into_inner().map_err(|e| unusable(&partial.path, e.error()))?;
    let database = fs::metadata(copy.database()).map_err(|e| unusable(&copy.database(), &e))?.len();
    let size = partial.keep(wanted.target)?;
    Ok(Made { size, database, files: named - missing.len(), missing, made_at })
}

fn counts(conn: &Conn<'_>) -> Result<BTreeMap<String, i64>> {
    let mut counts = BTreeMap::new();
    for table in COUNTED {
        if conn.has_table(table)? {
            let rows = conn.one(&format!("select count(*) as n from {table}"), params![], |row| row.get("n"))?;
            counts.insert(table.to_owned(), rows.unwrap_or(0));
        }
    }
    Ok(counts)
}

/// The files that rows name, in the order of their hashes.
fn attached(conn: &Conn<'_>) -> Result<Vec<Hash>> {
    if !conn.has_table("attachments")? {
        return Ok(Vec::new());
    }
    conn.all("select distinct hash from attachments order by hash", params![], |row| row.get("hash"))
}

/// What goes into a backup.
struct Packed<'p> {
    directory: &'p Directory,
    copy: &'p Directory,
    hashes: Vec<Hash>,
    with_secret: bool,
    manifest: Manifest,
}

impl Packed<'_> {
    /// Writes everything; answers which attached files are missing.
    fn into<W: Write>(self, out: W) -> Result<(W, Vec<String>)> {
        let failed = |error: io::Error| unusable(Path::new("The backup"), &error);
        let mut packing = Packing::begin(out, self.manifest.made_at);
        let path = self.copy.database();
        let database = File::open(&path).map_err(|e| unusable(&path, &e))?;
        let size = database.metadata().map_err(|e| unusable(&path, &e))?.len();
        packing.add("gatehouse.db", size, BufReader::with_capacity(AT_ONCE, database)).map_err(failed)?;
        if self.with_secret {
            let secret = self.directory.secret_text();
            packing.add("secret.key", secret.len() as u64, secret.as_bytes()).map_err(failed)?;
        }
        let mut missing = Vec::new();
        for hash in &self.hashes {
            let place = store::place_of(hash);
            match sound(&self.directory.attachments().join(&place), hash) {
                Ok((file, size)) => {
                    let name = format!("attachments/{}", place.display());
                    packing.add(&name, size, file).map_err(failed)?;
                }
                Err(error) => {
                    tracing::debug!(%error, "an attachment is missing or damaged");
                    missing.push(hex::encode(hash));
                }
            }
        }
        let manifest = Manifest { missing: missing.clone(), ..self.manifest };
        Ok((packing.finish(manifest).map_err(failed)?, missing))
    }
}

/// Opens a file that has the bytes that its name says.
fn sound(path: &Path, hash: &Hash) -> io::Result<(File, u64)> {
    let mut file = File::open(path)?;
    let (size, found) = store::hash_of(&mut file)?;
    if found != *hash {
        return Err(io::Error::other("its bytes are not those that were attached"));
    }
    io::Seek::rewind(&mut file)?;
    Ok((file, size))
}
