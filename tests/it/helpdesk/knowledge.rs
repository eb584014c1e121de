//! The knowledge base, for those who write it and those who read it.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance, Reply};

/// An instance with an agent and a customer.
async fn desk() -> (Instance, Caller, Caller) {
    let instance = Instance::start();
    let agent = instance.signed_in("agent@example.org", Role::Agent).await;
    let customer = instance.signed_in("jane@example.org", Role::Customer).await;
    (instance, agent, customer)
}

async fn make(instance: &Instance, caller: &Caller, noun: &str, body: Value) -> Value {
    instance.send(caller, "POST", &format!("/api/kb/{noun}"), Some(body)).await.with(201)
}

/// A published public article.
async fn published(instance: &Instance, caller: &Caller, title: &str, content: &str) -> Value {
    make(instance, caller, "articles", json!({"title": title, "content": content, "status": "published"})).await
}

async fn get(instance: &Instance, caller: &Caller, path: &str) -> Reply {
    instance.send(caller, "GET", path, None).await
}

fn path(article: &Value) -> String {
    format!("/api/kb/articles/{}", article["id"].as_str().unwrap())
}

async fn patch(instance: &Instance, caller: &Caller, path: &str, body: Value) -> Reply {
    instance.send(caller, "PATCH", path, Some(body)).await
}

fn titles(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|article| article["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_article_has_the_agreed_shape_and_a_change_is_partial() {
    let (instance, agent, _) = desk().await;
    let category = make(&instance, &agent, "categories", json!({"name": "Setup"})).await;
    let folder = make(&instance, &agent, "folders", json!({"name": "Phones", "categoryId": category["id"]})).await;
    let body = json!({"title": "iOS", "content": "# Get *the* app", "folderId": folder["id"], "isFaq": true,
        "tags": ["ios", " iOS ", "phone", ""], "status": "published", "visibility": "internal"});
    let article = make(&instance, &agent, "articles", body).await;
    assert_eq!(article["id"].as_str().unwrap().len(), 36);
    let shape = json!({"id": article["id"], "title": "iOS", "content": "# Get *the* app", "folderId": folder["id"],
        "categoryId": category["id"], "status": "published", "visibility": "internal", "isFaq": true,
        "tags": ["ios", "phone"], "helpfulCount": 0, "notHelpfulCount": 0,
        "createdAt": "2026-05-06T12:00:00.000Z", "updatedAt": "2026-05-06T12:00:00.000Z"});
    assert_eq!(article, shape);
    assert_eq!(get(&instance, &agent, &path(&article)).await.with(200), shape);
    assert_eq!(get(&instance, &agent, "/api/kb/articles").await.with(200), json!([shape]));
    instance.later(1_500);
    let same = json!({"title": "iOS", "tags": null});
    assert_eq!(patch(&instance, &agent, &path(&article), same).await.with(200), shape);
    let changed =
        patch(&instance, &agent, &path(&article), json!({"title": "iPhone", "folderId": null})).await.with(200);
    let mut shape = shape;
    shape["title"] = json!("iPhone");
    shape["folderId"] = Value::Null;
    shape["updatedAt"] = json!("2026-05-06T12:00:01.500Z");
    assert_eq!(changed, shape);
    instance.send(&agent, "DELETE", &path(&article), None).await.with(204);
    get(&instance, &agent, &path(&article)).await.with(404);
    assert_eq!(get(&instance, &agent, "/api/kb/articles").await.with(200), json!([]));
}

#[tokio::test]
async fn an_article_begins_as_a_public_draft_and_is_not_published_empty() {
    let (instance, agent, customer) = desk().await;
    let draft = make(&instance, &agent, "articles", json!({"title": "Later"})).await;
    assert_eq!(
        (&draft["status"], &draft["visibility"], &draft["content"]),
        (&json!("draft"), &json!("public"), &json!(""))
    );
    let refused = patch(&instance, &agent, &path(&draft), json!({"status": "published"})).await.with(400);
    assert!(refused["details"]["content"].is_array());
    patch(&instance, &agent, &path(&draft), json!({"status": "published", "content": "Now."})).await.with(200);
    get(&instance, &customer, &path(&draft)).await.with(200);
    patch(&instance, &agent, &path(&draft), json!({"content": " "})).await.with(400);
}

#[tokio::test]
async fn everything_wrong_with_an_article_is_told_at_once() {
    let (instance, agent, _) = desk().await;
    let body = json!({"title": " ", "status": "open", "visibility": "secret", "tags": ["a\nb"], "content": "a\u{0}"});
    let wrong = instance.send(&agent, "POST", "/api/kb/articles", Some(body)).await.with(400);
    let fields: Vec<&String> = wrong["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["content", "status", "tags", "title", "visibility"]);
    for (field, value) in [
        ("folderId", json!("00000000-0000-7000-8000-000000000000")),
        ("categoryId", json!("nonsense")),
        ("categoryId", json!(7)),
        ("isFaq", json!("yes")),
        ("content", json!("a".repeat(65_537))),
        ("title", json!("a".repeat(256))),
        ("tags", json!((0..51).map(|n| n.to_string()).collect::<Vec<_>>())),
    ] {
        let mut body = json!({"title": "t", "content": "c"});
        body[field] = value;
        let wrong = instance.send(&agent, "POST", "/api/kb/articles", Some(body)).await.with(400);
        assert!(wrong["details"][field].is_array(), "{field}: {wrong}");
    }
    for query in ["status=open", "visibility=x", "isFaq=maybe", "limit=1001", "cursor=0"] {
        get(&instance, &agent, &format!("/api/kb/articles?{query}")).await.with(400);
    }
    for id in ["1", "nonsense", "00000000-0000-7000-8000-000000000000"] {
        for noun in ["articles", "folders"] {
            get(&instance, &agent, &format!("/api/kb/{noun}/{id}")).await.with(404);
        }
        patch(&instance, &agent, &format!("/api/kb/categories/{id}"), json!({})).await.with(404);
    }
}

#[tokio::test]
async fn a_customer_reads_what_is_published_and_public_and_nothing_tells_of_the_rest() {
    let (instance, agent, customer) = desk().await;
    let category = |name: &str| make(&instance, &agent, "categories", json!({"name": name}));
    let (open, closed) = (category("Open").await, category("Runbooks").await);
    let folder = |name: &str, category: &Value| {
        make(&instance, &agent, "folders", json!({"name": name, "categoryId": category["id"]}))
    };
    let (open_folder, closed_folder) = (folder("Phones", &open).await, folder("Keys", &closed).await);
    let body = |title: &str, status: &str, visibility: &str, folder: &Value| json!({"title": title, "content": "secretword", "status": status, "visibility": visibility, "folderId": folder["id"], "isFaq": true});
    let seen = make(&instance, &agent, "articles", body("seen", "published", "public", &open_folder)).await;
    let mut hidden = Vec::new();
    for (title, status, visibility) in
        [("draft", "draft", "public"), ("internal", "published", "internal"), ("both", "draft", "internal")]
    {
        hidden.push(make(&instance, &agent, "articles", body(title, status, visibility, &closed_folder)).await);
    }
    let absent = get(&instance, &customer, "/api/kb/articles/00000000-0000-7000-8000-000000000000").await;
    for article in &hidden {
        for tail in ["", "/rendered", "/feedback"] {
            let found = get(&instance, &customer, &format!("{}{tail}", path(article))).await;
            assert_eq!((found.status.as_u16(), &found.body), (404, &absent.body), "{}", article["title"]);
        }
        let feedback = format!("{}/feedback", path(article));
        let vote = instance.send(&customer, "POST", &feedback, Some(json!({"isHelpful": true}))).await;
        assert_eq!(vote.body, absent.body);
        let public = format!("/api/public/kb/{}", article["id"].as_str().unwrap());
        assert_eq!(get(&instance, &Caller::default(), &public).await.body, absent.body);
        assert_eq!(get(&instance, &agent, &public).await.body, absent.body);
    }
    for query in ["", "?status=draft", "?visibility=internal", "?search=secretword", "?search=secretw", "?isFaq=true"] {
        let expected = if query.contains("draft") || query.contains("internal") { vec![] } else { vec!["seen"] };
        for list in ["/api/kb/articles", "/api/public/kb"] {
            let found = get(&instance, &customer, &format!("{list}{query}")).await.with(200);
            assert_eq!(titles(&found), expected, "{list}{query}");
        }
        let by_staff = get(&instance, &agent, &format!("/api/public/kb{query}")).await.with(200);
        assert_eq!(titles(&by_staff), expected, "{query}");
    }
    let faq = get(&instance, &Caller::default(), "/v1/faq").await.with(200);
    assert_eq!(faq["data"].as_array().unwrap().len(), 1);
    let names = |list: Value| list.as_array().unwrap().iter().map(|row| row["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(get(&instance, &customer, "/api/kb/categories").await.with(200)), ["Open"]);
    assert_eq!(names(get(&instance, &customer, "/api/kb/folders").await.with(200)), ["Phones"]);
    assert_eq!(names(get(&instance, &agent, "/api/kb/folders").await.with(200)), ["Keys", "Phones"]);
    let folder_path = |folder: &Value| format!("/api/kb/folders/{}", folder["id"].as_str().unwrap());
    get(&instance, &customer, &folder_path(&open_folder)).await.with(200);
    assert_eq!(get(&instance, &customer, &folder_path(&closed_folder)).await.body, absent.body);
    // What is withdrawn is gone everywhere.
    patch(&instance, &agent, &path(&seen), json!({"visibility": "internal"})).await.with(200);
    get(&instance, &customer, &path(&seen)).await.with(404);
    assert_eq!(get(&instance, &customer, "/api/kb/articles?search=secretword").await.with(200), json!([]));
    assert_eq!(get(&instance, &customer, "/api/kb/categories").await.with(200), json!([]));
    assert_eq!(get(&instance, &Caller::default(), "/v1/faq").await.with(200)["data"], json!([]));
}

#[tokio::test]
async fn customers_write_nothing_and_strangers_read_only_the_public_pages() {
    let (instance, agent, customer) = desk().await;
    let article = published(&instance, &agent, "a", "b").await;
    for (method, path) in
        [("POST", "/api/kb/articles".to_owned()), ("PATCH", path(&article)), ("DELETE", path(&article))]
    {
        instance.send(&customer, method, &path, Some(json!({"title": "mine"}))).await.with(403);
        instance.send(&Caller::default(), method, &path, Some(json!({"title": "mine"}))).await.with(401);
    }
    get(&instance, &Caller::default(), &path(&article)).await.with(401);
    assert_eq!(get(&instance, &agent, &path(&article)).await.with(200)["title"], json!("a"));
}

#[tokio::test]
async fn a_key_reads_and_writes_as_its_scopes_say_whatever_its_project() {
    let (instance, ..) = desk().await;
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let body = json!({"name": "k", "scopes": ["kb:read", "kb:write"], "projectId": "1"});
    let made = instance.send(&admin, "POST", "/api/api-keys", Some(body)).await.with(201);
    let key = Caller::bearer(made["key"].as_str().unwrap());
    let article = make(&instance, &key, "articles", json!({"title": "by a program"})).await;
    get(&instance, &key, &path(&article)).await.with(200);
    let blind = instance.api_key(&admin, &["kb:write"]).await;
    make(&instance, &blind, "articles", json!({"title": "unread"})).await;
    get(&instance, &blind, "/api/kb/articles").await.with(403);
    let feedback = format!("{}/feedback", path(&article));
    instance.send(&key, "POST", &feedback, Some(json!({"isHelpful": false}))).await.with(201);
    let audit = instance.send(&admin, "GET", "/api/audit?limit=3", None).await.text();
    assert!(audit.contains("kb_article_created"), "{audit}");
}

#[tokio::test]
async fn filters_combine_and_the_list_goes_on_behind_its_link() {
    let (instance, agent, _) = desk().await;
    let category = make(&instance, &agent, "categories", json!({"name": "c"})).await;
    for n in 0..5 {
        let category = if n % 2 == 0 { category["id"].clone() } else { Value::Null };
        let body = json!({"title": format!("a{n}"), "content": "common", "categoryId": category, "isFaq": n > 1});
        make(&instance, &agent, "articles", body).await;
    }
    let filtered = format!("/api/kb/articles?categoryId={}&isFaq=1&status=draft", category["id"].as_str().unwrap());
    assert_eq!(titles(&get(&instance, &agent, &filtered).await.with(200)), ["a4", "a2"]);
    for query in ["limit=2", "limit=2&search=common"] {
        let (mut next, mut found) = (format!("/api/kb/articles?{query}"), Vec::new());
        loop {
            let page = get(&instance, &agent, &next).await;
            let link = page.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
            found.extend(titles(&page.with(200)).iter().map(|title| title.to_string()));
            let Some(link) = link else { break };
            next = link.strip_prefix('<').unwrap().split('>').next().unwrap().to_owned();
        }
        assert_eq!(found, ["a4", "a3", "a2", "a1", "a0"], "{query}");
    }
    let other = "/api/kb/articles?folderId=00000000-0000-7000-8000-000000000000";
    assert_eq!(get(&instance, &agent, other).await.with(200), json!([]));
}

#[tokio::test]
async fn search_finds_words_as_they_are_typed_and_a_title_counts_most() {
    let (instance, agent, _) = desk().await;
    published(&instance, &agent, "Roaming", "How the *handshake* works. A second handshake, a third handshake.").await;
    let title = published(&instance, &agent, "Handshake fails", "Look at the clock of the café.").await;
    make(&instance, &agent, "articles", json!({"title": "Tagged", "content": "x", "tags": ["handshakes"]})).await;
    let search = |typed: &str| {
        let path = format!("/api/kb/articles?search={typed}");
        let (instance, agent) = (&instance, &agent);
        async move { get(instance, agent, &path).await.with(200) }
    };
    let found = search("handsh").await;
    assert_eq!(titles(&found)[0], "Handshake fails");
    assert_eq!(found.as_array().unwrap().len(), 3);
    assert_eq!(titles(&search("handshake%20cafe").await), ["Handshake fails"]);
    assert_eq!(titles(&search("%22second%20handshake%22").await), ["Roaming"]);
    assert_eq!(titles(&search("*the*").await), ["Handshake fails", "Roaming"]);
    for nothing in ["absent", "%25", "%22", "scope:public", "NEAR(", "public", "staff"] {
        assert_eq!(search(nothing).await, json!([]), "{nothing}");
    }
    assert_eq!(search("%20").await.as_array().unwrap().len(), 3);
    patch(&instance, &agent, &path(&title), json!({"title": "Clock", "content": "Ticks."})).await.with(200);
    assert_eq!(titles(&search("ticks").await), ["Clock"]);
    assert_eq!(search("cafe").await, json!([]));
    instance.send(&agent, "DELETE", &path(&title), None).await.with(204);
    assert_eq!(search("ticks").await, json!([]));
}

#[tokio::test]
async fn a_snippet_shows_the_words_and_no_markup_of_the_article() {
    let (instance, agent, _) = desk().await;
    let content = "Before `<script>alert(1)</script>` comes **needle** & \"quotes\" \u{2}\u{3} <b onclick=x>end</b>";
    published(&instance, &agent, "t", content).await;
    let found = get(&instance, &agent, "/api/kb/articles?search=needle").await.with(200);
    let snippet =
        "Before &lt;script&gt;alert(1)&lt;/script&gt; comes <mark>needle</mark> &amp; &quot;quotes&quot;  end";
    assert_eq!(found[0]["snippet"], json!(snippet));
    assert!(get(&instance, &agent, "/api/kb/articles").await.with(200)[0].get("snippet").is_none());
    let public = get(&instance, &Caller::default(), "/api/public/kb?search=needl").await.with(200);
    assert_eq!(public[0]["snippet"], json!(snippet));
}

#[tokio::test]
async fn deleting_a_category_or_folder_leaves_its_articles_as_they_are() {
    let (instance, agent, customer) = desk().await;
    let category = make(&instance, &agent, "categories", json!({"name": "c"})).await;
    let folder = make(&instance, &agent, "folders", json!({"name": "f", "categoryId": category["id"]})).await;
    let body = json!({"title": "kept", "content": "x", "status": "published", "folderId": folder["id"]});
    let kept = make(&instance, &agent, "articles", body).await;
    let draft = make(&instance, &agent, "articles", json!({"title": "draft", "folderId": folder["id"]})).await;
    let category_path = format!("/api/kb/categories/{}", category["id"].as_str().unwrap());
    let folder_path = format!("/api/kb/folders/{}", folder["id"].as_str().unwrap());
    instance.send(&agent, "DELETE", &category_path, None).await.with(204);
    assert_eq!(get(&instance, &agent, &folder_path).await.with(200)["categoryId"], Value::Null);
    let found = get(&instance, &customer, &path(&kept)).await.with(200);
    assert_eq!((&found["categoryId"], &found["folderId"]), (&Value::Null, &folder["id"]));
    instance.send(&agent, "DELETE", &folder_path, None).await.with(204);
    assert_eq!(get(&instance, &customer, &path(&kept)).await.with(200)["folderId"], Value::Null);
    get(&instance, &customer, &path(&draft)).await.with(404);
    assert_eq!(get(&instance, &agent, &path(&draft)).await.with(200)["status"], json!("draft"));
    instance.send(&agent, "DELETE", &folder_path, None).await.with(404);
}

#[tokio::test]
async fn an_article_lies_in_the_category_of_its_folder() {
    let (instance, agent, _) = desk().await;
    let a = make(&instance, &agent, "categories", json!({"name": "a"})).await["id"].clone();
    let b = make(&instance, &agent, "categories", json!({"name": "b"})).await["id"].clone();
    let folder = make(&instance, &agent, "folders", json!({"name": "f", "categoryId": a})).await["id"].clone();
    let loose = make(&instance, &agent, "folders", json!({"name": "l"})).await["id"].clone();
    let body = json!({"title": "t", "folderId": folder, "categoryId": b});
    let wrong = instance.send(&agent, "POST", "/api/kb/articles", Some(body)).await.with(400);
    assert!(wrong["details"]["folderId"].is_array());
    let article =
        make(&instance, &agent, "articles", json!({"title": "t", "folderId": folder, "categoryId": null})).await;
    let place = |article: Value| (article["categoryId"].clone(), article["folderId"].clone());
    assert_eq!(place(article.clone()), (a.clone(), folder.clone()));
    let moves = [
        (json!({"categoryId": b}), (b.clone(), Value::Null)),
        (json!({"folderId": loose}), (b.clone(), loose.clone())),
        (json!({"categoryId": a}), (a.clone(), loose.clone())),
        (json!({"categoryId": null}), (Value::Null, loose.clone())),
        (json!({"folderId": folder}), (a.clone(), folder.clone())),
        (json!({"folderId": null}), (a.clone(), Value::Null)),
        (json!({"folderId": folder, "categoryId": a}), (a.clone(), folder.clone())),
    ];
    for (body, expected) in moves {
        let moved = patch(&instance, &agent, &path(&article), body.clone()).await.with(200);
        assert_eq!(place(moved), expected, "{body}");
    }
    let folder_path = format!("/api/kb/folders/{}", folder.as_str().unwrap());
    patch(&instance, &agent, &folder_path, json!({"categoryId": b})).await.with(200);
    assert_eq!(place(get(&instance, &agent, &path(&article)).await.with(200)), (b.clone(), folder.clone()));
    patch(&instance, &agent, &folder_path, json!({"categoryId": null})).await.with(200);
    assert_eq!(place(get(&instance, &agent, &path(&article)).await.with(200)), (b, folder));
}

#[tokio::test]
async fn categories_stand_in_their_order_and_folders_by_name() {
    let (instance, agent, _) = desk().await;
    for name in ["one", "two"] {
        make(&instance, &agent, "categories", json!({"name": name, "description": "d"})).await;
    }
    let first = make(&instance, &agent, "categories", json!({"name": "zero", "position": 0})).await;
    assert_eq!(first, json!({"id": first["id"], "name": "zero", "description": null, "position": 0}));
    let listed = get(&instance, &agent, "/api/kb/categories").await.with(200);
    let positions: Vec<(&str, i64)> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["name"].as_str().unwrap(), row["position"].as_i64().unwrap()))
        .collect();
    assert_eq!(positions, [("one", 0), ("zero", 0), ("two", 1)]);
    let path = format!("/api/kb/categories/{}", first["id"].as_str().unwrap());
    let changed = patch(&instance, &agent, &path, json!({"position": 9, "description": "x"})).await.with(200);
    assert_eq!(changed, json!({"id": first["id"], "name": "zero", "description": "x", "position": 9}));
    assert_eq!(
        patch(&instance, &agent, &path, json!({"description": null})).await.with(200)["description"],
        Value::Null
    );
    patch(&instance, &agent, &path, json!({"position": -1, "name": ""})).await.with(400);
    let b = make(&instance, &agent, "folders", json!({"name": "b", "categoryId": first["id"]})).await;
    assert_eq!(b, json!({"id": b["id"], "name": "b", "categoryId": first["id"]}));
    make(&instance, &agent, "folders", json!({"name": "A"})).await;
    let listed = get(&instance, &agent, "/api/kb/folders").await.with(200);
    assert_eq!((&listed[0]["name"], &listed[1]), (&json!("A"), &b));
    let within = format!("/api/kb/folders?categoryId={}", first["id"].as_str().unwrap());
    assert_eq!(get(&instance, &agent, &within).await.with(200), json!([b]));
}

#[tokio::test]
async fn every_reader_has_one_vote_and_may_change_it() {
    let (instance, agent, customer) = desk().await;
    let other = instance.signed_in("joe@example.org", Role::Customer).await;
    let article = published(&instance, &agent, "a", "b").await;
    let path = format!("{}/feedback", path(&article));
    let vote = |caller: &Caller, body: Value| {
        let (instance, path, caller) = (&instance, &path, caller.clone());
        async move { instance.send(&caller, "POST", path, Some(body)).await }
    };
    let given = vote(&customer, json!({"isHelpful": true, "comment": "Thanks <b>"})).await.with(201);
    let user = given["userId"].clone();
    assert_eq!(user.as_str().unwrap().len(), 36);
    let shape = json!({"id": given["id"], "articleId": article["id"], "userId": user, "isHelpful": true,
        "comment": "Thanks <b>", "createdAt": "2026-05-06T12:00:00.000Z", "updatedAt": "2026-05-06T12:00:00.000Z"});
    assert_eq!(given, shape);
    vote(&other, json!({"isHelpful": true})).await.with(201);
    instance.later(1_000);
    let changed = vote(&customer, json!({"isHelpful": false})).await.with(201);
    assert_eq!((&changed["id"], &changed["comment"]), (&given["id"], &Value::Null));
    assert_eq!(
        (&changed["createdAt"], &changed["updatedAt"]),
        (&shape["createdAt"], &json!("2026-05-06T12:00:01.000Z"))
    );
    vote(&customer, json!({"isHelpful": false, "comment": "Out of date"})).await.with(201);
    let read = get(&instance, &agent, &path.replace("/feedback", "")).await.with(200);
    assert_eq!((&read["helpfulCount"], &read["notHelpfulCount"]), (&json!(1), &json!(1)));
    assert_eq!(read["updatedAt"], article["updatedAt"]);
    let all = get(&instance, &agent, &path).await.with(200);
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert_eq!(all[1]["comment"], json!("Out of date"));
    let own = get(&instance, &other, &path).await.with(200);
    assert_eq!((own.as_array().unwrap().len(), &own[0]["comment"]), (1, &Value::Null));
    assert_eq!(
        get(&instance, &agent, &format!("{path}?limit=1")).await.headers["link"].to_str().unwrap().split(';').count(),
        2
    );
    for body in [json!({}), json!({"isHelpful": "yes"}), json!({"isHelpful": true, "comment": 1})] {
        vote(&customer, body).await.with(400);
    }
}

#[tokio::test]
async fn hostile_markdown_never_reaches_a_reader_as_markup() {
    let (instance, agent, customer) = desk().await;
    let content = "# Hi <script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [a](javascript:alert(1)) \
        [b](data:text/html,x) ![c](data:image/svg+xml,x)\n\n<div onclick=alert(1)><iframe src=//evil.example></iframe>kept</div>";
    let article = published(&instance, &agent, "<script>alert(1)</script>", content).await;
    let rendered = get(&instance, &customer, &format!("{}/rendered", path(&article))).await.with(200);
    let html = "<h1>Hi </h1>\n<p> a b c</p>\n<p>kept</p>\n";
    assert_eq!(rendered, json!({"html": html}));
    let public =
        get(&instance, &Caller::default(), &format!("/api/public/kb/{}", article["id"].as_str().unwrap())).await;
    assert_eq!(public.headers["content-type"], "application/json");
    assert_eq!(public.headers["x-content-type-options"], "nosniff");
    assert_eq!(public.with(200)["html"], json!(html));
    let listed = get(&instance, &Caller::default(), "/api/public/kb").await.with(200);
    assert_eq!(listed[0]["excerpt"], json!("Hi \n\n a b c\n\nkept"));
}

#[tokio::test]
async fn the_public_pages_need_no_credential_and_tell_whether_they_changed() {
    let (instance, agent, customer) = desk().await;
    let nobody = Caller::default();
    let category = make(&instance, &agent, "categories", json!({"name": "Setup"})).await;
    let body = json!({"title": "iOS", "content": "Get **it**", "status": "published", "categoryId": category["id"],
        "tags": ["phone"]});
    let article = make(&instance, &agent, "articles", body).await;
    let row = json!({"id": article["id"], "title": "iOS", "category": {"id": category["id"], "name": "Setup"},
        "folder": null, "isFaq": false, "tags": ["phone"], "excerpt": "Get it", "updatedAt": article["updatedAt"]});
    assert_eq!(get(&instance, &nobody, "/api/public/kb").await.with(200), json!([row]));
    let one = format!("/api/public/kb/{}", article["id"].as_str().unwrap());
    let shown = get(&instance, &nobody, &one).await.with(200);
    let expected = json!({"id": article["id"], "title": "iOS", "html": "<p>Get <strong>it</strong></p>\n",
        "category": {"id": category["id"], "name": "Setup"}, "folder": null, "isFaq": false, "tags": ["phone"],
        "helpfulCount": 0, "notHelpfulCount": 0, "createdAt": article["createdAt"], "updatedAt": article["updatedAt"]});
    assert_eq!(shown, expected);
    for path in [one.as_str(), "/api/public/kb", "/v1/faq"] {
        let first = get(&instance, &nobody, path).await;
        assert_eq!(first.headers["cache-control"], "public, no-cache");
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        let with = |tag: &str| nobody.clone().header("if-none-match", tag);
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let unchanged = get(&instance, &with(&known), path).await;
            assert_eq!((unchanged.status.as_u16(), unchanged.body.len()), (304, 0), "{path} {known}");
            assert_eq!(unchanged.headers["etag"].to_str().unwrap(), tag);
        }
        assert_eq!(get(&instance, &with("\"x\""), path).await.status, 200);
        let change = json!({"title": format!("changed {path}"), "isFaq": true});
        patch(&instance, &agent, &format!("/api/kb/articles/{}", article["id"].as_str().unwrap()), change)
            .await
            .with(200);
        assert_eq!(get(&instance, &with(&tag), path).await.status, 200, "{path}");
        // Whoever signs in sees the same.
        assert_eq!(get(&instance, &customer, path).await.body, get(&instance, &nobody, path).await.body);
    }
}
