-- Who could see a ticket just before something took it out of their sight: they are told that it is gone, and nothing else.

alter table events add column is_moved integer not null default 0 check (is_moved in (0, 1));
alter table events add column was_creator_id integer;
alter table events add column was_assignee_id integer;
alter table events add column was_group_id integer;
