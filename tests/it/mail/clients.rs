//! That an answer joins its thread whatever program wrote it: each has habits of its own with headers.

use gatehouse::inbound::Became;

use super::inbound::Inbox;

/// How ten kinds of programs answer a mail: what they put above the text, where `ID` is the Message-ID of that mail and `TO`
/// the address that it asks answers to.
const HABITS: [(&str, &str); 10] = [
    ("Gmail", "References: <ID>\r\nIn-Reply-To: <ID>\r\nTo: Support <TO>\r\nSubject: Re: Help\r\n"),
    (
        "Outlook",
        "To: \"'Support'\" <TO>\r\nReferences: <ID>\r\nIn-Reply-To: <ID>\r\nSubject: RE: Help\r\nThread-Topic: Help\r\n\
         Thread-Index: AdrRk0YbS2xFfXzcQ1u7x1r0b6cO2w==\r\n",
    ),
    (
        "Outlook in German, long headers folded with tabs",
        "To: <TO>\r\nSubject: AW: Help\r\nReferences: <DB9PR01MB1@prod.example.com>\r\n\t<ID>\r\n\
         In-Reply-To:\r\n\t<ID>\r\n",
    ),
    (
        "Apple Mail",
        "Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774\\))\r\nSubject: Re: Help\r\nIn-Reply-To: <ID>\r\n\
         To: <TO>\r\nReferences: <ID>\r\n",
    ),
    ("iOS, which says only what it answers", "Subject: Re: Help\r\nIn-Reply-To: <ID>\r\nTo: help@example.org\r\n"),
    (
        "Yahoo, which puts an id of its own last",
        "To: help@example.org\r\nReferences: <ID> <1843.12.1777@mail.yahoo.example>\r\nSubject: Re: Re: Help\r\n",
    ),
    ("Thunderbird to all", "Subject: Re: Help\r\nTo: help@example.org\r\nCc: Support <TO>\r\nReferences: <ID>\r\n"),
    (
        "a telephone that writes names small",
        "to: help@example.org\r\nsubject: Re: Help\r\nin-reply-to: <ID>\r\nreferences: <ID>\r\n",
    ),
    (
        "Notes, which answers as RFC 822 had it",
        "To: help@example.org\r\nSubject: Antwort: Help\r\n\
         In-Reply-To: Message from \"Support\" of \"Mon, 4 May\" <ID>\r\n",
    ),
    ("a web form that keeps nothing but the address", "To: TO\r\nSubject: answer\r\n"),
];

#[tokio::test]
async fn an_answer_joins_its_thread_whatever_program_wrote_it() {
    let mut inbox = Inbox::start().await;
    let (ticket, address, id) = inbox.customer().await;
    let id = id.trim_matches(['<', '>']);
    for (program, habit) in HABITS {
        let head = habit.replace("<ID>", &format!("<{id}>")).replace("TO", &address);
        let raw = format!("From: Carl <customer@example.org>\r\n{head}\r\n{program} wrote this.\r\n");
        assert_eq!(inbox.take(raw).await, Became::Reply(ticket), "{program}");
    }
    assert_eq!(inbox.ticket(ticket).await["reply_count"], serde_json::json!(HABITS.len()));
}
