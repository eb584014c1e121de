//! Automation: rules that act on tickets by themselves, end, and say why.
//!
//! A rule is data: when it listens, conditions, actions. Everything about it that needs no ticket is here, as pure functions
//! over [`Facts`]; `ticket/automate.rs` lets rules act on tickets, `ticket/dry_run.rs` replays the past under one.
//!
//! | file | what |
//! |---|---|
//! | `word` `names` | the words of a rule; who and what its values name |
//! | `facts` | what rules know of a ticket |
//! | `condition` `operand` `action` | what a rule asks, compares with, and does |
//! | `rule` `draft` | a rule as it is kept; reading one from JSON, everything checked |
//! | `run` | letting rules run on one ticket: in rounds, each at most once, to a depth |
//! | `cycle` | rules that would undo each other for ever |
//! | `moment` | when a condition on hours comes true |
//! | `find` `create` `change` `delete` `active` `note` | rules in the database; those that are active, compiled |
//! | `switch_off` | the end of a rule that fails again and again |

mod action;
mod active;
mod change;
mod condition;
mod create;
mod cycle;
mod delete;
mod draft;
mod facts;
mod find;
mod moment;
mod names;
mod note;
mod operand;
mod rule;
mod run;
mod switch_off;
mod word;

pub use action::{Action, Assignee, Plan};
pub use active::{Rules, active};
pub use change::change;
pub use condition::Condition;
pub use create::create;
pub use cycle::cycle;
pub use delete::delete;
pub use draft::{Draft, read, rehearse};
pub use facts::{Facts, Needs, fold};
pub use find::{find, list};
pub use moment::{Base, Moment};
pub use names::{Lookup, Named, Names, Noun};
pub use note::{MOST_FAILURES, note_failure, note_run};
pub use operand::Operand;
pub use rule::{Definition, Program, Rule, Runnable};
pub use run::{Cause, DEPTH, First, Ground, Ran, run};
pub use switch_off::switch_off;
pub use word::{Event, Field, Match, Operator, RuleType};
