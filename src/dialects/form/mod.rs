//! A form with files (RFC 7578), read as it comes in: fields as if they were JSON, files straight to disk.

mod disposition;
mod fields;
mod pieces;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::StreamExt;
use multer::{Constraints, Field, Multipart, SizeLimit};

use self::disposition::Disposition;
use self::fields::Fields;
pub use self::fields::Shape;
use self::pieces::Source;
use super::call::{Body, LARGEST as LARGEST_TEXT};
use crate::base::{Error, Kind, Result};
use crate::store::{Files, Written};
use crate::ticket::{FileName, MOST_FILES, MediaType, NewFile};

/// Largest form, in bytes.
pub const LARGEST: u64 = 110 << 20;
/// Largest file, in bytes.
const LARGEST_FILE: u64 = 10 << 20;
/// Most parts of a form.
const MOST_PARTS: usize = 128;
/// Longest wait for more.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a form was not taken.
pub enum Stop {
    /// Something is wrong with it.
    Wrong(Error),
    /// Its files are more than their sender may attach today: so many bytes and counting.
    TooMuch(u64),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Wrong(error)
    }
}

/// The form is larger than any may be.
pub fn too_large() -> Error {
    Error::new(Kind::TooLarge, "The form is larger than 110 MiB.")
}

fn malformed(text: &'static str) -> Error {
    Error::new(Kind::Malformed, text)
}

fn broken(error: multer::Error) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { .. } => too_large(),
        _ => malformed("The form could not be read. It must be multipart/form-data as in RFC 7578."),
    }
}

/// A form that has yet to be taken.
pub struct Form {
    source: Source,
    boundary: String,
}

impl Form {
    /// A body with its boundary.
    pub fn new(body: axum::body::Body, boundary: String) -> Self {
        Self { source: Source::new(body), boundary }
    }

    /// Reads all of it. When it stops, what it had written is gone again.
    pub async fn take(&self, files: &Files, shape: &Shape, left: u64) -> std::result::Result<Body, Stop> {
        let limit = Constraints::new().size_limit(SizeLimit::new().whole_stream(LARGEST));
        let mut parts = Multipart::with_constraints(self.source.pieces(), self.boundary.clone(), limit);
        let mut taken = Taken { files, left, shape, fields: Fields::default(), new: Vec::new(), written: Vec::new() };
        let mut count = 0;
        loop {
            self.source.seek();
            let Some(part) = in_time(parts.next_field()).await? else { break };
            self.source.flow();
            count += 1;
            if count > MOST_PARTS {
                return Err(malformed("The form has more than 128 parts.").into());
            }
            taken.part(part).await?;
        }
        taken.into_body()
    }

    /// Reads what is left of it, without keeping any.
    pub async fn drain(self) {
        self.source.flow();
        let (mut rest, mut size) = (self.source.pieces(), 0);
        while let Some(Ok(bytes)) = rest.next().await {
            size += bytes.len() as u64;
            if size > LARGEST {
                return;
            }
        }
    }
}

async fn in_time<T>(more: impl Future<Output = multer::Result<T>>) -> Result<T> {
    let late = |_| malformed("The form stopped coming in.");
    tokio::time::timeout(PATIENCE, more).await.map_err(late)?.map_err(broken)
}

/// What was read of a form so far.
struct Taken<'t> {
    files: &'t Files,
    shape: &'t Shape,
    left: u64,
    fields: Fields,
    new: Vec<NewFile>,
    written: Vec<Written>,
}

impl Taken<'_> {
    async fn part(&mut self, part: Field<'_>) -> std::result::Result<(), Stop> {
        let told = part.headers().get("content-disposition").map(|value| Disposition::parse(value.as_bytes()));
        let Disposition { name, filename } = told.unwrap_or_default();
        let name = name.ok_or_else(|| malformed("A part of the form has no name."))?;
        let (base, key) = fields::split(&name);
        match filename {
            Some(filename) if base == "attachments" => self.file(part, &filename).await,
            Some(_) => skip(part).await,
            None if base == "attachments" => {
                let text = "An attachment must be a file with a filename.";
                Err(Error::field("attachments", text).into())
            }
            None => {
                let text = self.text(part).await?;
                Ok(self.fields.add(self.shape, base, key, text)?)
            }
        }
    }

    async fn file(&mut self, mut part: Field<'_>, filename: &str) -> std::result::Result<(), Stop> {
        let claimed = part.headers().get("content-type").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut piece = in_time(part.chunk()).await?;
        while piece.as_ref().is_some_and(Bytes::is_empty) {
            piece = in_time(part.chunk()).await?;
        }
        // What browsers send for a file that was not chosen.
        if filename.is_empty() && piece.is_none() {
            return Ok(());
        }
        if self.written.len() == MOST_FILES {
            return Err(Error::field("attachments", "A message carries at most 10 files.").into());
        }
        let before: u64 = self.written.iter().map(|file| file.size).sum();
        let (mut incoming, mut head) = (self.files.begin().await?, Vec::with_capacity(MediaType::HEAD));
        while let Some(bytes) = piece {
            let size = incoming.size() + bytes.len() as u64;
            if size > LARGEST_FILE {
                return Err(Error::new(Kind::TooLarge, "A file may have at most 10 MiB.").into());
            }
            if before + size > self.left {
                return Err(Stop::TooMuch(before + size));
            }
            head.extend(bytes.iter().take(MediaType::HEAD - head.len()));
            incoming.write(&bytes).await?;
            piece = in_time(part.chunk()).await?;
        }
        let written = incoming.finish().await?;
        self.new.push(NewFile {
            name: FileName::of(filename),
            media_type: MediaType::of(&head, claimed.as_deref()),
            size: written.size,
            hash: written.hash,
        });
        self.written.push(written);
        Ok(())
    }

    async fn text(&mut self, mut part: Field<'_>) -> Result<String> {
        let mut bytes = Vec::new();
        while let Some(piece) = in_time(part.chunk()).await? {
            if self.fields.size + bytes.len() + piece.len() > LARGEST_TEXT {
                return Err(Error::new(Kind::TooLarge, "The fields of the form are larger than 1 MiB."));
            }
            bytes.extend(piece);
        }
        self.fields.size += bytes.len();
        String::from_utf8(bytes).map_err(|_| malformed("A field of the form is not UTF-8."))
    }

    fn into_body(self) -> std::result::Result<Body, Stop> {
        let bytes = self.fields.to_json()?;
        Ok(Body {
            bytes: bytes.into(),
            is_json: true,
            files: self.new,
            written: Arc::new(self.written),
            ..Body::default()
        })
    }
}

async fn skip(mut part: Field<'_>) -> std::result::Result<(), Stop> {
    while in_time(part.chunk()).await?.is_some() {}
    Ok(())
}
