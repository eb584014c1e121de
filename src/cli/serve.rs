//! `gatehouse serve`.

use std::time::Duration;

use clap::Args;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::log::log;
use super::stop::Stop;
use super::{open, say};
use crate::access::first_admin;
use crate::app::App;
use crate::base::{Clock, Error, Kind};
use crate::config::{Data, Settings};
use crate::store::directory::Hold;
use crate::{http, jobs, store};

/// Files and connections that may be open at once, where the system lets a process have as many.
const FILES: u64 = 65_536;
/// Longest that a stop waits for requests in flight.
const PATIENCE: Duration = Duration::from_secs(8);

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    settings: Settings,
    /// Only read the settings, say what is wrong with them, and end.
    #[arg(long)]
    check: bool,
}

pub fn run(command: Serve) -> Result<(), Error> {
    if command.check {
        // Whatever cannot be was refused when it was read.
        say("serve can start with these settings.");
        return Ok(());
    }
    log(command.settings.log_format);
    allow_files();
    let directory = open(&command.data)?;
    let hold = directory.hold()?;
    if hold.unclean && directory.database().exists() {
        tracing::info!("the last stop was not a clean one: checking the database");
        store::check_integrity(&directory.database())?;
    }
    let migrated = match command.settings.no_migrate {
        true => None,
        false => Some(store::migrate(&directory, &Clock::System)?),
    };
    let runtime = tokio::runtime::Runtime::new().map_err(Error::internal)?;
    runtime.block_on(async {
        let app = App::start(&directory, command.settings, Clock::System)?;
        drop(migrated);
        let served = serve(&app, &hold).await;
        hold.log_ends();
        app.store.stop().await;
        served
    })?;
    hold.release();
    Ok(())
}

async fn serve(app: &App, hold: &Hold) -> Result<(), Error> {
    let unusable = |error: std::io::Error| {
        Error::new(Kind::Internal, format!("{} cannot be listened on: {error}.", app.settings.listen))
    };
    let listener = http::listen(app.settings.listen).map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    app.listens_on(address);
    let stack = http::stack(app)?;
    // It must start on a full disk too.
    let first = app.store.write_even_when_full(first_admin::offer).await?;
    hold.log_begins()?;
    // Whoever reads that it listens may stop it at once.
    let stop = Stop::listen().map_err(Error::internal)?;
    say(&format!("listening on http://{address}"));
    if let Some(token) = first {
        say(&format!("make the first administrator: {}/setup?token={}", app.origin(), token.expose()));
    }
    if address.ip().is_unspecified() && app.settings.public_url.is_none() {
        say(&format!(
            "links in mails begin with {}: --public-url says under which address people come here",
            app.origin()
        ));
    }
    // Nobody may be listening: then there is no service manager to tell.
    let _told = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    let timed = tokio::spawn(jobs::run(app.clone()));
    let served = tokio::spawn(http::serve(listener, stack, app.clone()));
    stop.told().await;
    app.stopping.cancel();
    if tokio::time::timeout(PATIENCE, served).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    timed.await.map_err(Error::internal)
}

/// Raises how many files may be open to what the system allows: shells begin with 1,024, fewer than a large fleet has agents.
fn allow_files() {
    let known = getrlimit(Resource::Nofile);
    let wanted = known.maximum.map_or(FILES, |most| most.min(FILES));
    if known.current.is_some_and(|now| now < wanted)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..known })
    {
        tracing::warn!(%error, "no more files may be open than a shell allows");
    }
}
