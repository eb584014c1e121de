-- What integrators know of people and tickets beyond the desk: groups of agents, companies, tickets that belong together,
-- custom fields.

create table agent_groups (
  id integer primary key autoincrement,
  uuid text not null unique,
  name text not null check (length(name) between 1 and 255),
  description text,
  created_at integer not null,
  updated_at integer not null
) strict;

create unique index agent_groups_name on agent_groups (lower(name));

create table group_members (
  user_id integer not null references users (id) on delete cascade,
  group_id integer not null references agent_groups (id) on delete cascade,
  created_at integer not null,
  primary key (user_id, group_id)
) strict, without rowid;

create index group_members_group on group_members (group_id);

create table companies (
  id integer primary key autoincrement,
  uuid text not null unique,
  name text not null check (length(name) between 1 and 255),
  description text,
  -- A JSON list of lower-case host names.
  domains text not null default '[]' check (json_valid(domains)),
  industry text,
  health_score text check (health_score in ('happy', 'neutral', 'at_risk')),
  account_tier text check (account_tier in ('free', 'basic', 'premium', 'enterprise')),
  -- YYYY-MM-DD.
  renewal_date text,
  -- JSON, by the definition's number.
  custom_fields text not null default '{}' check (json_valid(custom_fields)),
  created_at integer not null,
  updated_at integer not null
) strict;

create unique index companies_name on companies (lower(name));

alter table users add column username text check (length(username) between 1 and 64);
alter table users add column company_id integer references companies (id) on delete set null;
alter table users add column avatar_url text;
-- How much of their projects an agent sees.
alter table users add column ticket_scope text not null default 'all' check (ticket_scope in ('all', 'group', 'assigned'));
alter table users add column tags text not null default '[]' check (json_valid(tags));
alter table users add column custom_fields text not null default '{}' check (json_valid(custom_fields));

create unique index users_username on users (lower(username)) where username is not null and deleted_at is null;
create index users_company on users (company_id) where company_id is not null;

alter table tickets add column group_id integer references agent_groups (id) on delete set null;
alter table tickets add column parent_id integer references tickets (id) on delete set null;
-- As it was given: a date, or a date and time in UTC.
alter table tickets add column due_date text;
-- The same as a moment, for rules: a date falls due as its day ends, UTC.
alter table tickets add column due_at integer;
alter table tickets add column environment text;
-- JSON, by the definition's number.
alter table tickets add column custom_fields text not null default '{}' check (json_valid(custom_fields));

create index tickets_group on tickets (group_id, id) where group_id is not null and deleted_at is null;
create index tickets_parent on tickets (parent_id) where parent_id is not null;
create index tickets_due on tickets (due_at) where due_at is not null and deleted_at is null;

-- Tickets that belong together, each pair once, the lower number first.
create table ticket_links (
  low_id integer not null references tickets (id) on delete cascade,
  high_id integer not null references tickets (id) on delete cascade,
  created_at integer not null,
  primary key (low_id, high_id),
  check (low_id < high_id)
) strict, without rowid;

create index ticket_links_high on ticket_links (high_id);

-- Numbers that lead to another ticket: of tickets that were merged into it, or brought along from elsewhere.
create table ticket_numbers (
  number text primary key,
  ticket_id integer not null references tickets (id) on delete cascade
) strict, without rowid;

create table custom_fields (
  id integer primary key autoincrement,
  uuid text not null unique,
  entity_type text not null check (entity_type in ('ticket', 'contact', 'company')),
  name text not null check (length(name) between 1 and 64),
  label text not null check (length(label) between 1 and 255),
  field_type text not null
    check (field_type in ('text', 'textarea', 'number', 'decimal', 'dropdown', 'multiselect', 'date', 'checkbox')),
  -- A JSON list of texts.
  options text not null default '[]' check (json_valid(options)),
  is_required integer not null default 0 check (is_required in (0, 1)),
  required_on_close integer not null default 0 check (required_on_close in (0, 1)),
  customer_can_view integer not null default 0 check (customer_can_view in (0, 1)),
  customer_can_edit integer not null default 0 check (customer_can_edit in (0, 1)),
  placeholder text,
  help_text text,
  position integer not null default 0,
  is_active integer not null default 1 check (is_active in (0, 1)),
  created_at integer not null
) strict;

create unique index custom_fields_name on custom_fields (entity_type, name);

-- Time that somebody spent on a ticket; a running timer has no end yet.
create table time_entries (
  id integer primary key autoincrement,
  uuid text not null unique,
  ticket_id integer not null references tickets (id) on delete cascade,
  user_id integer not null references users (id),
  description text,
  -- Of the runs that are over, in milliseconds.
  spent_ms integer not null default 0 check (spent_ms >= 0),
  billable integer not null default 1 check (billable in (0, 1)),
  started_at integer,
  stopped_at integer,
  is_running integer not null default 0 check (is_running in (0, 1)),
  created_at integer not null
) strict;

create index time_entries_ticket on time_entries (ticket_id, id);
create unique index time_entries_running on time_entries (user_id) where is_running;
