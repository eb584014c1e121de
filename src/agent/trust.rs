//! Whether a desired state is the control plane's own, and meant for this server.
//!
//! The connection is authenticated already; this holds where it ends too early, as at a proxy that somebody else runs, and
//! where a control plane mixes its servers up. The key is pinned when the agent enrols. An agent that enrolled before states
//! were signed pins the first key that it sees: the connection that tells it is the same, checked by its certificate and
//! opened by the agent's own token, that its WireGuard configuration has come by all along, so it gives nothing away that
//! whoever held that connection could not do before.
//!
//! What peers have used is not signed: it rises with every report and needs no new revision. Whoever could change it on its way
//! holds the agent's token too, and could report any use in its name. What this machine has counted is never lowered to it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};

use super::state::Identity;
use crate::wire::Proof;
use crate::wire::picture::statement;

/// The key to pin where none is yet; else why this is refused, in plain words.
pub fn judge(identity: &Identity, revision: u64, proof: Option<&Proof>) -> Result<Option<String>, String> {
    let Some(proof) = proof else {
        return match identity.signing_key {
            None => Ok(None),
            Some(_) => Err(format!(
                "revision {revision} is not signed, and this control plane used to sign: it was changed on its way, or the \
                 control plane went back to an older version"
            )),
        };
    };
    if proof.server_id != identity.server_id {
        return Err(format!(
            "revision {revision} is for the server {}, and this agent speaks for {}",
            proof.server_id, identity.server_id
        ));
    }
    if identity.signing_key.as_ref().is_some_and(|pinned| *pinned != proof.key) {
        return Err(format!(
            "revision {revision} is signed with another key than the one of the control plane that this agent enrolled with; \
             if the control plane was set up anew, enrol again with a new token"
        ));
    }
    let statement = statement(&proof.server_id, revision, &proof.hash);
    let (key, signature) = (STANDARD.decode(&proof.key), STANDARD.decode(&proof.signature));
    let verified = match (key, signature) {
        (Ok(key), Ok(signature)) => UnparsedPublicKey::new(&ED25519, key).verify(&statement, &signature).is_ok(),
        _ => false,
    };
    if !verified {
        return Err(format!("the signature of revision {revision} is wrong: it was changed on its way"));
    }
    Ok(identity.signing_key.is_none().then(|| proof.key.clone()))
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair as _};

    use super::*;

    fn proof(seed: u8, server_id: &str, revision: u64) -> Proof {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let signature = pair.sign(&statement(server_id, revision, "abc"));
        Proof {
            server_id: server_id.into(),
            hash: "abc".into(),
            key: STANDARD.encode(pair.public_key()),
            signature: STANDARD.encode(signature),
        }
    }

    fn identity(signing_key: Option<String>) -> Identity {
        Identity { server_id: "la".into(), token: String::new(), url: String::new(), signing_key }
    }

    #[test]
    fn the_first_key_is_pinned_and_no_other_is_believed_afterwards() {
        let own = proof(1, "la", 7);
        assert_eq!(judge(&identity(None), 7, Some(&own)), Ok(Some(own.key.clone())));
        let pinned = identity(Some(own.key.clone()));
        assert_eq!(judge(&pinned, 7, Some(&own)), Ok(None));
        let words = |proof: Option<&Proof>, revision| judge(&pinned, revision, proof).unwrap_err();
        assert!(words(Some(&proof(2, "la", 7)), 7).contains("another key"));
        assert!(words(None, 7).contains("not signed"));
        assert_eq!(judge(&identity(None), 7, None), Ok(None), "a control plane of before");
    }

    #[test]
    fn a_state_of_another_server_or_revision_or_content_is_refused() {
        let pinned = identity(Some(proof(1, "la", 7).key));
        let words = |proof: &Proof, revision| judge(&pinned, revision, Some(proof)).unwrap_err();
        let elsewhere = words(&proof(1, "ny", 7), 7);
        assert!(elsewhere.contains("ny") && elsewhere.contains("la"), "{elsewhere}");
        assert!(words(&proof(1, "la", 6), 7).contains("signature"));
        assert!(words(&Proof { hash: "abd".into(), ..proof(1, "la", 7) }, 7).contains("signature"));
        assert!(words(&Proof { signature: "!".into(), ..proof(1, "la", 7) }, 7).contains("signature"));
        let swapped = Proof { server_id: "la".into(), ..proof(1, "ny", 7) };
        assert!(words(&swapped, 7).contains("signature"));
    }
}
