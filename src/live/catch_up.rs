//! What somebody missed.

use std::sync::Arc;

use super::eye::Eye;
use super::told::{Places, Told};
use crate::base::{Actor, Result};
use crate::feed;
use crate::store::Conn;

/// Rows that somebody may be behind: further back it is cheaper to load everything anew.
const MOST: i64 = 5_000;

/// What somebody missed, and up to where they know everything now.
#[derive(Debug)]
pub struct CaughtUp {
    /// Oldest first; none when they must load everything anew.
    pub missed: Option<Vec<Arc<Told>>>,
    /// The newest id.
    pub head: i64,
}

/// What somebody missed who has heard everything up to an id: nothing where they come for the first time. They must load
/// everything anew where rows are gone that they never heard of, where there are too many, and where the id was never given:
/// then the database was put back to what it was before.
pub fn catch_up(conn: &Conn<'_>, actor: &Actor, last: Option<i64>) -> Result<CaughtUp> {
    let head = feed::newest(conn)?;
    let Some(last) = last else { return Ok(CaughtUp { missed: Some(Vec::new()), head }) };
    let is_gone = last > head || last + 1 < feed::oldest(conn)? || head - last > MOST;
    if is_gone {
        return Ok(CaughtUp { missed: None, head });
    }
    let eye = Eye::of(conn, actor)?;
    let mut places = Places::default();
    places.concern(conn, last, head)?;
    let mut missed = Vec::new();
    for row in feed::after(conn, last, MOST)? {
        missed.extend(eye.hears(&Arc::new(places.told(conn, row)?)));
    }
    Ok(CaughtUp { missed: Some(missed), head })
}
