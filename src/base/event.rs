//! What a committed change tells the rest of the process.

/// Announced inside a transaction, heard only once it has committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The desired state of a server has a new revision: its agent's long-poll should answer.
    DesiredChanged {
        /// The server's number.
        server: i64,
    },
    /// Rows that named these files, by their SHA-256, are gone: perhaps nobody needs the bytes any more.
    FilesReleased {
        /// Each once.
        hashes: Vec<[u8; 32]>,
    },
    /// An account has an address that turned out to be its own: what was filed under it by others may be theirs now.
    AddressProven {
        /// The user's number.
        user: i64,
    },
    /// The feed has a new row: whoever follows it should look.
    Happened,
    /// A server has reported how it and its devices are.
    Measured {
        /// The server's number.
        server: i64,
    },
    /// The outbox has another mail.
    MailQueued,
    /// Mailboxes were added, changed or removed.
    MailboxesChanged,
}
