-- Who this instance is, and who may sign in to it.
--
-- Times are UTC milliseconds everywhere. A token is stored only as its SHA-256: there is nothing to guess in 256 random
-- bits, so a slow hash would add cost and no safety.

create table instance (
  id integer primary key check (id = 1),
  -- Derived from the instance secret: tells a wrong secret at start instead of at the first sealed value.
  secret_check blob not null check (length(secret_check) = 32),
  created_at integer not null
) strict;

create table users (
  id integer primary key autoincrement,
  uuid text not null unique,
  -- As the user spells it; compared without case.
  email text not null check (length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 255),
  role text not null check (role in ('customer', 'agent', 'admin', 'super_admin')),
  -- argon2id, PHC string; null: no password was ever set.
  password_hash text,
  is_active integer not null default 1 check (is_active in (0, 1)),
  email_verified_at integer,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer
) strict;

-- A deleted user's address is free again.
create unique index users_email on users (lower(email)) where deleted_at is null;

-- A session token says only which row it is: the row, and the user it belongs to, are looked at on every request, so
-- that a deactivation bites at once.
create table sessions (
  id text primary key,
  user_id integer not null references users (id) on delete cascade,
  created_at integer not null,
  expires_at integer not null,
  revoked_at integer,
  ip text,
  user_agent text
) strict, without rowid;

create index sessions_user on sessions (user_id);
create index sessions_expiry on sessions (expires_at);

-- The one-time link by which the first administrator of an empty instance is made.
create table setup_links (
  token_hash blob primary key check (length(token_hash) = 32),
  expires_at integer not null,
  used_at integer
) strict, without rowid;

-- Answers kept for 24 hours under a caller's idempotency key. Of the request only a hash, the answer sealed.
create table kept_answers (
  caller text not null,
  key text not null,
  request_hash blob not null check (length(request_hash) = 32),
  -- Null where the answer held a secret: its replay is refused.
  answer blob,
  created_at integer not null,
  primary key (caller, key)
) strict, without rowid;

create index kept_answers_age on kept_answers (created_at);
