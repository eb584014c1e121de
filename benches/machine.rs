//! The machine it was measured on, for the head of a report.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Writes of which the middle one is told.
const SYNCS: usize = 50;

/// What was measured, when and where. The disk is that of this folder.
pub fn head(title: &str, folder: &Path) -> String {
    let said = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    };
    let first = |path: &str, name: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split(':').next_back().unwrap_or_default().trim().to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let filesystem = said("df", &["--output=fstype", &folder.display().to_string()]);
    format!(
        "# {title}\n\n\
         - Gatehouse {} at {}, {}\n\
         - {cores} cores of {}, {} of memory, Linux {}\n\
         - {}, where a 4 KiB append is on disk in {:.2} ms (median of {SYNCS})\n\
         - load average before: {load}\n",
        env!("CARGO_PKG_VERSION"),
        said("git", &["describe", "--always", "--dirty", "--abbrev=12"]),
        said("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
        first("/proc/cpuinfo", "model name"),
        first("/proc/meminfo", "MemTotal"),
        said("uname", &["-r"]),
        filesystem.lines().last().unwrap_or_default(),
        sync(folder),
    )
}

/// Milliseconds until a small append is on disk.
pub fn sync(folder: &Path) -> f64 {
    let mut file = tempfile::tempfile_in(folder).unwrap();
    let times = std::iter::repeat_with(|| {
        let began = Instant::now();
        file.write_all(&[7; 4096]).unwrap();
        file.sync_data().unwrap();
        began.elapsed().as_secs_f64() * 1_000.0
    });
    let mut times: Vec<f64> = times.take(SYNCS).collect();
    times.sort_by(f64::total_cmp);
    times[SYNCS / 2]
}
