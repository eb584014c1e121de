//! What a backup says it holds.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::base::{Error, Kind, Result, Time};

/// Rises when an older Gatehouse could not read what is made.
const FORMAT: u64 = 1;

/// What `manifest.json` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The version of Gatehouse that made it.
    pub version: String,
    /// The moment of the database.
    pub made_at: Time,
    /// How many migrations the database has.
    pub schema: u64,
    /// Rows by table, of those that people ask for.
    pub counts: BTreeMap<String, i64>,
    /// Files by name.
    pub parts: BTreeMap<String, Part>,
    /// SHA-256 of attached files that were gone or damaged already when it was made.
    pub missing: Vec<String>,
}

/// One file of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// In bytes.
    pub size: u64,
    /// SHA-256.
    pub hash: [u8; 32],
}

impl Manifest {
    /// As it is written.
    pub fn to_json(&self) -> String {
        let part =
            |(name, part): (&String, &Part)| json!({"name": name, "size": part.size, "sha256": hex::encode(part.hash)});
        let parts: Vec<Value> = self.parts.iter().map(part).collect();
        let all = json!({
            "format": FORMAT,
            "gatehouse": self.version,
            "made_at": self.made_at.to_milliseconds(),
            "schema": self.schema,
            "counts": self.counts,
            "missing": self.missing,
            "parts": parts,
        });
        format!("{all:#}\n")
    }

    /// Reads what [`Manifest::to_json`] wrote.
    pub fn parse(text: &[u8]) -> Result<Self> {
        let unreadable = || Error::new(Kind::Invalid, "The backup's manifest cannot be read.");
        let value: Value = serde_json::from_slice(text).map_err(|_| unreadable())?;
        match value["format"].as_u64() {
            Some(FORMAT) => {}
            Some(newer) if newer > FORMAT => {
                let by = value["gatehouse"].as_str().unwrap_or("a newer version");
                let what =
                    format!("This backup was made by Gatehouse {by}. Restore it with that version or a newer one.");
                return Err(Error::new(Kind::Conflict, what));
            }
            _ => return Err(unreadable()),
        }
        let read = || {
            let mut parts = BTreeMap::new();
            for part in value["parts"].as_array()? {
                let mut hash = [0; 32];
                hex::decode_to_slice(part["sha256"].as_str()?, &mut hash).ok()?;
                parts.insert(part["name"].as_str()?.to_owned(), Part { size: part["size"].as_u64()?, hash });
            }
            let count = |(name, count): (&String, &Value)| Some((name.clone(), count.as_i64()?));
            let text = |value: &Value| value.as_str().map(str::to_owned);
            Some(Self {
                version: text(&value["gatehouse"])?,
                made_at: Time::parse(value["made_at"].as_str()?)?,
                schema: value["schema"].as_u64()?,
                counts: value["counts"].as_object()?.iter().map(count).collect::<Option<_>>()?,
                missing: value["missing"].as_array()?.iter().map(text).collect::<Option<_>>()?,
                parts,
            })
        };
        read().ok_or_else(unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_back_as_it_was_written() {
        let manifest = Manifest {
            version: "0.1.0".into(),
            made_at: Time(1_778_068_800_123),
            schema: 15,
            counts: BTreeMap::from([("tickets".into(), 7)]),
            parts: BTreeMap::from([("gatehouse.db".into(), Part { size: 4_096, hash: [9; 32] })]),
            missing: vec!["ab".repeat(32)],
        };
        assert_eq!(Manifest::parse(manifest.to_json().as_bytes()).unwrap(), manifest);
        let newer = manifest.to_json().replace("\"format\": 1", "\"format\": 2");
        assert_eq!(Manifest::parse(newer.as_bytes()).unwrap_err().kind, Kind::Conflict);
        for text in ["", "{}", "[]", "{\"format\": 1}", "{\"format\": 0}"] {
            assert_eq!(Manifest::parse(text.as_bytes()).unwrap_err().kind, Kind::Invalid, "{text}");
        }
    }
}
