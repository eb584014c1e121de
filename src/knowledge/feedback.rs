//! Whether an article helped: a vote of each reader, and what they say about it.

use super::article::Article;
use super::sees;
use crate::base::{Actor, Error, Result, Time, id};
use crate::store::{Conn, Row, Tx, params};

/// One reader's vote.
#[derive(Clone, Debug)]
pub struct Feedback {
    /// The number that pages go by.
    pub number: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// The reader's UUID.
    pub user: Option<String>,
    /// Whether the article helped.
    pub is_helpful: bool,
    /// What the reader says about it.
    pub comment: Option<String>,
    /// When they first voted.
    pub created_at: Time,
    /// When they last did.
    pub updated_at: Time,
}

fn read(row: &Row<'_>) -> Result<Feedback> {
    Ok(Feedback {
        number: row.get("id")?,
        uuid: row.get("uuid")?,
        user: row.get("user")?,
        is_helpful: row.get("is_helpful")?,
        comment: row.get("comment")?,
        created_at: Time(row.get("created_at")?),
        updated_at: Time(row.get("updated_at")?),
    })
}

/// What readers said about an article, newest reader first: everybody's for those who write, one's own for everybody else.
/// The page begins behind the feedback with the number `before` and has `limit` rows at most.
pub fn list(
    conn: &Conn<'_>,
    actor: &Actor,
    article: &Article,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Feedback>> {
    conn.all(
        "select b.id, b.uuid, u.uuid as user, b.is_helpful, b.comment, b.created_at, b.updated_at
         from kb_feedback b left join users u on u.id = b.user_id
         where b.article_id = :article and (:all or b.user_id = :user) and (:before is null or b.id < :before)
         order by b.id desc limit :limit",
        params! {":article": article.number, ":all": sees::all(actor), ":user": actor.user(), ":before": before,
        ":limit": limit},
        read,
    )
}

/// Gives the reader's vote, in place of the one they gave before. A program's reader is its owner.
pub fn give(
    tx: &Tx<'_>,
    actor: &Actor,
    article: &Article,
    is_helpful: bool,
    comment: Option<&str>,
) -> Result<Feedback> {
    let user = actor.user().ok_or_else(Error::forbidden)?;
    let before = tx.one(
        "select is_helpful from kb_feedback where article_id = :article and user_id = :user",
        params! {":article": article.number, ":user": user},
        |row| row.get::<bool>("is_helpful"),
    )?;
    tx.execute(
        "insert into kb_feedback (uuid, article_id, user_id, is_helpful, comment, created_at, updated_at)
         values (:uuid, :article, :user, :is_helpful, :comment, :now, :now)
         on conflict (article_id, user_id) do update
           set is_helpful = :is_helpful, comment = :comment, updated_at = :now",
        params! {":uuid": id::new_uuid(tx.now()), ":article": article.number, ":user": user,
        ":is_helpful": is_helpful, ":comment": comment, ":now": tx.now().0},
    )?;
    let change = |vote: bool| i64::from(is_helpful == vote) - i64::from(before == Some(vote));
    tx.execute(
        "update kb_articles set helpful = helpful + :helpful, not_helpful = not_helpful + :not_helpful where id = :id",
        params! {":helpful": change(true), ":not_helpful": change(false), ":id": article.number},
    )?;
    let given = tx.one(
        "select b.id, b.uuid, u.uuid as user, b.is_helpful, b.comment, b.created_at, b.updated_at
         from kb_feedback b left join users u on u.id = b.user_id
         where b.article_id = :article and b.user_id = :user",
        params! {":article": article.number, ":user": user},
        read,
    )?;
    given.ok_or_else(Error::not_found)
}
