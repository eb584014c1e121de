//! A stream under a passphrase, in pieces whose place in the stream is part of what is authenticated: none can be changed,
//! moved, repeated or cut off.
//!
//! | bytes | what |
//! |---|---|
//! | 19 | `gatehouse-backup-1` and a line feed |
//! | 4, 4, 4 | Argon2id (RFC 9106): memory in KiB, passes, lanes; big-endian |
//! | 16 | salt |
//! | 19 | beginning of every nonce |
//! | 65,552 each, the last one less | XChaCha20-Poly1305 of 65,536 bytes; the nonce ends in the piece's number and whether it is the last |
//!
//! This is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015). The head is the associated data of every piece.

use std::io::{self, Read, Write};

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::base::{Error, Kind, Result, Secret, secret};

/// What an encrypted backup begins with.
pub const MAGIC: &[u8; 19] = b"gatehouse-backup-1\n";
/// Bytes of a piece before it is encrypted.
const PIECE: usize = 65_536;
/// What encryption adds to it.
const TAG: usize = 16;
/// Bytes before the first piece.
const HEAD: usize = 19 + 12 + 16 + 19;
/// RFC 9106's second choice, for machines with little memory: 64 MiB, three passes; with one lane, because ours has one.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// The most that a head may ask of this machine.
const MOST: (u32, u32, u32) = (1024 * 1024, 16, 8);

/// What a backup is encrypted under.
pub struct Passphrase(Secret<Zeroizing<String>>);

impl Passphrase {
    /// Fewest characters.
    pub const SHORTEST: usize = 12;

    /// Takes a text that is long enough.
    pub fn parse(text: Zeroizing<String>) -> Result<Self> {
        if text.chars().count() < Self::SHORTEST {
            let what = format!("The passphrase must have at least {} characters.", Self::SHORTEST);
            return Err(Error::new(Kind::Invalid, what));
        }
        Ok(Self(Secret::new(text)))
    }

    fn key(&self, head: &Head) -> Result<XChaCha20Poly1305> {
        let (memory, passes, lanes) = head.cost;
        let params = Params::new(memory, passes, lanes, Some(32)).map_err(Error::internal)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(self.0.expose().as_bytes(), &head.salt, &mut *key)
            .map_err(Error::internal)?;
        Ok(XChaCha20Poly1305::new((&*key).into()))
    }
}

struct Head {
    cost: (u32, u32, u32),
    salt: [u8; 16],
    prefix: [u8; 19],
}

impl Head {
    fn bytes(&self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        let (memory, passes, lanes) = self.cost;
        let parts: [&[u8]; 6] =
            [MAGIC, &memory.to_be_bytes(), &passes.to_be_bytes(), &lanes.to_be_bytes(), &self.salt, &self.prefix];
        bytes.copy_from_slice(&parts.concat());
        bytes
    }

    /// What follows the magic; none when it asks for more than a backup ever does.
    fn read(source: &mut impl Read) -> io::Result<Option<Self>> {
        let mut number = || -> io::Result<u32> {
            let mut bytes = [0; 4];
            source.read_exact(&mut bytes)?;
            Ok(u32::from_be_bytes(bytes))
        };
        let cost = (number()?, number()?, number()?);
        let (mut salt, mut prefix) = ([0; 16], [0; 19]);
        source.read_exact(&mut salt)?;
        source.read_exact(&mut prefix)?;
        let fits = (8..=MOST.0).contains(&cost.0) && (1..=MOST.1).contains(&cost.1) && (1..=MOST.2).contains(&cost.2);
        Ok(fits.then_some(Self { cost, salt, prefix }))
    }
}

/// Pieces in their order.
struct Pieces {
    cipher: XChaCha20Poly1305,
    head: [u8; HEAD],
    prefix: [u8; 19],
    next: u32,
}

impl Pieces {
    fn nonce(&mut self, last: bool) -> io::Result<XNonce> {
        let mut nonce = [0; 24];
        nonce[..19].copy_from_slice(&self.prefix);
        nonce[19..23].copy_from_slice(&self.next.to_be_bytes());
        nonce[23] = u8::from(last);
        self.next = self.next.checked_add(1).ok_or_else(|| io::Error::other("a backup is too large to encrypt"))?;
        Ok(XNonce::from(nonce))
    }
}

/// Encrypts what is written to it. Nothing is complete before [`Encrypting::finish`].
pub struct Encrypting<W> {
    out: W,
    pieces: Pieces,
    buffer: Zeroizing<Vec<u8>>,
}

impl<W: Write> Encrypting<W> {
    /// Writes the head.
    pub fn begin(mut out: W, passphrase: &Passphrase) -> Result<Self> {
        let head = Head { cost: (MEMORY_KIB, PASSES, 1), salt: secret::random()?, prefix: secret::random()? };
        let cipher = passphrase.key(&head)?;
        out.write_all(&head.bytes()).map_err(Error::internal)?;
        let pieces = Pieces { cipher, head: head.bytes(), prefix: head.prefix, next: 0 };
        Ok(Self { out, pieces, buffer: Zeroizing::new(Vec::with_capacity(PIECE)) })
    }

    /// Writes the last piece.
    pub fn finish(mut self) -> io::Result<W> {
        self.piece(true)?;
        Ok(self.out)
    }

    fn piece(&mut self, last: bool) -> io::Result<()> {
        let nonce = self.pieces.nonce(last)?;
        let payload = Payload { msg: &self.buffer, aad: &self.pieces.head };
        let sealed = self.pieces.cipher.encrypt(&nonce, payload).map_err(|_| io::Error::other("cannot encrypt"))?;
        self.buffer.clear();
        self.out.write_all(&sealed)
    }
}

impl<W: Write> Write for Encrypting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece waits until something follows: only then is it known not to be the last.
        if self.buffer.len() == PIECE {
            self.piece(false)?;
        }
        let taken = bytes.len().min(PIECE - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Decrypts a stream. Nothing of a piece is given out before it has proved to be whole and in its place.
pub struct Decrypting<R> {
    source: R,
    pieces: Pieces,
    /// The next piece, still encrypted; empty after the last.
    ahead: Vec<u8>,
    plain: Zeroizing<Vec<u8>>,
    given: usize,
}

impl<R: Read> Decrypting<R> {
    /// Reads what follows the magic and proves the passphrase at the first piece.
    pub fn begin(mut source: R, passphrase: &Passphrase) -> Result<Self> {
        let damaged = |error: io::Error| Error::new(Kind::Invalid, format!("The backup is cut off ({error})."));
        let head = Head::read(&mut source).map_err(damaged)?;
        let head = head.ok_or_else(|| Error::new(Kind::Invalid, "The backup's first bytes are damaged."))?;
        let pieces = Pieces { cipher: passphrase.key(&head)?, head: head.bytes(), prefix: head.prefix, next: 0 };
        let mut this = Self { source, pieces, ahead: Vec::new(), plain: Zeroizing::default(), given: 0 };
        this.ahead = this.next_sealed().map_err(damaged)?;
        this.open().map_err(|_| {
            Error::new(Kind::Invalid, "The passphrase is wrong, or the first bytes of the backup are damaged.")
        })?;
        Ok(this)
    }

    fn next_sealed(&mut self) -> io::Result<Vec<u8>> {
        let mut sealed = Vec::with_capacity(PIECE + TAG);
        self.source.by_ref().take((PIECE + TAG) as u64).read_to_end(&mut sealed)?;
        Ok(sealed)
    }

    fn open(&mut self) -> io::Result<()> {
        let following = self.next_sealed()?;
        let sealed = std::mem::replace(&mut self.ahead, following);
        let nonce = self.pieces.nonce(self.ahead.is_empty())?;
        let payload = Payload { msg: &sealed, aad: &self.pieces.head };
        let opened = self.pieces.cipher.decrypt(&nonce, payload);
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "it is damaged or cut off");
        self.plain = Zeroizing::new(opened.map_err(|_| damaged())?);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Decrypting<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given == self.plain.len() && !self.ahead.is_empty() {
            self.open()?;
        }
        let rest = &self.plain[self.given..];
        let taken = rest.len().min(out.len());
        out[..taken].copy_from_slice(&rest[..taken]);
        self.given += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::parse(Zeroizing::new(text.to_owned())).unwrap()
    }

    /// As [`Encrypting::begin`] makes it, but cheap.
    fn encrypted(plain: &[u8]) -> Vec<u8> {
        let head = Head { cost: (8, 1, 1), salt: [1; 16], prefix: [2; 19] };
        let cipher = passphrase("correct horse").key(&head).unwrap();
        let pieces = Pieces { cipher, head: head.bytes(), prefix: head.prefix, next: 0 };
        let out = head.bytes().to_vec();
        let mut encrypting = Encrypting { out, pieces, buffer: Zeroizing::new(Vec::with_capacity(PIECE)) };
        encrypting.write_all(plain).unwrap();
        encrypting.finish().unwrap()
    }

    fn decrypted(sealed: &[u8], under: &str) -> std::result::Result<Vec<u8>, String> {
        let rest = sealed.strip_prefix(MAGIC.as_slice()).ok_or("no magic")?;
        let mut reader = Decrypting::begin(rest, &passphrase(under)).map_err(|error| error.to_string())?;
        let mut plain = Vec::new();
        reader.read_to_end(&mut plain).map_err(|error| error.to_string())?;
        Ok(plain)
    }

    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n % 251) as u8).collect()
    }

    #[test]
    fn a_stream_of_any_length_comes_back_under_its_passphrase_alone() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17] {
            let sealed = encrypted(&text(length));
            assert!(decrypted(&sealed, "correct horse").unwrap() == text(length), "{length}");
            assert!(decrypted(&sealed, "correct horsE").is_err());
        }
    }

    #[test]
    fn a_stream_that_was_cut_anywhere_is_noticed() {
        let sealed = encrypted(&text(2 * PIECE + 9));
        let ends = [HEAD, HEAD + PIECE + TAG, HEAD + 2 * (PIECE + TAG)];
        let near = ends.iter().flat_map(|end| end - 2..end + 3);
        for cut in near.chain([0, 19, 20, sealed.len() - 1]) {
            assert!(decrypted(&sealed[..cut], "correct horse").is_err(), "{cut}");
        }
    }

    #[test]
    fn pieces_that_were_moved_repeated_changed_or_added_are_noticed() {
        let plain = text(3 * PIECE);
        let sealed = encrypted(&plain);
        let (head, pieces) = sealed.split_at(HEAD);
        let pieces: Vec<&[u8]> = pieces.chunks(PIECE + TAG).collect();
        assert_eq!(pieces.len(), 3);
        for order in [[1, 0, 2].as_slice(), &[0, 2], &[0, 0, 1, 2], &[0, 1], &[0, 1, 2, 2], &[2]] {
            let made: Vec<u8> = order.iter().fold(head.to_vec(), |all, piece| [&all, pieces[*piece]].concat());
            assert!(decrypted(&made, "correct horse").is_err(), "{order:?}");
        }
        // Of the head: what it costs, the salt, the nonce; then of each piece.
        for place in [22, 26, 30, 31, 47, HEAD, HEAD + PIECE, HEAD + PIECE + TAG + 5, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(decrypted(&changed, "correct horse").is_err(), "{place}");
        }
        assert!(decrypted(&[sealed.as_slice(), b"x"].concat(), "correct horse").is_err());
    }

    #[test]
    fn a_head_that_asks_for_all_memory_is_refused() {
        let mut sealed = encrypted(b"x");
        sealed[19..23].copy_from_slice(&u32::MAX.to_be_bytes());
        assert!(decrypted(&sealed, "correct horse").unwrap_err().contains("damaged"));
    }
}
