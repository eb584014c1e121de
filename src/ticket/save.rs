//! Writing a ticket's row, and everything that is kept beside it.

use super::{Ticket, index, promise, tally};
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Writes the difference between a ticket as it was found and as a verb made it; answers it as it now stands.
pub(super) fn save(tx: &Tx<'_>, actor: &Actor, before: &Ticket, mut after: Ticket) -> Result<Ticket> {
    promise::follow(tx, actor, before, &mut after)?;
    if *before == after {
        return Ok(after);
    }
    after.updated_at = tx.now();
    after.counted_category = after.category;
    let promise = &after.promise;
    tx.execute(
        "update tickets set project_id = :project, subject = :subject, status = :status, priority = :priority,
           category_id = :category, creator_id = :creator, assignee_id = :assignee, group_id = :group, parent_id = :parent,
           due_date = :due_date, due_at = :due_at, environment = :environment, custom_fields = :custom_fields,
           metadata = :metadata, updated_at = :updated_at, last_activity_at = :last_activity_at, last_reply_at = :last_reply_at, reply_count = :reply_count,
           first_response_at = :first_response_at, resolved_at = :resolved_at, closed_at = :closed_at,
           sla_terms_id = :terms, first_response_due_at = :first_response_due_at,
           resolution_due_at = :resolution_due_at, first_response_breached = :first_response_breached,
           resolution_breached = :resolution_breached, deleted_at = :deleted_at
         where id = :id",
        params! {":project": after.project, ":subject": after.subject, ":status": after.status.as_str(),
        ":priority": after.priority.as_str(), ":category": after.category, ":creator": after.creator,
        ":assignee": after.assignee, ":group": after.group, ":parent": after.parent,
        ":due_date": after.due.map(|due| due.to_string()), ":due_at": after.due.map(|due| due.at().0),
        ":environment": after.environment, ":custom_fields": after.custom_fields, ":metadata": after.metadata,
        ":updated_at": after.updated_at.0, ":last_activity_at": after.last_activity_at.0,
        ":last_reply_at": after.last_reply_at.map(|at| at.0), ":reply_count": after.reply_count,
        ":first_response_at": after.first_response_at.map(|at| at.0),
        ":resolved_at": after.resolved_at.map(|at| at.0), ":closed_at": after.closed_at.map(|at| at.0),
        ":terms": promise.terms, ":first_response_due_at": promise.first_response_due_at.map(|at| at.0),
        ":resolution_due_at": promise.resolution_due_at.map(|at| at.0),
        ":first_response_breached": promise.first_response_breached,
        ":resolution_breached": promise.resolution_breached,
        ":deleted_at": after.deleted_at.map(|at| at.0), ":id": after.id},
    )?;
    tally::change(tx, Some(before), Some(&after));
    if before.subject != after.subject || before.creator != after.creator || before.project != after.project {
        index::mark(tx, after.id);
    }
    Ok(after)
}
