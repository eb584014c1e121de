//! Lines on standard error: what happens, as text or as JSON.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use crate::config::LogFormat;

/// Begins to log. `GATEHOUSE_LOG` says how much: a level, and others for parts of the program, `info,gatehouse::imap=debug`.
pub fn log(format: LogFormat) {
    let said = std::env::var("GATEHOUSE_LOG").ok().filter(|text| !text.trim().is_empty());
    let read = said.as_deref().map(levels);
    let levels = read.clone().flatten().unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    // It would say on standard error that it cannot write there, and panic: a full disk would stop the agent, and fail every
    // request that is logged.
    let lines = fmt::layer().with_writer(std::io::stderr).log_internal_errors(false);
    let logged = tracing_subscriber::registry().with(levels);
    match format {
        LogFormat::Text => logged.with(lines).init(),
        LogFormat::Json => logged.with(lines.json()).init(),
    }
    if read == Some(None) {
        tracing::warn!(
            "GATEHOUSE_LOG is not understood: write error, warn, info, debug, trace or off, and for a part of the program \
             info,gatehouse::imap=debug"
        );
    }
}

/// A word alone is a level: any other would be taken for a part of the program, and everything else be silent.
fn levels(text: &str) -> Option<Targets> {
    let is_meant = |part: &str| part.contains('=') || !part.is_empty() && part.parse::<LevelFilter>().is_ok();
    text.split(',').map(str::trim).all(is_meant).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_no_level_silences_nothing() {
        for text in ["debug", "WARN", "info,gatehouse::imap=debug", "off"] {
            assert!(levels(text).is_some(), "{text}");
        }
        for text in ["loud", "WARNING", "info,", "gatehouse", ""] {
            assert!(levels(text).is_none(), "{text}");
        }
    }
}
