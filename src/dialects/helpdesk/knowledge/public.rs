//! `/api/public/kb`: the knowledge base for everybody, as the web app's help pages show it.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::page;
use super::articles::{Asked, StatusWord, VisibilityWord};
use crate::dialects::answer::{self, Failure};
use crate::dialects::call::ByAnyone;
use crate::dialects::given;
use crate::dialects::revalidated::revalidated;
use crate::knowledge::article::{self, Article, Place};
use crate::text::{Form, to_html};

/// Characters of an article that a list shows.
const EXCERPT: usize = 240;

#[derive(Serialize, ToSchema)]
#[schema(as = KbPlace)]
struct PlaceView {
    id: String,
    name: String,
}

impl From<Place> for PlaceView {
    fn from(place: Place) -> Self {
        Self { id: place.uuid, name: place.name }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicArticleRow)]
struct Row {
    id: String,
    title: String,
    category: Option<PlaceView>,
    folder: Option<PlaceView>,
    is_faq: bool,
    tags: Vec<String>,
    excerpt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// Only with `search`.
    #[schema(value_type = String)]
    snippet: Option<String>,
    updated_at: String,
}

impl From<Article> for Row {
    fn from(article: Article) -> Self {
        Self {
            id: article.uuid,
            title: article.title,
            category: article.category.map(PlaceView::from),
            folder: article.folder.map(PlaceView::from),
            is_faq: article.is_faq,
            tags: article.tags,
            excerpt: article.plain.chars().take(EXCERPT).collect(),
            snippet: article.snippet,
            updated_at: article.updated_at.to_milliseconds(),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicArticle)]
struct View {
    id: String,
    title: String,
    html: String,
    category: Option<PlaceView>,
    folder: Option<PlaceView>,
    is_faq: bool,
    tags: Vec<String>,
    helpful_count: i64,
    not_helpful_count: i64,
    created_at: String,
    updated_at: String,
}

impl From<Article> for View {
    fn from(article: Article) -> Self {
        Self {
            html: to_html(&article.content, Form::Article),
            id: article.uuid,
            title: article.title,
            category: article.category.map(PlaceView::from),
            folder: article.folder.map(PlaceView::from),
            is_faq: article.is_faq,
            tags: article.tags,
            helpful_count: article.helpful,
            not_helpful_count: article.not_helpful,
            created_at: article.created_at.to_milliseconds(),
            updated_at: article.updated_at.to_milliseconds(),
        }
    }
}

/// The published public articles, for anybody, newest first: `excerpt` is the beginning as plain text. With `search` the
/// best first, each with a `snippet`: HTML that is text and `<mark>` only. Articles belong to no project.
#[utoipa::path(get, path = "/api/public/kb", tag = "helpdesk", security(()), params(
    ("categoryId" = Option<String>, Query), ("folderId" = Option<String>, Query), ("isFaq" = Option<bool>, Query),
    ("search" = Option<String>, Query,
        description = "words of title, tags and content; quoted ones together, the last one as the beginning of a word"),
    ("status" = inline(Option<StatusWord>), Query, description = "drafts are never there"),
    ("visibility" = inline(Option<VisibilityWord>), Query, description = "internal ones are never there"), page::Asked),
    responses((status = 200, body = Vec<Row>), (status = 304, description = "Unchanged since the ETag in If-None-Match.")))]
pub async fn list(RawQuery(query): RawQuery, ByAnyone(call): ByAnyone) -> Result<Response, Failure> {
    let answer = call.read(move |conn, actor| {
        let (page, articles) = given::query::<Asked>(query.as_deref())?.find(conn, actor)?;
        page.answer(articles, "/api/public/kb", query.as_deref(), |row| row.0, |row| Row::from(row.1))
    });
    Ok(revalidated(&call.headers, answer.await?))
}

/// A published public article, for anybody, its content as HTML that is safe to show.
#[utoipa::path(get, path = "/api/public/kb/{id}", tag = "helpdesk", security(()), params(("id" = String, Path, format = "uuid")),
    responses((status = 200, body = View), (status = 304, description = "Unchanged since the ETag in If-None-Match.")))]
pub async fn show(Path(id): Path<String>, ByAnyone(call): ByAnyone) -> Result<Response, Failure> {
    let answer = call.read(move |conn, actor| answer::ok(&View::from(article::find(conn, actor, &given::uuid(&id)?)?)));
    Ok(revalidated(&call.headers, answer.await?))
}
