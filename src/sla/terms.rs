//! The terms that a ticket was stamped with, with their hours compiled.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{BusinessHours, Calendar, Terms, stored};
use crate::base::clock::MINUTE;
use crate::base::{Error, Result};
use crate::store::{Conn, params};

/// Compiled calendars that are kept; an instance has as many as it has different hours.
const KEPT: usize = 256;

/// Calendars by the text that they were compiled from, because compiling takes longer than everything else here.
static COMPILED: LazyLock<Mutex<HashMap<String, Calendar>>> = LazyLock::new(Mutex::default);

fn calendar(text: &str) -> Result<Calendar> {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(calendar) = compiled.get(text) {
        return Ok(calendar.clone());
    }
    let hours: BusinessHours = stored::read(&serde_json::from_str(text).map_err(Error::internal)?)?;
    if compiled.len() >= KEPT {
        compiled.clear();
    }
    let calendar = Calendar::of(&hours);
    compiled.insert(text.to_owned(), calendar.clone());
    Ok(calendar)
}

/// The terms with this number: they never change once written.
pub fn terms(conn: &Conn<'_>, id: i64) -> Result<Terms> {
    let found = conn.one(
        "select first_response_minutes, resolution_minutes, business_hours from sla_terms where id = :id",
        params! {":id": id},
        |row| {
            let c = row.columns();
            let (first, resolution): (i64, i64) = (c.take()?, c.take()?);
            Ok((first, resolution, c.take::<Option<String>>()?))
        },
    )?;
    let (first, resolution, hours) = found.ok_or_else(|| Error::internal(format!("there are no terms {id}")))?;
    Ok(Terms {
        first_response: Some(first.saturating_mul(MINUTE)),
        resolution: Some(resolution.saturating_mul(MINUTE)),
        calendar: hours.as_deref().map_or(Ok(Calendar::Always), calendar)?,
    })
}
