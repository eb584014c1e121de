//! A disk whose every write and flush is recorded, and the record replayed up to any moment.
//!
//! `qemu-storage-daemon` offers a file through FUSE, with `blklogwrites` below it (the format of the kernel's dm-log-writes); a
//! loop device on that file carries a real ext4.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Of the disk, in bytes.
const SIZE: u64 = 192 << 20;
/// Of the file that holds the record: sparse.
const RECORD: u64 = 8 << 30;
const SECTOR: u64 = 512;
/// What an entry of the record is.
const FLUSH: u64 = 1;
const DISCARD: u64 = 4;
/// Of the writes that a cut catches, in percent: those that reached the disk, and of them those that are torn.
const KEPT: u32 = 50;
const TORN: u32 = 30;
/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a command to its end; answers what it wrote.
fn run(name: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(name).args(arguments).output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(format!("{name} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
}

/// A file with an ext4 in it, mounted through a loop device of its own.
pub struct Mounted {
    device: String,
    pub folder: PathBuf,
}

impl Mounted {
    pub fn new(image: &Path, folder: &Path) -> Result<Self, String> {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let device = run("losetup", &["--find", "--show", text(image)])?;
        let mounted = Self { device, folder: folder.to_owned() };
        run("mount", &["-t", "ext4", "-o", "noatime", &mounted.device, text(folder)])?;
        Ok(mounted)
    }

    /// The same as a machine does it that starts again. ext4 writes its superblock outside its journal when it is unmounted, and
    /// refuses one that is torn (its two halves have one checksum): then `e2fsck` takes another copy of it, as it does at boot.
    pub fn after_a_cut(image: &Path, folder: &Path) -> Result<Self, String> {
        Self::new(image, folder).or_else(|_refused| {
            // Its code tells whether it changed anything; whether it helped, the mount tells.
            let checked = Command::new("e2fsck").args(["-f", "-y"]).arg(image).stdout(Stdio::null()).status();
            checked.map_err(|error| format!("e2fsck: {error}"))?;
            Self::new(image, folder)
        })
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // A device that is still busy would carry its cache into whatever is attached next.
        let began = Instant::now();
        while run("mountpoint", &["-q", text(&self.folder)]).is_ok() && began.elapsed() < PATIENCE {
            if run("umount", &[text(&self.folder)]).is_err() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        run("losetup", &["--detach", &self.device]).unwrap();
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A disk that records.
pub struct Recorder {
    mounted: Option<Mounted>,
    daemon: Child,
    base: PathBuf,
    record: PathBuf,
}

impl Recorder {
    /// Makes the disk inside a folder, with an ext4 on it, and mounts it.
    pub fn start(folder: &Path) -> Result<Self, String> {
        let [disk, base, record, shown] =
            ["disk.raw", "base.raw", "record.raw", "shown.raw"].map(|name| folder.join(name));
        for (path, size) in [(&disk, SIZE), (&record, RECORD), (&shown, SIZE)] {
            File::create(path).and_then(|file| file.set_len(size)).map_err(|error| error.to_string())?;
        }
        run("mkfs.ext4", &["-q", "-F", text(&disk)])?;
        run("cp", &["--sparse=always", text(&disk), text(&base)])?;
        let daemon = Command::new("qemu-storage-daemon")
            .args(["--blockdev", &format!("driver=file,node-name=disk,filename={}", text(&disk))])
            .args(["--blockdev", &format!("driver=file,node-name=record,filename={}", text(&record))])
            .args(["--blockdev", "driver=blklogwrites,node-name=both,file=disk,log=record,log-sector-size=512"])
            .args(["--export", &format!("type=fuse,id=shown,node-name=both,mountpoint={},writable=on", text(&shown))])
            .stdin(Stdio::null())
            .spawn()
            .map_err(|error| format!("qemu-storage-daemon: {error}"))?;
        let mut recorder = Self { mounted: None, daemon, base, record };
        let began = Instant::now();
        while run("mountpoint", &["-q", text(&shown)]).is_err() {
            if began.elapsed() > PATIENCE || recorder.daemon.try_wait().is_ok_and(|ended| ended.is_some()) {
                return Err("qemu-storage-daemon does not serve".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        recorder.mounted = Some(Mounted::new(&shown, &folder.join("disk"))?);
        Ok(recorder)
    }

    /// Where the disk is mounted.
    pub fn folder(&self) -> &Path {
        &self.mounted.as_ref().unwrap().folder
    }

    /// Tells, whenever it is asked, how many entries the record has; those behind the last flush may not be counted yet.
    pub fn position(&self) -> impl Fn() -> u64 + Send + Sync + 'static {
        let record = File::open(&self.record).unwrap();
        move || number(&record, 16).unwrap()
    }

    /// Unmounts it; answers its record.
    pub fn stop(mut self) -> Result<Record, String> {
        drop(self.mounted.take());
        kill_process(Pid::from_child(&self.daemon), Signal::TERM).unwrap();
        self.daemon.wait().map_err(|error| error.to_string())?;
        Record::read(&self.record, &self.base).map_err(|error| error.to_string())
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        drop(self.mounted.take());
        // It may have ended already.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn number(file: &File, at: u64) -> std::io::Result<u64> {
    let mut bytes = [0; 8];
    file.read_exact_at(&mut bytes, at)?;
    Ok(u64::from_le_bytes(bytes))
}

/// One entry: where on the disk, how long, and where in the record its bytes are.
#[derive(Clone, Copy)]
struct Entry {
    target: u64,
    length: u64,
    flags: u64,
    source: u64,
}

/// What was written, in order, and the disk as it was before.
pub struct Record {
    file: File,
    entries: Vec<Entry>,
    base: PathBuf,
    /// Entries that the base has already.
    applied: usize,
}

impl Record {
    fn read(path: &Path, base: &Path) -> std::io::Result<Self> {
        let file = File::open(path)?;
        let (count, mut at) = (number(&file, 16)?, SECTOR);
        let mut entries = Vec::new();
        for _ in 0..count {
            let [sector, sectors, flags] = [at, at + 8, at + 16].map(|at| number(&file, at));
            let (flags, length) = (flags?, sectors? * SECTOR);
            entries.push(Entry { target: sector? * SECTOR, length, flags, source: at + SECTOR });
            at += SECTOR + if flags & DISCARD == 0 { length } else { 0 };
        }
        Ok(Self { file, entries, base: base.to_owned(), applied: 0 })
    }

    pub fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    fn write(&self, target: &File, entry: Entry, length: u64) -> std::io::Result<()> {
        if entry.flags & DISCARD != 0 {
            return Ok(());
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap()];
        self.file.read_exact_at(&mut bytes, entry.source)?;
        target.write_all_at(&bytes, entry.target)
    }

    /// The disk after a power cut behind so many entries: everything up to the last flush is there, of what came after it any
    /// part, in any order, some of it torn. Cuts must rise.
    pub fn cut(&mut self, entries: u64, random: &mut fastrand::Rng, image: &Path) -> std::io::Result<()> {
        let end = usize::try_from(entries).unwrap();
        let flushed = self.entries[..end].iter().rposition(|entry| entry.flags & FLUSH != 0).map_or(0, |last| last + 1);
        self.bring(flushed)?;
        self.copy(image)?;
        let target = File::options().write(true).open(image)?;
        let mut caught: Vec<Entry> = self.entries[flushed..end].to_vec();
        caught.retain(|_| random.u32(..100) < KEPT);
        random.shuffle(&mut caught);
        for entry in caught {
            let sectors = entry.length / SECTOR;
            let is_torn = sectors > 1 && random.u32(..100) < TORN;
            let length = if is_torn { random.u64(1..sectors) * SECTOR } else { entry.length };
            self.write(&target, entry, length)?;
        }
        Ok(())
    }

    /// The disk as it was behind so many entries, whatever was flushed since: a disk that lies.
    pub fn behind(&mut self, entries: u64, image: &Path) -> std::io::Result<()> {
        self.bring(usize::try_from(entries).unwrap())?;
        self.copy(image)
    }

    fn bring(&mut self, upto: usize) -> std::io::Result<()> {
        let base = File::options().write(true).open(&self.base)?;
        for entry in &self.entries[self.applied.min(upto)..upto] {
            self.write(&base, *entry, entry.length)?;
        }
        self.applied = self.applied.max(upto);
        Ok(())
    }

    fn copy(&self, image: &Path) -> std::io::Result<()> {
        run("cp", &["--sparse=always", text(&self.base), text(image)]).map(drop).map_err(std::io::Error::other)
    }
}
