-- How many tickets there are in all, so that no page of a list adds up the runs. As there, project 0 and status '' stand for
-- all, and deleted tickets are not counted.
create table ticket_totals (
  project_id integer not null,
  status text not null,
  tickets integer not null,
  primary key (project_id, status)
) strict, without rowid;

insert into ticket_totals (project_id, status, tickets)
  select project_id, status, sum(tickets) from ticket_runs group by project_id, status;
