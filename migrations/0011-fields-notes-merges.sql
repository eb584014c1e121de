-- What custom fields, notes and merged tickets need beyond their own rows: a token by which a kept copy of the
-- definitions is known to hold, what callers said of a note, and what a ticket was before it was merged, so that this can
-- be undone.

-- One row, replaced by a random token with every change of a definition.
create table custom_field_state (
  id integer primary key check (id = 1),
  token integer not null
) strict;

create table ticket_merges (
  ticket_id integer primary key references tickets (id) on delete cascade,
  into_id integer not null references tickets (id) on delete cascade,
  -- Of the merged ticket, before.
  status text not null check (status in ('open', 'in_progress', 'pending', 'resolved', 'closed')),
  created_at integer not null,
  check (ticket_id <> into_id)
) strict;

create index ticket_merges_into on ticket_merges (into_id);

-- What a note was said to be; whatever it says, customers never see one.
alter table messages add column is_private integer not null default 1 check (is_private in (0, 1));
