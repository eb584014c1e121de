//! The words of mails: changed, looked at, gone back from.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::Post;

const PATH: &str = "/api/mail-templates/reply_to_customer";

#[tokio::test]
async fn an_admin_changes_the_words_of_a_mail_and_goes_back() {
    let mut post = Post::start().await;
    let customer = post.instance.signed_in("customer@example.org", Role::Customer).await;
    let ticket = post.ticket(&customer, "Help").await;
    let own = post.send(&post.admin, "GET", PATH, Value::Null).await.with(200);
    assert_eq!((&own["mail_template"]["is_custom"], &own["mail_template"]["html"]), (&json!(false), &Value::Null));
    let words = json!({"subject": "Answer to {{ number }}", "text": "{{ author }} says & means:\n\n{{ message }}"});
    let changed = post.send(&post.admin, "PUT", PATH, words).await.with(200);
    assert_eq!(changed["mail_template"]["is_custom"], json!(true));
    post.mails().await;
    post.reply(&post.admin, ticket, "<b>1</b> < 2").await;
    let mail = &post.mails().await[0];
    assert_eq!(mail.subject(), "Answer to SUPP-2026-00001");
    assert!(mail.text().starts_with("admin says & means:"), "{}", mail.text());
    assert!(mail.html().contains("<p>admin says &amp; means:</p>"), "{}", mail.html());
    assert!(mail.html().contains("1 &lt; 2") && !mail.html().contains("<b>"), "{}", mail.html());
    let german = post.send(&post.admin, "GET", &format!("{PATH}?language=de"), Value::Null).await.with(200);
    assert_eq!(german["mail_template"]["is_custom"], json!(false), "the other language stays");
    assert_eq!(post.send(&post.admin, "DELETE", PATH, Value::Null).await.with(200), own);
    post.send(&post.admin, "DELETE", PATH, Value::Null).await.with(404);
}

#[tokio::test]
async fn words_that_cannot_be_filled_are_refused_by_field() {
    let post = Post::start().await;
    for (field, words) in [
        ("text", json!({"text": "{{ password }}"})),
        ("text", json!({"text": "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}"})),
        ("subject", json!({"subject": "{% if %}"})),
        ("html", json!({"html": "{{ link"})),
    ] {
        for (method, path) in [("PUT", PATH.to_owned()), ("POST", format!("{PATH}/preview"))] {
            let refused = post.send(&post.admin, method, &path, words.clone()).await.with(422);
            assert!(refused["details"][field][0].as_str().unwrap().contains("cannot be filled"), "{refused}");
        }
    }
    post.send(&post.admin, "GET", "/api/mail-templates/nothing", Value::Null).await.with(404);
    post.send(&post.admin, "GET", &format!("{PATH}?language=fr"), Value::Null).await.with(422);
}

#[tokio::test]
async fn a_preview_shows_words_without_keeping_them() {
    let post = Post::start().await;
    let words = json!({"text": "{{ link }}", "html": "<p title='{{ author }}'>{{ subject }}</p>"});
    let shown = post.send(&post.admin, "POST", &format!("{PATH}/preview?language=de"), words).await.with(200);
    assert!(shown["text"].as_str().unwrap().ends_with("/tickets/42\n"), "{shown}");
    assert!(shown["html"].as_str().unwrap().contains("<p title='Ada'>No handshake since noon</p>"), "{shown}");
    let all = post.send(&post.admin, "GET", "/api/mail-templates", Value::Null).await.with(200);
    let all = all["mail_templates"].as_array().unwrap();
    assert!(all.len() == 28 && all.iter().all(|one| one["is_custom"] == json!(false)));
    for one in all {
        let path = format!(
            "/api/mail-templates/{}/preview?language={}",
            one["name"].as_str().unwrap(),
            one["language"].as_str().unwrap()
        );
        let shown = post.send(&post.admin, "POST", &path, json!({})).await.with(200);
        assert!(shown["html"].as_str().unwrap().contains("<p>"), "{shown}");
    }
}

#[tokio::test]
async fn a_mail_whose_words_do_not_fill_any_more_is_sent_in_those_that_the_program_comes_with() {
    let mut post = Post::start().await;
    post.instance.person("a@example.org", Role::Customer);
    post.instance.sql(
        "insert into mail_templates (name, language, subject, text, updated_at) values ('reset', 'en', 's', '{{ gone }}', 0)",
    );
    post.forget("a@example.org").await;
    assert_eq!(post.mails().await[0].subject(), "Set a new password");
}
