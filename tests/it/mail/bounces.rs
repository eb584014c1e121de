//! Where reports of mails that cannot be delivered go, and what becomes of them there.

use gatehouse::base::Role;
use gatehouse::inbound::{Became, Origin, Place, Project};
use gatehouse::jobs::take_mail;

use super::inbound::Inbox;

/// What a mail server says of a mail that it could not deliver, to the mail's envelope sender.
fn report(to: &str, message_id: &str) -> String {
    format!(
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\nTo: {to}\r\nSubject: Undelivered\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nNo such user.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n\
         Final-Recipient: rfc822; customer@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n\
         Content-Type: text/rfc822-headers\r\n\r\nFrom: support@example.org\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    )
}

#[tokio::test]
async fn a_mail_that_cannot_be_delivered_is_told_on_its_ticket_whichever_mailbox_hears_of_it() {
    for (flags, hears) in
        [(&[][..], "support@example.org"), (&["--mail-bounces", "returns@example.org"], "returns@example.org")]
    {
        let mut inbox = Inbox::start_with(flags).await;
        let customer = inbox.post.instance.signed_in("customer@example.org", Role::Customer).await;
        let id = inbox.post.ticket(&customer, "Help").await;
        let told = inbox.post.mails().await.remove(0);
        assert_eq!((told.from.as_str(), told.to.as_str()), (hears, "customer@example.org"));
        assert!(told.header("From").ends_with("<support@example.org>"), "{}", told.header("From"));
        assert!(told.header("Reply-To").starts_with("help+"), "{}", told.header("Reply-To"));
        // Another mailbox than that of answers, whose mails go to another project.
        let origin = Origin { mailbox: None, project: Some(Project::Slug("elsewhere".to_owned())) };
        let place = Place { mailbox: hears.to_owned(), uid_validity: 1, uid: 1 };
        let raw = report(hears, &told.header("Message-ID"));
        let became = take_mail(&inbox.post.instance.app, origin, place, raw.into()).await.unwrap();
        assert_eq!(became, Some(Became::Note(id)), "{hears}");
        let note = inbox.ticket(id).await["messages"][0]["body"].as_str().unwrap().to_owned();
        assert!(note.contains("MAILER-DAEMON@mx.example.net") && note.contains("No such user."), "{note}");
    }
}
