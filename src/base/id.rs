//! Ids that nobody can guess the meaning of.

use uuid::{NoContext, Timestamp, Uuid};

use super::Time;

/// A UUID v7 of this moment (RFC 9562): opaque to callers, in order of creation to an index.
pub fn new_uuid(now: Time) -> String {
    let millis = u64::try_from(now.0).unwrap_or_default();
    let timestamp = Timestamp::from_unix(NoContext, millis / 1_000, (millis % 1_000) as u32 * 1_000_000);
    Uuid::new_v7(timestamp).hyphenated().to_string()
}
