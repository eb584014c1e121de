//! What mails say: as their senders wrote it, whatever form it came in, and with the files that go along.

use gatehouse::base::Role;
use gatehouse::inbound::Became;
use serde_json::{Value, json};

use super::Post;
use super::inbound::{Inbox, mail};

/// Takes a mail of one part that opens a ticket.
async fn opened(inbox: &mut Inbox, kind: &str, text: &str) -> Value {
    let more = format!("Content-Type: {kind}; charset=utf-8\r\n");
    let Became::Ticket(id) = inbox.take(mail("a@example.org", &more, text)).await else { panic!("{text}") };
    inbox.ticket(id).await
}

#[tokio::test]
async fn the_text_of_a_mail_stays_as_it_was_written_wherever_it_is_told() {
    let mut inbox = Inbox::start().await;
    let (id, address, _) = inbox.customer().await;
    let (agent_id, _) = inbox.post.agent("agent@example.org").await;
    let assign = json!({"user_id": agent_id});
    inbox.post.send(&inbox.post.admin, "POST", &format!("/api/tickets/{id}/assign"), assign).await.with(200);
    inbox.post.mails().await;
    let text = "# not a heading\n* one\n\n    __init__.py  <b>x</b>\n[a](https://a.example)";
    let raw = mail("customer@example.org", &format!("Cc: {address}\r\n"), &text.replace('\n', "\r\n"));
    assert_eq!(inbox.take(raw).await, Became::Reply(id));
    let ticket = inbox.ticket(id).await;
    let message = &ticket["messages"][0];
    assert_eq!((&message["body"], &message["channel"]), (&json!(text), &json!("mail")));
    let told = &inbox.post.mails().await[0];
    assert!(told.text().contains(text), "{}", told.text());
    let html = told.html().replace("\r\n", "\n");
    assert!(html.contains("<p># not a heading<br>\n* one<br>\n<br>\n"), "{html}");
    assert!(html.contains("&nbsp; &nbsp; __init__.py &nbsp;&lt;b&gt;x&lt;/b&gt;<br>"), "{html}");
    // What is typed here is Markdown as ever.
    inbox.post.reply(&inbox.post.admin, id, "**Now**").await;
    let mails = inbox.post.mails().await;
    assert!(mails.iter().all(|mail| mail.html().contains("<strong>Now</strong>")) && mails.len() == 2);
}

#[tokio::test]
async fn what_is_rewritten_here_is_markdown_although_its_first_words_came_by_mail() {
    let mut inbox = Inbox::start().await;
    let more = "Content-Type: text/plain\r\n";
    let Became::Ticket(id) = inbox.take(mail("a@example.org", more, "**Help**")).await else { panic!() };
    let path = format!("/api/tickets/{id}");
    let rewrite = async |inbox: &Inbox, change: Value| {
        inbox.post.send(&inbox.post.admin, "PUT", &path, change).await.with(200)["ticket"].clone()
    };
    for same in [json!({"subject": "Tunnel"}), json!({"description": "**Help**"})] {
        let ticket = rewrite(&inbox, same).await;
        assert_eq!((&ticket["description"], &ticket["channel"]), (&json!("**Help**"), &json!("mail")));
    }
    let ticket = rewrite(&inbox, json!({"description": "The **tunnel** stopped."})).await;
    assert_eq!((&ticket["description"], &ticket["channel"]), (&json!("The **tunnel** stopped."), &json!("web")));
    assert_eq!(ticket["mail"]["from"], json!("a@example.org"), "staff still see the mail that it was");
    assert!(ticket["mail"]["raw"].is_object(), "{ticket}");
}

#[tokio::test]
async fn a_mail_of_html_keeps_its_lines_and_tells_where_its_links_lead_and_what_it_quotes() {
    let mut inbox = Inbox::start().await;
    let html = "<html><body><p>These fail:</p><ul><li>la</li><li>fra</li></ul><table><tr><td>Ping</td><td>12</td></tr>\
        </table>See <a href=\"https://a.example/log?x=1&amp;y=2\">the log</a>.<div id=\"divRplyFwdMsg\">\
        <b>From:</b> Ada</div><div>Try again.</div></body></html>";
    let ticket = opened(&mut inbox, "text/html", html).await;
    let text = "These fail:\n\n- la\n- fra\n\nPing\t12\n\nSee the log (https://a.example/log?x=1&y=2).";
    assert_eq!(ticket["description"], json!(text));
    let quoted = ticket["mail"]["quoted"].as_str().unwrap();
    assert!(quoted.contains("From: Ada\nTry again."), "{quoted}");
}

#[tokio::test]
async fn what_a_mail_carries_without_a_name_is_called_by_what_it_is() {
    let mut inbox = Inbox::start().await;
    let part = |kind: &str, content: &str| {
        format!("--b\r\nContent-Type: {kind}\r\nContent-Disposition: attachment\r\n\r\n{content}\r\n")
    };
    let parts = [
        "--b\r\nContent-Type: text/plain\r\n\r\nSee.\r\n".to_owned(),
        part("message/rfc822", "From: b@example.org\r\nSubject: Re: a/b\r\n\r\nx"),
        part("message/rfc822", "From: b@example.org\r\n\r\nx"),
        part("image/png", "\u{89}PNG"),
        part("text/calendar", "x"),
        part("application/x-unheard-of", "x"),
    ];
    let more = "Content-Type: multipart/mixed; boundary=b\r\n";
    let raw = mail("a@example.org", more, &format!("{}--b--", parts.concat()));
    let Became::Ticket(id) = inbox.take(raw).await else { panic!() };
    let ticket = inbox.ticket(id).await;
    let names: Vec<&str> =
        ticket["attachments"].as_array().unwrap().iter().map(|file| file["filename"].as_str().unwrap()).collect();
    assert_eq!(names, ["Re: a-b.eml", "message.eml", "image.png", "text.ics", "file"]);
}

#[tokio::test]
async fn mails_name_the_files_that_an_answer_carries() {
    let mut post = Post::start().await;
    let customer = post.instance.signed_in("customer@example.org", Role::Customer).await;
    let ticket = post.ticket(&customer, "Help").await;
    post.mails().await;
    let form = |name: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nSee.\r\n--b\r\nContent-Disposition: form-data; \
             name=\"attachments[]\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n{}\r\n--b--\r\n",
            "x".repeat(1_600)
        )
    };
    let path = format!("/api/tickets/{ticket}/messages");
    let kind = Some("multipart/form-data; boundary=b");
    post.instance.send_raw(&post.admin, "POST", &path, kind, form("a<i>&.txt")).await.with(201);
    let told = &post.mails().await[0];
    assert!(told.text().contains("Attached files:\n\n- a<i>&.txt (1.5 KiB)\n"), "{}", told.text());
    assert!(told.html().contains("<ul><li>a&lt;i&gt;&amp;.txt (1.5 KiB)</li></ul>"), "{}", told.html());
    post.reply(&post.admin, ticket, "Nothing more.").await;
    let told = &post.mails().await[0];
    assert!(!told.text().contains("Attached") && !told.html().contains("<ul>"), "{}", told.text());
}
