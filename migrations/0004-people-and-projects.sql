-- People beyond signing in, the projects they work for, and what all tickets draw on: categories, tags, canned
-- responses, SLA policies.

alter table users add column phone text check (length(phone) between 1 and 64);
alter table users add column department text check (length(department) between 1 and 255);
alter table users add column last_login_at integer;

create index users_role on users (role, id) where deleted_at is null;

-- Links that are mailed: each opens one thing once. `purpose` verify proves an address, reset and invite set a password.
create table user_tokens (
  token_hash blob primary key check (length(token_hash) = 32),
  user_id integer not null references users (id) on delete cascade,
  purpose text not null check (purpose in ('verify', 'reset', 'invite')),
  -- The address that the link proves; a later change of address voids it.
  email text not null,
  -- A password chosen at sign-up over an account that others made: it counts once the link was opened.
  password_hash text,
  created_at integer not null,
  expires_at integer not null,
  used_at integer
) strict, without rowid;

create index user_tokens_user on user_tokens (user_id);

-- What has to leave the house: written in the transaction of its cause, delivered at least once. `content` is sealed,
-- because links in mails are secrets.
create table outbox (
  id integer primary key autoincrement,
  uuid text not null unique,
  channel text not null check (channel in ('mail')),
  address text not null,
  template text not null,
  content blob not null,
  user_id integer references users (id) on delete cascade,
  created_at integer not null,
  delivered_at integer
) strict;

create index outbox_waiting on outbox (id) where delivered_at is null;

create table projects (
  id integer primary key autoincrement,
  uuid text not null unique,
  name text not null check (length(name) between 1 and 255),
  slug text not null unique,
  -- Opens every ticket number of the project; never changes.
  prefix text not null unique check (length(prefix) = 4),
  description text,
  support_email text,
  website_url text,
  timezone text not null default 'UTC',
  settings text not null default '{}' check (json_valid(settings)),
  is_active integer not null default 1 check (is_active in (0, 1)),
  -- Where tickets go that come without a project.
  is_default integer not null default 0 check (is_default in (0, 1)),
  created_at integer not null,
  updated_at integer not null
) strict;

create unique index projects_default on projects (is_default) where is_default = 1;

insert into projects (uuid, name, slug, prefix, is_default, created_at, updated_at)
values ('00000000-0000-7000-8000-000000000001', 'Support', 'support', 'SUPP', 1, unixepoch() * 1000, unixepoch() * 1000);

create table project_agents (
  project_id integer not null references projects (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  is_lead integer not null default 0 check (is_lead in (0, 1)),
  created_at integer not null,
  primary key (user_id, project_id)
) strict, without rowid;

create index project_agents_project on project_agents (project_id);

-- The key pairs of other projects' back ends. Both halves are random, so both are kept as SHA-256 only.
create table key_pairs (
  id integer primary key autoincrement,
  project_id integer not null references projects (id) on delete cascade,
  name text not null check (length(name) between 1 and 255),
  key_hash blob not null unique check (length(key_hash) = 32),
  secret_hash blob not null check (length(secret_hash) = 32),
  -- The first characters of the key, by which people tell pairs apart.
  key_prefix text not null,
  -- A JSON list of addresses and networks; empty means any.
  allowed_ips text not null default '[]' check (json_valid(allowed_ips)),
  expires_at integer,
  last_used_at integer,
  revoked_at integer,
  created_at integer not null
) strict;

create index key_pairs_project on key_pairs (project_id);

create table categories (
  id integer primary key autoincrement,
  uuid text not null unique,
  name text not null check (length(name) between 1 and 255),
  slug text not null unique,
  color text,
  parent_id integer references categories (id),
  created_at integer not null
) strict;

create index categories_parent on categories (parent_id);

create table tags (
  id integer primary key autoincrement,
  uuid text not null unique,
  name text not null check (length(name) between 1 and 64),
  color text,
  created_at integer not null
) strict;

create unique index tags_name on tags (lower(name));

create table canned_responses (
  id integer primary key autoincrement,
  uuid text not null unique,
  user_id integer not null references users (id) on delete cascade,
  -- Null: for every project.
  project_id integer references projects (id) on delete cascade,
  title text not null check (length(title) between 1 and 255),
  body text not null,
  shortcut text check (length(shortcut) between 1 and 64),
  is_shared integer not null default 0 check (is_shared in (0, 1)),
  created_at integer not null
) strict;

create index canned_responses_user on canned_responses (user_id);

-- One policy per project and priority; project null is for every project without one of its own.
create table sla_policies (
  id integer primary key autoincrement,
  uuid text not null unique,
  project_id integer references projects (id) on delete cascade,
  name text check (length(name) between 1 and 255),
  priority text not null check (priority in ('low', 'medium', 'high', 'urgent')),
  is_active integer not null default 1 check (is_active in (0, 1)),
  -- The newest row of `sla_terms`.
  terms_id integer not null references sla_terms (id) deferrable initially deferred,
  created_at integer not null,
  updated_at integer not null
) strict;

create unique index sla_policies_one on sla_policies (coalesce(project_id, 0), priority);

-- What a policy promised at a time. A ticket keeps the terms that it was stamped with, whatever becomes of the policy.
create table sla_terms (
  id integer primary key autoincrement,
  policy_id integer not null references sla_policies (id) on delete cascade deferrable initially deferred,
  first_response_minutes integer not null check (first_response_minutes between 1 and 5256000),
  resolution_minutes integer not null check (resolution_minutes between 1 and 5256000),
  -- JSON; null: around the clock.
  business_hours text check (json_valid(business_hours)),
  created_at integer not null
) strict;

create index sla_terms_policy on sla_terms (policy_id);

-- Document 001's defaults.
insert into sla_policies (id, uuid, name, priority, terms_id, created_at, updated_at) values
  (1, '00000000-0000-7000-8000-000000000011', 'Urgent', 'urgent', 1, unixepoch() * 1000, unixepoch() * 1000),
  (2, '00000000-0000-7000-8000-000000000012', 'High', 'high', 2, unixepoch() * 1000, unixepoch() * 1000),
  (3, '00000000-0000-7000-8000-000000000013', 'Medium', 'medium', 3, unixepoch() * 1000, unixepoch() * 1000),
  (4, '00000000-0000-7000-8000-000000000014', 'Low', 'low', 4, unixepoch() * 1000, unixepoch() * 1000);
insert into sla_terms (id, policy_id, first_response_minutes, resolution_minutes, created_at) values
  (1, 1, 15, 120, unixepoch() * 1000),
  (2, 2, 60, 480, unixepoch() * 1000),
  (3, 3, 240, 1440, unixepoch() * 1000),
  (4, 4, 480, 4800, unixepoch() * 1000);
