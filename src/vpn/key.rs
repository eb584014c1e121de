//! WireGuard keys as text: base64 of 32 bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::base::{Error, Result, secret};

/// A public key that a peer can use: 32 bytes that are not one of the points of low order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeyText(String);

impl PublicKeyText {
    /// Reads base64; refuses keys of low order, with which everybody would agree on the same secret.
    pub fn parse(field: &'static str, text: &str) -> Result<Self> {
        let wrong = || Error::field(field, "The public key must be 32 bytes in base64, as `wg pubkey` prints it.");
        let bytes: [u8; 32] = STANDARD.decode(text.trim()).ok().and_then(|b| b.try_into().ok()).ok_or_else(wrong)?;
        let shared = StaticSecret::from([0x42; 32]).diffie_hellman(&PublicKey::from(bytes));
        if !shared.was_contributory() {
            return Err(wrong());
        }
        Ok(Self(STANDARD.encode(bytes)))
    }

    /// Canonical base64.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A new private key and its public key.
pub fn new_pair() -> Result<(Zeroizing<String>, PublicKeyText)> {
    let private = StaticSecret::from(secret::random::<32>()?);
    let public = PublicKey::from(&private);
    Ok((Zeroizing::new(STANDARD.encode(private.as_bytes())), PublicKeyText(STANDARD.encode(public.as_bytes()))))
}

/// A new preshared key.
pub fn new_preshared() -> Result<Zeroizing<String>> {
    Ok(Zeroizing::new(STANDARD.encode(secret::random::<32>()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_reads_back() {
        let (_, public) = new_pair().unwrap();
        assert_eq!(PublicKeyText::parse("publicKey", public.as_str()).unwrap(), public);
    }

    #[test]
    fn short_zero_and_low_order_keys_are_refused() {
        let one = {
            let mut bytes = [0; 32];
            bytes[0] = 1;
            STANDARD.encode(bytes)
        };
        for text in ["", "abc", &STANDARD.encode([0; 32]), &STANDARD.encode([7; 31]), &one] {
            assert!(PublicKeyText::parse("publicKey", text).is_err(), "{text}");
        }
    }
}
