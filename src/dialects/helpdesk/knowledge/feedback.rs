//! `/api/kb/articles/{id}/feedback`: whether an article helped.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::page;
use crate::base::check::{block, required};
use crate::base::{Actor, Check, Scope};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given;
use crate::knowledge::article;
use crate::knowledge::feedback::{self, Feedback};
use crate::store::{Conn, Tx};

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ArticleFeedback)]
struct View {
    id: String,
    article_id: String,
    user_id: Option<String>,
    is_helpful: bool,
    comment: Option<String>,
    created_at: String,
    updated_at: String,
}

impl View {
    fn of(article: &article::Article, feedback: Feedback) -> Self {
        Self {
            id: feedback.uuid,
            article_id: article.uuid.clone(),
            user_id: feedback.user,
            is_helpful: feedback.is_helpful,
            comment: feedback.comment,
            created_at: feedback.created_at.to_milliseconds(),
            updated_at: feedback.updated_at.to_milliseconds(),
        }
    }
}

/// What readers said about an article, the newest reader first. A customer's session gets its own feedback only.
#[utoipa::path(get, path = "/api/kb/articles/{id}/feedback", tag = "helpdesk", security(("scope" = ["kb:read"])),
    params(("id" = String, Path, format = "uuid"), page::Asked), responses((status = 200, body = Vec<View>)))]
pub async fn list(Path(id): Path<String>, RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let article = article::find(conn, actor, &given::uuid(&id)?)?;
        let mut check = Check::default();
        let page = given::query::<page::Asked>(query.as_deref())?.parse(&mut check);
        check.done()?;
        let rows = feedback::list(conn, actor, &article, page.after, page.reach())?;
        let path = format!("/api/kb/articles/{}/feedback", article.uuid);
        page.answer(rows, &path, query.as_deref(), |row| row.number, |row| View::of(&article, row))
    };
    call.needing(Scope::KbRead).read(read).await
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewFeedback)]
struct Given {
    #[schema(value_type = bool)]
    is_helpful: Option<bool>,
    /// At most 64 KiB.
    comment: Option<String>,
}

/// Say whether an article helped. Each reader has one vote: another one takes its place, with its comment. Votes of a key
/// are its owner's.
#[utoipa::path(post, path = "/api/kb/articles/{id}/feedback", tag = "helpdesk", security(("scope" = ["kb:read"])),
    params(("id" = String, Path, format = "uuid")), request_body = Given, responses((status = 201, body = View)))]
pub async fn give(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        let article = article::find(tx, actor, &given::uuid(&id)?)?;
        let body = body.read::<Given>()?;
        let mut check = Check::default();
        let is_helpful = check.take(required("isHelpful", body.is_helpful));
        let comment = check.take(block("comment", body.comment.as_deref())).flatten();
        let is_helpful = check.need(is_helpful)?;
        let given = feedback::give(tx, actor, &article, is_helpful, comment.as_deref())?;
        answer::created(&View::of(&article, given))
    };
    call.needing(Scope::KbRead).write(write).await
}
