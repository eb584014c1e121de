//! Saying that a ticket is for somebody else.

use super::activity::{self, Happened};
use super::open::{Owner, owner};
use super::save::save;
use super::{Customer, Ticket, index};
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Makes a ticket the one of whoever has this address, as if it had just been filed for them; without an address, that of
/// the actor. Staff alone may.
pub fn hand(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, email: Option<&str>) -> Result<Ticket> {
    actor.must_be_staff()?;
    let same = match (&ticket.customer.email, email) {
        (Some(known), Some(email)) => known.eq_ignore_ascii_case(email),
        _ => false,
    };
    if same {
        return Ok(ticket.clone());
    }
    let given = Customer { email: email.map(str::to_owned), ..Customer::default() };
    let Owner { creator, customer } = owner(tx, actor, None, &given)?;
    if (creator, &customer) == (ticket.creator, &ticket.customer) {
        return Ok(ticket.clone());
    }
    let (from, to) = (ticket.customer.email.as_deref(), customer.email.as_deref());
    activity::record(tx, actor, ticket.id, &Happened::between("customer_changed", from, to))?;
    audit::record(tx, actor, "ticket_customer_changed", &ticket.number)?;
    tx.execute(
        "update tickets set customer_name = :name, customer_email = :email, customer_phone = :phone,
           customer_ref = :reference
         where id = :id",
        params! {":name": customer.name, ":email": customer.email, ":phone": customer.phone,
        ":reference": customer.reference, ":id": ticket.id},
    )?;
    index::mark(tx, ticket.id);
    let after = Ticket { creator, customer, last_activity_at: tx.now(), ..ticket.clone() };
    save(tx, actor, ticket, after)
}
