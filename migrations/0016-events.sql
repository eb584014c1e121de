-- The feed: what happened, in the order in which it did, written in the transaction of each change and kept for a week.

create table events (
  -- Only ever rises: who follows the feed goes on where they stopped.
  id integer primary key autoincrement,
  at integer not null,
  -- ticket.created.
  kind text not null,
  -- What it is about. No foreign keys: a row is written with every change, so it must be cheap, and what it names may be
  -- gone when it is read. Then nobody may see the row but those who see everything.
  ticket_id integer,
  project_id integer,
  server integer,
  peer integer,
  user_id integer,
  -- Who did it; null for keys, agents and Gatehouse itself.
  by_id integer,
  -- For staff alone.
  is_internal integer not null check (is_internal in (0, 1)),
  -- A small JSON object of words and ids: never what people wrote.
  content text not null
) strict;

-- Rises whenever what somebody may see has changed: who holds that in memory looks here whether it is still true.
create table rights (
  id integer primary key check (id = 1),
  version integer not null
) strict;

insert into rights (id, version) values (1, 1);

create trigger rights_of_users after update of role, is_active, deleted_at, ticket_scope on users
when old.role is not new.role or old.is_active is not new.is_active or old.deleted_at is not new.deleted_at
  or old.ticket_scope is not new.ticket_scope
begin
  update rights set version = version + 1;
end;

create trigger rights_of_sessions after update of revoked_at on sessions
when old.revoked_at is not new.revoked_at
begin
  update rights set version = version + 1;
end;

create trigger rights_by_joining_projects after insert on project_agents
begin
  update rights set version = version + 1;
end;

create trigger rights_by_leaving_projects after delete on project_agents
begin
  update rights set version = version + 1;
end;

create trigger rights_by_joining_groups after insert on group_members
begin
  update rights set version = version + 1;
end;

create trigger rights_by_leaving_groups after delete on group_members
begin
  update rights set version = version + 1;
end;

-- Whether the last thing that was said of a server is that it is online.
alter table snapshots add column is_online integer not null default 0 check (is_online in (0, 1));
update snapshots set is_online = 1;
