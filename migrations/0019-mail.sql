-- Mail that leaves: what became of each row of the outbox, what people want to hear of, and the words of it.

-- When it joined the queue, which is when it was written, or when somebody sent it again.
alter table outbox add column queued_at integer not null default 0;
alter table outbox add column next_attempt_at integer not null default 0;
alter table outbox add column attempts integer not null default 0;
alter table outbox add column failed_at integer;
-- What the mail server said last, or why nobody asked it.
alter table outbox add column error text;
-- Mails of a ticket reach each address in their order, and go when the ticket goes for good.
alter table outbox add column ticket_id integer references tickets (id) on delete cascade;

update outbox set queued_at = created_at, next_attempt_at = created_at;

create index outbox_due on outbox (next_attempt_at, id) where delivered_at is null and failed_at is null;
create index outbox_queued on outbox (queued_at) where delivered_at is null and failed_at is null;
create index outbox_ticket on outbox (ticket_id, id) where ticket_id is not null;
create index outbox_delivered on outbox (delivered_at) where delivered_at is not null;
create index outbox_failed on outbox (failed_at) where failed_at is not null;
-- A deleted account takes its mails along.
create index outbox_user on outbox (user_id) where user_id is not null;

-- The language that mails to somebody are in; null: the instance's.
alter table users add column language text check (language in ('en', 'de'));

-- What somebody does not want to be mailed about.
create table muted_mails (
  user_id integer not null references users (id) on delete cascade,
  template text not null,
  primary key (user_id, template)
) strict, without rowid;

-- Words that an admin put in the place of the ones that come with the program.
create table mail_templates (
  name text not null,
  language text not null check (language in ('en', 'de')),
  subject text not null,
  text text not null,
  -- Null: made of the text.
  html text,
  updated_at integer not null,
  primary key (name, language)
) strict, without rowid;

-- The deadline that staff were last warned of.
create table sla_warned (
  ticket_id integer not null references tickets (id) on delete cascade,
  metric text not null check (metric in ('first_response', 'resolution')),
  due_at integer not null,
  primary key (ticket_id, metric)
) strict, without rowid;

-- The last report before a silence that admins were told of.
alter table servers add column silent_since integer;
-- The quota that admins were told is used up.
alter table peers add column quota_told integer;
