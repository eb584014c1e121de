//! Telling staff of deadlines that are near: once of each.

use super::{itself, tell};
use crate::base::clock::MINUTE;
use crate::base::{Actor, Result, Time};
use crate::notify::Template;
use crate::sla::Metric;
use crate::store::{Tx, params};

/// How long before a deadline staff are warned; of a shorter promise, in its last quarter.
const LEAD: i64 = 30 * MINUTE;
/// Tickets looked at in one transaction.
const AT_ONCE: i64 = 200;

/// Warns of deadlines that are near; whether there may be more.
pub fn warn_of_deadlines(tx: &Tx<'_>) -> Result<bool> {
    let soon = tx.now().plus(LEAD);
    let mut near = tx.all(
        "select t.id, t.first_response_due_at as due from tickets t
         where first_response_due_at is not null and first_response_at is null and resolved_at is null
           and deleted_at is null and not first_response_breached
           and first_response_due_at >= :now and first_response_due_at <= :soon
           and (first_response_due_at - :now) * 4 <= first_response_due_at - created_at
           and not exists (select 1 from sla_warned w
             where w.ticket_id = t.id and w.metric = 'first_response' and w.due_at = t.first_response_due_at)
         order by first_response_due_at limit :n",
        params! {":now": tx.now().0, ":soon": soon.0, ":n": AT_ONCE},
        |row| Ok((row.get::<i64>("id")?, Metric::FirstResponse, row.get::<i64>("due")?)),
    )?;
    near.extend(tx.all(
        "select t.id, t.resolution_due_at as due from tickets t
         where resolution_due_at is not null and resolved_at is null and deleted_at is null and not resolution_breached
           and resolution_due_at >= :now and resolution_due_at <= :soon
           and (resolution_due_at - :now) * 4 <= resolution_due_at - created_at
           and not exists (select 1 from sla_warned w
             where w.ticket_id = t.id and w.metric = 'resolution' and w.due_at = t.resolution_due_at)
         order by resolution_due_at limit :n",
        params! {":now": tx.now().0, ":soon": soon.0, ":n": AT_ONCE},
        |row| Ok((row.get::<i64>("id")?, Metric::Resolution, row.get::<i64>("due")?)),
    )?);
    for (ticket, metric, due) in &near {
        tx.execute(
            "insert into sla_warned (ticket_id, metric, due_at) values (:ticket, :metric, :due)
             on conflict (ticket_id, metric) do update set due_at = :due",
            params! {":ticket": ticket, ":metric": metric.as_str(), ":due": due},
        )?;
        let ticket = itself(tx, &Actor::system(), *ticket)?;
        tell::due(tx, &ticket, Template::SlaWarning, *metric, Time(*due))?;
    }
    Ok(!near.is_empty())
}
