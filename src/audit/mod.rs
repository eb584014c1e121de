//! The audit log: every change and every login, hash-chained, in the transaction of the change.
//!
//! `record` adds a row, `list` reads them back for admins, `sought` is what they look for, `verify` checks chain and signed head.

mod list;
mod record;
mod sought;
mod verify;

pub use list::{Entry, Found, Page, each, latest, list};
pub use record::record;
pub use sought::Sought;
pub use verify::{Verdict, verify};

use sha2::{Digest, Sha256};

/// What the hash of a row covers, in this order, each field behind its length so that no two rows read alike.
struct Sealed<'r> {
    id: i64,
    actor: Option<&'r str>,
    action: &'r str,
    target: &'r str,
    ip: Option<&'r str>,
    created_at: i64,
}

impl Sealed<'_> {
    fn hash(&self, previous: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(previous);
        hash.update(self.id.to_be_bytes());
        hash.update(self.created_at.to_be_bytes());
        for field in [self.actor, Some(self.action), Some(self.target), self.ip] {
            match field {
                Some(text) => {
                    hash.update([1]);
                    hash.update((text.len() as u64).to_be_bytes());
                    hash.update(text);
                }
                None => hash.update([0]),
            }
        }
        hash.finalize().into()
    }
}

fn head_bytes(last_id: i64, hash: &[u8]) -> Vec<u8> {
    [&last_id.to_be_bytes(), hash].concat()
}
