//! Finding tickets by words: newest first, within what the actor may see.
//!
//! The scope is part of the query to the index, so a customer's search never walks through what others own, and the
//! predicate stands in the statement all the same. Whatever a user types is quoted: no input is a syntax error.

use super::filter::{Bound, Filter, conditions};
use super::list::{page_of, reach};
use super::sees::{Reach, Sees};
use crate::base::Result;
use crate::store::{Conn, Words, params, words};
use crate::text::{Sought, excerpt};

/// Hits that are counted for a total at most, beyond the page.
const COUNTED: i64 = 200;
/// Letters of a beginning for which the index has a list of its own (its `prefix`).
const LISTED: usize = 3;
/// Words that a beginning is spelled out into at most.
const SPELLED_OUT: usize = 64;
/// Messages of a ticket that are looked through for a snippet, and how long each of them may be (bytes).
const LOOKED_AT: i64 = 50;
const LONGEST: i64 = 16_384;

/// Who may find it, in the index's words; `None` for those who see all, or most: there the predicate costs less.
fn scope(conn: &Conn<'_>, sees: &Sees, wanted: Option<i64>) -> Result<Option<Vec<String>>> {
    if let Some(user) = sees.own {
        return Ok(Some(vec![format!("u{user}")]));
    }
    if sees.all || (wanted.is_none() && sees.agent.is_some() && sees.reach(conn)? != Reach::Locally) {
        return Ok(wanted.map(|project| vec![format!("p{project}")]));
    }
    let projects = conn.all(
        "select project_id from project_agents where user_id = :agent",
        params! {":agent": sees.agent},
        |row| row.columns().take::<i64>(),
    )?;
    let visible = projects.into_iter().chain(sees.project);
    let visible = visible.filter(|project| wanted.is_none_or(|wanted| wanted == *project));
    Ok(Some(visible.map(|project| format!("p{project}")).collect()))
}

/// The words of the index that begin as the last one does, in their order. Asked for the beginning itself, the index makes one
/// list of all that they are in before it gives the first hit; asked for the words, it walks only as far as hits are wanted.
/// None where it has lists of beginnings, where they are many, and for letters that it may have changed.
fn spell_out(conn: &Conn<'_>, words: &Words) -> Result<Option<Vec<String>>> {
    let Some(beginning) = words.beginning.as_ref().map(|beginning| beginning.to_ascii_lowercase()) else {
        return Ok(None);
    };
    let (Some(last), true) = (beginning.bytes().last(), beginning.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    else {
        return Ok(None);
    };
    if beginning.len() <= LISTED {
        return Ok(None);
    }
    let behind = format!("{}{}", &beginning[..beginning.len() - 1], char::from(last + 1));
    let (mut from, mut found) = (beginning, Vec::new());
    while found.len() < SPELLED_OUT {
        let next = conn.one(
            "select term from ticket_words where term >= :from and term < :behind limit 1",
            params! {":from": from, ":behind": behind},
            |row| row.columns().take::<String>(),
        )?;
        match next {
            Some(word) if !word.is_ascii() => return Ok(None),
            Some(word) => {
                from = format!("{word}\u{1}");
                found.push(word);
            }
            None => return Ok(Some(found)),
        }
    }
    Ok(None)
}

/// The ids of a page of hits, and how many there are, counted up to a limit.
pub(super) fn ids(
    conn: &Conn<'_>,
    sees: &Sees,
    filter: &Filter,
    text: &str,
    offset: i64,
    limit: i64,
) -> Result<(Vec<i64>, i64)> {
    let (Some(words), scope) = (words(text), scope(conn, sees, filter.project)?) else { return Ok((Vec::new(), 0)) };
    let words = match spell_out(conn, &words)? {
        Some(ends) if ends.is_empty() => return Ok((Vec::new(), 0)),
        Some(ends) => words.spelled_out(&ends),
        None => words.query(),
    };
    let staff = sees.own.is_none() && sees.project.is_none();
    let columns = if staff { "subject number customer body notes" } else { "subject number customer body" };
    let query = match scope {
        Some(scope) if scope.is_empty() => return Ok((Vec::new(), 0)),
        Some(scope) => format!("{{scope}} : ({}) AND {{{columns}}} : ({words})", scope.join(" OR ")),
        None => format!("{{{columns}}} : ({words})"),
    };
    let conditions = conditions(sees, filter);
    let from = format!(
        "from ticket_search s join tickets t on t.id = s.rowid where s.ticket_search match :query and {conditions}"
    );
    let sql = format!("select t.id {from} order by s.rowid desc limit :limit offset :offset");
    let bound = Bound::new(sees, filter, reach(offset, limit, COUNTED), 0);
    let mut named = bound.named(filter);
    named.push((":query", &query));
    let found = conn.all(&sql, &named, |row| row.columns().take::<i64>())?;
    Ok(page_of(found, offset, limit))
}

/// Where the words stand in a ticket's conversation: in the message that holds most of them, the newest of those.
pub(super) fn snippet(conn: &Conn<'_>, sees: &Sees, ticket: i64, sought: &Sought) -> Result<Option<String>> {
    let notes = sees.own.is_none() && sees.project.is_none();
    let texts = conn.all(
        "select substr(body, 1, :longest) from messages where ticket_id = :ticket and (:notes or kind <> 'note')
         order by id desc limit :most",
        params! {":ticket": ticket, ":notes": notes, ":longest": LONGEST, ":most": LOOKED_AT},
        |row| row.columns().take::<String>(),
    )?;
    let best = texts
        .iter()
        .filter_map(|text| excerpt(text, sought))
        .reduce(|best, next| if next.found > best.found { next } else { best });
    Ok(best.map(|best| best.html))
}
