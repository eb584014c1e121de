-- What anybody can trigger without a login is mailed to an address once a day at most: this finds the newest mail.
create index outbox_address on outbox (lower(address), template, created_at);

-- Spent and expired links are forgotten by age.
create index user_tokens_expiry on user_tokens (expires_at);
