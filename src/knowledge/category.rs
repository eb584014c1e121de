//! Categories: the chapters of the knowledge base.

use super::sees;
use crate::audit;
use crate::base::{Actor, Capability, Error, Result, id};
use crate::store::{Conn, Row, Tx, params};

/// Last place of all.
pub const LAST: i64 = 1_000_000;

/// A category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The number that other tables refer to.
    pub number: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// What it is about.
    pub name: String,
    /// The same at length.
    pub description: Option<String>,
    /// Where it stands in lists, from 0 to [`LAST`].
    pub position: i64,
}

/// What a caller says about a category; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// What it is about.
    pub name: Option<String>,
    /// The same at length.
    pub description: Option<Option<String>>,
    /// Where it stands in lists.
    pub position: Option<i64>,
}

fn read(row: &Row<'_>) -> Result<Category> {
    Ok(Category {
        number: row.get("id")?,
        uuid: row.get("uuid")?,
        name: row.get("name")?,
        description: row.get("description")?,
        position: row.get("position")?,
    })
}

/// The categories that the actor sees, in their order.
pub fn list(conn: &Conn<'_>, actor: &Actor) -> Result<Vec<Category>> {
    conn.all(
        "select c.id, c.uuid, c.name, c.description, c.position from kb_categories c
         where :all or exists (select 1 from kb_articles a
           where a.category_id = c.id and a.status = 'published' and a.visibility = 'public')
         order by c.position, c.id",
        params! {":all": sees::all(actor)},
        read,
    )
}

/// The category with this UUID.
pub fn find(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Category> {
    let found = conn.one(
        "select c.id, c.uuid, c.name, c.description, c.position from kb_categories c
         where c.uuid = :uuid and (:all or exists (select 1 from kb_articles a
           where a.category_id = c.id and a.status = 'published' and a.visibility = 'public'))",
        params! {":uuid": uuid, ":all": sees::all(actor)},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// The number of the category that a body names.
pub(super) fn named(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<i64> {
    let found = find(conn, actor, &uuid.to_ascii_lowercase()).map(|category| category.number);
    found.map_err(|error| error.as_field("categoryId", "There is no such category."))
}

/// Adds a category, behind the others unless the changes say where. They must say a name.
pub fn create(tx: &Tx<'_>, actor: &Actor, changes: &Changes) -> Result<Category> {
    actor.must(Capability::KnowledgeBase)?;
    let name = changes.name.as_deref().ok_or_else(|| Error::field("name", "The name field is required."))?;
    let uuid = id::new_uuid(tx.now());
    tx.execute(
        "insert into kb_categories (uuid, name, description, position, created_at)
         values (:uuid, :name, :description,
           coalesce(:position, (select min(:last, max(position) + 1) from kb_categories), 0), :now)",
        params! {":uuid": uuid, ":name": name, ":description": changes.description.clone().flatten(),
        ":position": changes.position, ":last": LAST, ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "kb_category_created", name)?;
    find(tx, actor, &uuid)
}

/// Changes a category.
pub fn change(tx: &Tx<'_>, actor: &Actor, category: &Category, changes: &Changes) -> Result<Category> {
    actor.must(Capability::KnowledgeBase)?;
    let changes = changes.clone();
    let changed = Category {
        number: category.number,
        uuid: category.uuid.clone(),
        name: changes.name.unwrap_or_else(|| category.name.clone()),
        description: changes.description.unwrap_or_else(|| category.description.clone()),
        position: changes.position.unwrap_or(category.position),
    };
    if changed == *category {
        return Ok(changed);
    }
    tx.execute(
        "update kb_categories set name = :name, description = :description, position = :position where id = :id",
        params! {":name": changed.name, ":description": changed.description, ":position": changed.position,
        ":id": category.number},
    )?;
    audit::record(tx, actor, "kb_category_updated", &changed.name)?;
    Ok(changed)
}

/// Deletes a category; its folders and articles stay, without one.
pub fn delete(tx: &Tx<'_>, actor: &Actor, category: &Category) -> Result<()> {
    actor.must(Capability::KnowledgeBase)?;
    tx.execute("delete from kb_categories where id = :id", params! {":id": category.number})?;
    audit::record(tx, actor, "kb_category_deleted", &category.name)
}
