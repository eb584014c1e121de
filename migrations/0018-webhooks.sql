-- Webhooks (standardwebhooks.com): who outside is told what happens, and what became of each telling.

create table webhooks (
  id integer primary key autoincrement,
  uuid text not null unique,
  -- The admin who made it: it tells what they may read, and nothing once they may not.
  user_id integer not null references users (id),
  name text not null check (length(name) between 1 and 255),
  url text not null,
  -- A JSON list of kinds of events; empty means all.
  events text not null check (json_valid(events)),
  -- Only what happens to tickets of this project; null means everything.
  project_id integer references projects (id) on delete cascade,
  includes_internal integer not null check (includes_internal in (0, 1)),
  -- Both sealed. After a rotation the old secret signs along for a while.
  secret blob not null,
  old_secret blob,
  old_secret_until integer,
  is_active integer not null check (is_active in (0, 1)),
  -- Why Gatehouse itself switched it off.
  off_because text,
  -- Of the feed: what happened before is not told.
  since_event integer not null,
  -- Nothing has arrived from then on.
  failing_since integer,
  created_at integer not null,
  updated_at integer not null
) strict;

-- How far the feed has been turned into deliveries.
create table webhook_cursor (
  id integer primary key check (id = 1),
  event_id integer not null
) strict;

insert into webhook_cursor (id, event_id) select 1, coalesce(max(id), 0) from events;

create table webhook_deliveries (
  id integer primary key autoincrement,
  -- The same over all tries, so that a receiver can tell.
  message_id text not null unique,
  webhook_id integer not null references webhooks (id) on delete cascade,
  -- Tickets are told of in order; a purged ticket takes its deliveries along.
  ticket_id integer references tickets (id) on delete cascade,
  kind text not null,
  body text not null,
  status text not null check (status in ('waiting', 'delivered', 'failed')),
  tries integer not null default 0,
  -- When the next try is due.
  next_at integer,
  -- What the last try came to: an HTTP status, or why there is none.
  last_status integer,
  last_error text,
  last_at integer,
  created_at integer not null,
  check ((status = 'waiting') = (next_at is not null))
) strict;

create index webhook_deliveries_due on webhook_deliveries (next_at) where status = 'waiting';
create index webhook_deliveries_order on webhook_deliveries (webhook_id, ticket_id, id) where status = 'waiting';
create index webhook_deliveries_status on webhook_deliveries (webhook_id, status, id);
create index webhook_deliveries_webhook on webhook_deliveries (webhook_id, id);
create index webhook_deliveries_ticket on webhook_deliveries (ticket_id) where ticket_id is not null;
create index webhook_deliveries_done on webhook_deliveries (last_at) where status <> 'waiting';
