//! Secrets and signatures, as standardwebhooks.com has them: HMAC-SHA-256 over `id.timestamp.body`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::base::{Error, Result, Time, secret};

/// What a secret begins with where people see it.
const PREFIX: &str = "whsec_";

/// A new secret of 256 random bits.
pub(super) fn new_secret() -> Result<Zeroizing<Vec<u8>>> {
    Ok(Zeroizing::new(secret::random::<32>()?.to_vec()))
}

/// As people see it.
pub(super) fn shown(secret: &[u8]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(secret))
}

/// One signature, `v1,…`.
pub fn sign(secret: &[u8], message: &str, at: Time, body: &str) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(Error::internal)?;
    mac.update(format!("{message}.{}.", at.unix_seconds()).as_bytes());
    mac.update(body.as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// The header `webhook-signature`: one for each secret that is good at the moment.
pub fn signatures(secrets: &[Zeroizing<Vec<u8>>], message: &str, at: Time, body: &str) -> Result<String> {
    let all: Vec<String> = secrets.iter().map(|secret| sign(secret, message, at, body)).collect::<Result<_>>()?;
    Ok(all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_signed_as_published() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let (message, at, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", Time(1_614_265_330_000), r#"{"test": 2432232314}"#);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(sign(&secret, message, at, body).unwrap(), expected);
        assert_ne!(sign(&secret, message, at.plus(1_000), body).unwrap(), expected);
        let both = signatures(&[secret.clone().into(), vec![1; 32].into()], message, at, body).unwrap();
        assert!(both.starts_with(&format!("{expected} v1,")) && both.split(' ').count() == 2);
    }

    #[test]
    fn a_secret_is_256_random_bits_behind_its_prefix() {
        let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
        assert_ne!(*one, *other);
        let shown = shown(&one);
        assert_eq!(STANDARD.decode(shown.strip_prefix("whsec_").unwrap()).unwrap(), *one);
    }
}
