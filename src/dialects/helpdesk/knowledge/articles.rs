//! `/api/kb/articles`: articles, written in Markdown.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::page;
use super::word;
use crate::base::{Actor, Capability, Check, Result, Scope, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::description::words::{needing, words};
use crate::dialects::given;
use crate::knowledge::article::{self, Article, Changes, Filter};
use crate::knowledge::{Status, Visibility};
use crate::store::{Conn, Tx};
use crate::text::{Form, to_html};

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Article)]
struct View {
    id: String,
    title: String,
    /// Markdown.
    content: String,
    folder_id: Option<String>,
    category_id: Option<String>,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    #[schema(value_type = VisibilityWord)]
    visibility: &'static str,
    is_faq: bool,
    tags: Vec<String>,
    helpful_count: i64,
    not_helpful_count: i64,
    created_at: String,
    updated_at: String,
    /// Only with `search`: text and `<mark>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    snippet: Option<String>,
}

impl From<Article> for View {
    fn from(article: Article) -> Self {
        Self {
            id: article.uuid,
            title: article.title,
            content: article.content,
            folder_id: article.folder.map(|folder| folder.uuid),
            category_id: article.category.map(|category| category.uuid),
            status: article.status.as_str(),
            visibility: article.visibility.as_str(),
            is_faq: article.is_faq,
            tags: article.tags,
            helpful_count: article.helpful,
            not_helpful_count: article.not_helpful,
            created_at: article.created_at.to_milliseconds(),
            updated_at: article.updated_at.to_milliseconds(),
            snippet: article.snippet,
        }
    }
}

/// What a list is narrowed to. `public` lists understand a part of it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    category_id: Option<String>,
    folder_id: Option<String>,
    status: Option<String>,
    visibility: Option<String>,
    is_faq: Option<String>,
    search: Option<String>,
    #[serde(flatten)]
    page: page::Asked,
}

impl Asked {
    /// One page of articles, each behind the number that the next page begins behind.
    pub(super) fn find(&self, conn: &Conn<'_>, actor: &Actor) -> Result<(page::Page, Vec<(i64, Article)>)> {
        let mut check = Check::default();
        let words = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let filter = Filter {
            category: words(&self.category_id).map(|id| id.to_ascii_lowercase()),
            folder: words(&self.folder_id).map(|id| id.to_ascii_lowercase()),
            status: check.take(status(self.status.as_deref())).flatten(),
            visibility: check.take(visibility(self.visibility.as_deref())).flatten(),
            is_faq: check.take(given::yes("isFaq", self.is_faq.as_deref())).flatten(),
        };
        let page = self.page.parse(&mut check);
        check.done()?;
        let Some(typed) = self.search.as_deref().filter(|text| !text.trim().is_empty()) else {
            let articles = article::list(conn, actor, &filter, page.after, page.reach())?;
            return Ok((page, articles.into_iter().map(|article| (article.number, article)).collect()));
        };
        // Hits are in the order of how well they fit, so their pages go by place.
        let offset = page.after.unwrap_or_default();
        let articles = article::search(conn, actor, &filter, typed, offset, page.reach())?;
        Ok((page, (offset.saturating_add(1)..).zip(articles).collect()))
    }
}

fn status(text: Option<&str>) -> Result<Option<Status>> {
    word("status", text, Status::parse, ["draft", "published"])
}

fn visibility(text: Option<&str>) -> Result<Option<Visibility>> {
    word("visibility", text, Visibility::parse, ["public", "internal"])
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ArticleChange)]
struct Given {
    #[schema(max_length = 255)]
    title: Option<String>,
    /// Markdown, at most 64 KiB.
    content: Option<String>,
    #[serde(default, deserialize_with = "given::given")]
    folder_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given::given")]
    category_id: Option<Option<String>>,
    #[schema(value_type = Option<StatusWord>)]
    status: Option<String>,
    #[schema(value_type = Option<VisibilityWord>)]
    visibility: Option<String>,
    is_faq: Option<bool>,
    tags: Option<Vec<String>>,
}

needing!(
    /// An article that is to be written.
    NewArticle = Given,
    "title"
);

words! {
    /// Whether readers see an article at all.
    pub(super) StatusWord = ["draft", "published"];
    /// Which readers see it.
    pub(super) VisibilityWord = ["public", "internal"];
}

impl Given {
    fn into_changes(self, is_new: bool) -> Result<Changes> {
        let mut check = Check::default();
        let title = (is_new || self.title.is_some())
            .then(|| check.take(check::required_line("title", self.title.as_deref(), 255)))
            .flatten();
        let content = self.content.and_then(|text| check.take(check::block("content", Some(&text))));
        let id = |field, id: Option<Option<String>>, check: &mut Check| {
            id.and_then(|id| check.take(check::line(field, id.as_deref(), 64)))
        };
        let changes = Changes {
            title,
            content: content.map(Option::unwrap_or_default),
            folder: id("folderId", self.folder_id, &mut check),
            category: id("categoryId", self.category_id, &mut check),
            status: check.take(status(self.status.as_deref())).flatten(),
            visibility: check.take(visibility(self.visibility.as_deref())).flatten(),
            is_faq: self.is_faq,
            tags: self.tags.and_then(|tags| check.take(article::tags(&tags))),
        };
        check.done()?;
        Ok(changes)
    }
}

/// Articles, newest first; with `search` the best first, each with a `snippet`: HTML that is text and `<mark>` only. A
/// customer's session gets published public ones. Articles belong to no project, so a key's `projectId` does not narrow them.
#[utoipa::path(get, path = "/api/kb/articles", tag = "helpdesk", security(("scope" = ["kb:read"])), params(
    ("categoryId" = Option<String>, Query), ("folderId" = Option<String>, Query),
    ("status" = inline(Option<StatusWord>), Query), ("visibility" = inline(Option<VisibilityWord>), Query),
    ("isFaq" = Option<bool>, Query),
    ("search" = Option<String>, Query,
        description = "words of title, tags and content; quoted ones together, the last one as the beginning of a word"),
    page::Asked),
    responses((status = 200, body = Vec<View>)))]
pub async fn list(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let (page, articles) = given::query::<Asked>(query.as_deref())?.find(conn, actor)?;
        page.answer(articles, "/api/kb/articles", query.as_deref(), |row| row.0, |row| View::from(row.1))
    };
    call.needing(Scope::KbRead).read(read).await
}

/// An article, its content as Markdown. A customer's session finds published public ones.
#[utoipa::path(get, path = "/api/kb/articles/{id}", tag = "helpdesk", security(("scope" = ["kb:read"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 200, body = View)))]
pub async fn show(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    call.needing(Scope::KbRead)
        .read(move |conn, actor| answer::ok(&View::from(article::find(conn, actor, &given::uuid(&id)?)?)))
        .await
}

#[derive(Serialize, ToSchema)]
#[schema(as = RenderedArticle)]
struct Rendered {
    html: String,
}

/// An article's content as HTML that is safe to show: CommonMark with tables, strikethrough and bare links. HTML in the
/// content is never interpreted: its tags are left out, and so are links to anything but http, https, mailto, tel and this
/// site.
#[utoipa::path(get, path = "/api/kb/articles/{id}/rendered", tag = "helpdesk", security(("scope" = ["kb:read"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 200, body = Rendered)))]
pub async fn rendered(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let article = article::find(conn, actor, &given::uuid(&id)?)?;
        answer::ok(&Rendered { html: to_html(&article.content, Form::Article) })
    };
    call.needing(Scope::KbRead).read(read).await
}

/// Write an article. By default it is a public draft; publishing needs content. With a `folderId` alone it lies in the
/// folder's category.
#[utoipa::path(post, path = "/api/kb/articles", tag = "helpdesk", security(("scope" = ["kb:write"])),
    request_body = NewArticle, responses((status = 201, body = View)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::KnowledgeBase)?;
        let changes = body.read::<Given>()?.into_changes(true)?;
        answer::created(&View::from(article::create(tx, actor, &changes)?))
    };
    call.needing(Scope::KbWrite).write(write).await
}

/// Change an article: what is left out stays. A `folderId` alone moves it into the folder's category, a `categoryId` alone
/// out of another category's folder.
#[utoipa::path(patch, path = "/api/kb/articles/{id}", tag = "helpdesk", security(("scope" = ["kb:write"])),
    params(("id" = String, Path, format = "uuid")), request_body = Given, responses((status = 200, body = View)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::KnowledgeBase)?;
        let article = article::find(tx, actor, &given::uuid(&id)?)?;
        let changes = body.read::<Given>()?.into_changes(false)?;
        answer::ok(&View::from(article::change(tx, actor, &article, &changes)?))
    };
    call.needing(Scope::KbWrite).write(write).await
}

/// Delete an article for good, with its feedback.
#[utoipa::path(delete, path = "/api/kb/articles/{id}", tag = "helpdesk", security(("scope" = ["kb:write"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 204)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::KnowledgeBase)?;
        let article = article::find(tx, actor, &given::uuid(&id)?)?;
        article::delete(tx, actor, &article)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::KbWrite).write(write).await
}
