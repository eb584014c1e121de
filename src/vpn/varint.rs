//! Numbers in as few bytes as they need: seven bits a byte, lowest first, the eighth says that more follow (LEB128). Zigzag folds
//! the sign of a difference into the lowest bit, so that small ones stay short.

/// Folds the sign in.
pub fn fold(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

/// The reverse of [`fold`].
pub fn unfold(folded: u64) -> i64 {
    (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed()
}

/// Writes a number.
pub fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// What is still to be read; what cannot be read is none.
pub struct Rest<'b>(pub &'b [u8]);

impl Rest<'_> {
    /// The next number.
    pub fn varint(&mut self) -> Option<u64> {
        self.short().or_else(|| self.any())
    }

    /// A number of at most eight bytes with as many bytes from its first on, which most are: all of it at once, as an answer may
    /// read millions.
    fn short(&mut self) -> Option<u64> {
        let word = u64::from_le_bytes(*self.0.first_chunk()?);
        let ends = !word & 0x8080_8080_8080_8080;
        let length = ends.trailing_zeros() / 8 + 1;
        let tail = self.0.get(length as usize..).filter(|_| length <= 8)?;
        // Up to the lowest bit that is set among the ends.
        let own = word & (ends ^ (ends - 1)) & 0x7f7f_7f7f_7f7f_7f7f;
        // Neighbours move together: groups of 7 bits become such of 14, of 28, of 56.
        let pairs = own & 0x007f_007f_007f_007f | (own & 0x7f00_7f00_7f00_7f00) >> 1;
        let fours = pairs & 0x0000_3fff_0000_3fff | (pairs & 0x3fff_0000_3fff_0000) >> 2;
        self.0 = tail;
        Some(fours & 0x0fff_ffff | (fours & 0x0fff_ffff_0000_0000) >> 4)
    }

    fn any(&mut self) -> Option<u64> {
        let mut number = 0;
        for index in 0..10 {
            let byte = *self.0.get(index)?;
            number |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.0 = self.0.get(index + 1..)?;
                // The tenth byte has room for one bit.
                return (index < 9 || byte == 1).then_some(number);
            }
        }
        None
    }

    /// So many bytes.
    pub fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk()?;
        self.0 = tail;
        Some(*head)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_number_reads_back_wherever_it_stands(
            number in (any::<u64>(), 0..64_u32).prop_map(|(number, less)| number >> less),
            behind in proptest::collection::vec(any::<u8>(), 0..12),
        ) {
            let mut bytes = Vec::new();
            put(&mut bytes, number);
            let length = bytes.len();
            prop_assert_eq!(length, (64 - number.leading_zeros()).div_ceil(7).max(1) as usize);
            prop_assert!((0..length).all(|cut| Rest(&bytes[..cut]).varint().is_none()));
            bytes.extend(&behind);
            let mut rest = Rest(&bytes);
            prop_assert_eq!(rest.varint(), Some(number));
            prop_assert_eq!(rest.0, behind);
        }

        #[test]
        fn reading_at_once_and_byte_by_byte_come_to_the_same(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
            let (mut at_once, mut byte_by_byte) = (Rest(&bytes), Rest(&bytes));
            if let Some(number) = at_once.short() {
                prop_assert_eq!(byte_by_byte.any(), Some(number));
                prop_assert_eq!(at_once.0, byte_by_byte.0);
            } else {
                prop_assert_eq!(at_once.0.len(), bytes.len());
            }
        }

        #[test]
        fn what_is_folded_unfolds(number in any::<i64>()) {
            prop_assert_eq!(unfold(fold(number)), number);
        }
    }
}
