-- The ticket: one model that every surface speaks of.

create table tickets (
  -- Never used again, even when the newest ticket is deleted for good.
  id integer primary key autoincrement,
  uuid text not null unique,
  -- PROJ-2026-00042.
  number text not null unique,
  project_id integer not null references projects (id),
  subject text not null check (length(subject) between 1 and 255),
  status text not null check (status in ('open', 'in_progress', 'pending', 'resolved', 'closed')),
  priority text not null check (priority in ('low', 'medium', 'high', 'urgent')),
  category_id integer references categories (id),
  source text not null check (source in ('portal', 'api', 'email')),
  -- Null while the address is not verified to be anybody's.
  creator_id integer references users (id),
  customer_name text,
  customer_email text,
  customer_phone text,
  -- What the caller's own platform calls the customer.
  customer_ref text,
  metadata text check (json_valid(metadata)),
  assignee_id integer references users (id),
  created_at integer not null,
  updated_at integer not null,
  -- Of the newest public message or change: notes don't count.
  last_activity_at integer not null,
  -- Of the newest public message after the description.
  last_reply_at integer,
  -- Public messages without the description.
  reply_count integer not null default 0,
  first_response_at integer,
  resolved_at integer,
  closed_at integer,
  -- What was promised, and until when; a deadline is null while its clock is paused.
  sla_terms_id integer references sla_terms (id),
  first_response_due_at integer,
  resolution_due_at integer,
  first_response_breached integer not null default 0 check (first_response_breached in (0, 1)),
  resolution_breached integer not null default 0 check (resolution_breached in (0, 1)),
  deleted_at integer
) strict;

-- Lists are newest first, by project and status, by assignee, by owner.
create index tickets_project on tickets (project_id, status, id) where deleted_at is null;
create index tickets_status on tickets (status, id) where deleted_at is null;
create index tickets_assignee on tickets (assignee_id, id) where deleted_at is null;
create index tickets_creator on tickets (creator_id, id) where creator_id is not null;
create index tickets_customer on tickets (lower(customer_email), id) where customer_email is not null;
create index tickets_category on tickets (category_id, id) where category_id is not null;
create index tickets_breached on tickets (id) where deleted_at is null and (first_response_breached or resolution_breached);
create index tickets_deleted on tickets (deleted_at) where deleted_at is not null;
-- What the clocks wait for: a deadline that is shown, not yet met and not yet missed.
create index tickets_first_response_due on tickets (first_response_due_at)
  where first_response_due_at is not null and first_response_at is null and resolved_at is null
    and deleted_at is null and not first_response_breached;
create index tickets_resolution_due on tickets (resolution_due_at)
  where resolution_due_at is not null and resolved_at is null and deleted_at is null and not resolution_breached;

-- The newest ticket number of a project and year.
create table ticket_counters (
  project_id integer not null references projects (id) on delete cascade,
  year integer not null,
  last integer not null,
  primary key (project_id, year)
) strict, without rowid;

-- The newest id of things whose rows are clustered by ticket.
create table id_counters (
  name text primary key,
  last integer not null
) strict, without rowid;

insert into id_counters (name, last) values ('messages', 0), ('activities', 0), ('sla_spans', 0);

-- A ticket's conversation lies together on disk. The first message is the description.
create table messages (
  ticket_id integer not null references tickets (id) on delete cascade,
  id integer not null,
  kind text not null check (kind in ('description', 'reply', 'note')),
  user_id integer references users (id),
  -- How the author is shown where there is no user.
  author_name text,
  is_staff integer not null check (is_staff in (0, 1)),
  is_first_response integer not null default 0 check (is_first_response in (0, 1)),
  body text not null,
  created_at integer not null,
  primary key (ticket_id, id)
) strict, without rowid;

-- Who did what to a ticket. What is about notes is internal.
create table activities (
  ticket_id integer not null references tickets (id) on delete cascade,
  id integer not null,
  action text not null,
  -- As they were named then.
  from_value text,
  to_value text,
  user_id integer references users (id),
  -- The key pair, key or job that acted.
  via text,
  is_internal integer not null default 0 check (is_internal in (0, 1)),
  created_at integer not null,
  primary key (ticket_id, id)
) strict, without rowid;

create table ticket_tags (
  ticket_id integer not null references tickets (id) on delete cascade,
  tag_id integer not null references tags (id) on delete cascade,
  primary key (ticket_id, tag_id)
) strict, without rowid;

create index ticket_tags_tag on ticket_tags (tag_id, ticket_id);

create table watchers (
  ticket_id integer not null references tickets (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  created_at integer not null,
  primary key (ticket_id, user_id)
) strict, without rowid;

create index watchers_user on watchers (user_id);

create table ratings (
  ticket_id integer primary key references tickets (id) on delete cascade,
  user_id integer not null references users (id),
  score integer not null check (score between 1 and 5),
  comment text,
  created_at integer not null
) strict;

-- A file that a message carries. The bytes lie in `attachments/` of the data folder under their own hash, written and
-- synced before the row; a file without rows is swept away.
create table attachments (
  id integer primary key autoincrement,
  ticket_id integer not null references tickets (id) on delete cascade,
  message_id integer not null,
  hash blob not null check (length(hash) = 32),
  filename text not null check (length(filename) between 1 and 255),
  mime_type text not null,
  size integer not null check (size >= 0),
  user_id integer references users (id),
  created_at integer not null
) strict;

create index attachments_message on attachments (ticket_id, message_id);
create index attachments_hash on attachments (hash);
create index attachments_user on attachments (user_id, created_at);

-- The ledger from which every deadline can be explained: rows are added, and closed once. A ticket without rows has been
-- running under its terms since it was filed.
create table sla_spans (
  ticket_id integer not null references tickets (id) on delete cascade,
  id integer not null,
  metric text not null check (metric in ('first_response', 'resolution')),
  -- What the time was to the clock.
  cause text not null check (cause in ('running', 'pending', 'finished', 'answered')),
  terms_id integer references sla_terms (id),
  -- Who began it; null for Gatehouse itself.
  user_id integer references users (id),
  from_at integer not null,
  -- Null: it goes on.
  to_at integer,
  primary key (ticket_id, id)
) strict, without rowid;

-- How many tickets lie in each run of 4,096 ids, so that any page of a list is found without walking to it, and its total
-- without counting. Project 0 and status '' stand for all. Deleted tickets are not counted.
create table ticket_runs (
  project_id integer not null,
  status text not null,
  run integer not null,
  tickets integer not null,
  primary key (project_id, status, run)
) strict, without rowid;

-- What reports add up, by the day of creation (UTC, days since 1970) and one dimension at a time: `kind` says which, `key`
-- its value. Kind resolved_on counts by the day of resolution. Sums are milliseconds.
create table ticket_days (
  kind text not null check (kind in ('project', 'status', 'priority', 'assignee', 'category', 'resolved_on')),
  day integer not null,
  project_id integer not null,
  key text not null,
  total integer not null default 0,
  resolved integer not null default 0,
  unassigned integer not null default 0,
  breached integer not null default 0,
  first_response_breached integer not null default 0,
  resolution_breached integer not null default 0,
  first_responses integer not null default 0,
  first_response_ms integer not null default 0,
  resolutions integer not null default 0,
  resolution_ms integer not null default 0,
  primary key (kind, day, project_id, key)
) strict, without rowid;

-- One row per ticket, newest first by rowid. `scope` holds who may find it (p12 for the project, u7 for the creator), so
-- that a scoped search never walks through what others own; `notes` is never asked on a customer's behalf.
create virtual table ticket_search using fts5 (
  scope, subject, number, customer, body, notes,
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = "unicode61 remove_diacritics 2"
);
