//! Where sealed bytes lie: places of fixed sizes, filled and blanked where they are.
//!
//! Sizes double, so that a place tells little of what is in it, and one that was blanked fits the next of its size.

use zeroize::Zeroizing;

use crate::base::{Error, Place, Result};
use crate::store::{Conn, Tx, params};

/// The smallest place, in bytes.
const SMALLEST: usize = 1_024;
/// What sealing adds: a nonce and a tag.
const SEAL: usize = 24 + 16;
/// The length of the text, before it is filled up.
const LENGTH: usize = 4;

fn sealed_under(row: &str) -> Place<'_> {
    Place { table: "credentials", row, column: "sealed" }
}

/// The text, filled up to what its place holds.
fn padded(text: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let length = u32::try_from(text.len()).map_err(Error::internal)?;
    let mut size = SMALLEST;
    while size < text.len() + LENGTH + SEAL {
        size *= 2;
    }
    // Made at its full size: a vector that grows leaves copies behind.
    let mut padded = Zeroizing::new(vec![0; size - SEAL]);
    padded[..LENGTH].copy_from_slice(&length.to_be_bytes());
    padded[LENGTH..LENGTH + text.len()].copy_from_slice(text);
    Ok(padded)
}

fn unpadded(padded: &[u8]) -> Result<&[u8]> {
    let cut = || Error::internal("a credential is cut");
    let (length, rest) = padded.split_first_chunk::<LENGTH>().ok_or_else(cut)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(Error::internal)?;
    rest.get(..length).ok_or_else(cut)
}

/// Seals a text into a free place, or a new one; answers which.
pub(super) fn fill(tx: &Tx<'_>, row: &str, text: &[u8]) -> Result<i64> {
    let sealed = tx.keys().seal(sealed_under(row), &padded(text)?)?;
    let size = i64::try_from(sealed.len()).map_err(Error::internal)?;
    let free = tx.one(
        "select p.id from credential_places p
         where p.size = :size and not exists (select 1 from credentials c where c.place_id = p.id)
         order by p.id limit 1",
        params! {":size": size},
        |row| row.get::<i64>("id"),
    )?;
    let Some(free) = free else {
        return tx.insert(
            "insert into credential_places (size, sealed) values (:size, :sealed)",
            params! {":size": size, ":sealed": sealed},
        );
    };
    tx.execute(
        "update credential_places set sealed = :sealed where id = :id",
        params! {":sealed": sealed, ":id": free},
    )?;
    Ok(free)
}

/// Opens what lies in a place.
pub(super) fn open(conn: &Conn<'_>, row: &str, place: i64) -> Result<Zeroizing<Vec<u8>>> {
    let sealed = conn.one("select sealed from credential_places where id = :id", params! {":id": place}, |row| {
        row.get::<Vec<u8>>("sealed")
    })?;
    let sealed = sealed.ok_or_else(|| Error::internal("a credential has no place"))?;
    let padded = conn.keys().open(sealed_under(row), &sealed)?;
    unpadded(&padded).map(|text| Zeroizing::new(text.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_length_comes_back_out_of_a_place_of_a_fixed_size() {
        for length in [0, 1, 979, 980, 981, 5_000, 130_000] {
            let text = vec![7; length];
            let padded = padded(&text).unwrap();
            assert!((padded.len() + SEAL).is_power_of_two());
            assert_eq!(unpadded(&padded).unwrap(), text);
        }
        assert!(unpadded(&[0, 0]).is_err() && unpadded(&[0, 0, 0, 9, 1]).is_err());
    }
}
