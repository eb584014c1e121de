//! Gatehouse: the control plane for a fleet of WireGuard servers, and the helpdesk for their users.
//!
//! A domain of plain synchronous Rust in the middle, dialects around it that speak the five API documents, one store
//! below it, and the agent beside it. A folder is a noun, a file is a verb.
//!
//! | where | what |
//! |---|---|
//! | [`cli`] | one file per subcommand |
//! | [`http`] | serving: listener, request ids, first run, metrics |
//! | [`jobs`] | timed work |
//! | [`dialects`] | one folder per surface, behind the door that picks between them |
//! | [`backup`] | backups: made beside a running `serve`, and put back |
//! | [`doctor`] | what is wrong with an instance, and what to do about it |
//! | [`seed`] | made-up people, tickets and servers |
//! | [`report`] | what tickets add up to, by day |
//! | [`webhook`] | programs elsewhere that are told what happens |
//! | [`live`] | telling who follows along what happened, as far as each may see it |
//! | [`inbound`] | mail that comes in |
//! | [`mailbox`] | the mailboxes that admins added |
//! | [`ticket`] | one ticket model, for every surface |
//! | [`automation`] | rules that act on tickets by themselves |
//! | [`project`] | the projects that tickets belong to, their agents and their key pairs |
//! | [`field`] | custom fields: their definitions, and the values that fit them |
//! | [`catalog`] | what tickets draw on: categories, tags, canned responses |
//! | [`vpn`] | servers, agents' enrolment, peers, reports, history |
//! | [`sla`] | policies, business hours, and the clocks that count a ticket's time in them |
//! | [`access`], [`person`] | sessions, mailed links and other ways in; users and passwords |
//! | [`knowledge`] | the knowledge base: articles, folders, categories, feedback |
//! | [`company`], [`group`] | the companies of customers; the groups of agents |
//! | [`audit`] | the hash-chained log |
//! | [`smtp`], [`imap`] | the ways to the mail server and to mailboxes |
//! | [`feed`] | what happened, in its order |
//! | [`notify`] | the outbox, what mails say, and who wants which |
//! | [`outbound`] | calling addresses that somebody typed |
//! | [`store`] | the only folder that names the database |
//! | [`text`] | Markdown as safe HTML and as plain text |
//! | [`base`] | words everyone uses |
//! | [`agent`] | the process on each VPN server; it shares only [`wire`] with the rest |
//!
//! What must always hold:
//! - Arrows point down this table only. A dialect never imports another and never names SQL; the domain never names HTTP.
//! - An answer is given after its change is on disk. A request that fails leaves no trace.
//! - Who asks is an argument of every function that reads or changes something; what they may not see does not exist.
//! - A change writes its audit row in the same transaction.
//! - A tunnel never drops because of us: the agent changes only what differs and keeps what it has when nobody answers.

pub mod access;
pub mod agent;
pub mod app;
pub mod audit;
pub mod automation;
pub mod backup;
pub mod base;
pub mod catalog;
pub mod cli;
pub mod company;
pub mod config;
pub mod dialects;
pub mod doctor;
pub mod feed;
pub mod field;
pub mod group;
pub mod http;
pub mod imap;
pub mod inbound;
pub mod jobs;
pub mod knowledge;
pub mod live;
pub mod mailbox;
pub mod notify;
pub mod outbound;
pub mod person;
pub mod project;
pub mod report;
pub mod seed;
pub mod sla;
pub mod smtp;
pub mod store;
pub mod text;
pub mod ticket;
pub mod vpn;
pub mod webhook;
pub mod wire;
