//! install.sh below a DESTDIR: what it writes, with which rights, what a second run does, and what goes away again.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gatehouse");
const TOKEN: &str = "enroll_5ecretT0ken";
const SERVE: &str = "etc/systemd/system/gatehouse.service";
const AGENT: &str = "etc/systemd/system/gatehouse-agent.service";

/// A machine that is a folder. Its program finds no fault with anything, unless it is [`Machine::with_gatehouse`].
struct Machine {
    root: TempDir,
    program: PathBuf,
}

impl Machine {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        let program = root.path().join("built");
        write_program(&program, "0.1.0");
        Self { root, program }
    }

    fn with_gatehouse() -> Self {
        let machine = Self::new();
        fs::write(&machine.program, format!("#!/bin/sh\nexec '{PROGRAM}' \"$@\"\n")).unwrap();
        machine
    }

    fn destination(&self) -> PathBuf {
        self.root.path().join("destination")
    }

    fn file(&self, path: &str) -> PathBuf {
        self.destination().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.file(path)).unwrap()
    }

    fn mode(&self, path: &str) -> u32 {
        fs::metadata(self.file(path)).unwrap().permissions().mode() & 0o7777
    }

    fn script(&self) -> Command {
        let mut command = Command::new("sh");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("install.sh"));
        // Nothing of the machine that runs the test decides what happens.
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("DESTDIR", self.destination());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.script().args(arguments).output().unwrap()
    }

    /// Runs with the built program, must succeed, and returns what was said.
    fn install(&self, arguments: &[&str]) -> String {
        let output = self.script().args(arguments).arg("--binary").arg(&self.program).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn install_agent(&self) -> String {
        self.install(&["agent", "--url", "https://vpn.example.org/", "--enroll", TOKEN, "--interface", "wg7"])
    }

    /// Every file with its content, mode and time.
    fn everything(&self) -> BTreeMap<PathBuf, (Vec<u8>, u32, std::time::SystemTime)> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.destination()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let meta = fs::metadata(&path).unwrap();
                let seen = (fs::read(&path).unwrap(), meta.permissions().mode() & 0o7777, meta.modified().unwrap());
                found.insert(path, seen);
            }
        }
        found
    }
}

fn write_program(path: &Path, version: &str) {
    fs::write(path, format!("#!/bin/sh\necho gatehouse {version}\n")).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

fn refusal(output: &Output, status: i32) -> String {
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_control_plane_is_laid_out() {
    let machine = Machine::new();
    machine.install(&["serve", "--listen", "127.0.0.1:9000", "--public-url=https://vpn.example.org"]);
    assert_eq!(
        machine.read("etc/gatehouse/serve.env"),
        "GATEHOUSE_LISTEN=127.0.0.1:9000\nGATEHOUSE_PUBLIC_URL=https://vpn.example.org\n"
    );
    assert_eq!(machine.mode("etc/gatehouse/serve.env"), 0o600);
    assert_eq!(machine.mode(SERVE), 0o644);
    assert_eq!(machine.mode("usr/local/bin/gatehouse"), 0o755);
    let unit = machine.read(SERVE);
    for line in [
        "ExecStart=/usr/local/bin/gatehouse serve",
        "StateDirectory=gatehouse",
        "StateDirectoryMode=0700",
        "CapabilityBoundingSet=",
        "Type=notify",
        "LimitCORE=0",
    ] {
        assert!(unit.lines().any(|l| l == line), "{line} is missing in\n{unit}");
    }
}

#[test]
fn an_agent_is_laid_out_and_its_tunnels_outlive_it() {
    let machine = Machine::new();
    machine.install_agent();
    assert_eq!(
        machine.read("etc/gatehouse/agent.env"),
        "GATEHOUSE_URL=https://vpn.example.org\nGATEHOUSE_INTERFACE=wg7\n"
    );
    let unit = machine.read(AGENT);
    for line in [
        "Type=notify",
        "WatchdogSec=180",
        "NotifyAccess=main",
        "KillMode=process",
        "CapabilityBoundingSet=CAP_NET_ADMIN",
        "RuntimeDirectoryPreserve=yes",
    ] {
        assert!(unit.lines().any(|l| l == line), "{line} is missing in\n{unit}");
    }
    assert!(!machine.file("etc/sysctl.d/90-gatehouse.conf").exists(), "forwarding is asked for by --masquerade only");
}

#[test]
fn a_token_is_in_one_file_that_only_its_owner_reads() {
    let machine = Machine::new();
    let said = machine.install_agent();
    assert!(!said.contains(TOKEN), "{said}");
    let holding: Vec<_> = machine
        .everything()
        .into_iter()
        .filter(|(_, (content, ..))| content.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes()))
        .map(|(path, (_, mode, _))| (path, mode))
        .collect();
    assert_eq!(holding, [(machine.file("etc/gatehouse/agent.enroll"), 0o600)]);
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    let machine = Machine::new();
    let serve = ["serve", "--listen", "127.0.0.1:9000"];
    machine.install(&serve);
    machine.install_agent();
    let before = machine.everything();
    for said in [machine.install(&serve), machine.install(&["serve"]), machine.install_agent()] {
        assert!(said.contains("Nothing to do: "), "{said}");
    }
    assert_eq!(machine.everything(), before);
}

#[test]
fn a_used_token_is_not_offered_again_but_a_new_one_is() {
    let machine = Machine::new();
    machine.install_agent();
    // As the unit does once the agent is ready.
    fs::remove_file(machine.file("etc/gatehouse/agent.enroll")).unwrap();
    machine.install_agent();
    assert!(!machine.file("etc/gatehouse/agent.enroll").exists());
    machine.install(&["agent", "--enroll", "another"]);
    assert_eq!(machine.read("etc/gatehouse/agent.enroll"), "GATEHOUSE_ENROLL=another\n");
}

#[test]
fn settings_that_are_not_given_keep_their_value() {
    let machine = Machine::new();
    machine.install(&["serve", "--listen", "127.0.0.1:9000", "--trusted-proxies", "10.0.0.0/8,::1/128"]);
    let settings = machine.file("etc/gatehouse/serve.env");
    fs::write(&settings, format!("# mine [\nGATEHOUSE_JWT_TTL=5\n{}", machine.read("etc/gatehouse/serve.env")))
        .unwrap();
    machine.install(&["serve", "--listen", "[::]:9001"]);
    assert_eq!(
        machine.read("etc/gatehouse/serve.env"),
        "# mine [\nGATEHOUSE_JWT_TTL=5\nGATEHOUSE_TRUSTED_PROXIES=10.0.0.0/8,::1/128\nGATEHOUSE_LISTEN=[::]:9001\n"
    );
}

#[test]
fn a_newer_program_is_swapped_in() {
    let machine = Machine::new();
    machine.install(&["serve"]);
    let program = machine.file("usr/local/bin/gatehouse");
    // Held open, as a running service holds it: a program written in place would change under it.
    let mut running = fs::File::open(&program).unwrap();
    write_program(&machine.program, "0.2.0");
    let said = machine.install(&["serve"]);
    assert!(said.contains("Installed gatehouse 0.2.0"), "{said}");
    let mut text = String::new();
    running.read_to_string(&mut text).unwrap();
    assert!(text.contains("0.1.0") && fs::read_to_string(&program).unwrap().contains("0.2.0"));
    assert_eq!(fs::read_dir(program.parent().unwrap()).unwrap().count(), 1, "a staged file was left behind");
}

#[test]
fn masquerade_switches_forwarding_on() {
    let machine = Machine::new();
    machine.install(&["agent", "--url", "https://vpn.example.org", "--enroll", TOKEN, "--masquerade"]);
    let lines = machine.read("etc/sysctl.d/90-gatehouse.conf");
    assert!(lines.contains("net.ipv4.ip_forward = 1\n") && lines.contains("net.ipv6.conf.all.forwarding = 1\n"));
    assert!(machine.read("etc/gatehouse/agent.env").contains("GATEHOUSE_MASQUERADE=true\n"));
}

#[test]
fn uninstall_keeps_data_and_purge_removes_it() {
    let machine = Machine::new();
    machine.install(&["serve"]);
    machine.install_agent();
    let data = machine.file("var/lib/gatehouse/gatehouse.db");
    fs::create_dir_all(data.parent().unwrap()).unwrap();
    fs::write(&data, "kept").unwrap();

    assert!(machine.run(&["agent", "--uninstall"]).status.success());
    assert!(!machine.file(AGENT).exists() && !machine.file("etc/gatehouse/agent.enroll").exists());
    assert!(machine.file("usr/local/bin/gatehouse").exists(), "the control plane still needs the program");

    assert!(machine.run(&["serve", "--uninstall"]).status.success());
    assert!(data.exists() && machine.file("etc/gatehouse/serve.env").exists());
    assert!(!machine.file(SERVE).exists() && !machine.file("usr/local/bin/gatehouse").exists());

    assert!(machine.run(&["--uninstall", "--purge"]).status.success());
    assert!(machine.everything().is_empty(), "{:?}", machine.everything().keys());
    let again = machine.run(&["--uninstall", "--purge"]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("Nothing to do"), "{again:?}");
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_written() {
    let machine = Machine::new();
    let url = "https://vpn.example.org";
    for (arguments, reason) in [
        (&["agent", "--url", url][..], "needs --enroll TOKEN"),
        (&["agent", "--enroll", TOKEN], "needs --url URL"),
        (&["agent", "--url", "vpn.example.org", "--enroll", TOKEN], "such as https://"),
        (&["agent", "--url", url, "--enroll", "a\nGATEHOUSE_URL=https://evil.example"], "no setting needs"),
        (&["agent", "--url", url, "--enroll", "a b"], "no setting needs"),
        (&["agent", "--url", url, "--enroll", "$(id)"], "no setting needs"),
        (&["serve", "--prefix", "/opt/%i"], "unit file"),
        (&["serve", "--prefix", "opt"], "from the root"),
        (&["serve", "--listen", "0.0.0.0:443"], "reverse proxy"),
        (&["serve", "--url", url], "for agent"),
        (&["serve", "--listen"], "needs a value"),
        (&["serve", "agent"], "not both"),
        (&["serve", "--frobnicate"], "no option"),
    ] {
        let said = refusal(&machine.run(arguments), 2);
        assert!(said.contains(reason), "{arguments:?}: {said}");
        assert!(!machine.destination().exists(), "{arguments:?} wrote something");
    }
}

#[test]
fn settings_that_the_program_refuses_replace_nothing() {
    let machine = Machine::with_gatehouse();
    let program = machine.program.to_str().unwrap().to_owned();
    let refused = |arguments: &[&str], reason: &str| {
        let said = refusal(&machine.run(&[arguments, &["--binary", &program]].concat()), 1);
        assert!(said.contains(reason) && said.lines().count() == 1, "{arguments:?}: {said}");
    };
    let url = "https://vpn.example.org";
    let wrong = [
        (
            &["serve", "--public-url", "vpn.example.org"][..],
            "'--public-url <PUBLIC_URL>': must be an origin without a path",
        ),
        (&["serve", "--listen", "256.0.0.1:8080"], "'256.0.0.1:8080' for '--listen <LISTEN>'"),
        (&["serve", "--trusted-proxies", "10.0.0.0/99"], "a network such as 203.0.113.0/24"),
        (&["agent", "--url", url, "--enroll", TOKEN, "--interval", "0"], "0 is not in 1..=3600"),
        (&["agent", "--url", url, "--enroll", TOKEN, "--token", "agent_x"], "cannot be used with"),
    ];
    for (arguments, reason) in wrong {
        refused(arguments, reason);
        assert!(machine.everything().is_empty(), "{arguments:?}: {:?}", machine.everything().keys());
    }
    machine.install(&["serve", "--public-url", url]);
    machine.install_agent();
    let before = machine.everything();
    for (arguments, reason) in wrong {
        refused(arguments, reason);
        assert_eq!(machine.everything(), before, "{arguments:?}");
    }
}

#[test]
fn settings_that_a_person_wrote_are_judged_as_systemd_reads_them() {
    let machine = Machine::with_gatehouse();
    let settings = machine.file("etc/gatehouse/serve.env");
    fs::create_dir_all(settings.parent().unwrap()).unwrap();
    fs::write(&settings, "; mine\n  GATEHOUSE_PUBLIC_URL=\"https://vpn.example.org\" \nGATEHOUSE_JWT_TTL='5'").unwrap();
    machine.install(&["serve"]);
    fs::write(&settings, "GATEHOUSE_JWT_TTL=soon").unwrap();
    let program = machine.program.to_str().unwrap();
    let said = refusal(&machine.run(&["serve", "--binary", program]), 1);
    assert!(said.contains("invalid value 'soon' for '--jwt-ttl <JWT_TTL>'"), "{said}");
}

#[test]
fn what_is_no_gatehouse_is_not_installed() {
    let machine = Machine::new();
    fs::write(&machine.program, "#!/bin/sh\necho something else\n").unwrap();
    let program = machine.program.to_str().unwrap();
    assert!(refusal(&machine.run(&["serve", "--binary", program]), 1).contains("is not a gatehouse program"));
    assert!(machine.everything().is_empty());
}

#[test]
fn only_root_installs() {
    let machine = Machine::new();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/install.sh");
    // The test may run as root, and nobody else may read the folder of the project: hand the script over as a pipe does.
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--clear-groups", "sh", "-s", "--", "serve"]);
    let is_root = fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    if !is_root {
        command = Command::new("sh");
        command.args(["-s", "--", "serve"]);
    }
    let output =
        command.stdin(fs::File::open(script).unwrap()).current_dir("/").env_remove("DESTDIR").output().unwrap();
    assert!(refusal(&output, 1).contains("needs root"));
    drop(machine);
}

/// Answers each connection with the next of these, and returns the request lines.
fn answer(answers: Vec<(&'static str, &'static [u8])>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut seen = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap();
            let text = String::from_utf8_lossy(request.get(..read).unwrap()).into_owned();
            assert!(!text.contains(TOKEN), "the token is not needed for a download");
            seen.push(text.lines().next().unwrap().to_owned());
            let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body).unwrap();
        }
        seen
    });
    (url, thread)
}

/// As `curl … | sh -s -- agent …` does.
fn piped(machine: &Machine, url: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-s", "--", "agent", "--url", url, "--enroll", TOKEN]).env_clear();
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("DESTDIR", machine.destination());
    command.stdin(fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/install.sh")).unwrap());
    command.current_dir(machine.root.path()).output().unwrap()
}

#[test]
fn an_agent_gets_its_program_from_the_control_plane() {
    let machine = Machine::new();
    let (url, server) = answer(vec![("200 OK", b"#!/bin/sh\necho gatehouse 0.3.0\n")]);
    let output = piped(&machine, &url);
    assert!(output.status.success(), "{output:?}");
    let architecture = Command::new("uname").arg("-m").output().unwrap().stdout;
    let architecture = String::from_utf8(architecture).unwrap();
    let asked = format!("GET /install/gatehouse?arch={} HTTP/1.1", architecture.trim());
    assert_eq!(server.join().unwrap(), [asked]);
    assert!(machine.read("usr/local/bin/gatehouse").contains("0.3.0"));
}

#[test]
fn another_architecture_is_told_in_the_control_planes_words() {
    let machine = Machine::new();
    let (url, server) = answer(vec![("404 Not Found", b"This control plane has a program for riscv64 only.")]);
    let output = piped(&machine, &url);
    server.join().unwrap();
    let said = refusal(&output, 1);
    assert!(said.contains("404: This control plane has a program for riscv64 only.") && said.contains("--binary"));
    assert!(machine.everything().is_empty(), "{:?}", machine.everything().keys());
}

#[test]
fn a_download_that_broke_off_runs_nothing() {
    let machine = Machine::new();
    let whole = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/install.sh")).unwrap();
    let cut = machine.root.path().join("cut.sh");
    for at in (0..whole.len() - "main \"$@\"\n".len()).step_by(997) {
        fs::write(&cut, whole.get(..at).unwrap()).unwrap();
        let mut command = Command::new("sh");
        command.arg(&cut).args(["serve", "--binary"]).arg(&machine.program).env("DESTDIR", machine.destination());
        command.output().unwrap();
        assert!(!machine.destination().exists(), "cut at {at} it did something");
    }
}

#[test]
fn systemd_finds_no_fault_with_the_units_and_little_exposed() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("skipped: systemd-analyze is not installed");
        return;
    }
    let machine = Machine::new();
    // The units are judged where they lie, so the program they name must be there.
    let prefix = machine.root.path().join("prefix");
    fs::create_dir_all(prefix.join("bin")).unwrap();
    fs::copy(&machine.program, prefix.join("bin/gatehouse")).unwrap();
    let prefix = prefix.to_str().unwrap();
    machine.install(&["serve", "--prefix", prefix]);
    machine.install(&["agent", "--prefix", prefix, "--url", "https://vpn.example.org", "--enroll", TOKEN]);
    for (unit, most) in [(SERVE, "15"), (AGENT, "20")] {
        let verified = Command::new("systemd-analyze").arg("verify").arg(machine.file(unit)).output().unwrap();
        assert!(verified.status.success() && verified.stderr.is_empty(), "{verified:?}");
        let mut judge = Command::new("systemd-analyze");
        judge.args(["security", "--offline=true", "--no-pager", "--threshold", most]).arg(machine.file(unit));
        let judged = judge.output().unwrap();
        assert!(
            judged.status.success(),
            "{unit} exposes more than {most}/10:\n{}",
            String::from_utf8_lossy(&judged.stdout)
        );
    }
}
