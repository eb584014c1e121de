//! Lines on standard error: what happens, as text or as JSON.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use crate::config::LogFormat;

/// Begins to log. `GATEHOUSE_LOG` says how much: a level, and others for parts of the program, `info,gatehouse::imap=debug`.
pub fn log(format: LogFormat) {
    let said = std::env::var("GATEHOUSE_LOG").ok().and_then(|text| text.parse().ok());
    let levels: Targets = said.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    // It would say on standard error that it cannot write there, and panic: a full disk would stop the agent, and fail every
    // request that is logged.
    let lines = fmt::layer().with_writer(std::io::stderr).log_internal_errors(false);
    let logged = tracing_subscriber::registry().with(levels);
    match format {
        LogFormat::Text => logged.with(lines).init(),
        LogFormat::Json => logged.with(lines.json()).init(),
    }
}
