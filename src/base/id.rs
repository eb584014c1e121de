//! Ids that nobody can guess the meaning of.

use uuid::{NoContext, Timestamp, Uuid};

use super::Time;

/// A UUID v7 of this moment (RFC 9562): opaque to callers, in order of creation to an index.
pub fn new_uuid(now: Time) -> String {
    let millis = u64::try_from(now.0).unwrap_or_default();
    let timestamp = Timestamp::from_unix(NoContext, millis / 1_000, (millis % 1_000) as u32 * 1_000_000);
    Uuid::new_v7(timestamp).hyphenated().to_string()
}

/// The UUID v7 under which surfaces show a row that has none of its own: made of the row's time, of what it is (12 bits)
/// and of its number, so that it is the same whenever it is asked for, and no two rows share one.
pub fn of_row(created_at: Time, kind: u16, number: i64) -> String {
    let millis = created_at.0.cast_unsigned() & 0xffff_ffff_ffff;
    let high = millis << 16 | 0x7000 | u64::from(kind & 0x0fff);
    let low = 1 << 63 | number.cast_unsigned() & 0x3fff_ffff_ffff_ffff;
    Uuid::from_u64_pair(high, low).hyphenated().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uuid_of_a_row_is_a_version_7_one_and_its_own() {
        let of = |at, kind, number| of_row(Time(at), kind, number);
        let id = Uuid::parse_str(&of(1_778_068_800_123, 1, 42)).unwrap();
        assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
        assert_eq!(id.get_timestamp().map(|at| at.to_unix()), Some((1_778_068_800, 123_000_000)));
        assert_eq!(of(5, 1, 42), of(5, 1, 42));
        let others = [of(5, 1, 42), of(6, 1, 42), of(5, 2, 42), of(5, 1, 43)];
        assert_eq!(std::collections::BTreeSet::from(others).len(), 4);
    }
}
