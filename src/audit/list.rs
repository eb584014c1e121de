//! Reading the log back, for admins alone.

use super::sought::Sought;
use crate::base::{Actor, Result, Time};
use crate::store::{Conn, Row, ToValue, params};

/// Rows that a search for words looks at before it answers what it has found.
const REACH: i64 = 10_000;
/// Rows of these that are read in one go: most searches find enough among the newest.
const STRETCH: i64 = 1_000;

/// One row of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Rises by one with each row.
    pub id: i64,
    /// The address of who did it; none for a failed login.
    pub actor: Option<String>,
    /// Snake case, `wg_client_created`.
    pub action: String,
    /// What it was done to, `los-angeles/alice-iphone`.
    pub target: String,
    /// Where the request came from.
    pub ip: Option<String>,
    /// When.
    pub created_at: Time,
}

fn read(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        id: row.get("id")?,
        actor: row.get("actor")?,
        action: row.get("action")?,
        target: row.get("target")?,
        ip: row.get("ip")?,
        created_at: Time(row.get("created_at")?),
    })
}

/// When the newest row was written; none while there is none.
pub fn latest(conn: &Conn<'_>) -> Result<Option<Time>> {
    conn.one("select created_at from audit order by id desc limit 1", &[], |row| Ok(Time(row.get("created_at")?)))
}

/// Part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Rows at most.
    pub limit: i64,
    /// Rows that are passed over.
    pub offset: i64,
    /// The row that it goes on from, which is not part of it.
    pub before: Option<i64>,
}

/// What was found of a part.
#[derive(Clone, Debug)]
pub struct Found {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Where the rest begins; none where there is no more. A search for words may answer few rows, or none, and go on all the same.
    pub next: Option<i64>,
}

/// A page of the log, newest first.
pub fn list(conn: &Conn<'_>, actor: &Actor, sought: &Sought, page: Page) -> Result<Found> {
    actor.must_be_admin()?;
    if sought.has_words() {
        return with_words(conn, sought, page);
    }
    if sought.is_everything() && page.before.is_none() {
        return everything(conn, page);
    }
    let mut entries = Vec::new();
    walk(conn, sought, &page, page.limit.saturating_add(1), |entry| {
        entries.push(entry);
        Ok(())
    })?;
    Ok(Found::of(entries, page.limit))
}

impl Found {
    /// Of rows one more of which were read than are shown.
    fn of(mut entries: Vec<Entry>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or_default();
        let is_more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().map(|entry| entry.id).filter(|_| is_more);
        Self { entries, next }
    }
}

/// No index knows words: rows are looked at one by one, a stretch at a time, and not for ever.
fn with_words(conn: &Conn<'_>, sought: &Sought, page: Page) -> Result<Found> {
    let (mut found, mut at, mut rest) = (Vec::new(), page, REACH);
    while rest > 0 {
        let (mut walked, mut last) = (0, at.before);
        walk(conn, sought, &at, STRETCH, |entry| {
            (walked, last) = (walked + 1, Some(entry.id));
            if sought.says(&entry) {
                found.push(entry);
            }
            Ok(())
        })?;
        if i64::try_from(found.len()).unwrap_or(i64::MAX) > page.limit {
            return Ok(Found::of(found, page.limit));
        }
        if walked < STRETCH {
            return Ok(Found { entries: found, next: None });
        }
        (at, rest) = (Page { before: last, offset: 0, ..at }, rest - STRETCH);
    }
    Ok(Found { entries: found, next: at.before })
}

/// A page of all there is. Ids have no gaps, so an offset is a key: no page is slower than the first.
fn everything(conn: &Conn<'_>, page: Page) -> Result<Found> {
    let entries = conn.all(
        "select id, actor, action, target, ip, created_at from audit
         where id <= (select coalesce(max(id), 0) from audit) - :offset order by id desc limit :limit",
        params! {":offset": page.offset, ":limit": page.limit.saturating_add(1)},
        read,
    )?;
    Ok(Found::of(entries, page.limit))
}

/// Every row that is looked for, newest first: an export.
pub fn each(conn: &Conn<'_>, actor: &Actor, sought: &Sought, mut visit: impl FnMut(Entry) -> Result<()>) -> Result<()> {
    actor.must_be_admin()?;
    let whole = Page { limit: i64::MAX, offset: 0, before: None };
    walk(conn, sought, &whole, i64::MAX, |entry| if sought.says(&entry) { visit(entry) } else { Ok(()) })
}

/// At most so many rows of a page and what follows it, newest first, of which everything holds that is looked for but the words.
fn walk(
    conn: &Conn<'_>,
    sought: &Sought,
    page: &Page,
    most: i64,
    mut visit: impl FnMut(Entry) -> Result<()>,
) -> Result<()> {
    let id = page.before.unwrap_or_default();
    let at =
        conn.one("select created_at from audit where id = :id", params! {":id": id}, |row| row.get("created_at"))?;
    let at: i64 = at.unwrap_or_default();
    let (mut conditions, mut values) = sought.conditions();
    // The indexes stand in the order of time, which is not that of the rows where the clock was set back.
    let is_by_time = !conditions.is_empty();
    if page.before.is_some() && is_by_time {
        conditions.push("(created_at, id) < (:before_at, :before)");
        values.extend([(":before_at", &at as &dyn ToValue), (":before", &id as &dyn ToValue)]);
    } else if page.before.is_some() {
        conditions.push("id < :before");
        values.push((":before", &id));
    }
    values.extend([(":limit", &most as &dyn ToValue), (":offset", &page.offset as &dyn ToValue)]);
    let conditions = if conditions.is_empty() { "true".to_owned() } else { conditions.join(" and ") };
    let order = if is_by_time { "created_at desc, id desc" } else { "id desc" };
    let sql = format!(
        "select id, actor, action, target, ip, created_at from audit where {conditions} order by {order}
         limit :limit offset :offset"
    );
    conn.each(&sql, &values, |row| visit(read(row)?))
}
