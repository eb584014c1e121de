-- Rules that act on tickets by themselves, and what they need to be in time without ever looking at every ticket.

create table automation_rules (
  id integer primary key autoincrement,
  uuid text not null unique,
  name text not null check (length(name) between 1 and 255),
  description text,
  rule_type text not null check (rule_type in ('ticket_creation', 'ticket_update', 'time_trigger')),
  event text not null check (event in ('ticket.created', 'ticket.updated', 'ticket.replied', 'time')),
  condition_match text not null check (condition_match in ('all', 'any')),
  -- JSON lists, checked when they were written.
  conditions text not null check (json_valid(conditions)),
  actions text not null check (json_valid(actions)),
  is_active integer not null check (is_active in (0, 1)),
  -- Rises when what the rule waits for becomes something else: what fired before no longer counts.
  version integer not null default 1,
  -- When the version was last switched on. What fell due before is judged as it stood then.
  armed_at integer not null,
  -- Tickets that it really changed, and when it last did.
  execution_count integer not null default 0,
  last_executed_at integer,
  -- Why it could not do what it says, the last time that it could not.
  last_error text,
  last_error_at integer,
  created_at integer not null,
  updated_at integer not null,
  -- The trail of tickets goes on naming rules that are gone.
  deleted_at integer
) strict;

-- One row: a random word for the set of rules that are active at the moment, empty while there are none, so that a kept
-- copy of them is known to hold.
create table automation_state (
  id integer primary key check (id = 1),
  revision text not null
) strict;

insert into automation_state (id, revision) values (1, '');

-- How far a time rule has come, by condition: everything before has been looked at.
create table automation_cursors (
  rule_id integer not null references automation_rules (id) on delete cascade,
  version integer not null,
  condition integer not null,
  at integer not null,
  ticket_id integer not null,
  primary key (rule_id, condition)
) strict, without rowid;

-- Which conditions of time rules have had their effect on which tickets. `base_at` is the moment that the hours are
-- counted from: a new due date, or a change that no rule made, lets a rule fire once more.
create table automation_fired (
  ticket_id integer not null references tickets (id) on delete cascade,
  rule_id integer not null references automation_rules (id) on delete cascade,
  condition integer not null,
  version integer not null,
  base_at integer not null,
  since_update integer not null check (since_update in (0, 1)),
  fired_at integer not null,
  primary key (ticket_id, rule_id, condition)
) strict, without rowid;

-- What time rules and dry runs walk along; tickets_due is there already.
create index tickets_created on tickets (created_at, id) where deleted_at is null;
create index tickets_updated on tickets (updated_at, id) where deleted_at is null;

-- Which rule acted, and what made it act.
alter table activities add column rule_id integer references automation_rules (id);
alter table activities add column cause text;
