//! Secrets: the instance's keys, sealing, and tokens that are stored only as their hash.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Error, Result};

/// A value that never shows in a log or an error.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Shows it, on purpose.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal(format!("no random bytes: {error}")))?;
    Ok(bytes)
}

/// A new token of 256 random bits behind a prefix that tells its kind, `ag_…`.
pub fn new_token(prefix: &str) -> Result<Secret<String>> {
    Ok(Secret::new(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random::<32>()?))))
}

/// What is stored of a token. SHA-256 is enough: there is nothing to guess in 256 random bits.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Where a sealed value lives; it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Table name.
    pub table: &'a str,
    /// Something that names the row for good.
    pub row: &'a str,
    /// Column name.
    pub column: &'a str,
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        [self.table, self.row, self.column].join("\0").into_bytes()
    }
}

fn sign(key: &[u8], text: &[u8]) -> Result<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Error::internal)?;
    mac.update(text);
    Ok(mac.finalize().into_bytes().into())
}

/// Everything derived from the instance secret.
#[derive(Clone)]
pub struct Keys {
    seal: XChaCha20Poly1305,
    session: Zeroizing<[u8; 32]>,
    chain: Zeroizing<[u8; 32]>,
    consent: Zeroizing<[u8; 32]>,
    mail: Zeroizing<[u8; 32]>,
    fleet: Zeroizing<[u8; 32]>,
    check: [u8; 32],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Derives every key from the 32 bytes of the instance secret (HKDF-SHA-256, RFC 5869).
    pub fn derive(secret: &[u8; 32]) -> Result<Self> {
        let hkdf = Hkdf::<Sha256>::new(None, secret);
        let key = |purpose: &str| -> Result<Zeroizing<[u8; 32]>> {
            let mut bytes = Zeroizing::new([0; 32]);
            hkdf.expand(purpose.as_bytes(), &mut *bytes).map_err(Error::internal)?;
            Ok(bytes)
        };
        let seal = key("gatehouse seal 1")?;
        Ok(Self {
            seal: XChaCha20Poly1305::new((&*seal).into()),
            session: key("gatehouse session 1")?,
            chain: key("gatehouse audit 1")?,
            consent: key("gatehouse consent 1")?,
            mail: key("gatehouse mail 1")?,
            fleet: key("gatehouse fleet 1")?,
            check: *key("gatehouse check 1")?,
        })
    }

    /// Signs sessions.
    pub fn session(&self) -> &[u8] {
        &*self.session
    }

    /// Tells whether a database was written under this secret; reveals nothing of it.
    pub fn check(&self) -> &[u8; 32] {
        &self.check
    }

    /// HMAC-SHA-256 of the audit chain's head.
    pub fn sign_head(&self, head: &[u8]) -> Result<[u8; 32]> {
        sign(&*self.chain, head)
    }

    /// HMAC-SHA-256 of what a person is asked to consent to.
    pub fn sign_consent(&self, asked: &[u8]) -> Result<[u8; 32]> {
        sign(&*self.consent, asked)
    }

    /// HMAC-SHA-256 of what a mail names that an answer may come back to.
    pub fn sign_mail(&self, named: &[u8]) -> Result<[u8; 32]> {
        sign(&*self.mail, named)
    }

    /// Signs for agents, which know the public half (Ed25519, RFC 8032): the public key, then the signature.
    pub fn sign_for_agents(&self, statement: &[u8]) -> Result<([u8; 32], [u8; 64])> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&*self.fleet).map_err(Error::internal)?;
        let public = pair.public_key().as_ref().try_into().map_err(Error::internal)?;
        Ok((public, pair.sign(statement).as_ref().try_into().map_err(Error::internal)?))
    }

    /// Encrypts a value for one place (XChaCha20-Poly1305): a random 24-byte nonce, then the ciphertext.
    pub fn seal(&self, place: Place<'_>, value: &[u8]) -> Result<Vec<u8>> {
        let nonce = random::<24>()?;
        let payload = Payload { msg: value, aad: &place.bytes() };
        let sealed = self.seal.encrypt(&XNonce::from(nonce), payload).map_err(Error::internal)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what [`Keys::seal`] made for the same place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let fault = || Error::internal(format!("{}.{} of {} does not open", place.table, place.column, place.row));
        let (nonce, ciphertext) = sealed.split_first_chunk::<24>().ok_or_else(fault)?;
        let payload = Payload { msg: ciphertext, aad: &place.bytes() };
        self.seal.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| fault())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place { table: "peers", row: "a", column: "private_key" };

    #[test]
    fn a_sealed_value_opens_in_its_own_place_only() {
        let keys = Keys::derive(&[7; 32]).unwrap();
        let sealed = keys.seal(PLACE, b"key").unwrap();
        assert_eq!(keys.open(PLACE, &sealed).unwrap().as_slice(), b"key");
        assert!(keys.open(Place { row: "b", ..PLACE }, &sealed).is_err());
        assert!(keys.open(Place { column: "preshared_key", ..PLACE }, &sealed).is_err());
        assert!(Keys::derive(&[8; 32]).unwrap().open(PLACE, &sealed).is_err());
    }

    #[test]
    fn a_sealed_value_that_was_cut_or_changed_does_not_open() {
        let keys = Keys::derive(&[7; 32]).unwrap();
        let sealed = keys.seal(PLACE, b"key").unwrap();
        for cut in 0..sealed.len() {
            assert!(keys.open(PLACE, &sealed[..cut]).is_err());
        }
        let mut changed = sealed.clone();
        changed[30] ^= 1;
        assert!(keys.open(PLACE, &changed).is_err());
    }

    #[test]
    fn agents_can_tell_what_was_signed_for_them() {
        let keys = Keys::derive(&[7; 32]).unwrap();
        let (public, signature) = keys.sign_for_agents(b"state").unwrap();
        let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, public);
        assert!(key.verify(b"state", &signature).is_ok());
        assert!(key.verify(b"stale", &signature).is_err());
        assert_ne!(Keys::derive(&[8; 32]).unwrap().sign_for_agents(b"state").unwrap().0, public);
    }

    #[test]
    fn a_secret_does_not_show_when_it_is_printed() {
        assert_eq!(format!("{:?}", Secret::new("ag_x")), "Secret(…)");
    }
}
