-- Integrators' keys: random, so kept as SHA-256 only. A key acts as the admin who made it, within its scopes.

create table api_keys (
  id integer primary key autoincrement,
  uuid text not null unique,
  user_id integer not null references users (id),
  name text not null check (length(name) between 1 and 255),
  key_hash blob not null unique check (length(key_hash) = 32),
  -- The first characters of the key, by which people tell keys apart.
  key_prefix text not null,
  -- Blank-separated, in the order of the documents.
  scopes text not null,
  -- All that it may see; null: whatever its owner sees.
  project_id integer references projects (id) on delete cascade,
  -- Requests an hour on the developer surface; null: the instance's limit.
  rate_limit integer check (rate_limit between 1 and 1000000),
  expires_at integer,
  last_used_at integer,
  revoked_at integer,
  created_at integer not null
) strict;

create index api_keys_user on api_keys (user_id);

-- Which key a change came through.
alter table activities add column api_key_id integer references api_keys (id);
