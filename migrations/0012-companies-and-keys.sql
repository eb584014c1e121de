-- By which domains a company's people are known, and whom a key made that sees one project alone.

-- The same as `companies.domains`, the other way round.
create table company_domains (
  domain text not null,
  company_id integer not null references companies (id) on delete cascade,
  primary key (domain, company_id)
) strict, without rowid;

create index company_domains_company on company_domains (company_id);

insert into company_domains (domain, company_id)
select distinct d.value, c.id from companies c, json_each(c.domains) d;

-- Customers who would join a company by the domain of their address.
create index users_joining on users (lower(substr(email, instr(email, '@') + 1)))
  where company_id is null and role = 'customer' and email_verified_at is not null and deleted_at is null;

-- Made through a key that sees this project alone, which may therefore change it.
alter table users add column home_project_id integer references projects (id) on delete set null;
alter table companies add column home_project_id integer references projects (id) on delete set null;

create index users_home on users (home_project_id) where home_project_id is not null;
create index companies_home on companies (home_project_id) where home_project_id is not null;

-- Accounts from before get a username that is nobody else's.
update users set username = substr(lower(substr(email, 1, instr(email, '@') - 1)), 1, 40) || '-' || id
where username is null and deleted_at is null;
