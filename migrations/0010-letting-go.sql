-- Categories and tags can be on a million tickets, and policies are what tickets were promised by. So deleting one only
-- puts it out of sight; a job lets go of the tickets in steps and then removes categories and tags for good. Policies stay.

alter table categories add column deleted_at integer;

create index categories_let_go on categories (deleted_at) where deleted_at is not null;

alter table tags add column deleted_at integer;
-- The name without case in every script, as the code folds it: the engine's `lower` knows ASCII alone. No tag could be
-- made before this, so that is enough for what is there.
alter table tags add column folded_name text not null default '';
update tags set folded_name = lower(name);

drop index tags_name;
create unique index tags_folded_name on tags (folded_name) where deleted_at is null;
create index tags_let_go on tags (deleted_at) where deleted_at is not null;

-- Title, shortcut and body, folded likewise: for search, and for lists by title.
alter table canned_responses add column folded text not null default '';
update canned_responses set folded = lower(title || char(10) || coalesce(shortcut, '') || char(10) || body);

alter table sla_policies add column deleted_at integer;

drop index sla_policies_one;
create unique index sla_policies_one on sla_policies (coalesce(project_id, 0), priority) where deleted_at is null;

-- Asked whenever a ticket is stamped; deleted policies add up over the years.
create index sla_policies_living on sla_policies (priority, project_id) where deleted_at is null;
