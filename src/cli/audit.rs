//! `gatehouse audit verify`.

use clap::{Args, Subcommand};

use super::say;
use crate::audit::{Verdict, verify};
use crate::base::{Clock, Error, Kind};
use crate::config::Data;
use crate::store;

#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Check the chain of the log and its signed head; works beside a running `serve`.
    Verify(Data),
}

pub fn run(command: &Audit) -> Result<(), Error> {
    let What::Verify(data) = &command.what;
    let directory = super::data(data)?;
    match store::read_once(&directory, &Clock::System, verify)? {
        Verdict::Sound { rows } => {
            say(&format!("The audit log is sound: {rows} rows, chain and signed head hold."));
            Ok(())
        }
        Verdict::Broken(what) => Err(Error::new(Kind::Internal, format!("The audit log was tampered with: {what}."))),
    }
}
