//! What mails that come in become, and whom they are believed to be from.

use gatehouse::base::Role;
use gatehouse::inbound::{Became, Origin, Place};
use gatehouse::jobs::take_mail;
use serde_json::{Value, json};

use super::{Post, to};

pub(super) const PROVEN: &str = "mx.example.org; dmarc=pass header.from=example.org";

/// A mailbox of an instance: the numbers of its mails rise.
pub(super) struct Inbox {
    pub(super) post: Post,
    uid: u32,
}

impl Inbox {
    pub(super) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(super) async fn start_with(more: &[&str]) -> Self {
        let own = ["--mail-inbound", "help@example.org", "--mail-authority", "mx.example.org"];
        Self { post: Post::start_with(&[&own, more].concat()).await, uid: 0 }
    }

    fn place(&self) -> Place {
        Place { mailbox: "help".to_owned(), uid_validity: 1, uid: self.uid }
    }

    /// Takes a mail.
    pub(super) async fn take(&mut self, raw: impl Into<Vec<u8>>) -> Became {
        self.uid += 1;
        take_mail(&self.post.instance.app, Origin::default(), self.place(), raw.into()).await.unwrap().unwrap()
    }

    /// A ticket as an admin sees it.
    pub(super) async fn ticket(&self, id: i64) -> Value {
        let path = format!("/api/tickets/{id}");
        self.post.send(&self.post.admin, "GET", &path, Value::Null).await.with(200)["ticket"].clone()
    }

    /// A customer with a ticket, whose receipt is in their mailbox: the address and the thread that it names.
    pub(super) async fn customer(&mut self) -> (i64, String, String) {
        let customer = self.post.instance.signed_in("customer@example.org", Role::Customer).await;
        let ticket = self.post.ticket(&customer, "Help").await;
        let mails = self.post.mails().await;
        let id = mails[0].header("Message-ID");
        (ticket, mails[0].header("Reply-To"), id)
    }
}

pub(super) fn mail(from: &str, more: &str, text: &str) -> String {
    format!("From: {from}\r\nTo: help@example.org\r\nSubject: Help\r\n{more}\r\n{text}\r\n")
}

#[tokio::test]
async fn a_mail_from_a_stranger_becomes_a_ticket_that_is_nobodys_until_the_address_is_proven() {
    let mut inbox = Inbox::start().await;
    inbox.post.instance.person("customer@example.org", Role::Customer);
    let became = inbox.take(mail("Carl <customer@example.org>", "", "It stopped.")).await;
    let Became::Ticket(id) = became else { panic!("{became:?}") };
    let ticket = inbox.ticket(id).await;
    assert_eq!((&ticket["creator"], &ticket["source"]), (&Value::Null, &json!("email")));
    assert_eq!((&ticket["customer_email"], &ticket["customer_name"]), (&json!("customer@example.org"), &json!("Carl")));
    assert_eq!((&ticket["subject"], &ticket["description"]), (&json!("Help"), &json!("It stopped.")));
    let receipt = inbox.post.mails().await;
    assert_eq!(to(&receipt), ["customer@example.org"]);
    assert!(!receipt[0].raw.contains("Help") && !receipt[0].raw.contains("Carl"), "nothing of a stranger's words");
    let proven = format!("Authentication-Results: {PROVEN}\r\n");
    let Became::Ticket(id) = inbox.take(mail("customer@example.org", &proven, "Again.")).await else { panic!() };
    assert_eq!(inbox.ticket(id).await["creator"]["name"], json!("customer"));
}

#[tokio::test]
async fn an_answer_joins_its_thread_by_our_address_or_message_id_and_without_what_it_quotes() {
    let mut inbox = Inbox::start().await;
    let (id, address, message_id) = inbox.customer().await;
    inbox
        .post
        .send(&inbox.post.admin, "POST", &format!("/api/tickets/{id}/status"), json!({"status": "resolved"}))
        .await
        .with(200);
    let by_address =
        mail("Customer@example.org", &format!("Cc: {address}\r\n"), "Not yet.\r\n\r\nOn Mon, Ada wrote:\r\n> Done?");
    assert_eq!(inbox.take(by_address).await, Became::Reply(id));
    let by_thread = mail("customer@example.org", &format!("References: <x@y> {message_id}\r\n"), "Still not.");
    assert_eq!(inbox.take(by_thread).await, Became::Reply(id));
    let ticket = inbox.ticket(id).await;
    assert_eq!((&ticket["status"], &ticket["reply_count"]), (&json!("open"), &json!(2)));
    let messages = ticket["messages"].as_array().or(ticket["replies"].as_array()).unwrap();
    assert!(messages.iter().any(|message| message["body"] == json!("Not yet.")), "{messages:?}");
}

#[tokio::test]
async fn whoever_is_not_the_customer_opens_a_ticket_of_their_own_whatever_they_quote() {
    let mut inbox = Inbox::start().await;
    let (id, address, message_id) = inbox.customer().await;
    let (_, agent) = inbox.post.agent("agent@example.org").await;
    inbox.post.reply(&agent, id, "Yes?").await;
    let named = format!("Cc: {address}\r\nIn-Reply-To: {message_id}\r\nAuthentication-Results: {PROVEN}\r\n");
    for from in ["stranger@example.org", "Agent <y@example.org>", "Customer <x@example.org>"] {
        let became = inbox.take(mail(from, &named, "I am the customer.")).await;
        assert!(matches!(became, Became::Ticket(other) if other != id), "{from}: {became:?}");
    }
    assert_eq!(inbox.ticket(id).await["reply_count"], json!(1));
    let (wrong, other) =
        (address.replacen('.', ".0", 1), address.replacen(&format!("+{id}."), &format!("+{}.", id + 1), 1));
    for address in [wrong, other, format!("help+{id}@example.org")] {
        let became = inbox.take(mail("customer@example.org", &format!("Cc: {address}\r\n"), "Guessed.")).await;
        assert!(matches!(became, Became::Ticket(_)), "{address}: {became:?}");
    }
}

#[tokio::test]
async fn a_number_in_the_subject_counts_for_the_proven_customer_alone() {
    let mut inbox = Inbox::start().await;
    let (id, _, _) = inbox.customer().await;
    let numbered =
        |from: &str, more: &str| format!("From: {from}\r\nSubject: Re: [SUPP-2026-00001] Help\r\n{more}\r\nHello\r\n");
    let proven = format!("Authentication-Results: {PROVEN}\r\n");
    for (from, more) in [("customer@example.org", ""), ("stranger@example.org", proven.as_str())] {
        assert!(matches!(inbox.take(numbered(from, more)).await, Became::Ticket(_)), "{from}");
    }
    assert_eq!(inbox.take(numbered("customer@example.org", &proven)).await, Became::Reply(id));
    let marked = numbered("customer@example.org", &proven).replace("Re: [", "AW: [EXTERN] Re: [");
    assert_eq!(inbox.take(marked).await, Became::Reply(id));
}

#[tokio::test]
async fn what_machines_write_is_noted_reopens_nothing_and_is_answered_by_nobody() {
    let mut inbox = Inbox::start().await;
    let (id, address, message_id) = inbox.customer().await;
    inbox
        .post
        .send(&inbox.post.admin, "POST", &format!("/api/tickets/{id}/status"), json!({"status": "resolved"}))
        .await
        .with(200);
    inbox.post.mails().await;
    let vacation = format!("Cc: {address}\r\nAuto-Submitted: auto-replied\r\n");
    assert_eq!(inbox.take(mail("customer@example.org", &vacation, "I am away.")).await, Became::Note(id));
    let bounce = format!(
        "Cc: {address}\r\nReturn-Path: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"
    );
    assert_eq!(
        inbox.take(mail("MAILER-DAEMON@mx.example.org", &bounce, "--b\r\n\r\nNo such user\r\n--b--")).await,
        Became::Note(id)
    );
    // As mail servers write it: the mail itself is enclosed, or its head, and nothing else names it.
    for enclosed in ["message/rfc822", "text/rfc822-headers"] {
        let parts = format!(
            "--b\r\n\r\nNo such user\r\n--b\r\nContent-Type: {enclosed}\r\n\r\nFrom: help@example.org\r\n\
             Message-ID: {message_id}\r\nSubject: Help\r\n\r\nHello\r\n--b--"
        );
        let report = "Return-Path: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n";
        let became = inbox.take(mail("MAILER-DAEMON@mx.example.org", report, &parts)).await;
        assert_eq!(became, Became::Note(id), "{enclosed}");
    }
    assert_eq!(inbox.ticket(id).await["status"], json!("resolved"));
    for machine in ["Auto-Submitted: auto-replied\r\n", "Return-Path: <>\r\n"] {
        let became = inbox.take(mail("robot@example.org", machine, "I am away.")).await;
        assert!(matches!(became, Became::Nothing(_)), "{became:?}");
    }
    assert!(matches!(
        inbox.take(mail("monitor@example.org", "Precedence: bulk\r\n", "Disk full.")).await,
        Became::Ticket(_)
    ));
    assert!(inbox.post.mails().await.is_empty(), "no machine is answered");
}

#[tokio::test]
async fn two_desks_that_write_to_each_other_stop() {
    let mut inbox = Inbox::start().await;
    for from in ["support@example.org", "help@example.org", "help+1.abc@example.org", "HELP@EXAMPLE.ORG"] {
        assert!(matches!(inbox.take(mail(from, "", "Hello")).await, Became::Nothing(_)), "{from}");
    }
    // A robot that does not say that it is one: a receipt a day, and an end to its tickets.
    let (mut tickets, mut receipts) = (0, 0);
    for n in 0..30 {
        let became = inbox.take(mail("robot@example.org", "", &format!("Your request was received. {n}"))).await;
        tickets += usize::from(matches!(became, Became::Ticket(_)));
        receipts += inbox.post.mails().await.len();
    }
    assert_eq!((tickets, receipts), (20, 1));
}

#[tokio::test]
async fn a_mail_is_taken_once_wherever_it_is_seen_again() {
    let mut inbox = Inbox::start().await;
    let raw = mail("a@example.org", "Message-ID: <1@a>\r\n", "Once.");
    let Became::Ticket(id) = inbox.take(raw.clone()).await else { panic!() };
    let again =
        take_mail(&inbox.post.instance.app, Origin::default(), inbox.place(), raw.clone().into()).await.unwrap();
    assert_eq!(again, None);
    assert!(matches!(inbox.take(raw).await, Became::Nothing(_)), "the same mail under another number");
    // Somebody else's mail under the same Message-ID is another mail.
    let other = inbox.take(mail("b@example.org", "Message-ID: <1@a>\r\n", "Mine.")).await;
    assert!(matches!(other, Became::Ticket(new) if new != id), "{other:?}");
}

#[tokio::test]
async fn what_stands_behind_a_picture_is_read_too() {
    let mut inbox = Inbox::start().await;
    let more = "Content-Type: multipart/mixed; boundary=b\r\n";
    let parts = "--b\r\nContent-Type: text/plain\r\n\r\nSee here:\r\n--b\r\nContent-Type: image/png\r\n\
                 Content-Disposition: inline; filename=a.png\r\n\r\nx\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
                 Since noon.\r\n--b--";
    let Became::Ticket(id) = inbox.take(mail("a@example.org", more, parts)).await else { panic!() };
    let ticket = inbox.ticket(id).await;
    let description = ticket["description"].as_str().unwrap();
    assert!(description.starts_with("See here:") && description.ends_with("Since noon."), "{description}");
    let files = ticket["attachments"].as_array().or(ticket["messages"][0]["attachments"].as_array());
    assert_eq!(files.map(Vec::len), Some(1), "{ticket}");
}

#[tokio::test]
async fn files_of_a_mail_are_attached_under_harmless_names() {
    let mut inbox = Inbox::start().await;
    let more = "Content-Type: multipart/mixed; boundary=b\r\n";
    let parts = "--b\r\nContent-Type: text/plain\r\n\r\nSee.\r\n--b\r\nContent-Type: image/png\r\n\
        Content-Disposition: attachment; filename=\"../../evil\u{202e}gnp.exe\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        iVBORw0KGgo=\r\n--b--";
    let Became::Ticket(id) = inbox.take(mail("a@example.org", more, parts)).await else { panic!() };
    let ticket = inbox.ticket(id).await;
    let text = ticket.to_string();
    assert!(text.contains("evilgnp.exe") && !text.contains("../"), "{text}");
    assert!(text.contains("image/png"), "{text}");
}

#[tokio::test]
async fn an_archive_is_one_file_and_is_never_unpacked() {
    let mut inbox = Inbox::start().await;
    // A zip file with a page of 100 KB in it.
    let zip = "UEsDBBQAAAAIAAAAIQCxdooBgwAAAK2GAQALAAAAaW5zaWRlLmh0bWztwTENACAMADBJIGCZmAWOPTz4T7DB0TYq+9xeO0blBAAA\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
        AAAAAAAAAAAAAAAAAAAAAAAAAL71AFBLAQIUAxQAAAAIAAAAIQCxdooBgwAAAK2GAQALAAAAAAAAAAAAAACAAQAAAABpbnNpZGUu\
        aHRtbFBLBQYAAAAAAQABADkAAACsAAAAAAA=";
    let more = "Content-Type: multipart/mixed; boundary=b\r\n";
    let parts = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nSee.\r\n--b\r\nContent-Type: application/zip\r\n\
         Content-Disposition: attachment; filename=all.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n{zip}\r\n--b--"
    );
    let Became::Ticket(id) = inbox.take(mail("a@example.org", more, &parts)).await else { panic!() };
    let ticket = inbox.ticket(id).await;
    let files = ticket["attachments"].as_array().unwrap();
    assert_eq!(
        (files.len(), &files[0]["filename"], &files[0]["size"]),
        (1, &json!("all.zip"), &json!(251)),
        "{ticket}"
    );
    assert!(!ticket.to_string().contains("inside"), "{ticket}");
}

#[tokio::test]
async fn a_note_leaves_neither_with_a_merge_nor_with_what_staff_quote_in_a_mail() {
    let mut inbox = Inbox::start().await;
    let (id, _, _) = inbox.customer().await;
    let customer = inbox.post.instance.sign_in("customer@example.org").await;
    let other = inbox.post.ticket(&customer, "More").await;
    let (agent_id, agent) = inbox.post.agent("agent@example.org").await;
    inbox.post.mails().await;
    for ticket in [id, other] {
        let path = format!("/api/tickets/{ticket}");
        let assign = json!({"user_id": agent_id});
        inbox.post.send(&inbox.post.admin, "POST", &format!("{path}/assign"), assign).await.with(200);
        inbox.post.mails().await;
        let note = json!({"body": "He is a nuisance.", "type": "note"});
        inbox.post.send(&inbox.post.admin, "POST", &format!("{path}/messages"), note).await.with(201);
        let told = inbox.post.mails().await;
        assert_eq!(to(&told), ["agent@example.org"]);
        // The agent answers what told them of it, and their program quotes it.
        let (back, thread) = (told[0].header("Reply-To"), told[0].header("Message-ID"));
        let more = format!("Cc: {back}\r\nIn-Reply-To: {thread}\r\nAuthentication-Results: {PROVEN}\r\n");
        let became = inbox.take(mail("agent@example.org", &more, "Indeed.\r\n\r\n> He is a nuisance.")).await;
        assert_eq!(became, Became::Note(ticket), "what answers a note is one");
        assert!(inbox.post.mails().await.is_empty());
    }
    let uuid = |ticket| inbox.post.instance.ticket_uuid(ticket);
    let (from, into) = (uuid(other), uuid(id));
    let merge = format!("/api/tickets/{from}/merge");
    inbox.post.send(&inbox.post.admin, "POST", &merge, json!({"into": into})).await.with(200);
    let whole = inbox.ticket(id).await.to_string();
    assert_eq!(whole.matches("nuisance").count(), 4, "staff see both notes, and what quotes them: {whole}");
    inbox.post.reply(&agent, id, "It is mended.").await;
    let mails = inbox.post.mails().await;
    assert_eq!(to(&mails), ["agent@example.org", "customer@example.org"][1..], "{mails:?}");
    assert!(mails.iter().all(|mail| !mail.raw.contains("nuisance")));
    for path in [format!("/api/tickets/{id}"), format!("/api/tickets/{other}"), format!("/v1/tickets/{id}")] {
        let seen = inbox.post.send(&customer, "GET", &path, Value::Null).await.with(200).to_string();
        assert!(seen.contains("mended") && !seen.contains("nuisance"), "{path}: {seen}");
    }
    for path in ["/api/tickets", "/api/tickets?search=nuisance", "/v1/tickets"] {
        let seen = inbox.post.send(&customer, "GET", path, Value::Null).await.with(200).to_string();
        assert!(!seen.contains("nuisance"), "{path}: {seen}");
    }
    let found = inbox.post.send(&customer, "GET", "/api/tickets?search=nuisance", Value::Null).await.with(200);
    assert_eq!(found["total"], json!(0));
}

#[tokio::test]
async fn an_account_that_was_closed_is_a_stranger() {
    let mut inbox = Inbox::start().await;
    let (id, address, _) = inbox.customer().await;
    inbox.post.instance.sql("update users set is_active = 0 where email = 'customer@example.org'");
    let became = inbox.take(mail("customer@example.org", &format!("Cc: {address}\r\n"), "Hello?")).await;
    assert!(matches!(became, Became::Ticket(new) if new != id), "{became:?}");
}

#[tokio::test]
async fn what_has_no_one_sender_or_is_no_mail_becomes_nothing() {
    let mut inbox = Inbox::start().await;
    for raw in [
        "",
        "\r\n",
        "Subject: x\r\n\r\ny",
        "From: a@x.org\r\nFrom: b@x.org\r\n\r\ny",
        "From: a@x.org, b@x.org\r\n\r\ny",
    ] {
        let became = inbox.take(format!("X-Nth: {}\r\n{raw}", inbox.uid)).await;
        assert!(matches!(became, Became::Nothing(_)), "{raw}: {became:?}");
    }
}

#[tokio::test]
async fn staff_see_how_a_message_came_in_how_far_it_is_believed_and_the_mail_itself() {
    let mut inbox = Inbox::start().await;
    let (id, address, _) = inbox.customer().await;
    let raw = mail(
        "customer@example.org",
        &format!("Cc: {address}\r\nAuthentication-Results: mx.example.org; spf=pass; dkim=pass; dmarc=pass\r\n"),
        "Not yet.\r\n\r\nOn Mon, Ada wrote:\r\n> Done?\r\n> Ada",
    );
    assert_eq!(inbox.take(raw.clone()).await, Became::Reply(id));
    let (_, agent) = inbox.post.agent("agent@example.org").await;
    inbox.post.reply(&agent, id, "Now?").await;
    let ticket = inbox.ticket(id).await;
    assert_eq!((&ticket["channel"], &ticket["mail"]), (&json!("portal"), &Value::Null));
    let messages = ticket["messages"].as_array().unwrap();
    assert_eq!((&messages[0]["channel"], &messages[1]["channel"]), (&json!("mail"), &json!("web")));
    assert_eq!((&messages[0]["body"], &messages[0]["attachments"]), (&json!("Not yet."), &json!([])));
    let known = &messages[0]["mail"];
    assert_eq!((&known["trust"], &known["findings"]), (&json!("proven"), &json!("spf=pass dkim=pass dmarc=pass")));
    assert_eq!(known["quoted"], json!("On Mon, Ada wrote:\n> Done?\n> Ada"), "folded, not lost");
    let path = known["raw"]["url"].as_str().unwrap();
    let itself = inbox.post.send(&agent, "GET", path, Value::Null).await;
    assert_eq!((itself.status.as_u16(), itself.text()), (200, raw));
    assert_eq!(itself.headers["content-type"], "message/rfc822");
    assert!(itself.headers["content-disposition"].to_str().unwrap().starts_with("attachment;"));
    // Its sender knows what they sent; what our mail server thinks of them is not theirs to read.
    let customer = inbox.post.instance.sign_in("customer@example.org").await;
    let seen = inbox.post.send(&customer, "GET", &format!("/api/tickets/{id}"), Value::Null).await.with(200);
    assert_eq!(seen["ticket"]["messages"][0]["channel"], json!("mail"));
    assert!(seen["ticket"]["messages"][0].get("mail").is_none() && !seen.to_string().contains("dmarc"), "{seen}");
    assert_eq!(inbox.post.send(&customer, "GET", path, Value::Null).await.status.as_u16(), 404);
}

#[tokio::test]
async fn what_opens_a_ticket_is_kept_too_and_goes_with_it() {
    let mut inbox = Inbox::start().await;
    let results = "Authentication-Results: mx.example.org; spf=softfail; dmarc=fail\r\n";
    let Became::Ticket(id) = inbox.take(mail("a@example.org", results, "It stopped.")).await else { panic!() };
    let ticket = inbox.ticket(id).await;
    assert_eq!((&ticket["channel"], &ticket["mail"]["trust"]), (&json!("mail"), &json!("failed")));
    assert_eq!((&ticket["mail"]["from"], &ticket["attachments"]), (&json!("a@example.org"), &json!([])));
    let path = ticket["mail"]["raw"]["url"].as_str().unwrap().to_owned();
    let folder = inbox.post.instance.directory.attachments();
    let files = || {
        let found = std::process::Command::new("find").arg(&folder).args(["-type", "f"]).output();
        String::from_utf8(found.unwrap().stdout).unwrap().lines().count()
    };
    assert_eq!(files(), 1);
    let app = inbox.post.instance.app.clone();
    let jobs = tokio::spawn(gatehouse::jobs::run(app.clone()));
    let key = inbox.post.instance.api_key(&inbox.post.admin, &["tickets:write"]).await;
    let uuid = inbox.post.instance.ticket_uuid(id);
    inbox.post.instance.send(&key, "DELETE", &format!("/api/tickets/{uuid}"), None).await.with(204);
    assert_eq!(inbox.post.send(&inbox.post.admin, "GET", &path, Value::Null).await.status.as_u16(), 404);
    while files() > 0 {
        tokio::task::yield_now().await;
    }
    app.stopping.cancel();
    jobs.await.unwrap();
    assert!(matches!(inbox.take("Subject: x\r\n\r\ny").await, Became::Nothing(_)));
    assert_eq!(files(), 0, "what became nothing is not kept");
}

#[tokio::test]
async fn what_others_send_to_the_address_of_a_ticket_is_not_its_customers_to_read() {
    let mut inbox = Inbox::start().await;
    let (id, address, _) = inbox.customer().await;
    // Who signs up elsewhere under a reply address of ours would read the link that proves it.
    let proven = "Authentication-Results: mx.example.org; dmarc=pass header.from=shop.example\r\n";
    let raw = format!(
        "From: accounts@shop.example\r\nTo: {address}\r\nCc: evil@example.net\r\nSubject: Confirm\r\n{proven}\r\n\
         https://shop.example/confirm?token=1\r\n"
    );
    let became = inbox.take(raw).await;
    assert!(matches!(became, Became::Ticket(other) if other != id), "{became:?}");
    let customer = inbox.post.instance.sign_in("customer@example.org").await;
    let seen = inbox.post.send(&customer, "GET", "/api/tickets", Value::Null).await.with(200);
    assert_eq!((&seen["total"], seen["data"][0]["id"].as_i64()), (&json!(1), Some(id)));
    assert!(!inbox.ticket(id).await.to_string().contains("token=1"));
}

#[tokio::test]
async fn nobody_takes_part_because_a_mail_names_them_beside_its_sender() {
    let mut inbox = Inbox::start().await;
    let (id, address, _) = inbox.customer().await;
    let (_, agent) = inbox.post.agent("agent@example.org").await;
    let more = format!("Cc: {address}, evil@example.net\r\nBcc: evil@example.net\r\nReply-To: evil@example.net\r\n");
    assert_eq!(inbox.take(mail("customer@example.org", &more, "Look.")).await, Became::Reply(id));
    let named = "Reply-To: customer@example.org\r\nSender: customer@example.org\r\n";
    let stranger = mail("Agent <evil@example.net>", &format!("Cc: {address}\r\n{named}"), "I am staff.");
    let became = inbox.take(stranger).await;
    let Became::Ticket(other) = became else { panic!("{became:?}") };
    assert_ne!(other, id);
    inbox.post.mails().await;
    inbox.post.reply(&agent, id, "An answer.").await;
    assert_eq!(to(&inbox.post.mails().await), ["customer@example.org"]);
    let ticket = inbox.ticket(id).await;
    assert_eq!((&ticket["watchers"], &ticket["reply_count"]), (&json!([]), &json!(2)));
    assert_eq!(inbox.ticket(other).await["customer_email"], json!("evil@example.net"));
}

#[tokio::test]
async fn mails_of_hostile_shapes_are_data_and_kept_as_they_came() {
    let mut inbox = Inbox::start().await;
    let deep = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(1_000);
    let wide = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--", "--b\r\n\r\nx\r\n".repeat(10_000));
    let long = format!("X-Long: {}\r\n\r\nx", "a".repeat(1 << 20));
    let references = format!("References: {}\r\n\r\nx", "<a@b>\r\n ".repeat(50_000));
    let words = format!("Subject: {}\r\n\r\nx", "=?utf-8?q?=41?=\r\n ".repeat(20_000));
    let base64 = format!("Content-Transfer-Encoding: base64\r\n\r\n{}", "QUFB\r\n".repeat(1 << 20));
    let charset = "Content-Type: text/plain; charset=nothing-known\r\n\r\n\u{ff}x".to_owned();
    let tnef =
        "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+Ig=="
            .to_owned();
    for (nth, rest) in [deep, wide, long, references, words, base64, charset, tnef].into_iter().enumerate() {
        let raw = format!("From: writer{nth}@example.net\r\n{rest}\r\n");
        let became = inbox.take(raw.clone()).await;
        let Became::Ticket(id) = became else { panic!("{nth}: {became:?}") };
        let ticket = inbox.ticket(id).await;
        assert!(ticket["attachments"].as_array().unwrap().len() <= 10, "{nth}");
        assert!(ticket["description"].as_str().unwrap().len() <= 64 << 10, "{nth}");
        let path = ticket["mail"]["raw"]["url"].as_str().unwrap();
        let kept = inbox.post.send(&inbox.post.admin, "GET", path, Value::Null).await;
        assert!(kept.body == raw.as_bytes(), "{nth} is kept as it came");
    }
}
