-- Tickets that are not finished: a list of those that somebody has, or that nobody has, must not walk all that ever were.

create index tickets_unfinished on tickets (assignee_id, id)
  where deleted_at is null and status in ('open', 'in_progress', 'pending');
