-- Mail that came in: each once, by where it lies in its mailbox, and what became of it. The row is written in the transaction of
-- what it became.
create table incoming_mails (
  mailbox text not null,
  uid_validity integer not null,
  uid integer not null,
  message_id text,
  -- In lower case; blank where there is not exactly one.
  sender text not null,
  -- Whether our mail server found the sender's domain to stand behind it.
  is_proven integer not null check (is_proven in (0, 1)),
  hash blob not null check (length(hash) = 32),
  became text not null check (became in ('ticket', 'reply', 'note', 'nothing')),
  -- Why it became nothing, for people.
  reason text,
  ticket_id integer references tickets (id) on delete set null,
  taken_at integer not null,
  primary key (mailbox, uid_validity, uid)
) strict, without rowid;

create index incoming_mails_hash on incoming_mails (hash);
create index incoming_mails_sender on incoming_mails (sender, taken_at);
create index incoming_mails_ticket on incoming_mails (ticket_id) where ticket_id is not null;
create index incoming_mails_age on incoming_mails (taken_at);
