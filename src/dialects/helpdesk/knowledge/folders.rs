//! `/api/kb/folders`: the sections of a category.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::{Actor, Capability, Check, Result, Scope, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::description::words::needing;
use crate::dialects::given;
use crate::knowledge::folder::{self, Changes, Folder};
use crate::store::{Conn, Tx};

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = KbFolder)]
struct View {
    id: String,
    name: String,
    category_id: Option<String>,
}

impl From<Folder> for View {
    fn from(folder: Folder) -> Self {
        Self { id: folder.uuid, name: folder.name, category_id: folder.category }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = KbFolderChange)]
struct Given {
    name: Option<String>,
    #[serde(default, deserialize_with = "given::given")]
    category_id: Option<Option<String>>,
}

needing!(
    /// A folder that is to be added.
    NewKbFolder = Given,
    "name"
);

impl Given {
    fn into_changes(self, is_new: bool) -> Result<Changes> {
        let mut check = Check::default();
        let name = (is_new || self.name.is_some())
            .then(|| check.take(check::required_line("name", self.name.as_deref(), 255)))
            .flatten();
        let category = self.category_id.and_then(|id| check.take(check::line("categoryId", id.as_deref(), 64)));
        check.done()?;
        Ok(Changes { name, category })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    category_id: Option<String>,
}

/// The folders by name. A customer's session gets those that hold something it may read.
#[utoipa::path(get, path = "/api/kb/folders", tag = "helpdesk", security(("scope" = ["kb:read"])), params(
    ("categoryId" = Option<String>, Query, description = "only those of this category")),
    responses((status = 200, body = Vec<View>)))]
pub async fn list(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let asked = given::query::<Asked>(query.as_deref())?;
        let category = asked.category_id.filter(|id| !id.is_empty()).map(|id| id.to_ascii_lowercase());
        let folders = folder::list(conn, actor, category.as_deref())?;
        answer::ok(&folders.into_iter().map(View::from).collect::<Vec<_>>())
    };
    call.needing(Scope::KbRead).read(read).await
}

/// A folder.
#[utoipa::path(get, path = "/api/kb/folders/{id}", tag = "helpdesk", security(("scope" = ["kb:read"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 200, body = View)))]
pub async fn show(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    call.needing(Scope::KbRead)
        .read(move |conn, actor| answer::ok(&View::from(folder::find(conn, actor, &given::uuid(&id)?)?)))
        .await
}

/// Add a folder.
#[utoipa::path(post, path = "/api/kb/folders", tag = "helpdesk", security(("scope" = ["kb:write"])),
    request_body = NewKbFolder, responses((status = 201, body = View)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::KnowledgeBase)?;
        let changes = body.read::<Given>()?.into_changes(true)?;
        answer::created(&View::from(folder::create(tx, actor, &changes)?))
    };
    call.needing(Scope::KbWrite).write(write).await
}

/// Change a folder: what is left out stays. Its articles follow it into another category; where it loses its category they
/// keep theirs.
#[utoipa::path(patch, path = "/api/kb/folders/{id}", tag = "helpdesk", security(("scope" = ["kb:write"])),
    params(("id" = String, Path, format = "uuid")), request_body = Given, responses((status = 200, body = View)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::KnowledgeBase)?;
        let folder = folder::find(tx, actor, &given::uuid(&id)?)?;
        let changes = body.read::<Given>()?.into_changes(false)?;
        answer::ok(&View::from(folder::change(tx, actor, &folder, &changes)?))
    };
    call.needing(Scope::KbWrite).write(write).await
}

/// Delete a folder. Its articles stay in their category, without a folder: nothing is deleted, hidden or published with it.
#[utoipa::path(delete, path = "/api/kb/folders/{id}", tag = "helpdesk", security(("scope" = ["kb:write"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 204)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::KnowledgeBase)?;
        let folder = folder::find(tx, actor, &given::uuid(&id)?)?;
        folder::delete(tx, actor, &folder)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::KbWrite).write(write).await
}
