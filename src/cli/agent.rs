//! `gatehouse agent`.

use std::process::ExitCode;

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::HELD;
use crate::agent::{self, AgentError, Options};

#[derive(Debug, Args)]
pub struct Agent {
    #[command(flatten)]
    options: Options,
}

pub fn run(command: Agent) -> ExitCode {
    let filter = EnvFilter::try_from_env("GATEHOUSE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    // It would say on standard error that it cannot write there, and panic: a full disk must not stop an agent.
    lines.log_internal_errors(false).init();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("gatehouse: the agent could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(agent::run(command.options));
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
