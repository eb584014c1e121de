//! A mail that only shows whether mail works.

use super::{Letter, Sender, Template, compose, render, wanted, words};
use crate::audit;
use crate::base::{Actor, Error, Result, Who, id};
use crate::store::{Conn, Tx};

fn address(actor: &Actor) -> Result<&str> {
    match &actor.who {
        Who::Person { email, .. } => Ok(email),
        _ => Err(Error::unauthenticated()),
    }
}

/// Writes such a mail to the actor. Admins alone may.
pub fn write_test(conn: &Conn<'_>, actor: &Actor, sender: &Sender) -> Result<Letter> {
    actor.must_be_admin()?;
    let language = wanted(conn, actor)?.language.unwrap_or(sender.language);
    let words = words::of(conn, Template::Test, language)?;
    let rendered = render(Template::Test, language, &words, &Template::Test.sample(), &sender.origin)?;
    compose(conn.keys(), sender, address(actor)?, &id::new_uuid(conn.now()), None, rendered)
}

/// Notes that the actor had one sent.
pub fn note_test(tx: &Tx<'_>, actor: &Actor) -> Result<()> {
    actor.must_be_admin()?;
    audit::record(tx, actor, "mail_tested", address(actor)?)
}
