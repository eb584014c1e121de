//! A form with files (RFC 7578), read as it comes in: fields as if they were JSON, files straight to disk.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{BodyDataStream, Bytes};
use futures_util::{Stream, StreamExt};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde::Serialize;
use serde_json::value::RawValue;

use super::call::{Body, LARGEST as LARGEST_TEXT};
use super::disposition::Disposition;
use crate::base::{Error, Kind, Result};
use crate::store::{Files, Written};
use crate::ticket::{FileName, MOST_FILES, MediaType, NewFile};

/// Largest form, in bytes.
pub const LARGEST: u64 = 110 << 20;
/// Largest file, in bytes.
const LARGEST_FILE: u64 = 10 << 20;
/// Most parts of a form.
const MOST_PARTS: usize = 128;
/// Longest head of a part, and anything else between the contents of two parts, in bytes.
const LONGEST_HEAD: usize = 64 << 10;
/// Longest wait for more.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the fields of a form are read; what is not named is text.
pub struct Shape {
    /// Whole numbers.
    pub numbers: &'static [&'static str],
    /// Lists of whole numbers: `tags[]`, `tags[0]`, or a JSON list.
    pub lists: &'static [&'static str],
    /// JSON objects, or `metadata[key]`.
    pub objects: &'static [&'static str],
}

impl Shape {
    /// Nothing but text.
    pub const TEXT: Self = Self { numbers: &[], lists: &[], objects: &[] };
}

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

/// Where the bytes of a form come from.
type Source = Arc<Mutex<BodyDataStream>>;

/// A form that has yet to be taken.
pub struct Form {
    source: Source,
    boundary: String,
}

impl Form {
    /// A body with its boundary.
    pub fn new(body: axum::body::Body, boundary: String) -> Self {
        Self { source: Arc::new(Mutex::new(body.into_data_stream())), boundary }
    }

    /// Reads all of it. When it stops, what it had written is gone again.
    pub async fn take(&mut self, files: &Files, shape: &Shape, left: u64) -> std::result::Result<Body, Stop> {
        let between = Arc::new(AtomicUsize::new(0));
        let stream = Pieces { source: self.source.clone(), between: between.clone(), rests: false };
        let limit = Constraints::new().size_limit(SizeLimit::new().whole_stream(LARGEST));
        let mut parts = Multipart::with_constraints(stream, self.boundary.clone(), limit);
        let mut taken = Taken { files, left, shape, fields: Fields::default(), new: Vec::new(), written: Vec::new() };
        let mut count = 0;
        loop {
            between.store(LONGEST_HEAD, Ordering::Relaxed);
            let Some(part) = in_time(parts.next_field()).await? else { break };
            between.store(usize::MAX, Ordering::Relaxed);
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
        let mut rest = Pieces { source: self.source, between: Arc::new(AtomicUsize::new(usize::MAX)), rests: false };
        let mut size = 0;
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

/// The bytes of a form, a piece at a time: the reader of forms takes all that is there before it looks at any, so after
/// each piece there is nothing for a moment. Between the contents of two parts only so many bytes come at all.
struct Pieces {
    source: Source,
    between: Arc<AtomicUsize>,
    rests: bool,
}

impl Stream for Pieces {
    type Item = std::result::Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rests) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let allowed = self.between.load(Ordering::Relaxed);
        if allowed == 0 {
            return Poll::Ready(Some(Err(malformed("A part of the form has too long a head."))));
        }
        let piece = self.source.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(context);
        piece.map(|piece| {
            let bytes = piece?.map_err(|_| malformed("The form could not be read."));
            if let Ok(bytes) = &bytes {
                self.rests = true;
                if allowed != usize::MAX {
                    self.between.store(allowed.saturating_sub(bytes.len()), Ordering::Relaxed);
                }
            }
            Some(bytes)
        })
    }
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
        let (base, key) = split(&name);
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
        let bytes = serde_json::to_vec(&self.fields.values).map_err(Error::internal)?;
        Ok(Body { bytes: bytes.into(), is_json: true, files: self.new, written: Arc::new(self.written) })
    }
}

async fn skip(mut part: Field<'_>) -> std::result::Result<(), Stop> {
    while in_time(part.chunk()).await?.is_some() {}
    Ok(())
}

/// The name of a field, and what stands in brackets behind it: `tags[]`, `metadata[browser]`.
fn split(name: &str) -> (&str, Option<&str>) {
    let bracketed = name.strip_suffix(']').and_then(|rest| rest.split_once('['));
    bracketed.map_or((name, None), |(base, key)| (base, Some(key)))
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Number(i64),
    List(Vec<Value>),
    Object(BTreeMap<String, String>),
    Json(Box<RawValue>),
}

impl Value {
    /// A whole number; what is none stays text, and is an error of its field later on.
    fn number(text: &str) -> Self {
        text.trim().parse().map_or_else(|_| Self::Text(text.to_owned()), Self::Number)
    }
}

#[derive(Default)]
struct Fields {
    values: BTreeMap<String, Value>,
    size: usize,
}

impl Fields {
    fn add(&mut self, shape: &Shape, base: &str, key: Option<&str>, text: String) -> Result<()> {
        let (is_blank, is_json) = (text.trim().is_empty(), key.is_none() && text.trim_start().starts_with(['[', '{']));
        let json = |text: String| serde_json::from_str(&text).map_or(Value::Text(text), Value::Json);
        let value = match key {
            _ if shape.lists.contains(&base) && !is_json => return self.push(base, &text),
            Some(key) if shape.objects.contains(&base) => return self.insert(base, key, text),
            None if shape.lists.contains(&base) => json(text),
            None if is_blank && (shape.objects.contains(&base) || shape.numbers.contains(&base)) => return Ok(()),
            None if shape.objects.contains(&base) => json(text),
            None if shape.numbers.contains(&base) => Value::number(&text),
            _ => Value::Text(text),
        };
        let name = key.map_or_else(|| base.to_owned(), |key| format!("{base}[{key}]"));
        self.values.insert(name, value).map_or(Ok(()), |_| Err(twice(base)))
    }

    /// Adds to a list, which a blank only makes.
    fn push(&mut self, name: &str, text: &str) -> Result<()> {
        match self.values.entry(name.to_owned()).or_insert_with(|| Value::List(Vec::new())) {
            Value::List(_) if text.trim().is_empty() => {}
            Value::List(values) => values.push(Value::number(text)),
            _ => return Err(twice(name)),
        }
        Ok(())
    }

    fn insert(&mut self, name: &str, key: &str, text: String) -> Result<()> {
        match self.values.entry(name.to_owned()).or_insert_with(|| Value::Object(BTreeMap::new())) {
            Value::Object(values) => values.insert(key.to_owned(), text).map_or(Ok(()), |_| Err(twice(name))),
            _ => Err(twice(name)),
        }
    }
}

fn twice(field: &str) -> Error {
    let name: String = field.chars().filter(|c| !c.is_control()).take(64).collect();
    Error::new(Kind::Malformed, format!("The field {name} is there twice."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { numbers: &["id"], lists: &["tags"], objects: &["meta"] };

    fn read(fields: &[(&str, &str)]) -> Result<String> {
        let mut read = Fields::default();
        for (name, text) in fields {
            let (base, key) = split(name);
            read.add(&SHAPE, base, key, (*text).to_owned())?;
        }
        serde_json::to_string(&read.values).map_err(Error::internal)
    }

    #[test]
    fn fields_read_as_the_json_that_they_stand_for() {
        for (fields, json) in [
            (&[("subject", "7"), ("id", "7")][..], r#"{"id":7,"subject":"7"}"#),
            (&[("id", ""), ("tags[]", "")], r#"{"tags":[]}"#),
            (&[("id", "x")], r#"{"id":"x"}"#),
            (&[("tags[]", "1"), ("tags[]", "2")], r#"{"tags":[1,2]}"#),
            (&[("tags[0]", "1"), ("tags[1]", "x")], r#"{"tags":[1,"x"]}"#),
            (&[("tags", "1"), ("tags", "2")], r#"{"tags":[1,2]}"#),
            (&[("tags", "[1, 2]")], r#"{"tags":[1, 2]}"#),
            (&[("meta", r#"{"n": 1e400}"#)], r#"{"meta":{"n": 1e400}}"#),
            (&[("meta", "{")], r#"{"meta":"{"}"#),
            (&[("meta[url]", "/a"), ("meta[browser]", "\"")], r#"{"meta":{"browser":"\"","url":"/a"}}"#),
            (&[("__proto__", "x"), ("a[b]", "c")], r#"{"__proto__":"x","a[b]":"c"}"#),
        ] {
            assert_eq!(read(fields).unwrap(), json, "{fields:?}");
        }
        for twice in [
            &[("subject", "a"), ("subject", "b")][..],
            &[("id", "1"), ("id", "1")],
            &[("tags", "[1]"), ("tags[]", "2")],
            &[("meta", "{}"), ("meta[a]", "b")],
            &[("meta[a]", "b"), ("meta[a]", "b")],
        ] {
            assert_eq!(read(twice).unwrap_err().kind, Kind::Malformed, "{twice:?}");
        }
    }
}
