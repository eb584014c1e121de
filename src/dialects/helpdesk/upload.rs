//! A file that comes in: the body itself, or the `file` of a form; on disk before anything is done with it.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use http_body_util::BodyExt;
use multer::{Constraints, Multipart, SizeLimit};

use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::dialects::answer::Failure;
use crate::dialects::call::{Call, WayIn};
use crate::store::{Incoming, Written};

/// Largest body, in bytes.
const LARGEST: u64 = 110 << 20;
/// Parts of a form at most.
const PARTS: usize = 100;
/// Longest value of a field that is not the file, in bytes.
const FIELD: u64 = 1 << 10;
/// Types under which CSV is sent.
const CSV: [&str; 4] = ["text/csv", "application/csv", "application/vnd.ms-excel", "text/plain"];

/// A call of somebody who has signed in, or of a program, whose body has yet to come.
pub struct Announced {
    /// The call, with an empty body.
    pub call: Call,
    content_type: String,
    body: Body,
}

impl FromRequest<App> for Announced {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Failure> {
        let way_in = WayIn::of_user(&request, app)?;
        let (parts, body) = request.into_parts();
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        Ok(Self { call: Call::begin(parts, app, way_in)?, content_type, body })
    }
}

/// A file, and the form's other say.
pub struct Received {
    /// Gone when it is dropped.
    pub file: Written,
    /// The form's `dryRun`.
    pub dry_run: Option<String>,
}

impl Announced {
    /// Receives the file.
    pub async fn receive(self) -> Result<(Call, Received)> {
        let media = self.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let file = self.call.app().files.begin().await?;
        let received = match media.as_str() {
            "multipart/form-data" => form(file, self.body, &self.content_type).await?,
            media if CSV.contains(&media) => Received { file: whole(file, self.body).await?, dry_run: None },
            _ => {
                let what = "Send CSV, with Content-Type: text/csv, or a form (multipart/form-data) with a file.";
                return Err(Error::new(Kind::Unsupported, what));
            }
        };
        Ok((self.call, received))
    }
}

async fn whole(mut file: Incoming, mut body: Body) -> Result<Written> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Error::new(Kind::Malformed, "The body could not be read."))?;
        if let Ok(bytes) = frame.into_data() {
            add(&mut file, &bytes).await?;
        }
    }
    file.finish().await
}

async fn add(file: &mut Incoming, bytes: &[u8]) -> Result<()> {
    if file.size() + bytes.len() as u64 > LARGEST {
        return Err(Error::new(Kind::TooLarge, "The file is larger than 110 MiB. Send it in parts."));
    }
    file.write(bytes).await
}

async fn form(file: Incoming, body: Body, content_type: &str) -> Result<Received> {
    let boundary = multer::parse_boundary(content_type).map_err(malformed)?;
    let limits = SizeLimit::new().whole_stream(LARGEST + (1 << 20)).for_field("dryRun", FIELD);
    let constraints = Constraints::new().size_limit(limits);
    let mut parts = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let (mut incoming, mut written, mut dry_run, mut count) = (Some(file), None, None, 0);
    while let Some(mut part) = parts.next_field().await.map_err(malformed)? {
        count += 1;
        if count > PARTS {
            return Err(Error::new(Kind::Malformed, "The form has too many parts."));
        }
        let name = part.name().map(str::to_owned);
        match name.as_deref() {
            Some("file") => {
                let once = || Error::field("file", "Send one file.");
                let mut file = incoming.take().ok_or_else(once)?;
                while let Some(bytes) = part.chunk().await.map_err(malformed)? {
                    add(&mut file, &bytes).await?;
                }
                written = Some(file.finish().await?);
            }
            Some("dryRun") => dry_run = Some(part.text().await.map_err(malformed)?),
            _ => {}
        }
    }
    let file = written.ok_or_else(|| Error::field("file", "The file field is required."))?;
    Ok(Received { file, dry_run })
}

fn malformed(error: multer::Error) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            Error::new(Kind::TooLarge, "The form is larger than 110 MiB. Send the file in parts.")
        }
        _ => Error::new(Kind::Malformed, "The form could not be read."),
    }
}
