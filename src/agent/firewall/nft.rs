//! `nft` run with a fixed argument vector; rules go in on its standard input.

use std::collections::BTreeMap;

use super::{Applied, Firewall, FirewallError, Limits};

/// The packet filter by the `nft` program.
#[derive(Debug, Default)]
pub struct Nft {}

/// Whether `nft` is installed and answers.
pub fn nft_available() -> bool {
    false
}

impl Firewall for Nft {
    fn apply(&mut self, _interface: &str, _limits: &Limits) -> Result<Applied, FirewallError> {
        Err(FirewallError::NoNft)
    }

    fn used(&mut self, _interface: &str) -> Result<BTreeMap<String, u64>, FirewallError> {
        Err(FirewallError::NoNft)
    }
}
