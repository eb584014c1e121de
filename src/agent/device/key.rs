//! WireGuard keys: 32 bytes, written base64 for people and configuration, lower-case hex on the UAPI socket.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroize;

/// A Curve25519 key, public or private, or a preshared key: 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 32]);

/// The text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAKey;

impl fmt::Display for NotAKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a WireGuard key is 32 bytes: 44 characters of base64 ending in `=`, or 64 of hex")
    }
}

impl std::error::Error for NotAKey {}

impl Key {
    /// Stands for "no key" on both of a device's interfaces (UAPI `preshared_key`, `WGPEER_A_PRESHARED_KEY`).
    pub const ZERO: Key = Key([0; 32]);

    /// A new private key from the system's randomness, clamped as `wg genkey` does (RFC 7748, section 5).
    pub fn generate() -> Key {
        let secret = StaticSecret::random();
        Key(*secret.as_bytes()).clamped()
    }

    /// The public half of a private key.
    pub fn public_from_private(private: &Key) -> Key {
        // `StaticSecret` wipes itself; only our own copy stays with the caller.
        Key(PublicKey::from(&StaticSecret::from(private.0)).to_bytes())
    }

    /// The private key as every device stores it: RFC 7748, section 5 fixes five bits, so a device that was given other
    /// bits shows these.
    pub fn clamped(mut self) -> Key {
        self.0[0] &= 248;
        self.0[31] = (self.0[31] & 127) | 64;
        self
    }

    /// Whether this stands for "no key".
    pub fn is_zero(&self) -> bool {
        self.0 == [0; 32]
    }

    /// Reads 44 characters of base64 with padding, as `wg` and configuration files write keys.
    pub fn from_base64(text: &str) -> Result<Key, NotAKey> {
        let mut bytes = [0; 33];
        if text.len() != 44 {
            return Err(NotAKey);
        }
        let length = STANDARD.decode_slice(text, &mut bytes).map_err(|_| NotAKey)?;
        let key = bytes[..length].try_into().map(Key).map_err(|_| NotAKey);
        bytes.zeroize();
        key
    }

    /// 44 characters of base64.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads 64 hex digits of either case, as the UAPI socket writes keys.
    pub fn from_hex(text: &[u8]) -> Result<Key, NotAKey> {
        let text: &[u8; 64] = text.try_into().map_err(|_| NotAKey)?;
        // Without a branch or a table, so that the compiler does 16 digits at once: a device of 10,000 peers has 20,000 keys.
        let mut nibbles = [0; 64];
        let mut wrong = false;
        for (nibble, byte) in nibbles.iter_mut().zip(text) {
            let (digit, letter) = (byte.wrapping_sub(b'0'), (byte | 0x20).wrapping_sub(b'a'));
            wrong |= digit > 9 && letter > 5;
            *nibble = if digit > 9 { letter.wrapping_add(10) } else { digit };
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(nibbles.as_chunks::<2>().0) {
            *byte = (pair[0] << 4) | (pair[1] & 15);
        }
        if wrong { Err(NotAKey) } else { Ok(Key(bytes)) }
    }

    /// Appends 64 lower-case hex digits.
    pub fn push_hex(&self, text: &mut String) {
        for byte in self.0 {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from(HEX[usize::from(nibble)]));
            }
        }
    }

    /// 64 lower-case hex digits.
    pub fn to_hex(&self) -> String {
        let mut text = String::with_capacity(64);
        self.push_hex(&mut text);
        text
    }
}

impl Zeroize for Key {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Key {
    /// Keys are never printed: the type serves private ones too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 7748, section 6.1: Alice's private and public key.
    const PRIVATE: &str = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
    const PUBLIC: &str = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";

    #[test]
    fn the_public_key_is_that_of_rfc_7748() {
        let private = Key::from_hex(PRIVATE.as_bytes()).unwrap();
        assert_eq!(Key::public_from_private(&private).to_hex(), PUBLIC);
        assert_eq!(Key::public_from_private(&private.clamped()).to_hex(), PUBLIC);
    }

    #[test]
    fn a_generated_key_is_clamped_and_new_each_time() {
        let key = Key::generate();
        assert_eq!(key, key.clamped());
        assert_ne!(key, Key::generate());
    }

    #[test]
    fn a_key_never_prints_itself() {
        assert_eq!(format!("{:?}", Key([7; 32])), "Key(…)");
    }

    #[test]
    fn what_is_not_32_bytes_is_no_key() {
        for text in ["", "AAAA", &"A".repeat(44), &"A".repeat(42), &("A".repeat(43) + "!")] {
            assert_eq!(Key::from_base64(text), Err(NotAKey), "{text}");
        }
        for text in ["", "00", &"0".repeat(63), &"0".repeat(65)] {
            assert_eq!(Key::from_hex(text.as_bytes()), Err(NotAKey), "{text}");
        }
        for byte in 0..=u8::MAX {
            let text = [&[b'0'; 40][..], &[byte], &[b'f'; 23]].concat();
            assert_eq!(Key::from_hex(&text).is_ok(), byte.is_ascii_hexdigit(), "{byte}");
        }
    }

    proptest! {
        #[test]
        fn both_spellings_read_back(bytes: [u8; 32]) {
            let key = Key(bytes);
            prop_assert_eq!(Key::from_base64(&key.to_base64()), Ok(key));
            prop_assert_eq!(Key::from_hex(key.to_hex().as_bytes()), Ok(key));
            prop_assert_eq!(Key::from_hex(key.to_hex().to_uppercase().as_bytes()), Ok(key));
        }
    }
}
