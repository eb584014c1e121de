-- What somebody should know of: rows of the feed that concern them, made in the same transaction.

create table notifications (
  id integer primary key autoincrement,
  user_id integer not null references users (id) on delete cascade,
  ticket_id integer not null references tickets (id) on delete cascade,
  -- Of the feed, which forgets sooner.
  event_id integer not null,
  -- comment.created.
  kind text not null,
  -- Why it concerns them.
  reason text not null check (reason in ('assigned', 'watching', 'mentioned')),
  -- Who did it; null for keys, rules and Gatehouse itself.
  by_id integer references users (id),
  message_id integer,
  -- For staff alone.
  is_internal integer not null check (is_internal in (0, 1)),
  created_at integer not null,
  read_at integer
) strict;

create index notifications_user on notifications (user_id, id);
create index notifications_unread on notifications (user_id, id) where read_at is null;
create index notifications_ticket on notifications (ticket_id);
create index notifications_event on notifications (event_id);
