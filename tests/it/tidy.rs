//! What must stay true of the code itself: arrows point down, statements prepare, domain types are not `Serialize`.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders that know neither the engine nor HTTP: everything below `app`, without what carries it.
fn domain() -> impl Iterator<Item = &'static str> {
    let below = LAYERS.iter().take_while(|layer| !layer.contains(&"app"));
    below.flat_map(|layer| layer.iter().copied()).filter(|folder| !["store", "wire", "config"].contains(folder))
}

/// From the bottom up. A folder may use what stands before it.
const LAYERS: [&[&str]; 12] = [
    &["base", "wire", "config", "text"],
    &["store"],
    &["audit", "feed", "notify", "outbound"],
    &["smtp", "imap"],
    &["person", "access", "automation", "catalog", "company", "field", "group", "project", "sla", "knowledge", "vpn"],
    &["ticket"],
    &["report", "live", "webhook", "mailbox", "inbound"],
    &["seed", "backup", "doctor"],
    &["app"],
    &["dialects"],
    &["http", "jobs"],
    &["cli"],
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Every source file: its path below `src`, and its text.
pub fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    sources(&root).iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn room(name: &str) -> &str {
    name.split(['/', '.']).next().unwrap()
}

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn arrows_point_down() {
    let mut wrong = Vec::new();
    for (name, text) in all() {
        let Some(own) = layer(room(&name)) else { continue };
        for part in text.split("crate::").skip(1) {
            let target = part.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            match layer(target) {
                Some(other) if other > own => wrong.push(format!("{name} uses {target}")),
                None if target == "agent" && own < 9 => wrong.push(format!("{name} uses the agent")),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_agent_shares_nothing_but_the_wire() {
    let wrong: Vec<String> = all()
        .into_iter()
        .filter(|(name, _)| room(name) == "agent")
        .flat_map(|(name, text)| {
            let uses = text
                .split("crate::")
                .skip(1)
                .map(|part| part.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned());
            let foreign = uses.filter(|target| !["agent", "wire"].contains(&target.as_str()));
            foreign.map(|target| format!("{name} uses {target}")).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_dialect_never_knows_another_and_nothing_outside_the_store_names_the_engine() {
    for (name, text) in all() {
        for dialect in ["customer", "desk", "external", "fleet", "developer", "oauth", "helpdesk"] {
            let own = name.starts_with(&format!("dialects/{dialect}/"));
            let inside = name.starts_with("dialects/") && name != "dialects/mod.rs";
            assert!(own || !inside || !text.contains(&format!("dialects::{dialect}")), "{name} knows {dialect}");
        }
        assert!(name.starts_with("store/") || !text.contains("rusqlite"), "{name} names the engine");
        let domain = domain().any(|folder| folder == room(&name));
        let exempt = name == "access/session/token.rs";
        assert!(!domain || exempt || !text.contains("Serialize"), "{name} is Serialize");
        assert!(!domain || !text.contains("axum"), "{name} names HTTP");
        assert!(!name.starts_with("dialects/") || statements(&text).is_empty(), "{name} holds SQL");
    }
}

/// Every string literal that is a statement.
fn statements(text: &str) -> Vec<String> {
    let verbs = ["select ", "insert into ", "update ", "delete from ", "with "];
    text.split('"')
        .skip(1)
        .step_by(2)
        .filter(|literal| verbs.iter().any(|verb| literal.starts_with(verb)) && literal.contains(' '))
        // What is put together from pieces is held by the tests that run it.
        .filter(|literal| !literal.contains('{'))
        .filter(|literal| [" from ", " set ", " values", "select 1"].iter().any(|word| literal.contains(word)))
        .map(|literal| literal.replace("\\\n", " "))
        .collect()
}

#[test]
fn every_statement_prepares_against_the_schema() {
    let mut checked = 0;
    for (name, text) in all() {
        for statement in statements(text.split("#[cfg(test)]").next().unwrap()) {
            if let Err(error) = gatehouse::store::prepares(&statement) {
                panic!("{name}: {error}: {statement}");
            }
            checked += 1;
        }
    }
    assert!(checked > 30, "only {checked} statements were found");
}
