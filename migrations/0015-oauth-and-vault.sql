-- Applications that people let act for them (OAuth 2.0), and credentials that customers share for a while.
--
-- Codes, tokens and client secrets are random, so they are kept as SHA-256 only. To revoke is to delete: what is gone
-- opens nothing, and its reuse is as unknown as a guess.

create table oauth_clients (
  id integer primary key autoincrement,
  client_id text not null unique,
  -- The admin who registered it; with its own credentials it acts as them.
  user_id integer not null references users (id),
  name text not null check (length(name) between 1 and 255),
  -- Null: a public client, which can keep no secret.
  secret_hash blob check (length(secret_hash) = 32),
  -- A JSON list of URIs, compared letter by letter.
  redirect_uris text not null check (json_valid(redirect_uris)),
  -- Blank-separated: the most that it may ask for.
  scopes text not null,
  created_at integer not null
) strict;

-- What one user handed to one application: the family that its tokens belong to.
create table oauth_grants (
  id integer primary key autoincrement,
  uuid text not null unique,
  client_id integer not null references oauth_clients (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  kind text not null check (kind in ('consent', 'client')),
  scopes text not null,
  created_at integer not null
) strict;

create index oauth_grants_user on oauth_grants (user_id);
create index oauth_grants_client on oauth_grants (client_id);
-- An application's own access is one family, however often it asks.
create unique index oauth_grants_own on oauth_grants (client_id) where kind = 'client';

create table oauth_codes (
  code_hash blob primary key check (length(code_hash) = 32),
  grant_id integer not null references oauth_grants (id) on delete cascade,
  redirect_uri text not null,
  -- Whether it was sent, and so must be sent again.
  redirect_given integer not null check (redirect_given in (0, 1)),
  -- PKCE: SHA-256 of what redeems it.
  challenge blob not null check (length(challenge) = 32),
  expires_at integer not null,
  -- Kept with the family after its use, so that a second one is noticed.
  used_at integer
) strict, without rowid;

create index oauth_codes_grant on oauth_codes (grant_id);

create table oauth_tokens (
  token_hash blob primary key check (length(token_hash) = 32),
  grant_id integer not null references oauth_grants (id) on delete cascade,
  kind text not null check (kind in ('access', 'refresh')),
  scopes text not null,
  expires_at integer not null,
  -- When a refresh token was traded: a second trade ends the family.
  used_at integer
) strict, without rowid;

create index oauth_tokens_grant on oauth_tokens (grant_id);
create index oauth_tokens_expiry on oauth_tokens (expires_at);

-- How many requests a key has sent in its present hour, so that a restart gives it no second one.
create table hours (
  caller text primary key,
  began_at integer not null,
  used integer not null
) strict, without rowid;

-- Sealed credentials lie in places of a few fixed sizes that are filled and blanked where they are, and never given back.
-- A row that grows, shrinks or goes makes the engine move its neighbours about, and a moved row leaves bytes behind that
-- nobody blanks any more; what is overwritten by as many bytes stays where it was.
create table credential_places (
  id integer primary key autoincrement,
  size integer not null check (size > 0),
  sealed blob not null,
  check (length(sealed) = size)
) strict;

create index credential_places_size on credential_places (size, id);

create table credentials (
  id integer primary key autoincrement,
  uuid text not null unique,
  ticket_id integer not null references tickets (id) on delete cascade,
  type text not null check (length(type) between 1 and 64),
  -- Null once it has expired.
  place_id integer unique references credential_places (id),
  user_id integer references users (id),
  created_at integer not null,
  expires_at integer not null
) strict;

create index credentials_ticket on credentials (ticket_id, id);
create index credentials_expiry on credentials (expires_at) where place_id is not null;

-- Blanked places are still readable in the write-ahead log until that is cut: `asked` counts what was blanked, `done` how
-- much of it has been cut away.
create table erasures (
  id integer primary key check (id = 1),
  asked integer not null,
  done integer not null
) strict;

insert into erasures (id, asked, done) values (1, 0, 0);

-- However a credential goes, its bytes go with it.
create trigger credentials_emptied after update of place_id on credentials
when old.place_id is not null and new.place_id is not old.place_id
begin
  update credential_places set sealed = zeroblob(size) where id = old.place_id;
  update erasures set asked = asked + 1;
end;

create trigger credentials_deleted after delete on credentials
when old.place_id is not null
begin
  update credential_places set sealed = zeroblob(size) where id = old.place_id;
  update erasures set asked = asked + 1;
end;
