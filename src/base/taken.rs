//! What became of something that came from elsewhere.

/// How an import took a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// There was no such thing.
    Created,
    /// There was, and something differed.
    Updated,
    /// It was like this already.
    Same,
}
