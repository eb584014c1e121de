//! What the message that a mail tells of is and carries: known once the change that made it is whole.

use serde_json::{Value, json};

use crate::base::Result;
use crate::store::{Conn, params};

/// Adds to what fills a mail, where that names a message, which files it carries and whether it came by mail, as plain text.
pub(super) fn complete(conn: &Conn<'_>, content: &mut Value) -> Result<()> {
    let number = |place: usize| content.get("said").and_then(|said| said.get(place)).and_then(Value::as_i64);
    let (Some(ticket), Some(message)) = (number(0), number(1)) else { return Ok(()) };
    let is_plain = conn.one(
        "select coalesce(channel = 'mail', false) as plain from messages where ticket_id = :ticket and id = :message",
        params! {":ticket": ticket, ":message": message},
        |row| row.get::<bool>("plain"),
    )?;
    let files = conn.all(
        "select filename, size from attachments
         where ticket_id = :ticket and message_id = :message and not is_raw order by id",
        params! {":ticket": ticket, ":message": message},
        |row| Ok(json!({"name": row.get::<String>("filename")?, "size": row.get::<i64>("size")?})),
    )?;
    if let Some(all) = content.as_object_mut() {
        all.insert("is_plain".to_owned(), is_plain.unwrap_or_default().into());
        all.insert("files".to_owned(), files.into());
    }
    Ok(())
}
