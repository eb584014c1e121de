//! What people want to hear of: everything, but for what they say.

use super::Template;
use crate::base::{Actor, Error, Language, Result};
use crate::store::{Conn, Tx, params};

/// What somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The language that they are written to in; `None`: the instance's.
    pub language: Option<Language>,
    /// The mails that they do not want.
    pub muted: Vec<Template>,
}

/// What the actor wants.
pub fn wanted(conn: &Conn<'_>, actor: &Actor) -> Result<Wanted> {
    let user = actor.user().ok_or_else(Error::unauthenticated)?;
    let language = conn.one("select language from users where id = :user", params! {":user": user}, |row| {
        row.get::<Option<String>>("language")
    })?;
    let muted = conn.all("select template from muted_mails where user_id = :user", params! {":user": user}, |row| {
        row.get::<String>("template")
    })?;
    Ok(Wanted {
        language: language.flatten().as_deref().and_then(Language::parse),
        muted: muted.iter().filter_map(|word| Template::parse(word)).collect(),
    })
}

/// Writes down what the actor wants from now on.
pub fn choose(tx: &Tx<'_>, actor: &Actor, wanted: &Wanted) -> Result<()> {
    let user = actor.user().ok_or_else(Error::unauthenticated)?;
    tx.execute(
        "update users set language = :language where id = :user",
        params! {":language": wanted.language.map(Language::as_str), ":user": user},
    )?;
    tx.execute("delete from muted_mails where user_id = :user", params! {":user": user})?;
    for template in &wanted.muted {
        mute(tx, user, *template)?;
    }
    Ok(())
}

fn mute(tx: &Tx<'_>, user: i64, template: Template) -> Result<()> {
    tx.execute(
        "insert into muted_mails (user_id, template) values (:user, :template) on conflict (user_id, template) do nothing",
        params! {":user": user, ":template": template.as_str()},
    )
    .map(drop)
}

/// Whether somebody wants a mail.
pub fn wants(conn: &Conn<'_>, user: i64, template: Template) -> Result<bool> {
    let muted = conn.one(
        "select 1 from muted_mails where user_id = :user and template = :template",
        params! {":user": user, ":template": template.as_str()},
        |_| Ok(()),
    )?;
    Ok(muted.is_none())
}

/// The admins who want a mail: their numbers and addresses.
pub fn admins(conn: &Conn<'_>, template: Template) -> Result<Vec<(i64, String)>> {
    conn.all(
        "select id, email from users
         where role in ('admin', 'super_admin') and is_active and deleted_at is null
           and id not in (select user_id from muted_mails where template = :template)",
        params! {":template": template.as_str()},
        |row| Ok((row.get("id")?, row.get("email")?)),
    )
}

/// Has nobody of those who are there told of anything: made-up people have no mailboxes.
pub fn mute_everybody(tx: &Tx<'_>) -> Result<()> {
    for template in Template::OPTIONAL {
        tx.execute(
            "insert into muted_mails (user_id, template) select id, :template from users where true
             on conflict (user_id, template) do nothing",
            params! {":template": template.as_str()},
        )?;
    }
    Ok(())
}
