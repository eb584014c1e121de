-- Tickets that are not finished, and those that nobody has: few among all that ever were. A list of them, narrowed further, is
-- found in the index alone.

create index tickets_unfinished on tickets
  (assignee_id, id, project_id, status, priority, category_id, first_response_breached, resolution_breached)
  where deleted_at is null and status in ('open', 'in_progress', 'pending');

create index tickets_nobodys on tickets (id, project_id, status, priority, category_id)
  where assignee_id is null and deleted_at is null;
