-- What a sealed hour comes to as one point, so that an answer by the hour opens no blob: the mean of its pings, the last of
-- everything else. Hours that were sealed before have none; they are gone after 72 hours.
alter table sealed_hours add column ping_ms real;
alter table sealed_hours add column transfer_rx integer;
alter table sealed_hours add column transfer_tx integer;
