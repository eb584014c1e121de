//! Packs the description of the API and builds the web app into cargo's output folder, from where they are embedded.
//!
//! Without the feature `web` nothing is built: a machine that only runs the agent needs no Node.js. `GATEHOUSE_WEB_DIST`
//! names a folder that holds a finished build and is embedded instead.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::GzEncoder;

/// What a build is made from. Outputs are not among them: watching those would build everything twice.
const INPUTS: [&str; 9] = [
    "package.json",
    "package-lock.json",
    "index.html",
    "vite.config.ts",
    "tsconfig.json",
    "openapi-ts.config.ts",
    "openapi.json",
    "src",
    "public",
];
/// Made by the build itself, from `openapi.json`.
const GENERATED: &str = "src/api";

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-env-changed=GATEHOUSE_WEB_DIST");
    let source = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?).join("assets");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| error.to_string())?);
    pack(&source.join("openapi.json"), &out.join("openapi.json.gz")).map_err(|error| error.to_string())?;
    if env::var_os("CARGO_FEATURE_WEB").is_none() {
        return Ok(());
    }
    if let Some(given) = env::var_os("GATEHOUSE_WEB_DIST") {
        println!("cargo::rerun-if-changed={}", given.display());
        println!("cargo::rustc-env=WEB_DIST={}", given.display());
        return Ok(());
    }
    let files = inputs(&source).map_err(|error| format!("{}: {error}", source.display()))?;
    let stamp = stamp(&source, &files).map_err(|error| error.to_string())?;
    let (dist, known) = (out.join("web"), out.join("web.stamp"));
    println!("cargo::rustc-env=WEB_DIST={}", dist.display());
    if fs::read_to_string(&known).is_ok_and(|text| text == stamp) && dist.join("index.html").exists() {
        return Ok(());
    }
    // Cargo and an editor may both build at once, in one folder of packages.
    let lock = fs::File::create(source.join("node_modules.lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    must_have_node()?;
    install(&source)?;
    run(&source, "npx", &["--no-install", "openapi-ts"])?;
    run(&source, "npx", &["--no-install", "tsc", "--noEmit"])?;
    let folder = dist.to_string_lossy();
    run(
        &source,
        "npx",
        &["--no-install", "vite", "build", "--logLevel", "warn", "--emptyOutDir", "--outDir", &folder],
    )?;
    fs::write(&known, stamp).map_err(|error| error.to_string())
}

/// Writes a file as gzip.
fn pack(file: &Path, packed: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", file.display());
    let mut packer = GzEncoder::new(fs::File::create(packed)?, Compression::best());
    packer.write_all(&fs::read(file)?)?;
    packer.finish().map(drop)
}

/// Every file that the build is made from; cargo watches them.
fn inputs(source: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let (mut files, generated) = (BTreeSet::new(), source.join(GENERATED));
    let mut waiting: Vec<PathBuf> = INPUTS.iter().map(|name| source.join(name)).collect();
    while let Some(path) = waiting.pop() {
        if path == generated {
            continue;
        }
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
        } else {
            println!("cargo::rerun-if-changed={}", path.display());
            files.insert(path);
        }
    }
    Ok(files)
}

fn stamp(source: &Path, files: &BTreeSet<PathBuf>) -> io::Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in files {
        path.strip_prefix(source).unwrap_or(path).hash(&mut hasher);
        fs::read(path)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn must_have_node() -> Result<(), String> {
    let ways = "Install Node.js 20.19 or newer with npm, or set GATEHOUSE_WEB_DIST to a folder that holds a finished build \
                of assets/, or build without the web app: cargo build --no-default-features.";
    let output = Command::new("node").arg("--version").output().map_err(|_| format!("Node.js is missing. {ways}"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    let found = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    if found < (20, 19) { Err(format!("Node.js {version} is too old. {ways}")) } else { Ok(()) }
}

/// Installs the packages, unless those of this lock file are there.
fn install(source: &Path) -> Result<(), String> {
    let lock = fs::read_to_string(source.join("package-lock.json")).map_err(|error| error.to_string())?;
    let known = source.join("node_modules/.gatehouse-lock");
    if fs::read_to_string(&known).is_ok_and(|text| text == lock) {
        return Ok(());
    }
    run(source, "npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"])?;
    fs::write(known, lock).map_err(|error| error.to_string())
}

/// Runs a command, and keeps what it prints off cargo's standard output.
fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program} could not be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} {} failed:\n{said}", arguments.join(" ")))
}
