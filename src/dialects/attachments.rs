//! How an attachment is shown, and how its bytes are handed out.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::io::AsyncReadExt;
use utoipa::ToSchema;

use super::answer::Failure;
use super::call::Call;
use super::flow::{self, Outlet};
use super::given;
use crate::base::{Error, Result};
use crate::ticket::{self, Attachment, MediaType};

/// Bytes that are read and sent at once.
const PIECE: usize = 64 * 1024;

/// A file of a message.
#[derive(Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct FileView<'f> {
    id: i64,
    filename: &'f str,
    size: u64,
    mime_type: &'f str,
    /// Where it is downloaded.
    url: String,
}

impl<'f> From<&'f Attachment> for FileView<'f> {
    fn from(file: &'f Attachment) -> Self {
        Self {
            id: file.id,
            filename: &file.filename,
            size: file.size,
            mime_type: &file.mime_type,
            url: format!("/api/attachments/{}", file.id),
        }
    }
}

/// Sends the bytes of an attachment, for whoever may see its message: to be saved, never to be shown as a page of ours.
pub async fn download(call: &Call, id: String) -> std::result::Result<Response, Failure> {
    let found = call.read(move |conn, actor| ticket::attachment(conn, actor, given::id(&id)?)).await?;
    let id = found.id;
    let file = match call.app().files.read(&found.hash).await {
        Ok(file) => file,
        Err(error) => {
            // It may have been purged in between.
            call.read(move |conn, actor| ticket::attachment(conn, actor, id)).await?;
            return Err(error.into());
        }
    };
    let (outlet, body) = flow::pieces();
    let size = found.size;
    tokio::spawn(async move {
        if let Err(error) = pour(file, outlet, size).await {
            tracing::debug!(%error, "an attachment broke off");
        }
    });
    headed(&found, body).map_err(Failure)
}

fn headed(file: &Attachment, body: Body) -> Result<Response> {
    let text = |text: &str| HeaderValue::from_str(text).map_err(Error::internal);
    let headers: [(HeaderName, HeaderValue); 6] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type(file))),
        (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
        (header::CONTENT_DISPOSITION, text(&disposition(&file.filename))?),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    let mut response = (StatusCode::OK, body).into_response();
    response.headers_mut().extend(headers);
    Ok(response)
}

/// Mails are told to be mails: nobody but staff gets one, and to save it.
fn media_type(file: &Attachment) -> &'static str {
    if file.is_raw { "message/rfc822" } else { MediaType::to_send(&file.mime_type) }
}

/// `attachment` with the name of the file (RFC 6266), for old readers with `_` for what ASCII lacks, and whole (RFC 8187).
fn disposition(name: &str) -> String {
    let plain = |c: char| if c == ' ' || (c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%')) { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let mut whole = String::new();
    for byte in name.bytes() {
        match byte {
            b if b.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&b) => whole.push(char::from(b)),
            b => whole.push_str(&format!("%{b:02X}")),
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{whole}")
}

async fn pour(file: tokio::fs::File, outlet: Outlet, size: u64) -> Result<()> {
    let mut file = file.take(size);
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut file).take(PIECE as u64).read_to_end(&mut piece).await.map_err(Error::internal)?;
        if piece.is_empty() {
            return outlet.end().await;
        }
        outlet.send(piece).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_twice_and_ends_no_header() {
        for (name, told) in [
            ("report.pdf", "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf"),
            ("a\"b\\c.txt", "attachment; filename=\"a_b_c.txt\"; filename*=UTF-8''a%22b%5Cc.txt"),
            ("50%25.txt", "attachment; filename=\"50_25.txt\"; filename*=UTF-8''50%2525.txt"),
            ("naïve €.txt", "attachment; filename=\"na_ve _.txt\"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt"),
            (
                "x\r\nSet-Cookie: a",
                "attachment; filename=\"x__Set-Cookie: a\"; filename*=UTF-8''x%0D%0ASet-Cookie%3A%20a",
            ),
        ] {
            assert_eq!(disposition(name), told);
        }
    }
}
