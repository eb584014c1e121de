//! Facts about how the web app is served.

use crate::app::{Caller, Instance, Reply};

/// A browser, which takes compressed files.
fn browser() -> Caller {
    Caller::default().header("accept-encoding", "gzip, deflate, br")
}

async fn get(instance: &Instance, path: &str) -> Reply {
    instance.send(&browser(), "GET", path, None).await
}

fn header<'r>(reply: &'r Reply, name: &str) -> &'r str {
    reply.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// The address of the page's script.
fn script(page: &str) -> &str {
    let (_, rest) = page.split_once("src=\"/assets/").unwrap();
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn every_address_that_is_none_of_the_programs_shows_the_page() {
    let instance = Instance::start();
    let page = get(&instance, "/").await;
    assert_eq!(page.status, 200);
    for path in ["/sign-in", "/tickets/5", "/help/articles/none"] {
        let other = get(&instance, path).await;
        assert_eq!(
            (other.status.as_u16(), header(&other, "content-type")),
            (200, "text/html; charset=utf-8"),
            "{path}"
        );
        assert_eq!(script(&other.text()), script(&page.text()));
    }
    for path in [
        "/api/none",
        "/v1/none",
        "/oauth/none",
        "/api",
        "/assets/none.js",
        "/none.txt",
        "//api/tickets",
        "/API/tickets",
    ] {
        assert_eq!(get(&instance, path).await.status, 404, "{path}");
    }
    assert_ne!(instance.send(&browser(), "POST", "/tickets", None).await.status, 200, "a page is only read");
}

#[tokio::test]
async fn the_page_lets_nothing_run_that_is_not_ours_and_is_never_kept() {
    let instance = Instance::start();
    let (first, second) = (get(&instance, "/").await, get(&instance, "/").await);
    let policy = header(&first, "content-security-policy");
    for part in
        ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_ne!(policy, header(&second, "content-security-policy"), "a number that is used once");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert!(first.text().contains(nonce), "the page knows its own number");
    assert_eq!(header(&first, "cache-control"), "no-store");
}

#[tokio::test]
async fn files_are_kept_for_good_under_a_name_that_changes_and_come_compressed() {
    let instance = Instance::start();
    let page = get(&instance, "/").await.text();
    let path = format!("/assets/{}", script(&page));
    let packed = get(&instance, &path).await;
    assert_eq!((packed.status.as_u16(), header(&packed, "content-encoding")), (200, "br"));
    assert_eq!(header(&packed, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header(&packed, "cache-control"), "public, max-age=31536000, immutable");
    let plain = instance.send(&Caller::default(), "GET", &path, None).await;
    assert_eq!((header(&plain, "content-encoding"), header(&plain, "vary")), ("", "accept-encoding"));
    assert!(packed.body.len() * 2 < plain.body.len(), "{} and {} bytes", packed.body.len(), plain.body.len());
    let known = browser().header("if-none-match", header(&packed, "etag"));
    let unchanged = instance.send(&known, "GET", &path, None).await;
    assert_eq!((unchanged.status.as_u16(), unchanged.body.len()), (304, 0));
}

#[tokio::test]
async fn the_first_script_is_small() {
    let instance = Instance::start();
    let page = get(&instance, "/").await.text();
    let files = page.split("\"/assets/").skip(1).filter_map(|rest| rest.split('"').next());
    let mut bytes = 0;
    for file in files.filter(|file| file.ends_with(".js")) {
        bytes += get(&instance, &format!("/assets/{file}")).await.body.len();
    }
    assert!((1..=300_000).contains(&bytes), "{bytes} bytes of compressed script before anything is shown");
}
