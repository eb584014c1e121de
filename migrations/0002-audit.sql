-- Every change and every login, in the transaction of the change, each row chained to the one before.
--
-- `hash` is SHA-256 over the previous row's hash and this row's fields. The head, signed under a key derived from the
-- instance secret, tells when the newest rows were removed; the chain tells everything else.

create table audit (
  id integer primary key autoincrement,
  -- The address of the actor as it was then; null for a failed login.
  actor text,
  action text not null,
  target text not null,
  ip text,
  created_at integer not null,
  hash blob not null check (length(hash) = 32)
) strict;

create table audit_head (
  id integer primary key check (id = 1),
  last_id integer not null,
  hash blob not null check (length(hash) = 32),
  signature blob not null check (length(signature) = 32)
) strict;
