//! Reading a mail (RFC 5322, MIME) into what counts of it: nothing it holds can fail here or become more than data.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

use super::html;
use super::machine::{Machine, machine};
use super::quote::split_quote;
use crate::base::check::LONGEST_BODY;
use crate::person::Email;

/// Message-IDs that are looked at: the newest.
const MOST_IDS: usize = 50;
/// Recipients that are looked at.
const MOST_RECIPIENTS: usize = 100;
/// Files that are kept of a mail.
const MOST_FILES: usize = 10;
/// Longest subject, in characters.
const LONGEST_SUBJECT: usize = 255;
/// Longest name of an enclosed mail without its ending, in characters.
const LONGEST_STEM: usize = 60;

/// A file that a mail carries.
#[derive(Clone, Debug)]
pub struct File {
    /// As its sender called it.
    pub name: String,
    /// As its sender typed it.
    pub media_type: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What counts of a mail.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// As its sender made it.
    pub message_id: Option<String>,
    /// The one address in the one From: header, and the name beside it; `None` where it is not one.
    pub from: Option<(Email, Option<String>)>,
    /// Every address that it went to, as far as it says.
    pub recipients: Vec<String>,
    /// The Message-IDs that it refers to, without brackets, the newest first.
    pub refers_to: Vec<String>,
    /// One line; blank where there is none.
    pub subject: String,
    /// What it says, without what it quotes at its end; blank where it says nothing.
    pub text: String,
    /// What it quotes there.
    pub quoted: Option<String>,
    /// Which machine wrote it, if not a person.
    pub machine: Option<Machine>,
    /// What mail servers found about its sender, the newest first.
    pub results: Vec<String>,
    /// What it carries.
    pub files: Vec<File>,
    /// SHA-256 of all of it.
    pub hash: [u8; 32],
}

/// Reads a mail.
pub fn parse(raw: &[u8]) -> Incoming {
    let mut mail = Incoming {
        message_id: None,
        from: None,
        recipients: Vec::new(),
        refers_to: Vec::new(),
        subject: String::new(),
        text: String::new(),
        quoted: None,
        machine: None,
        results: Vec::new(),
        files: Vec::new(),
        hash: Sha256::digest(raw).into(),
    };
    let Some(parsed) = MessageParser::default().parse(raw) else { return mail };
    let headers: Vec<(String, String)> =
        parsed.headers_raw().map(|(name, value)| (name.to_owned(), unfolded(value))).collect();
    let all = |wanted: &'static str| {
        headers.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str())
    };
    mail.machine = machine(headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    mail.message_id = all("message-id").next().and_then(|text| ids(text).pop());
    // The newest reference stands last, and In-Reply-To names the very mail that is answered.
    let mut refers: Vec<String> = all("references").chain(all("in-reply-to")).flat_map(ids).collect();
    refers.reverse();
    if mail.machine == Some(Machine::Reports) {
        // Whoever reports on a mail seldom refers to it, but encloses it, or its head.
        refers.extend(parsed.parts.iter().flat_map(enclosed_ids));
    }
    refers.truncate(MOST_IDS);
    mail.refers_to = refers;
    mail.results = all("authentication-results").map(str::to_owned).collect();
    let senders: Vec<_> = parsed.from().into_iter().flat_map(|from| from.iter()).collect();
    if let ([sender], 1) = (senders.as_slice(), all("from").count()) {
        let email = sender.address().and_then(|address| Email::parse(address).ok());
        mail.from = email.map(|email| (email, sender.name().map(line).filter(|name| !name.is_empty())));
    }
    let named = ["to", "cc", "delivered-to", "x-original-to", "envelope-to"];
    let recipients = named.into_iter().flat_map(all).flat_map(addresses);
    mail.recipients = recipients.take(MOST_RECIPIENTS).collect();
    mail.subject = parsed.subject().map(line).unwrap_or_default();
    let plain: String = text(&parsed).chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let (answer, quoted) = split_quote(&plain);
    let cut = |text: String| text[..text.floor_char_boundary(LONGEST_BODY)].to_owned();
    (mail.text, mail.quoted) = (cut(answer), quoted.map(cut));
    mail.files = parsed
        .attachments()
        .take(MOST_FILES)
        .map(|part| File {
            name: part
                .attachment_name()
                .filter(|name| !name.trim().is_empty())
                .map_or_else(|| name(part), str::to_owned),
            media_type: media_type(part),
            bytes: part.contents().to_vec(),
        })
        .collect();
    mail
}

/// The text of a mail: what is plain, or where that says nothing what is HTML. Some programs put pictures between pieces of it.
fn text(mail: &Message<'_>) -> String {
    let of = |part: &MessagePart<'_>| match &part.body {
        PartType::Text(text) => Some(text.to_string()),
        PartType::Html(text) => Some(html::to_text(text)),
        _ => None,
    };
    let joined =
        |parts: &[u32]| parts.iter().filter_map(|part| mail.part(*part).and_then(of)).collect::<Vec<_>>().join("\n");
    Some(joined(&mail.text_body)).filter(|text| !text.trim().is_empty()).unwrap_or_else(|| joined(&mail.html_body))
}

/// Endings of the names of files, by their type.
const ENDINGS: [(&str, &str); 21] = [
    ("application/gzip", "gz"),
    ("application/json", "json"),
    ("application/pdf", "pdf"),
    ("application/pgp-keys", "asc"),
    ("application/pgp-signature", "asc"),
    ("application/pkcs7-signature", "p7s"),
    ("application/xml", "xml"),
    ("application/zip", "zip"),
    ("audio/mpeg", "mp3"),
    ("image/gif", "gif"),
    ("image/heic", "heic"),
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/svg+xml", "svg"),
    ("image/webp", "webp"),
    ("text/calendar", "ics"),
    ("text/csv", "csv"),
    ("text/html", "html"),
    ("text/plain", "txt"),
    ("text/vcard", "vcf"),
    ("video/mp4", "mp4"),
];

/// What a file that has no name is called: a mail by its subject, anything else by its type. Blank where that says nothing.
fn name(part: &MessagePart<'_>) -> String {
    let kind = media_type(part).to_ascii_lowercase();
    if kind == "message/rfc822" {
        let subject = part.message().and_then(|mail| mail.subject()).map(line).unwrap_or_default();
        let subject: String = subject.replace(['/', '\\'], "-").chars().take(LONGEST_STEM).collect();
        return format!("{}.eml", if subject.is_empty() { "message" } else { subject.trim() });
    }
    let ending = ENDINGS.iter().find(|(known, _)| *known == kind).map(|(_, ending)| *ending);
    let known = ["audio", "image", "text", "video"].into_iter().find(|stem| kind.split('/').next() == Some(stem));
    let stem = known.unwrap_or("file");
    ending.map(|ending| format!("{stem}.{ending}")).unwrap_or_default()
}

fn media_type(part: &MessagePart<'_>) -> String {
    part.content_type()
        .map_or_else(String::new, |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")))
}

/// The Message-ID of a mail that is enclosed, whole (message/rfc822) or as its head alone (text/rfc822-headers, RFC 6522).
fn enclosed_ids(part: &MessagePart<'_>) -> Vec<String> {
    let is_head = part.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("text")
            && kind.subtype().is_some_and(|kind| kind.eq_ignore_ascii_case("rfc822-headers"))
    });
    let head = part.text_contents().filter(|_| is_head);
    let lines = head.into_iter().flat_map(str::lines);
    let named =
        lines.filter_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("message-id")));
    let whole = part.message().and_then(|mail| mail.message_id()).map(str::to_owned);
    named.flat_map(|(_, value)| ids(value)).chain(whole).collect()
}

fn unfolded(value: &str) -> String {
    value.split(['\r', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// One line without control characters.
fn line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(LONGEST_SUBJECT).collect()
}

/// What stands in angle brackets.
fn ids(text: &str) -> Vec<String> {
    let inside = text.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    inside.map(|(id, _)| id.trim().to_owned()).filter(|id| !id.is_empty() && id.len() <= 500).collect()
}

/// Everything in a header that could be an address.
fn addresses(text: &str) -> Vec<String> {
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')');
    let words = text.split(is_edge).filter(|word| word.contains('@') && word.len() <= 254);
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_read_as_its_sender_wrote_it() {
        let raw = "Message-ID: <1@a.example>\r\nFrom: =?utf-8?q?J=C3=BCrgen?= <j@a.example>\r\n\
            To: Support <support+7.abc@example.org>,\r\n other@example.org\r\nIn-Reply-To: <y@example.org>\r\n\
            References: <x@example.org>\r\n <y@example.org>\r\nSubject: =?utf-8?q?=C3=84rger?=\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n--b\r\nContent-Type: image/png\r\n\
            Content-Disposition: attachment; filename=\"../a.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
            iVBORw0KGgo=\r\n--b--\r\n";
        let mail = parse(raw.as_bytes());
        let (email, name) = mail.from.unwrap();
        assert_eq!((email.as_str(), name.as_deref()), ("j@a.example", Some("Jürgen")));
        assert_eq!(mail.recipients, ["support+7.abc@example.org", "other@example.org"]);
        assert_eq!(mail.refers_to, ["y@example.org", "y@example.org", "x@example.org"]);
        assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Ärger", "Grüße"));
        assert_eq!((mail.message_id.as_deref(), mail.machine), (Some("1@a.example"), None));
        assert_eq!((mail.files.len(), mail.files[0].media_type.as_str()), (1, "image/png"));
        assert!(mail.files[0].bytes.starts_with(b"\x89PNG"));
    }

    #[test]
    fn a_mail_from_several_or_from_nobody_has_no_sender() {
        for from in [
            "From: a@example.org, b@example.org\r\n",
            "From: a@example.org\r\nFrom: b@example.org\r\n",
            "From: <>\r\n",
            "",
        ] {
            assert!(parse(format!("{from}Subject: s\r\n\r\nx").as_bytes()).from.is_none(), "{from}");
        }
    }

    #[test]
    fn what_is_no_mail_is_read_as_an_empty_one() {
        let deep = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(2_000);
        let wide = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\nx\r\n".repeat(20_000));
        for raw in [b"".as_slice(), b"\0\xff\xfe", b"\r\n\r\n", deep.as_bytes(), wide.as_bytes()] {
            let mail = parse(raw);
            assert!(mail.from.is_none() && mail.files.len() <= MOST_FILES);
        }
    }
}
