//! How much tickets press.

use super::Asked;
use super::cell;
use crate::base::{Actor, Error, Priority, Result};
use crate::store::Conn;

/// How many tickets of the range there are of each priority, as far as the actor may see them; least pressing first, as in
/// [`Priority::ALL`]. For staff.
pub fn priorities(conn: &Conn<'_>, actor: &Actor, asked: &Asked) -> Result<[(Priority, i64); 4]> {
    actor.must_be_staff()?;
    let mut all = Priority::ALL.map(|priority| (priority, 0));
    cell::each(conn, actor, asked, "priority", |cell| {
        let place = all.iter_mut().find(|(priority, _)| priority.as_str() == cell.key);
        let (_, count) = place.ok_or_else(|| Error::internal(format!("unknown priority {}", cell.key)))?;
        *count += cell.sums.total;
        Ok(())
    })?;
    Ok(all)
}
