//! A mail in the form of RFC 5322 and MIME.

use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use crate::notify::Letter;

/// The mail as it is sent; what cannot be one is told in words for people. Where it cannot be delivered, that is told to its sender,
/// or to the address for bounces.
///
/// It says that a machine wrote it (RFC 3834), and that it is one of many, for those that know that word alone: so no vacation
/// notice answers.
pub fn message(letter: &Letter, bounces: Option<&Address>) -> Result<Message, String> {
    let (from, to) = (mailbox(&letter.from.0, &letter.from.1)?, mailbox(&letter.to.0, &letter.to.1)?);
    let envelope = Envelope::new(Some(bounces.unwrap_or(&from.email).clone()), vec![to.email.clone()])
        .map_err(|error| format!("It cannot be sent as a mail: {error}."))?;
    let mut builder = Message::builder()
        .envelope(envelope)
        .from(from)
        .to(to)
        .subject(letter.subject.clone())
        .message_id(Some(letter.message_id.clone()));
    if let Some(reply_to) = &letter.reply_to {
        builder = builder.reply_to(mailbox(&None, reply_to)?);
    }
    if let Some(thread) = &letter.thread {
        builder = builder.in_reply_to(thread.clone()).references(thread.clone());
    }
    let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    let mut message = builder.multipart(body).map_err(|error| format!("It cannot be written as a mail: {error}."))?;
    let always = [("Auto-Submitted", "auto-generated"), ("Precedence", "bulk"), ("X-Auto-Response-Suppress", "All")];
    let always = always.map(|(name, value)| (name, Some(value)));
    let more = [("List-Id", letter.list.as_deref()), ("List-Unsubscribe", letter.unsubscribe.as_deref())];
    for (name, value) in always.into_iter().chain(more) {
        let Some(value) = value else { continue };
        if value.bytes().any(|byte| !(b' '..=b'~').contains(&byte)) {
            return Err(format!("Its {name} cannot be written: {}.", value.escape_debug()));
        }
        let name = HeaderName::new_from_ascii_str(name);
        message.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
    }
    Ok(message)
}

fn mailbox(name: &Option<String>, address: &str) -> Result<Mailbox, String> {
    let wrong = |_| format!("{} is not an address that mail can be sent to.", address.escape_debug());
    Ok(Mailbox::new(name.clone(), address.parse::<Address>().map_err(wrong)?))
}
