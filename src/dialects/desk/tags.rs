//! `/api/tags`: what staff put on tickets.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};

use super::page::Asked;
use crate::base::{Capability, Check, Result, check};
use crate::catalog::tag::{self, NewTag, Tag};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::given;

#[derive(Serialize)]
struct View {
    id: i64,
    name: String,
    color: Option<String>,
}

impl From<Tag> for View {
    fn from(tag: Tag) -> Self {
        let Tag { id, name, color } = tag;
        Self { id, name, color }
    }
}

#[derive(Serialize)]
struct One {
    tag: View,
}

#[derive(Serialize)]
struct All {
    tags: Vec<View>,
}

/// The tags, by name: up to 1,000 at once, and a link to what follows.
#[utoipa::path(get, path = "/api/tags", tag = "desk", params(
    ("page" = Option<i64>, Query, description = "from 1"),
    ("per_page" = Option<i64>, Query, description = "1 to 100, by default 1,000")),
    responses((status = 200), (status = 422)))]
pub async fn list(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, _| {
        let mut check = Check::default();
        let page = given::query::<Asked>(query.as_deref())?.parse_whole(&mut check);
        check.done()?;
        let tags = tag::list(conn, page.offset(), page.reach())?;
        page.wrapped(tags, "/api/tags", query.as_deref(), |tags| All { tags })
    })
    .await
}

#[derive(Deserialize)]
struct Body {
    name: Option<String>,
    color: Option<String>,
}

impl Body {
    fn into_new(self) -> Result<NewTag> {
        let mut check = Check::default();
        let name = check.take(check::required_line("name", self.name.as_deref(), tag::LONGEST));
        let color = check.take(check::color("color", self.color.as_deref()));
        Ok(NewTag { name: check.need(name)?, color: check.need(color)? })
    }
}

/// Make a tag. Its name differs from every other one's by more than case.
#[utoipa::path(post, path = "/api/tags", tag = "desk",
    responses((status = 201), (status = 403), (status = 409, description = "There is such a tag"), (status = 422)))]
pub async fn create(ByPerson(call): ByPerson) -> Answered {
    call.write(|tx, actor, body| {
        actor.must(Capability::Tags)?;
        let tag = tag::create(tx, actor, &body.read::<Body>()?.into_new()?)?;
        answer::created(&One { tag: tag.into() })
    })
    .await
}

#[derive(Serialize)]
struct Done {
    message: &'static str,
}

/// Delete a tag: no ticket has it any more.
#[utoipa::path(delete, path = "/api/tags/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200), (status = 403), (status = 404)))]
pub async fn delete(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        actor.must(Capability::Tags)?;
        let tag = tag::find(tx, given::id(&id)?)?;
        tag::delete(tx, actor, &tag)?;
        answer::ok(&Done { message: "Tag deleted" })
    })
    .await
}
