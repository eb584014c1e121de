//! What is held compressed, and sent so to whoever takes it.

use std::io::{Read, Write};

use axum::http::{HeaderMap, header};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::base::{Error, Result};

/// Whether a coding is among those that a request accepts, with a weight other than 0 (RFC 9110, 12.5.3).
pub fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok());
        named && weight != Some(0.0)
    })
}

/// As gzip (RFC 1952).
pub fn pack(plain: &[u8]) -> Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(plain).and_then(|()| packed.finish()).map_err(Error::internal)
}

/// What [`pack`] was given.
pub fn unpack(packed: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut plain).map_err(Error::internal)?;
    Ok(plain)
}
