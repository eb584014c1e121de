-- Samples of finished hours, one blob per server and hour: a third of the size of rows, and ten times as fast to read.
--
-- `samples` goes on to hold what is not sealed yet: the hour that is under way, and what came late.

create table sealed_hours (
  -- So that an hour of all servers lies together and the oldest come first: that is how history is read.
  slot integer primary key check (slot = hour * 65536 + server),
  server integer not null references servers (number) on delete cascade,
  -- Hours since 1970.
  hour integer not null,
  -- How many points the blob has, and when the first and the last were measured: enough to plan an answer.
  count integer not null check (count > 0),
  first_at integer not null,
  last_at integer not null,
  -- `vpn/history/block` reads and writes it.
  points blob not null
) strict;

-- It covers what a plan asks for.
create unique index sealed_hours_server on sealed_hours (server, hour, count, first_at, last_at);
