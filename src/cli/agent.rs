//! `gatehouse agent`.

use std::process::ExitCode;

use clap::Args;

use super::HELD;
use super::log::log;
use super::say;
use super::stop::Stop;
use crate::agent::{self, AgentError, Options};
use crate::config::LogFormat;

#[derive(Debug, Args)]
pub struct Agent {
    #[command(flatten)]
    options: Options,
    /// Only read the settings, say what is wrong with them, and end.
    #[arg(long)]
    check: bool,
}

pub fn run(command: Agent) -> ExitCode {
    if command.check {
        // Whatever cannot be was refused when it was read.
        say("agent can start with these settings.");
        return ExitCode::SUCCESS;
    }
    log(LogFormat::Text);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("gatehouse: the agent could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        let stop = Stop::listen().map_err(|error| AgentError::Device(error.to_string()))?;
        agent::run(command.options, stop.told()).await
    });
    // A step that blocks must not keep a stopped agent alive.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gatehouse: {error}");
            match error {
                AgentError::Held(_) => ExitCode::from(HELD),
                AgentError::Usage(_) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}
