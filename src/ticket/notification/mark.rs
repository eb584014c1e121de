//! Noting that notifications were read.

use crate::base::{Actor, Error, Result};
use crate::store::{Tx, params};

/// Which of one's own.
#[derive(Clone, Debug)]
pub enum Which {
    /// These.
    These(Vec<i64>),
    /// Everything up to this one.
    UpTo(i64),
}

/// Notes that the actor has read some of their own notifications; those of others are not there.
pub fn mark(tx: &Tx<'_>, actor: &Actor, which: &Which) -> Result<()> {
    let own = actor.user().ok_or_else(Error::forbidden)?;
    match which {
        Which::UpTo(last) => {
            tx.execute(
                "update notifications set read_at = :now where user_id = :user and id <= :last and read_at is null",
                params! {":now": tx.now().0, ":user": own, ":last": last},
            )?;
        }
        Which::These(ids) => {
            for id in ids {
                tx.execute(
                    "update notifications set read_at = :now where user_id = :user and id = :id and read_at is null",
                    params! {":now": tx.now().0, ":user": own, ":id": id},
                )?;
            }
        }
    }
    Ok(())
}
