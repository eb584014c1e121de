-- How each message came in, and of those that came by mail what is known of that mail.

-- Null: Gatehouse itself wrote it, or it is older than this column.
alter table messages add column channel text check (channel in ('web', 'portal', 'api', 'mail'));

create table message_mails (
  ticket_id integer not null references tickets (id) on delete cascade,
  message_id integer not null,
  -- The address in its From:.
  sender text not null,
  -- How far our mail server found the sender's domain to stand behind it.
  trust text not null check (trust in ('proven', 'partial', 'unknown', 'failed')),
  -- What it found in detail, `spf=pass dkim=pass dmarc=pass`.
  findings text not null,
  -- What it quotes at its end, which is not in the message's body.
  quoted text,
  primary key (ticket_id, message_id)
) strict, without rowid;

-- The mail itself, as it came in, lies among the files of its message; it is shown to staff alone.
alter table attachments add column is_raw integer not null default 0 check (is_raw in (0, 1));
