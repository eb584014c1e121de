//! Tokens: issued, traded, taken back.

use gatehouse::base::Role;
use gatehouse::base::clock::{DAY, HOUR, MINUTE, SECOND};
use serde_json::{Value, json};

use super::{CALLBACK, Client, Scene, VERIFIER, access, encoded};
use crate::app::{Caller, Reply};

fn error(reply: Reply, status: u16) -> String {
    assert_eq!(reply.headers["cache-control"], "no-store");
    let body = reply.with(status);
    assert!(body["error_description"].is_string());
    body["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_code_becomes_tokens_once() {
    let scene = Scene::new().await;
    let code = scene.code(&scene.customer, &[]).await;
    let reply = scene.redeem(&code, &[]).await;
    assert_eq!(
        (&reply.headers["cache-control"], &reply.headers["pragma"]),
        (&"no-store".parse().unwrap(), &"no-cache".parse().unwrap())
    );
    let tokens = reply.with(200);
    assert!(access(&tokens).starts_with("oa_") && tokens["refresh_token"].as_str().unwrap().starts_with("or_"));
    assert_eq!(
        (&tokens["token_type"], &tokens["expires_in"], &tokens["scope"]),
        (&json!("Bearer"), &json!(3_600), &json!("tickets:read tickets:write"))
    );
    assert_eq!(scene.opens(access(&tokens)).await, 200);
    assert_eq!(error(scene.redeem(&code, &[]).await, 400), "invalid_grant");
    assert_eq!(scene.opens(access(&tokens)).await, 401, "the second use ends what came of the first");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(error(scene.refresh(refresh, &[]).await, 400), "invalid_grant");
}

#[tokio::test]
async fn of_fifty_who_redeem_a_code_at_once_one_succeeds() {
    let scene = Scene::new().await;
    let code = scene.code(&scene.customer, &[]).await;
    let all = futures_util::future::join_all((0..50).map(|_| scene.redeem(&code, &[]))).await;
    assert_eq!(all.iter().filter(|reply| reply.status == 200).count(), 1);
    assert!(all.iter().all(|reply| reply.status == 200 || reply.status == 400));
}

#[tokio::test]
async fn a_code_is_good_for_its_own_client_place_verifier_and_minute() {
    let scene = Scene::new().await;
    let code = scene.code(&scene.customer, &[]).await;
    let other = scene.register(json!({})).await;
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(error(scene.token(&other, &pairs).await, 400), "invalid_grant");
    for (wrong, expected) in [
        ([("redirect_uri", "https://app.example.org/other")], "invalid_grant"),
        ([("redirect_uri", "")], "invalid_grant"),
        ([("code_verifier", "")], "invalid_request"),
        ([("code_verifier", "x")], "invalid_grant"),
        ([("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")], "invalid_grant"),
        ([("code", "oc_guess")], "invalid_grant"),
        ([("code", "")], "invalid_request"),
    ] {
        assert_eq!(error(scene.redeem(&code, &wrong).await, 400), expected, "{wrong:?}");
    }
    scene.instance.later(MINUTE - 1);
    scene.redeem(&code, &[]).await.with(200);
    let late = scene.code(&scene.customer, &[]).await;
    scene.instance.later(MINUTE);
    assert_eq!(error(scene.redeem(&late, &[]).await, 400), "invalid_grant");
}

#[tokio::test]
async fn an_access_token_is_good_for_an_hour_and_for_this_surface_and_the_helpdesk() {
    let scene = Scene::new().await;
    let tokens = scene.granted(&scene.admin).await;
    let caller = Caller::bearer(access(&tokens));
    assert_eq!(scene.opens(access(&tokens)).await, 200);
    scene.instance.send(&caller, "GET", "/api/api-keys", None).await.with(403);
    for path in ["/api/statuses", "/api/auth/me", "/api/audit", "/api/oauth-clients"] {
        scene.instance.send(&caller, "GET", path, None).await.with(401);
    }
    scene.instance.send(&caller, "POST", "/api/api-keys/verify", None).await.with(401);
    // Only in the one place, and never in the address.
    let elsewhere = Caller::default().header("x-api-key", access(&tokens));
    scene.instance.send(&elsewhere, "GET", "/v1/tickets", None).await.with(401);
    let path = format!("/v1/tickets?access_token={}", access(&tokens));
    scene.instance.send(&Caller::default(), "GET", &path, None).await.with(401);
    scene.instance.later(HOUR - SECOND);
    assert_eq!(scene.opens(access(&tokens)).await, 200);
    scene.instance.later(SECOND);
    assert_eq!(scene.opens(access(&tokens)).await, 401);
}

#[tokio::test]
async fn one_kind_of_token_opens_nothing_in_the_place_of_another() {
    let scene = Scene::new().await;
    let tokens = scene.granted(&scene.customer).await;
    let (own, refresh) = (access(&tokens), tokens["refresh_token"].as_str().unwrap());
    let code = scene.code(&scene.customer, &[]).await;
    let secret = scene.client.secret.clone().unwrap();
    for token in [refresh, code.as_str(), secret.as_str()] {
        assert_eq!(scene.opens(token).await, 401);
        assert_eq!(scene.opens(&token.replace("or_", "oa_")).await, 401);
    }
    for token in [own, code.as_str(), secret.as_str()] {
        assert_eq!(error(scene.refresh(token, &[]).await, 400), "invalid_grant");
    }
    for token in [own, refresh] {
        assert_eq!(error(scene.redeem(token, &[]).await, 400), "invalid_grant");
    }
}

#[tokio::test]
async fn a_refresh_token_is_traded_once_and_a_copy_ends_the_family() {
    let scene = Scene::new().await;
    let first = scene.granted(&scene.customer).await;
    let bystander = scene.granted(&scene.customer).await;
    let refresh = |tokens: &Value| tokens["refresh_token"].as_str().unwrap().to_owned();
    let second = scene.refresh(&refresh(&first), &[]).await.with(200);
    let third = scene.refresh(&refresh(&second), &[]).await.with(200);
    assert_ne!(refresh(&second), refresh(&third));
    assert_eq!(scene.opens(access(&third)).await, 200);
    assert_eq!(error(scene.refresh(&refresh(&first), &[]).await, 400), "invalid_grant");
    for tokens in [&first, &second, &third] {
        assert_eq!(scene.opens(access(tokens)).await, 401);
    }
    assert_eq!(error(scene.refresh(&refresh(&third), &[]).await, 400), "invalid_grant");
    assert_eq!(scene.opens(access(&bystander)).await, 200, "another consent is another family");
    let audit = scene.instance.send(&scene.admin, "GET", "/api/audit", None).await.text();
    assert!(audit.contains("oauth_token_reused") && audit.contains("oauth_access_granted"));
}

#[tokio::test]
async fn refreshing_narrows_and_never_widens() {
    let scene = Scene::new().await;
    let tokens = scene.granted(&scene.customer).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let wider = [("scope", "tickets:read settings:read")];
    assert_eq!(error(scene.refresh(refresh, &wider).await, 400), "invalid_scope");
    let narrow = scene.refresh(refresh, &[("scope", "tickets:write")]).await.with(200);
    assert_eq!(narrow["scope"], json!("tickets:write"));
    assert_eq!(scene.opens(access(&narrow)).await, 403);
    let whole = scene.refresh(narrow["refresh_token"].as_str().unwrap(), &[]).await.with(200);
    assert_eq!(whole["scope"], json!("tickets:read tickets:write"));
}

#[tokio::test]
async fn a_refresh_token_waits_thirty_days() {
    let scene = Scene::new().await;
    let tokens = scene.granted(&scene.customer).await;
    scene.instance.later(30 * DAY - SECOND);
    let next = scene.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.with(200);
    scene.instance.later(30 * DAY);
    assert_eq!(error(scene.refresh(next["refresh_token"].as_str().unwrap(), &[]).await, 400), "invalid_grant");
}

#[tokio::test]
async fn what_is_granted_ends_with_the_password_and_with_the_account() {
    let scene = Scene::new().await;
    let path = format!("/api/admin/users/{}", scene.customer_id);
    let change = async |body: Value| {
        scene.instance.send(&scene.admin, "PUT", &path, Some(body)).await.with(200);
    };
    let tokens = scene.granted(&scene.customer).await;
    change(json!({"password": "another horse"})).await;
    assert_eq!(scene.opens(access(&tokens)).await, 401);
    change(json!({"password": "correct horse"})).await;
    let customer = scene.instance.sign_in("customer@example.org").await;
    let tokens = scene.granted(&customer).await;
    let code = scene.code(&customer, &[]).await;
    change(json!({"is_active": false})).await;
    assert_eq!(scene.opens(access(&tokens)).await, 401);
    assert_eq!(error(scene.redeem(&code, &[]).await, 400), "invalid_grant");
    assert_eq!(error(scene.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await, 400), "invalid_grant");
    change(json!({"is_active": true})).await;
    assert_eq!(scene.opens(access(&tokens)).await, 401, "what was taken back stays taken back");
}

#[tokio::test]
async fn a_token_does_what_its_person_may_do_at_this_moment() {
    let scene = Scene::new().await;
    let root = scene.instance.signed_in("root@example.org", Role::SuperAdmin).await;
    let code = scene.code(&scene.admin, &[("scope", "settings:read tickets:read")]).await;
    let tokens = scene.redeem(&code, &[]).await.with(200);
    assert_eq!(tokens["scope"], json!("tickets:read settings:read"));
    let caller = Caller::bearer(access(&tokens));
    scene.instance.send(&caller, "GET", "/api/api-keys", None).await.with(200);
    let path = format!("/api/admin/users/{}", scene.admin_id);
    scene.instance.send(&root, "PUT", &path, Some(json!({"role": "customer"}))).await.with(200);
    scene.instance.send(&caller, "GET", "/api/api-keys", None).await.with(403);
    let next = scene.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.with(200);
    assert_eq!(next["scope"], json!("tickets:read"), "what the role no longer allows is not promised");
    // A customer is granted no more than a customer may do.
    let code = scene.code(&scene.customer, &[("scope", "settings:read tickets:read")]).await;
    assert_eq!(scene.redeem(&code, &[]).await.with(200)["scope"], json!("tickets:read"));
}

#[tokio::test]
async fn a_client_acts_for_itself_as_the_admin_who_registered_it() {
    let scene = Scene::new().await;
    let own = [("grant_type", "client_credentials")];
    let tokens = scene.token(&scene.client, &own).await.with(200);
    assert_eq!(tokens.get("refresh_token"), None);
    assert_eq!(tokens["scope"], json!("tickets:read tickets:write settings:read"));
    scene.instance.send(&Caller::bearer(access(&tokens)), "GET", "/api/api-keys", None).await.with(200);
    let narrow = [("grant_type", "client_credentials"), ("scope", "tickets:read")];
    let narrow = scene.token(&scene.client, &narrow).await.with(200);
    scene.instance.send(&Caller::bearer(access(&narrow)), "GET", "/api/api-keys", None).await.with(403);
    let wide = [("grant_type", "client_credentials"), ("scope", "kb:read")];
    assert_eq!(error(scene.token(&scene.client, &wide).await, 400), "invalid_scope");
    let public = scene.register(json!({"confidential": false})).await;
    assert_eq!(error(scene.token(&public, &own).await, 400), "unauthorized_client");
    let root = scene.instance.signed_in("root@example.org", Role::SuperAdmin).await;
    let path = format!("/api/admin/users/{}", scene.admin_id);
    scene.instance.send(&root, "PUT", &path, Some(json!({"is_active": false}))).await.with(200);
    assert_eq!(scene.opens(access(&tokens)).await, 401);
    assert_eq!(error(scene.token(&scene.client, &own).await, 400), "unauthorized_client");
}

#[tokio::test]
async fn a_public_client_redeems_with_its_verifier_alone() {
    let mut scene = Scene::new().await;
    scene.client = scene.register(json!({"confidential": false})).await;
    let tokens = scene.granted(&scene.customer).await;
    let next = scene.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.with(200);
    assert_eq!(scene.opens(access(&next)).await, 200);
    let pretending = Client { secret: Some("cs_x".into()), ..scene.client.clone() };
    let own = [("grant_type", "client_credentials")];
    assert_eq!(error(scene.token(&pretending, &own).await, 401), "invalid_client");
}

#[tokio::test]
async fn a_client_shows_itself_in_one_way() {
    use base64::Engine as _;
    let scene = Scene::new().await;
    let secret = scene.client.secret.clone().unwrap();
    let basic = |text: String| {
        let line = base64::engine::general_purpose::STANDARD.encode(text);
        Caller { authorization: Some(format!("Basic {line}")), headers: Vec::new() }
    };
    let right = basic(format!("{}:{secret}", scene.client.id));
    let own = [("grant_type", "client_credentials")];
    scene.form(&right, "/oauth/token", &own).await.with(200);
    let wrong = basic(format!("{}:cs_wrong", scene.client.id));
    let reply = scene.form(&wrong, "/oauth/token", &own).await;
    assert!(reply.headers["www-authenticate"].to_str().unwrap().starts_with("Basic"));
    assert_eq!(error(reply, 401), "invalid_client");
    for secret in [None, Some("cs_wrong".to_owned())] {
        let other = Client { secret, ..scene.client.clone() };
        assert_eq!(error(scene.token(&other, &own).await, 401), "invalid_client");
    }
    let unknown = Client { id: "nobody".into(), secret: None };
    assert_eq!(error(scene.token(&unknown, &own).await, 401), "invalid_client");
    let twice = [own[0], ("client_secret", secret.as_str())];
    assert_eq!(error(scene.form(&right, "/oauth/token", &twice).await, 400), "invalid_request");
    let doubled = [own[0], ("client_id", scene.client.id.as_str()), ("client_id", scene.client.id.as_str())];
    assert_eq!(error(scene.form(&Caller::default(), "/oauth/token", &doubled).await, 400), "invalid_request");
    let query = encoded(&[("client_id", scene.client.id.as_str()), ("client_secret", secret.as_str())]);
    let path = format!("/oauth/token?{query}");
    assert_eq!(error(scene.form(&Caller::default(), &path, &own).await, 400), "invalid_request");
}

#[tokio::test]
async fn only_the_three_ways_to_a_token_are_taken_and_only_as_forms() {
    let scene = Scene::new().await;
    for (grant, expected) in
        [("password", "unsupported_grant_type"), ("", "invalid_request"), ("code", "unsupported_grant_type")]
    {
        assert_eq!(error(scene.token(&scene.client, &[("grant_type", grant)]).await, 400), expected);
    }
    let json = json!({"grant_type": "client_credentials"});
    assert_eq!(
        error(scene.instance.send(&Caller::default(), "POST", "/oauth/token", Some(json)).await, 415),
        "invalid_request"
    );
    let media = Some("application/x-www-form-urlencoded");
    let broken = scene.instance.send_raw(&Caller::default(), "POST", "/oauth/token", media, "client_id=%ff").await;
    assert_eq!(error(broken, 400), "invalid_request");
}

#[tokio::test]
async fn a_client_takes_back_what_is_its_own() {
    let scene = Scene::new().await;
    let revoke = async |client: &Client, token: &str| {
        let mut pairs = vec![("client_id", client.id.as_str()), ("token", token), ("token_type_hint", "x")];
        pairs.extend(client.secret.as_deref().map(|secret| ("client_secret", secret)));
        scene.form(&Caller::default(), "/oauth/revoke", &pairs).await
    };
    let tokens = scene.granted(&scene.customer).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let other = scene.register(json!({})).await;
    assert_eq!(error(revoke(&other, access(&tokens)).await, 400), "invalid_grant");
    assert_eq!(scene.opens(access(&tokens)).await, 200);
    let impostor = Client { secret: Some("cs_wrong".into()), ..scene.client.clone() };
    assert_eq!(error(revoke(&impostor, refresh).await, 401), "invalid_client");
    revoke(&scene.client, access(&tokens)).await.with(200);
    assert_eq!(scene.opens(access(&tokens)).await, 401);
    let next = scene.refresh(refresh, &[]).await.with(200);
    revoke(&scene.client, next["refresh_token"].as_str().unwrap()).await.with(200);
    assert_eq!(scene.opens(access(&next)).await, 401, "what came of the same consent goes with it");
    revoke(&scene.client, "or_unknown").await.with(200);
    let empty = [("client_id", scene.client.id.as_str()), ("client_secret", scene.client.secret.as_deref().unwrap())];
    assert_eq!(error(scene.form(&Caller::default(), "/oauth/revoke", &empty).await, 400), "invalid_request");
}

#[tokio::test]
async fn no_token_code_or_secret_is_kept_as_it_is() {
    let scene = Scene::new().await;
    let tokens = scene.granted(&scene.customer).await;
    let code = scene.code(&scene.customer, &[]).await;
    let secret = scene.client.secret.clone().unwrap();
    let kept = super::erasure::bytes_on_disk(&scene.instance);
    let is_kept = |text: &str| kept.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(is_kept("customer@example.org"), "the search finds what is there");
    for text in [access(&tokens), tokens["refresh_token"].as_str().unwrap(), &code, &secret] {
        assert!(!is_kept(text.split_once('_').unwrap().1), "{text}");
    }
}

#[tokio::test]
async fn applications_read_what_the_server_can_do() {
    let scene = Scene::with(&["--rate-limit", "off", "--public-url", "https://desk.example.org"]).await;
    let path = "/.well-known/oauth-authorization-server";
    let metadata = scene.instance.send(&Caller::default(), "GET", path, None).await.with(200);
    assert_eq!(metadata["issuer"], json!("https://desk.example.org"));
    assert_eq!(metadata["token_endpoint"], json!("https://desk.example.org/oauth/token"));
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(metadata["response_types_supported"], json!(["code"]));
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], json!(true));
    let scene = Scene::new().await;
    let asked = Caller::default().header("host", "10.0.0.7:8080");
    let metadata = scene.instance.send(&asked, "GET", path, None).await.with(200);
    assert_eq!(metadata["issuer"], json!("http://10.0.0.7:8080"));
}

#[tokio::test]
async fn what_has_expired_is_forgotten() {
    let scene = Scene::new().await;
    let tokens = scene.granted(&scene.customer).await;
    scene.code(&scene.customer, &[]).await;
    scene.token(&scene.client, &[("grant_type", "client_credentials")]).await.with(200);
    scene.instance.later(HOUR);
    let purge = async || scene.instance.app.store.write(gatehouse::access::oauth::purge).await.unwrap();
    assert_eq!(purge().await, 2, "the code that nobody redeemed, and the client's own hour");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let next = scene.refresh(refresh, &[]).await.with(200);
    assert_eq!(error(scene.refresh(refresh, &[]).await, 400), "invalid_grant", "reuse is noticed after the purge too");
    assert_eq!(scene.opens(access(&next)).await, 401);
}
