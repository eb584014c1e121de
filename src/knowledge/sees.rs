//! Which articles an actor may read: those who write see all, everybody else what is published and public. As SQL it reads
//!
//! ```sql
//! (:all or (a.status = 'published' and a.visibility = 'public'))
//! ```
//!
//! A category or folder is seen by those who see an article in it, and by those who write.

use crate::base::{Actor, Capability, Reach};

/// Whether an actor sees everything: the value of `:all`.
pub(super) fn all(actor: &Actor) -> bool {
    actor.reach(Capability::KnowledgeBase) == Reach::All
}
