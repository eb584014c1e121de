-- Tickets that are not finished, and those that nobody has: few among all that ever were. A list of them, narrowed further, is
-- found in the index alone; the last columns are there only so that nothing has to be looked up in the table.

create index tickets_unfinished on tickets
  (assignee_id, id, project_id, status, priority, category_id, first_response_breached, resolution_breached, deleted_at)
  where deleted_at is null and status in ('open', 'in_progress', 'pending');

create index tickets_nobodys on tickets (id, project_id, status, priority, category_id, assignee_id, deleted_at)
  where assignee_id is null and deleted_at is null;
