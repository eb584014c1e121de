//! `gatehouse doctor`.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::say;
use crate::base::Clock;
use crate::config::Data;
use crate::doctor::{Finding, State, examine};

#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    data: Data,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
    /// Leave out what reads every byte of the database and of attached files.
    #[arg(long)]
    quick: bool,
}

pub fn run(command: &Doctor) -> ExitCode {
    let found = examine(&command.data.data_dir, command.data.secret_key.as_ref(), &Clock::System, command.quick);
    let is_well = found.iter().all(|finding| finding.state != State::Wrong);
    if command.json {
        say(&as_json(&found, is_well));
    } else {
        found.iter().for_each(tell);
    }
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn as_json(found: &[Finding], is_well: bool) -> String {
    let one = |finding: &Finding| {
        json!({
            "check": finding.check,
            "state": finding.state.as_str(),
            "what": finding.what,
            "remedy": finding.remedy,
        })
    };
    format!("{:#}", json!({"ok": is_well, "findings": found.iter().map(one).collect::<Vec<_>>()}))
}

fn tell(finding: &Finding) {
    say(&plain(&format!("{:<6} {:<12} {}", finding.state.as_str(), finding.check, finding.what)));
    if let Some(remedy) = &finding.remedy {
        say(&plain(&format!("{:20}{remedy}", "")));
    }
}

/// What agents and people wrote must not speak to the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
