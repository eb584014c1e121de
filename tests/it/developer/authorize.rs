//! Asking a person for their consent.

use serde_json::json;

use super::{CALLBACK, Scene, hidden, led};
use crate::app::{Caller, Reply};

fn is_page(reply: &Reply) -> bool {
    let media = reply.headers["content-type"].to_str().unwrap();
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    let is_strict =
        ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"].iter().all(|p| policy.contains(p));
    media.starts_with("text/html") && is_strict && reply.headers["cache-control"] == "no-store"
}

#[tokio::test]
async fn the_page_says_who_asks_for_what_and_where_the_answer_goes() {
    let mut scene = Scene::new().await;
    scene.client = scene.register(json!({"name": "<b>A & B</b>"})).await;
    let reply = scene.ask(&scene.customer, &[]).await;
    assert!(reply.status == 200 && is_page(&reply));
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://app.example.org;"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    // Under no-referrer a browser sends `Origin: null` with the form, which is nobody's.
    assert_eq!(reply.headers["referrer-policy"], "same-origin");
    let page = reply.text();
    assert!(!page.contains("<script") && !page.contains("<b>"));
    for text in ["&lt;b&gt;A &amp; B&lt;/b&gt;", "customer@example.org", CALLBACK, "Read the tickets", "answer tickets"]
    {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("settings"));
}

#[tokio::test]
async fn who_has_not_signed_in_is_sent_to_do_so_and_back() {
    let scene = Scene::new().await;
    let asked = format!("/oauth/authorize?{}", scene.asking(&[]));
    let ended = scene.instance.sign_in("customer@example.org").await;
    scene.instance.send(&ended, "POST", "/api/auth/logout", None).await.with(200);
    let key = scene.instance.api_key(&scene.admin, &["tickets:read"]).await;
    for caller in [Caller::default(), Caller::bearer("a.b.c"), ended, key] {
        let reply = scene.instance.send(&caller, "GET", &asked, None).await;
        assert_eq!(reply.status, 303);
        assert!(reply.headers["location"].to_str().unwrap().starts_with("/sign-in?next="));
        assert_eq!(led(&reply, "next").unwrap(), asked);
    }
}

#[tokio::test]
async fn a_yes_leads_back_with_a_code_the_state_and_who_answers() {
    let scene = Scene::with(&["--rate-limit", "off", "--public-url", "https://desk.example.org"]).await;
    let page = scene.ask(&scene.customer, &[]).await.text();
    let reply = scene.decide(&scene.customer, &page, "allow", &[]).await;
    assert_eq!(reply.status, 303);
    assert!(reply.headers["location"].to_str().unwrap().starts_with("https://app.example.org/callback?code=oc_"));
    assert_eq!(led(&reply, "state").unwrap(), "a b&c");
    assert_eq!(led(&reply, "iss").unwrap(), "https://desk.example.org");
}

#[tokio::test]
async fn a_no_leads_back_without_a_code() {
    let scene = Scene::new().await;
    let page = scene.ask(&scene.customer, &[]).await.text();
    let reply = scene.decide(&scene.customer, &page, "deny", &[]).await;
    assert_eq!((reply.status.as_u16(), led(&reply, "error").unwrap()), (303, "access_denied".into()));
    assert_eq!((led(&reply, "code"), led(&reply, "state")), (None, Some("a b&c".into())));
}

#[tokio::test]
async fn a_redirect_uri_is_recognised_letter_by_letter_or_not_at_all() {
    let scene = Scene::new().await;
    for other in [
        "https://app.example.org/callback/",
        "https://app.example.org/callbac",
        "https://app.example.org/callback2",
        "https://app.example.org/callback/../callback",
        "https://app.example.org/callback?x=1",
        "https://app.example.org/callback#x",
        "https://app.example.org:443/callback",
        "https://APP.example.org/callback",
        "https://user@app.example.org/callback",
        "https://app.example.org.evil.example/callback",
        "http://app.example.org/callback",
        "javascript:alert(1)",
        "https://app.example.org/callback ",
    ] {
        let reply = scene.ask(&scene.customer, &[("redirect_uri", other)]).await;
        assert!(reply.status == 400 && is_page(&reply) && !reply.headers.contains_key("location"), "{other}");
    }
    let reply = scene.ask(&scene.customer, &[("client_id", "00000000-0000-7000-8000-000000000000")]).await;
    assert!(reply.status == 400 && is_page(&reply));
    assert_eq!(scene.ask(&scene.customer, &[("client_id", "")]).await.status, 400);
    // There is only one that it can mean.
    assert_eq!(scene.ask(&scene.customer, &[("redirect_uri", "")]).await.status, 200);
}

#[tokio::test]
async fn what_else_is_wrong_goes_back_to_the_application() {
    let scene = Scene::new().await;
    for (other, error) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("response_type", "")], "invalid_request"),
        ([("code_challenge", "")], "invalid_request"),
        ([("code_challenge", "short")], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("code_challenge_method", "")], "invalid_request"),
        ([("scope", "tickets:fly")], "invalid_scope"),
        ([("scope", "tickets:read kb:read")], "invalid_scope"),
        ([("scope", "settings:read")], "invalid_scope"),
    ] {
        let reply = scene.ask(&scene.customer, &other).await;
        assert_eq!(reply.status, 303, "{other:?}");
        assert!(reply.headers["location"].to_str().unwrap().starts_with(CALLBACK), "{other:?}");
        assert_eq!(led(&reply, "error").as_deref(), Some(error), "{other:?}");
        assert_eq!((led(&reply, "state"), led(&reply, "code")), (Some("a b&c".into()), None));
        assert!(led(&reply, "iss").is_some());
    }
}

#[tokio::test]
async fn a_request_that_could_be_read_in_two_ways_or_is_too_long_goes_nowhere() {
    let scene = Scene::new().await;
    for name in ["client_id", "redirect_uri", "scope", "state", "code_challenge"] {
        let path = format!("/oauth/authorize?{}&{name}=x", scene.asking(&[]));
        let reply = scene.instance.send(&scene.customer, "GET", &path, None).await;
        assert!(reply.status == 400 && is_page(&reply), "{name}");
    }
    let long = "s".repeat(8_192);
    assert_eq!(scene.ask(&scene.customer, &[("state", &long)]).await.status, 400);
}

#[tokio::test]
async fn an_answer_counts_only_from_the_page_that_this_session_was_shown_for_this_request() {
    let scene = Scene::new().await;
    let page = scene.ask(&scene.customer, &[]).await.text();
    let token = hidden(&page, "csrf_token").unwrap();
    let denied = async |caller: &Caller, other: &[(&str, &str)]| {
        let reply = scene.decide(caller, &page, "allow", other).await;
        assert!(reply.status == 403 && is_page(&reply), "{other:?}: {}", reply.status);
    };
    denied(&scene.customer, &[("csrf_token", "")]).await;
    denied(&scene.customer, &[("csrf_token", "x")]).await;
    denied(&scene.admin, &[]).await;
    denied(&scene.instance.sign_in("customer@example.org").await, &[]).await;
    denied(&scene.customer, &[("scope", "tickets:read")]).await;
    denied(&scene.customer, &[("state", "other")]).await;
    let other = scene.register(json!({})).await;
    denied(&scene.customer, &[("client_id", &other.id)]).await;
    let json = json!({"decision": "allow", "csrf_token": token});
    scene.instance.send(&scene.customer, "POST", "/oauth/authorize", Some(json)).await.with(415);
    assert_eq!(scene.decide(&scene.customer, &page, "perhaps", &[]).await.status, 400);
    assert_eq!(scene.decide(&Caller::default(), &page, "allow", &[]).await.status, 303);
    assert_eq!(scene.decide(&scene.customer, &page, "allow", &[]).await.status, 303);
}

#[tokio::test]
async fn a_browser_answers_by_its_cookie_but_never_from_another_site() {
    let scene = Scene::new().await;
    let body = json!({"email": "customer@example.org", "password": "correct horse"});
    let login = scene.instance.send(&Caller::default(), "POST", "/api/login", Some(body)).await;
    let cookie = login.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let browser = Caller::default().header("cookie", &cookie).header("host", "desk.example.org");
    let page = scene.ask(&browser, &[]).await;
    assert_eq!(page.status, 200);
    let page = page.text();
    for origin in ["https://evil.example", "null", "https://desk.example.org.evil.example"] {
        let foreign = browser.clone().header("origin", origin);
        assert_eq!(scene.decide(&foreign, &page, "allow", &[]).await.status, 403, "{origin}");
    }
    let own = browser.header("origin", "http://desk.example.org");
    let reply = scene.decide(&own, &page, "allow", &[]).await;
    assert_eq!((reply.status.as_u16(), led(&reply, "iss").unwrap()), (303, "http://desk.example.org".into()));
}
