//! The search index: one row a ticket, written anew at the end of the batch that changed its words.

use crate::base::Result;
use crate::store::{Tx, params};

/// Bytes of a ticket's conversation that are searched; the newest messages of longer ones are left out.
const LONGEST: usize = 1 << 20;

/// Has the ticket indexed once this batch is over.
pub(super) fn mark(tx: &Tx<'_>, ticket: i64) {
    tx.at_end("search", ticket, write);
}

struct Words {
    scope: String,
    subject: String,
    number: String,
    customer: String,
}

fn write(tx: &Tx<'_>, ticket: i64) -> Result<()> {
    tx.execute("delete from ticket_search where rowid = :ticket", params! {":ticket": ticket})?;
    let words = tx.one(
        "select project_id, creator_id, subject, number, customer_email, customer_name from tickets where id = :ticket",
        params! {":ticket": ticket},
        |row| {
            let project: i64 = row.get("project_id")?;
            let creator = row.get::<Option<i64>>("creator_id")?.map(|user| format!(" u{user}")).unwrap_or_default();
            let text = |column| row.get::<Option<String>>(column).map(Option::unwrap_or_default);
            Ok(Words {
                scope: format!("p{project}{creator}"),
                subject: row.get("subject")?,
                number: row.get("number")?,
                customer: format!("{} {}", text("customer_email")?, text("customer_name")?),
            })
        },
    )?;
    let Some(words) = words else { return Ok(()) };
    let (mut body, mut notes) = (String::new(), String::new());
    tx.each(
        "select body, kind from messages where ticket_id = :ticket order by id",
        params! {":ticket": ticket},
        |row| {
            let c = row.columns();
            let (text, kind): (String, String) = (c.take()?, c.take()?);
            let place = if kind == "note" { &mut notes } else { &mut body };
            if place.len() + text.len() <= LONGEST {
                place.push_str(&text);
                place.push('\n');
            }
            Ok(())
        },
    )?;
    tx.execute(
        "insert into ticket_search (rowid, scope, subject, number, customer, body, notes)
         values (:ticket, :scope, :subject, :number, :customer, :body, :notes)",
        params! {":ticket": ticket, ":scope": words.scope, ":subject": words.subject, ":number": words.number,
        ":customer": words.customer, ":body": body, ":notes": notes},
    )?;
    Ok(())
}
