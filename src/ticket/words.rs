//! What the placeholders of a canned response stand for in an answer to a ticket.

use super::Ticket;
use crate::base::{Actor, Error, Result};
use crate::catalog::canned_response::Words;
use crate::store::{Conn, params};

/// The words of a ticket and of whoever answers it. Staff alone may. A customer without a name is called by their address.
pub fn words(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Words> {
    actor.must_be_staff()?;
    let names = conn.one(
        "select p.name, u.name from projects p left join users u on u.id = :user where p.id = :project",
        params! {":user": actor.user(), ":project": ticket.project},
        |row| {
            let c = row.columns();
            Ok((c.take::<String>()?, c.take::<Option<String>>()?))
        },
    )?;
    let (project_name, agent_name) = names.ok_or_else(Error::not_found)?;
    Ok(Words {
        customer_name: ticket.customer.name.clone().or_else(|| ticket.customer.email.clone()).unwrap_or_default(),
        ticket_number: ticket.number.clone(),
        ticket_subject: ticket.subject.clone(),
        agent_name: agent_name.unwrap_or_default(),
        project_name,
    })
}
