//! Taking in a company from elsewhere: made where there is none of its name, else brought up to date.

use super::change::may_change;
use super::{Company, Fields, Given, change, create, named};
use crate::base::{Actor, Result, Taken};
use crate::field::{self, Entity};
use crate::store::{Conn, Tx};

/// Makes the company, or changes what was given and differs.
pub fn take_in(tx: &Tx<'_>, actor: &Actor, given: &Given) -> Result<Taken> {
    let (current, fields) = look(tx, actor, given)?;
    match current {
        None => create(tx, actor, &fields).map(|_| Taken::Created),
        Some(company) if company.fields == fields => Ok(Taken::Same),
        Some(company) => change(tx, actor, &company, &fields).map(|_| Taken::Updated),
    }
}

/// What [`take_in`] would do.
pub fn foresee(conn: &Conn<'_>, actor: &Actor, given: &Given) -> Result<Taken> {
    let (current, fields) = look(conn, actor, given)?;
    match current {
        None => Ok(Taken::Created),
        Some(company) if company.fields == fields => Ok(Taken::Same),
        Some(company) => may_change(actor, &company).map(|()| Taken::Updated),
    }
}

fn look(conn: &Conn<'_>, actor: &Actor, given: &Given) -> Result<(Option<Company>, Fields)> {
    let current = match &given.name {
        Some(name) => named(conn, actor, name)?,
        None => None,
    };
    let mut given = given.clone();
    if current.is_some() {
        // Found by it, in whatever case: the spelling stays.
        given.name = None;
    }
    let fields = Fields::parse(&given, current.as_ref(), &*field::defined(conn, Entity::Company)?)?;
    Ok((current, fields))
}
