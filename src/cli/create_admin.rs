//! `gatehouse create-admin`.

use std::io::{BufRead, IsTerminal, Write};

use clap::{Args, ValueEnum};

use super::{open, say};
use crate::base::{Actor, Clock, Error, Kind, Role, Secret, secret};
use crate::config::Data;
use crate::person::password::{self, Password};
use crate::person::{self, Email, NewPerson};
use crate::store;
use crate::store::reserve::confirm;

#[derive(Debug, Args)]
pub struct CreateAdmin {
    #[command(flatten)]
    data: Data,
    /// Their e-mail address, which they sign in with.
    #[arg(long)]
    email: String,
    /// Their name; by default what stands before the @.
    #[arg(long)]
    name: Option<String>,
    /// What they may do.
    #[arg(long, value_enum, default_value = "super-admin")]
    role: AdminRole,
    /// Read the password from standard input instead of making one up.
    #[arg(long)]
    password_stdin: bool,
    /// Shortest password, in characters.
    #[arg(long, env = "GATEHOUSE_MIN_PASSWORD_LENGTH", default_value_t = 8)]
    min_password_length: usize,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AdminRole {
    #[value(alias = "super_admin")]
    SuperAdmin,
    Admin,
}

pub fn run(command: CreateAdmin) -> Result<(), Error> {
    let email = Email::parse(&command.email)?;
    let given = command.password_stdin.then(read_password).transpose()?;
    let made_up = given.is_none().then(|| secret::new_token("")).transpose()?;
    let text = given.or_else(|| made_up.clone()).unwrap_or_else(|| Secret::new(String::new()));
    let password = Password::parse(text.expose().clone(), command.min_password_length)?;
    let name = command.name.unwrap_or_else(|| email.as_str().split('@').next().unwrap_or_default().to_owned());
    let role = match command.role {
        AdminRole::SuperAdmin => Role::SuperAdmin,
        AdminRole::Admin => Role::Admin,
    };
    let new = NewPerson::new(email, name, role).with_password(password::hash(&password)?);
    let directory = open(&command.data)?;
    // A running `serve` has migrated already; without one this may be the first command on a fresh machine.
    match directory.hold() {
        Ok(hold) => {
            store::migrate(&directory, &Clock::System)?;
            hold.release();
        }
        Err(error) if matches!(error.kind, Kind::Unavailable { .. }) => {}
        Err(error) => return Err(error),
    }
    store::write_once(&directory, &Clock::System, |tx| person::create(tx, &Actor::system(), &new))?;
    confirm(&directory)?;
    say(&format!("{} is a {} now.", new.email.as_str(), new.role.as_str()));
    if let Some(password) = made_up {
        say(&format!("Password: {}", password.expose()));
    }
    Ok(())
}

fn read_password() -> Result<Secret<String>, Error> {
    let mut input = std::io::stdin().lock();
    if input.is_terminal() {
        // A prompt that does not show is no reason to stop.
        let _shown = write!(std::io::stderr(), "Password (it shows as you type): ");
    }
    let mut line = String::new();
    input
        .read_line(&mut line)
        .map_err(|error| Error::new(Kind::Internal, format!("The password could not be read: {error}.")))?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}
