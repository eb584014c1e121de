//! The public key of a peer: base64 in JSON, bytes in memory.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The 32 bytes of a public key, whatever point they are: enough to tell a peer by. They are kept as four numbers, which compare
/// faster than bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyBytes([u64; 4]);

/// Bytes of each number.
const PART: usize = size_of::<u64>();

impl From<[u8; 32]> for KeyBytes {
    fn from(bytes: [u8; 32]) -> Self {
        let (parts, _) = bytes.as_chunks::<PART>();
        let mut numbers = [0; 4];
        for (number, part) in numbers.iter_mut().zip(parts) {
            *number = u64::from_be_bytes(*part);
        }
        Self(numbers)
    }
}

impl KeyBytes {
    /// The bytes, in their order.
    pub fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let (parts, _) = bytes.as_chunks_mut::<PART>();
        for (part, number) in parts.iter_mut().zip(self.0) {
            *part = number.to_be_bytes();
        }
        bytes
    }

    /// Reads canonical base64.
    ///
    /// Base64 with its padding and no stray bits is canonical as it stands: there is one text for 32 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        // As many bytes as that many characters of base64 may be.
        let mut bytes = [0; 33];
        let found = STANDARD.decode_slice(text, &mut bytes).ok()?;
        <[u8; 32]>::try_from(&bytes[..found]).ok().map(Self::from)
    }
}

impl Serialize for KeyBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.bytes()))
    }
}

impl<'de> Deserialize<'de> for KeyBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = KeyBytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("32 bytes in base64")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<KeyBytes, E> {
                KeyBytes::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_read_back_and_are_ordered_as_their_bytes(one in any::<[u8; 32]>(), other in any::<[u8; 32]>()) {
            let key = KeyBytes::from(one);
            prop_assert_eq!(key.bytes(), one);
            prop_assert_eq!(key.cmp(&KeyBytes::from(other)), one.cmp(&other));
            let text = serde_json::to_string(&key).unwrap();
            prop_assert_eq!(&text, &format!("\"{}\"", STANDARD.encode(one)));
            prop_assert_eq!(serde_json::from_str::<KeyBytes>(&text).unwrap(), key);
            // A slash may be escaped.
            let escaped = text.replace('/', "\\/");
            prop_assert_eq!(serde_json::from_str::<KeyBytes>(&escaped).unwrap(), key);
        }
    }

    #[test]
    fn only_the_canonical_text_of_32_bytes_is_read() {
        let text = STANDARD.encode([0; 32]);
        assert!(KeyBytes::parse(&text).is_some());
        let stray = format!("{}B=", &text[..42]);
        for wrong in ["", &text[..43], &text[..40], &stray, &format!("{text} "), &text.replace('=', "A")] {
            assert_eq!(KeyBytes::parse(wrong), None, "{wrong}");
        }
        let error = serde_json::from_str::<KeyBytes>("\"x\"").unwrap_err().to_string();
        assert!(error.contains("expected 32 bytes in base64"), "{error}");
    }
}
