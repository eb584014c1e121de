-- VPN servers, their agents, their peers, and what the agents report.
--
-- Counters are u64 and stored as the i64 of the same bits: they are never compared or summed in SQL.

create table servers (
  number integer primary key autoincrement check (number < 65536),
  id text not null unique check (length(id) between 1 and 63),
  name text not null,
  -- host:port that peers dial.
  endpoint text not null,
  listen_port integer not null check (listen_port between 1 and 65535),
  -- The server's own address in the VPN with the length of the network, 10.8.0.1/24.
  address text not null,
  address6 text,
  -- Lists, as JSON: what the configuration of a peer says.
  dns text not null,
  allowed_ips text not null,
  mtu integer check (mtu between 576 and 65535),
  keepalive integer not null check (keepalive between 0 and 65535),
  -- Made by the agent; null until one enrolled.
  public_key text,
  -- Of the desired state; rises with every change an agent must hear of.
  revision integer not null default 1,
  created_at integer not null,
  updated_at integer not null
) strict;

-- One live token per server: the old one dies when a new enrolment is used.
create table agent_tokens (
  server integer primary key references servers (number) on delete cascade,
  token_hash blob not null unique check (length(token_hash) = 32),
  created_at integer not null
) strict;

create table enrollments (
  token_hash blob primary key check (length(token_hash) = 32),
  server integer not null references servers (number) on delete cascade,
  expires_at integer not null,
  used_at integer,
  -- Set when a newer token was given out before this one was used.
  void_at integer
) strict, without rowid;

create index enrollments_server on enrollments (server);

create table peers (
  number integer primary key autoincrement,
  id text not null unique,
  server integer not null references servers (number) on delete cascade,
  name text not null check (length(name) between 1 and 64),
  enabled integer not null default 1 check (enabled in (0, 1)),
  address text not null,
  -- The same as a number, so that the lowest free one is found in the index.
  address_number integer not null,
  address6 text,
  public_key text not null,
  -- Sealed; null where the key was made elsewhere and is not known here.
  private_key blob,
  preshared_key blob,
  user_id integer references users (id) on delete set null,
  expires_at integer,
  quota_bytes integer,
  created_at integer not null,
  updated_at integer not null
) strict;

create unique index peers_address on peers (server, address_number);
create unique index peers_address6 on peers (server, address6);
create unique index peers_public_key on peers (server, public_key);
create index peers_user on peers (user_id);

-- The newest report of each server.
create table snapshots (
  server integer primary key references servers (number) on delete cascade,
  measured_at integer not null,
  interval_s integer not null,
  ping_ms real,
  peers integer not null,
  transfer_rx integer not null,
  transfer_tx integer not null,
  applied_revision integer,
  -- What the agent could not do or had to repair, as JSON, newest last.
  errors text not null
) strict;

-- What each peer has used: one blob per server, because a report touches them all (four times the throughput of a row
-- each). `vpn/usage` reads and writes it.
create table usage (
  server integer primary key references servers (number) on delete cascade,
  totals blob not null
) strict;

-- Which reports have been counted, as runs of consecutive numbers, with the counters at both ends of each run: what it
-- takes to count a late one exactly, in whatever order they come.
create table report_runs (
  server integer not null references servers (number) on delete cascade,
  -- Epochs in the order in which they were first heard of.
  epoch_order integer not null,
  epoch integer not null,
  first_seq integer not null,
  last_seq integer not null,
  first_counters blob not null,
  last_counters blob not null,
  primary key (server, epoch_order, first_seq)
) strict, without rowid;

-- What each report measured, kept for 72 hours.
create table samples (
  server integer not null references servers (number) on delete cascade,
  measured_at integer not null,
  ping_ms real,
  transfer_rx integer not null,
  transfer_tx integer not null,
  primary key (server, measured_at)
) strict, without rowid;

-- One row per server and hour, kept for a year beyond.
create table sample_rollups (
  server integer not null references servers (number) on delete cascade,
  hour integer not null,
  count integer not null,
  ping_ms real,
  transfer_rx integer not null,
  transfer_tx integer not null,
  last_at integer not null,
  primary key (server, hour)
) strict, without rowid;
