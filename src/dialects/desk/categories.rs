//! `/api/categories`: the tree of what tickets are about.

use std::collections::HashMap;

use axum::extract::Path;
use serde::{Deserialize, Serialize};

use crate::base::{Capability, Check, Result, check};
use crate::catalog::category::{self, Category, Change, NewCategory};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::given::{self, given};

#[derive(Serialize)]
struct View {
    id: i64,
    name: String,
    slug: String,
    color: Option<String>,
    parent_id: Option<i64>,
}

impl From<Category> for View {
    fn from(category: Category) -> Self {
        let Category { id, name, slug, color, parent } = category;
        Self { id, name, slug, color, parent_id: parent }
    }
}

#[derive(Serialize)]
struct One {
    category: View,
}

impl From<Category> for One {
    fn from(category: Category) -> Self {
        Self { category: category.into() }
    }
}

#[derive(Serialize)]
struct Branch {
    #[serde(flatten)]
    category: View,
    children: Vec<Branch>,
}

#[derive(Serialize)]
struct Tree {
    categories: Vec<Branch>,
}

/// What stands below a category, or the roots; each list in the order in which the categories came.
fn branches(below: &mut HashMap<Option<i64>, Vec<Category>>, parent: Option<i64>) -> Vec<Branch> {
    let here = below.remove(&parent).unwrap_or_default();
    here.into_iter()
        .map(|category| Branch { children: branches(below, Some(category.id)), category: category.into() })
        .collect()
}

/// The tree: every root with its children, by name.
#[utoipa::path(get, path = "/api/categories", tag = "desk", responses((status = 200)))]
pub async fn list(ByPerson(call): ByPerson) -> Answered {
    call.read(|conn, _| {
        let mut below = HashMap::<_, Vec<Category>>::new();
        for category in category::list(conn)? {
            below.entry(category.parent).or_default().push(category);
        }
        answer::ok(&Tree { categories: branches(&mut below, None) })
    })
    .await
}

#[derive(Deserialize)]
struct Body {
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    color: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    parent_id: Option<Option<i64>>,
}

impl Body {
    fn into_new(self) -> Result<NewCategory> {
        let mut check = Check::default();
        let name = check.take(check::required_line("name", self.name.as_deref(), 255));
        let color = check.take(check::color("color", self.color.flatten().as_deref()));
        let (name, color) = (check.need(name)?, check.need(color)?);
        Ok(NewCategory { name, color, parent: self.parent_id.flatten() })
    }

    fn into_change(self) -> Result<Change> {
        let mut check = Check::default();
        let change = Change {
            name: self.name.and_then(|text| check.take(check::required_line("name", Some(&text), 255))),
            color: self.color.map(|text| check.take(check::color("color", text.as_deref())).flatten()),
            parent: self.parent_id,
        };
        check.done()?;
        Ok(change)
    }
}

/// Make a category. Its slug comes from the name and never changes; the tree has at most 16 levels.
#[utoipa::path(post, path = "/api/categories", tag = "desk",
    responses((status = 201), (status = 403), (status = 422)))]
pub async fn create(ByPerson(call): ByPerson) -> Answered {
    call.write(|tx, actor, body| {
        actor.must(Capability::Administer)?;
        answer::created(&One::from(category::create(tx, actor, &body.read::<Body>()?.into_new()?)?))
    })
    .await
}

/// Change a category; what is left out stays, null clears. With another parent everything below it moves along.
#[utoipa::path(put, path = "/api/categories/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200), (status = 403), (status = 404), (status = 422, description = "Also for a cycle")))]
pub async fn change(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        actor.must(Capability::Administer)?;
        let category = category::find(tx, given::id(&id)?)?;
        let change = body.read::<Body>()?.into_change()?;
        answer::ok(&One::from(category::change(tx, actor, &category, &change)?))
    })
    .await
}

#[derive(Serialize)]
struct Done {
    message: &'static str,
}

/// Delete a category: its children move up, and tickets have it no more.
#[utoipa::path(delete, path = "/api/categories/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200), (status = 403), (status = 404)))]
pub async fn delete(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        actor.must(Capability::Administer)?;
        let category = category::find(tx, given::id(&id)?)?;
        category::delete(tx, actor, &category)?;
        answer::ok(&Done { message: "Category deleted" })
    })
    .await
}
