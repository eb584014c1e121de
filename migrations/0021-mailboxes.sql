-- Mailboxes that admins added, beside those that the operator names: their mails become tickets and answers.
create table mailboxes (
  id integer primary key autoincrement,
  uuid text not null unique,
  name text not null check (length(name) between 1 and 255),
  host text not null,
  port integer not null check (port between 1 and 65535),
  security text not null check (security in ('tls', 'starttls', 'none')),
  username text not null,
  -- Sealed.
  password blob not null,
  folder text not null,
  -- Where its tickets go; null: into the default project.
  project_id integer references projects (id) on delete set null,
  is_active integer not null check (is_active in (0, 1)),
  -- When it was looked into the last time, and whether that went well: in words for people.
  last_fetch_at integer,
  last_error text,
  -- It could not be read from then on.
  failing_since integer,
  -- Mails that became something.
  taken integer not null default 0,
  created_at integer not null,
  updated_at integer not null
) strict;

-- Two rows for one mailbox would only fetch twice.
create unique index mailboxes_place on mailboxes (lower(host), port, username, folder);
