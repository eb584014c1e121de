//! `/api/kb/categories`: the chapters of the knowledge base.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::{Actor, Capability, Check, Error, Result, Scope, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::description::words::needing;
use crate::dialects::given;
use crate::knowledge::category::{self, Category, Changes, LAST};
use crate::store::Tx;

#[derive(Serialize, ToSchema)]
#[schema(as = KbCategory)]
struct View {
    id: String,
    name: String,
    description: Option<String>,
    position: i64,
}

impl From<Category> for View {
    fn from(category: Category) -> Self {
        Self { id: category.uuid, name: category.name, description: category.description, position: category.position }
    }
}

#[derive(Deserialize, ToSchema)]
#[schema(as = KbCategoryChange)]
struct Given {
    name: Option<String>,
    #[serde(default, deserialize_with = "given::given")]
    description: Option<Option<String>>,
    /// Where it stands among the others.
    #[schema(minimum = 0)]
    position: Option<i64>,
}

needing!(
    /// A category that is to be added.
    NewKbCategory = Given,
    "name"
);

impl Given {
    fn into_changes(self, is_new: bool) -> Result<Changes> {
        let mut check = Check::default();
        let name = (is_new || self.name.is_some())
            .then(|| check.take(check::required_line("name", self.name.as_deref(), 255)))
            .flatten();
        let description = self.description.and_then(|text| check.take(check::block("description", text.as_deref())));
        if self.position.is_some_and(|position| !(0..=LAST).contains(&position)) {
            check.note(Error::field("position", format!("The position must be from 0 to {LAST}.")));
        }
        check.done()?;
        Ok(Changes { name, description, position: self.position })
    }
}

/// The categories by `position`. A customer's session gets those that hold something it may read.
#[utoipa::path(get, path = "/api/kb/categories", tag = "helpdesk", security(("scope" = ["kb:read"])),
    responses((status = 200, body = Vec<View>)))]
pub async fn list(ByUser(call): ByUser) -> Answered {
    call.needing(Scope::KbRead)
        .read(|conn, actor| answer::ok(&category::list(conn, actor)?.into_iter().map(View::from).collect::<Vec<_>>()))
        .await
}

/// Add a category. Without `position` it comes last.
#[utoipa::path(post, path = "/api/kb/categories", tag = "helpdesk", security(("scope" = ["kb:write"])),
    request_body = NewKbCategory, responses((status = 201, body = View)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::KnowledgeBase)?;
        let changes = body.read::<Given>()?.into_changes(true)?;
        answer::created(&View::from(category::create(tx, actor, &changes)?))
    };
    call.needing(Scope::KbWrite).write(write).await
}

/// Change a category: what is left out stays.
#[utoipa::path(patch, path = "/api/kb/categories/{id}", tag = "helpdesk", security(("scope" = ["kb:write"])),
    params(("id" = String, Path, format = "uuid")), request_body = Given, responses((status = 200, body = View)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::KnowledgeBase)?;
        let category = category::find(tx, actor, &given::uuid(&id)?)?;
        let changes = body.read::<Given>()?.into_changes(false)?;
        answer::ok(&View::from(category::change(tx, actor, &category, &changes)?))
    };
    call.needing(Scope::KbWrite).write(write).await
}

/// Delete a category. Its folders and articles stay as they are, without a category: nothing is deleted, hidden or
/// published with it.
#[utoipa::path(delete, path = "/api/kb/categories/{id}", tag = "helpdesk", security(("scope" = ["kb:write"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 204)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::KnowledgeBase)?;
        let category = category::find(tx, actor, &given::uuid(&id)?)?;
        category::delete(tx, actor, &category)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::KbWrite).write(write).await
}
