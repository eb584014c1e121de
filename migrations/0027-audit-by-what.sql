-- Reading the audit log by who, what, whom and when: each of these finds its rows newest first without walking the log.

create index audit_actor on audit (lower(actor), created_at);
create index audit_action on audit (action, created_at);
create index audit_target on audit (lower(target), created_at);
create index audit_created on audit (created_at);
