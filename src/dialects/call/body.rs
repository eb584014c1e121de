//! What was sent, read only once it is known that the caller may send it.

use std::sync::Arc;

use axum::body::Bytes;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::locate::locate;
use super::misfit::misfit;
use crate::base::{Error, Kind, Result};
use crate::dialects::given;
use crate::store::Written;
use crate::ticket::NewFile;

/// Largest body that is not a form with files, in bytes.
pub const LARGEST: usize = 1 << 20;
/// The same of an agent: what 65,536 devices did, the most that one server has.
pub(super) const LARGEST_REPORT: usize = 12 << 20;

/// A body: JSON, or the fields of a form as if they were JSON, and files.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub(in crate::dialects) bytes: Bytes,
    pub(in crate::dialects) is_json: bool,
    pub(in crate::dialects) is_form: bool,
    pub(in crate::dialects) files: Vec<NewFile>,
    /// The same files, on disk and not yet kept.
    pub(in crate::dialects) written: Arc<Vec<Written>>,
}

impl Body {
    /// The files that were sent beside the fields.
    pub fn files(&self) -> &[NewFile] {
        &self.files
    }

    /// Reads JSON. A wrong type is an error of its field, anything else that is not JSON is malformed.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        if !self.is_json {
            return Err(Error::new(Kind::Unsupported, "Send JSON, with Content-Type: application/json."));
        }
        // Once for all of it: that costs less than looking at each text by itself.
        let text =
            std::str::from_utf8(&self.bytes).map_err(|_| Error::new(Kind::Malformed, "The body is not valid JSON."))?;
        // A list would be taken for the fields in their order.
        if text.bytes().find(|byte| !byte.is_ascii_whitespace()) == Some(b'[') {
            let read = serde_json::from_str::<serde::de::IgnoredAny>(text);
            return Err(read.map_or_else(|error| wrong(text, &error), |_| no_object()));
        }
        serde_json::from_str(text).map_err(|error| wrong(text, &error))
    }

    /// The fields of a form, in the order in which they were sent (application/x-www-form-urlencoded).
    pub fn read_form(&self) -> Result<Vec<(String, String)>> {
        if !self.is_form {
            let what = "Send a form, with Content-Type: application/x-www-form-urlencoded.";
            return Err(Error::new(Kind::Unsupported, what));
        }
        given::pairs(&self.bytes)
    }

    /// Reads JSON where there is a body at all.
    pub fn read_if_any<T: DeserializeOwned + Default>(&self) -> Result<T> {
        if self.bytes.is_empty() { Ok(T::default()) } else { self.read() }
    }

    /// Adds all of it to a hash.
    pub(super) fn hash(&self, hash: &mut Sha256) {
        hash.update(&self.bytes);
        for file in &self.files {
            hash.update([0]);
            hash.update(file.name.as_str());
            hash.update([0]);
            hash.update(file.media_type.as_str());
            hash.update(file.hash);
        }
    }
}

fn no_object() -> Error {
    Error::new(Kind::Malformed, "The body must be a JSON object.")
}

/// What is wrong with a text that cannot be read.
fn wrong(text: &str, error: &serde_json::Error) -> Error {
    if !error.is_data() {
        return Error::new(Kind::Malformed, format!("The body is not valid JSON: {error}."));
    }
    let Some(path) = locate(text, error) else { return no_object() };
    let said = error.to_string();
    let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
    Error::field(path, misfit(what))
}
