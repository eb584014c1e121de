-- Servers whose state anybody may see, because an admin said so.

alter table servers add column is_public integer not null default 0 check (is_public in (0, 1));
