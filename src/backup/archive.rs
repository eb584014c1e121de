//! The tar: adding parts on the way in, taking them out again where they belong.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use sha2::{Digest, Sha256};
use tar::{Archive, Builder, EntryType, Header};

use super::manifest::{Manifest, Part};
use super::unusable;
use crate::base::{Error, Kind, Result, Time};

const MANIFEST: &str = "manifest.json";
const SEAL: &str = "manifest.sha256";
/// Longest manifest that is read: a line for each of a million files.
const LONGEST: u64 = 512 << 20;

/// Writes parts one after the other.
pub struct Packing<W: Write> {
    tar: Builder<W>,
    made_at: Time,
    parts: BTreeMap<String, Part>,
}

impl<W: Write> Packing<W> {
    /// Begins a tar; each file of it will bear this time.
    pub fn begin(out: W, made_at: Time) -> Self {
        Self { tar: Builder::new(out), made_at, parts: BTreeMap::new() }
    }

    /// Adds a file under a name of at most 100 bytes. The bytes must be as many as was said.
    pub fn add(&mut self, name: &str, size: u64, source: impl Read) -> io::Result<[u8; 32]> {
        let mut header = Header::new_ustar();
        header.set_path(name)?;
        header.set_entry_type(EntryType::Regular);
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(self.made_at.unix_seconds().unsigned_abs());
        header.set_cksum();
        let mut hashed = Hashed { source: source.take(size), hash: Sha256::new(), size: 0 };
        self.tar.append(&header, &mut hashed)?;
        if hashed.size != size {
            return Err(io::Error::other(format!("{name} became shorter while it was read")));
        }
        let hash = hashed.hash.finalize().into();
        self.parts.insert(name.to_owned(), Part { size, hash });
        Ok(hash)
    }

    /// Adds the manifest and ends the tar.
    pub fn finish(mut self, mut manifest: Manifest) -> io::Result<W> {
        manifest.parts = std::mem::take(&mut self.parts);
        let text = manifest.to_json();
        let hash = self.add(MANIFEST, text.len() as u64, text.as_bytes())?;
        let seal = format!("{}  {MANIFEST}\n", hex::encode(hash));
        self.add(SEAL, seal.len() as u64, seal.as_bytes())?;
        self.tar.into_inner()
    }
}

struct Hashed<R> {
    source: R,
    hash: Sha256,
    size: u64,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(out)?;
        self.hash.update(&out[..read]);
        self.size += read as u64;
        Ok(read)
    }
}

/// Where a part goes, for the names that a backup can have.
fn is_part(name: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    match name.strip_prefix("attachments/").and_then(|rest| rest.split_once('/')) {
        Some((shelf, rest)) => shelf.len() == 2 && rest.len() == 62 && is_hex(shelf) && is_hex(rest),
        None => name == "gatehouse.db" || name == "secret.key",
    }
}

/// Takes every part out into an empty folder and proves that it is what the manifest says, which is answered. Nothing is
/// synced yet.
pub fn unpack(source: impl Read, folder: &Path) -> Result<Manifest> {
    let damaged = |error: io::Error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => unusable(folder, &error),
        _ => Error::new(Kind::Invalid, format!("The backup cannot be read: {error}.")),
    };
    let mut archive = Archive::new(source);
    let (mut found, mut manifest, mut seal) = (BTreeMap::new(), None, None);
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let first = match name.as_str() {
            _ if entry.header().entry_type() != EntryType::Regular => false,
            MANIFEST => manifest.replace(read(&mut entry).map_err(damaged)?).is_none(),
            SEAL => seal.replace(read(&mut entry).map_err(damaged)?).is_none(),
            part if is_part(part) && manifest.is_none() => {
                let part = take_out(&mut entry, folder, part).map_err(damaged)?;
                found.insert(name.clone(), part).is_none()
            }
            _ => false,
        };
        if !first {
            let what = format!("This is no backup of Gatehouse: {name:?} does not belong into one.");
            return Err(Error::new(Kind::Invalid, what));
        }
    }
    // An encrypted stream proves its end only to whoever reads it.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(damaged)?;
    let (Some(text), Some(seal)) = (manifest, seal) else {
        return Err(Error::new(Kind::Invalid, "This is no backup of Gatehouse, or it is cut off: it has no manifest."));
    };
    let sealed = format!("{}  {MANIFEST}\n", hex::encode(Sha256::digest(&text)));
    if seal != sealed.as_bytes() {
        return Err(Error::new(Kind::Invalid, "The backup is damaged: its manifest was changed."));
    }
    let manifest = Manifest::parse(&text)?;
    prove(&manifest.parts, &found)?;
    Ok(manifest)
}

fn prove(said: &BTreeMap<String, Part>, found: &BTreeMap<String, Part>) -> Result<()> {
    let damaged = |what: String| Err(Error::new(Kind::Invalid, format!("The backup is damaged: {what}.")));
    for (name, part) in said {
        match found.get(name) {
            None => return damaged(format!("{name} is missing")),
            Some(other) if other != part => return damaged(format!("{name} was changed")),
            Some(_) => {}
        }
    }
    match found.keys().find(|name| !said.contains_key(*name)) {
        Some(name) => damaged(format!("{name} was added")),
        None if !said.contains_key("gatehouse.db") => damaged("gatehouse.db is missing".to_owned()),
        None => Ok(()),
    }
}

fn read(entry: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    entry.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn take_out(entry: &mut impl Read, folder: &Path, name: &str) -> io::Result<Part> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
    let mut hashed = Hashed { source: entry, hash: Sha256::new(), size: 0 };
    io::copy(&mut hashed, &mut file)?;
    Ok(Part { size: hashed.size, hash: hashed.hash.finalize().into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed() -> Vec<u8> {
        let made_at = Time(1_778_068_800_000);
        let mut packing = Packing::begin(Vec::new(), made_at);
        packing.add("gatehouse.db", 3_000, [7; 3_000].as_slice()).unwrap();
        let name = format!("attachments/ab/{}", "c".repeat(62));
        packing.add(&name, 5, b"hello".as_slice()).unwrap();
        let manifest = Manifest {
            version: "0.1.0".into(),
            made_at,
            schema: 15,
            counts: BTreeMap::new(),
            parts: BTreeMap::new(),
            missing: Vec::new(),
        };
        packing.finish(manifest).unwrap()
    }

    fn unpacked(bytes: &[u8]) -> Result<Manifest> {
        unpack(bytes, tempfile::TempDir::new().unwrap().path())
    }

    #[test]
    fn no_byte_of_what_it_holds_can_change_unnoticed() {
        let whole = packed();
        let manifest = unpacked(&whole).unwrap();
        assert_eq!(manifest.parts.len(), 2);
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 0x10;
            // What fills up a block belongs to nothing, and numbers can be written in more than one way.
            if let Ok(read) = unpacked(&changed) {
                assert_eq!(read, manifest, "byte {place} was {}", whole[place]);
            }
        }
    }

    #[test]
    fn a_backup_that_was_cut_off_is_refused() {
        let whole = packed();
        let end = whole.iter().rposition(|byte| *byte != 0).unwrap();
        for cut in (0..=end).step_by(97) {
            assert!(unpacked(&whole[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn what_does_not_belong_into_a_backup_is_refused() {
        for name in
            ["../x", "/etc/x", "attachments/../../x", "attachments/ab/x", "gatehouse.db-wal", "attachments/AB/00"]
        {
            assert!(!is_part(name), "{name}");
        }
        let mut tar = Builder::new(Vec::new());
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Symlink);
        header.set_size(0);
        tar.append_link(&mut header, "gatehouse.db", "/etc/passwd").unwrap();
        assert_eq!(unpacked(&tar.into_inner().unwrap()).unwrap_err().kind, Kind::Invalid);
    }
}
