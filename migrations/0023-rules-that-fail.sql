-- Rules that fail again and again are switched off, and admins are notified.

-- In a row, without one time that everything could be done.
alter table automation_rules add column failures integer not null default 0;
-- When the rule was switched off because of them; null once somebody has switched it on again.
alter table automation_rules add column switched_off_at integer;

-- The same as before, with one more reason.
create table notifications_anew (
  id integer primary key autoincrement,
  user_id integer not null references users (id) on delete cascade,
  ticket_id integer not null references tickets (id) on delete cascade,
  event_id integer not null,
  kind text not null,
  reason text not null check (reason in ('assigned', 'watching', 'mentioned', 'administering')),
  by_id integer references users (id),
  message_id integer,
  is_internal integer not null check (is_internal in (0, 1)),
  created_at integer not null,
  read_at integer
) strict;
insert into notifications_anew (id, user_id, ticket_id, event_id, kind, reason, by_id, message_id, is_internal,
  created_at, read_at)
select id, user_id, ticket_id, event_id, kind, reason, by_id, message_id, is_internal, created_at, read_at
from notifications;
drop table notifications;
alter table notifications_anew rename to notifications;

create index notifications_user on notifications (user_id, id);
create index notifications_unread on notifications (user_id, id) where read_at is null;
create index notifications_ticket on notifications (ticket_id);
create index notifications_event on notifications (event_id);
