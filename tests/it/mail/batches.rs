//! Mails that are taken together: what they share, and what they do not.

use gatehouse::base::Error;
use gatehouse::imap::LARGEST;
use gatehouse::inbound::{Became, Origin, Place};
use gatehouse::jobs::{Source, take_batch, take_mails};
use serde_json::{Value, json};

use super::Post;
use super::dovecot::Dovecot;

/// A mail under its number in the mailbox.
fn mail(uid: u32, from: &str, text: &str) -> (Place, Vec<u8>) {
    let place = Place { mailbox: "help".to_owned(), uid_validity: 1, uid };
    (place, format!("From: {from}\r\nSubject: {text}\r\n\r\n{text}\r\n").into_bytes())
}

async fn take(post: &Post, mails: Vec<(Place, Vec<u8>)>) -> Vec<Result<Option<Became>, Error>> {
    take_batch(&post.instance.app, Origin::default(), mails).await.unwrap()
}

async fn subjects(post: &Post) -> Vec<String> {
    let listed = post.send(&post.admin, "GET", "/api/tickets?per_page=100", Value::Null).await.with(200);
    let mut all: Vec<String> =
        listed["data"].as_array().unwrap().iter().map(|row| row["subject"].as_str().unwrap().to_owned()).collect();
    all.reverse();
    all
}

#[tokio::test]
async fn mails_taken_together_share_a_commit_and_keep_their_order() {
    let post = Post::start().await;
    let before = post.instance.app.store.commits();
    let mails: Vec<_> = (1..=32).map(|n| mail(n, &format!("a{n}@example.org"), &format!("Mail {n}"))).collect();
    let became = take(&post, mails.clone()).await;
    assert_eq!(post.instance.app.store.commits(), before + 1);
    let tickets: Vec<Became> = became.into_iter().map(|one| one.unwrap().unwrap()).collect();
    assert_eq!(tickets, (1..=32).map(Became::Ticket).collect::<Vec<_>>());
    assert_eq!(subjects(&post).await, (1..=32).map(|n| format!("Mail {n}")).collect::<Vec<_>>());
    assert!(take(&post, mails).await.into_iter().all(|one| one.unwrap().is_none()), "none is taken twice");
    assert_eq!(subjects(&post).await.len(), 32);
}

#[tokio::test]
async fn the_same_mail_twice_in_one_batch_is_taken_once_and_its_file_stays() {
    let post = Post::start().await;
    let (_, raw) = mail(1, "a@example.org", "Once");
    let place = |uid| Place { mailbox: "help".to_owned(), uid_validity: 1, uid };
    let became = take(&post, vec![(place(1), raw.clone()), (place(2), raw.clone())]).await;
    let became: Vec<Became> = became.into_iter().map(|one| one.unwrap().unwrap()).collect();
    assert!(matches!(became[..], [Became::Ticket(1), Became::Nothing(_)]), "{became:?}");
    let ticket = post.send(&post.admin, "GET", "/api/tickets/1", Value::Null).await.with(200);
    let path = ticket["ticket"]["mail"]["raw"]["url"].as_str().unwrap();
    assert_eq!(post.send(&post.admin, "GET", path, Value::Null).await.body, raw);
}

#[tokio::test]
async fn a_mail_that_cannot_be_taken_takes_no_other_along_and_is_taken_later() {
    let post = Post::start().await;
    // As if a fault of ours met this one, after some of it was written.
    post.instance.sql(
        "create trigger fault before insert on incoming_mails when new.sender = 'bad@example.org'
         begin select raise(abort, 'fault'); end",
    );
    let mails =
        || vec![mail(1, "a@example.org", "One"), mail(2, "bad@example.org", "Two"), mail(3, "c@example.org", "Three")];
    let became = take(&post, mails()).await;
    assert!(became[1].is_err(), "{became:?}");
    assert!(
        matches!((&became[0], &became[2]), (Ok(Some(Became::Ticket(_))), Ok(Some(Became::Ticket(_))))),
        "{became:?}"
    );
    assert_eq!(subjects(&post).await, ["One", "Three"]);
    let folder = post.instance.directory.attachments();
    let files = || {
        let found = std::process::Command::new("find").arg(&folder).args(["-type", "f"]).output();
        String::from_utf8(found.unwrap().stdout).unwrap().lines().count()
    };
    assert_eq!(files(), 2, "what became nothing is not kept");
    post.instance.sql("drop trigger fault");
    let again = take(&post, mails()).await;
    assert!(matches!(again[..], [Ok(None), Ok(Some(Became::Ticket(_))), Ok(None)]), "{again:?}");
    assert_eq!(files(), 3);
}

#[tokio::test]
async fn a_mailbox_of_many_mails_is_emptied_past_those_that_are_too_large_or_become_nothing() {
    let Some(dovecot) = Dovecot::start("a full mailbox").await else { return };
    let post = Post::start().await;
    for n in 0..75 {
        let text = match n {
            5 => "Subject: from nobody\r\n\r\nThird.\r\n".to_owned(),
            40 => format!("From: large@example.org\r\nSubject: large\r\n\r\n{}", "x".repeat(LARGEST as usize)),
            _ => format!("From: a{n}@example.org\r\nSubject: Mail {n}\r\n\r\nHello.\r\n"),
        };
        dovecot.deliver(&format!("{}", 1_000 + n), &text);
    }
    let mailbox = dovecot.mailbox("secret");
    let source = Source::from(mailbox.clone());
    let mut reading = mailbox.open().await.unwrap();
    assert_eq!(reading.unread().await.unwrap().len(), 75);
    assert_eq!(take_mails(&post.instance.app, &source, &mut reading).await.unwrap(), 73);
    let left = reading.unread().await.unwrap();
    assert_eq!(left.len(), 2, "a person may want to look at them");
    let mut taken = subjects(&post).await;
    assert_eq!(taken.len(), 73);
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), 73, "each once");
    assert_eq!(take_mails(&post.instance.app, &source, &mut reading).await.unwrap(), 0);
    assert_eq!(post.send(&post.admin, "GET", "/api/tickets", json!(null)).await.with(200)["total"], json!(73));
}
