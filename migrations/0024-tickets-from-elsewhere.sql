-- What tickets were called where they were taken in from, so that the same table can be taken in again.

create table ticket_sources (
  external_id text primary key check (length(external_id) between 1 and 255),
  ticket_id integer not null unique references tickets (id) on delete cascade
) strict, without rowid;
