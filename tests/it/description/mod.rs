//! The description of the API: that it is served, whole, and written down.

pub mod proof;
mod schema;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::proof::described;
use crate::app::{Caller, Instance};

const FILE: &str = "assets/openapi.json";

#[tokio::test]
async fn it_is_served_to_anybody_and_only_when_it_has_changed() {
    let instance = Instance::start();
    let first = instance.send(&Caller::default(), "GET", "/api/openapi.json", None).await;
    let (tag, plain) = (first.headers["etag"].to_str().unwrap().to_owned(), first.body.len());
    assert_eq!(first.with(200), described().document);
    let strong = tag.trim_start_matches("W/");
    for (known, status) in [(tag.clone(), 304), (format!("\"x\", {strong}"), 304), ("\"x\"".to_owned(), 200)] {
        let caller = Caller::default().header("if-none-match", &known);
        let again = instance.send(&caller, "GET", "/api/openapi.json", None).await;
        assert_eq!((again.status.as_u16(), again.body.is_empty()), (status, status == 304), "{known}");
        assert_eq!(again.headers["etag"], tag.as_str());
    }
    let packed = Caller::default().header("accept-encoding", "gzip");
    let packed = instance.send(&packed, "GET", "/api/openapi.json", None).await;
    assert_eq!(packed.headers["content-encoding"], "gzip");
    assert!(packed.body.len() * 5 < plain, "{} of {plain} bytes", packed.body.len());
}

#[tokio::test]
async fn the_page_for_people_shows_every_operation_and_schema_and_loads_nothing_from_elsewhere() {
    let instance = Instance::start();
    let reply = instance.send(&Caller::default(), "GET", "/api/docs", None).await;
    assert_eq!(reply.headers["content-type"], "text/html; charset=utf-8");
    assert!(
        reply.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'; style-src 'self'")
    );
    let page = reply.text();
    for (_, described) in operations(&described().document) {
        for tag in described["tags"].as_array().unwrap() {
            let surface = tag.as_str().unwrap().split(':').next().unwrap();
            let anchor = format!("id=\"{surface}-{}\"", described["operationId"].as_str().unwrap());
            assert_eq!(page.matches(&anchor).count(), 1, "{anchor}");
        }
    }
    for line in [
        "curl -X POST &quot;$GATEHOUSE/oauth/token&quot; \\\n  --data-urlencode",
        "$GATEHOUSE/api/canned-responses/1/rendered?ticket=",
        "--data-binary @FILE.csv",
    ] {
        assert!(page.contains(line), "{line}");
    }
    for target in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(page.contains(&format!("id=\"{target}\"")), "{target} leads nowhere");
    }
    assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains("://"), "it needs something else");
    let style = instance.send(&Caller::default(), "GET", "/api/docs?style", None).await;
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    assert!(!style.text().contains("url("));
}

/// Every operation, as `get /api/health`.
pub fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = &described().document;
    let mut found = Vec::new();
    references(document, &mut found);
    assert!(found.len() > 100, "only {} references", found.len());
    found.retain(|target| document.pointer(target.trim_start_matches('#')).is_none());
    assert_eq!(found, Vec::<&str>::new());
}

#[test]
fn every_credential_that_an_operation_takes_is_explained() {
    let document = &described().document;
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    for (operation, described) in operations(document) {
        let ways = described["security"].as_array().unwrap();
        assert!(!ways.is_empty(), "{operation} takes nobody");
        for name in ways.iter().flat_map(|one| one.as_object().unwrap().keys()) {
            assert!(schemes.contains_key(name), "{operation} takes {name}, which nothing explains");
        }
    }
}

#[test]
fn every_operation_says_what_it_is_and_has_a_name_of_its_own() {
    let mut names = BTreeMap::new();
    for (operation, described) in operations(&described().document) {
        assert!(described["summary"].as_str().is_some_and(|text| !text.is_empty()), "{operation} has no summary");
        let name = described["operationId"].as_str().unwrap().to_owned();
        if let Some(other) = names.insert(name, operation.clone()) {
            panic!("{operation} has the name of {other}");
        }
    }
}

#[test]
fn every_success_has_a_schema_unless_it_has_no_body() {
    let mut wrong = Vec::new();
    for (operation, described) in operations(&described().document) {
        for (status, response) in described["responses"].as_object().unwrap() {
            let content = response.get("content").and_then(Value::as_object);
            let json = content.and_then(|content| content.get("application/json"));
            let has_schema = match (content, json) {
                (None, _) => false,
                (_, Some(json)) => json["schema"].as_object().is_some_and(|schema| !schema.is_empty()),
                (Some(_), None) => true,
            };
            let path = operation.split(' ').nth(1).unwrap();
            if !proof::is_pending(path) && status.starts_with('2') && status != "204" && !has_schema {
                wrong.push(format!("{operation}: {status}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_two_schemas_of_a_surface_have_the_same_name() {
    let dialects = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dialects");
    let mut found: BTreeMap<(String, String), String> = BTreeMap::new();
    for dialect in fs::read_dir(dialects).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let surface = dialect.file_name().unwrap().to_str().unwrap().to_owned();
        for file in files(&dialect) {
            for name in schemas(&fs::read_to_string(&file).unwrap()) {
                let place = file.display().to_string();
                if let Some(other) = found.insert((surface.clone(), name.clone()), place.clone()) {
                    panic!("{name} is in {other} and in {place}: say #[schema(as = …)] on one of them");
                }
            }
        }
    }
    assert!(found.len() > 50, "only {} schemas were found", found.len());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The names of the types in a file that derive `ToSchema`, as their schemas have them.
fn schemas(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text.split("ToSchema)]\n").skip(1) {
        let mut renamed = None;
        for line in part.lines().map(str::trim) {
            if let Some(rest) = line.split("#[schema(").nth(1).and_then(|rest| rest.split("as = ").nth(1)) {
                renamed = Some(rest.split([',', ')', '<']).next().unwrap().to_owned());
            }
            let line = line.trim_start_matches("pub ");
            if let Some(rest) = line.strip_prefix("struct ").or_else(|| line.strip_prefix("enum ")) {
                let own = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
                names.push(renamed.unwrap_or(own));
                break;
            }
        }
    }
    names
}

#[test]
fn the_file_for_the_web_app_and_for_programs_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let text = format!("{}\n", serde_json::to_string_pretty(&described().document).unwrap());
    if std::env::var_os("GATEHOUSE_REFRESH").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let same = fs::read_to_string(&path).is_ok_and(|known| known == text);
    assert!(same, "{FILE} is stale. Refresh it: GATEHOUSE_REFRESH=1 cargo test --test it the_file_for_the_web_app");
}
