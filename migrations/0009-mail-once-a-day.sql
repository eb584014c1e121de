-- What anybody can trigger without a login is mailed to an address once a day at most: this finds the newest mail.
create index outbox_address on outbox (lower(address), template, created_at);

-- Mails about nobody: rows that cost what a mail costs, and are forgotten after their day.
create index outbox_nobody on outbox (delivered_at) where user_id is null;

-- Spent and expired links are forgotten by age.
create index user_tokens_expiry on user_tokens (expires_at);
