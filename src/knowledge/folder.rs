//! Folders: the sections of a category. The articles of a folder lie in the folder's category, if it has one.

use super::{category, sees};
use crate::audit;
use crate::base::{Actor, Capability, Error, Result, id};
use crate::store::{Conn, Row, Tx, params};

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The number that other tables refer to.
    pub number: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// What it is about.
    pub name: String,
    /// The UUID of the category that it lies in.
    pub category: Option<String>,
    /// The same category's number.
    pub category_number: Option<i64>,
}

/// What a caller says about a folder; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// What it is about.
    pub name: Option<String>,
    /// The UUID of the category that it lies in.
    pub category: Option<Option<String>>,
}

fn read(row: &Row<'_>) -> Result<Folder> {
    Ok(Folder {
        number: row.get("id")?,
        uuid: row.get("uuid")?,
        name: row.get("name")?,
        category: row.get("category")?,
        category_number: row.get("category_id")?,
    })
}

/// The folders that the actor sees, by name; those of one category, where one is named.
pub fn list(conn: &Conn<'_>, actor: &Actor, category: Option<&str>) -> Result<Vec<Folder>> {
    conn.all(
        "select f.id, f.uuid, f.name, f.category_id, c.uuid as category
         from kb_folders f left join kb_categories c on c.id = f.category_id
         where (:category is null or c.uuid = :category)
           and (:all or exists (select 1 from kb_articles a
             where a.folder_id = f.id and a.status = 'published' and a.visibility = 'public'))
         order by lower(f.name), f.id",
        params! {":category": category, ":all": sees::all(actor)},
        read,
    )
}

/// The folder with this UUID.
pub fn find(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Folder> {
    let found = conn.one(
        "select f.id, f.uuid, f.name, f.category_id, c.uuid as category
         from kb_folders f left join kb_categories c on c.id = f.category_id
         where f.uuid = :uuid and (:all or exists (select 1 from kb_articles a
           where a.folder_id = f.id and a.status = 'published' and a.visibility = 'public'))",
        params! {":uuid": uuid, ":all": sees::all(actor)},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// The folder that a body names.
pub(super) fn named(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Folder> {
    let found = find(conn, actor, &uuid.to_ascii_lowercase());
    found.map_err(|error| error.as_field("folderId", "There is no such folder."))
}

/// Adds a folder. The changes must say a name.
pub fn create(tx: &Tx<'_>, actor: &Actor, changes: &Changes) -> Result<Folder> {
    actor.must(Capability::KnowledgeBase)?;
    let name = changes.name.as_deref().ok_or_else(|| Error::field("name", "The name field is required."))?;
    let category = match changes.category.as_ref().and_then(Option::as_deref) {
        Some(uuid) => Some(category::named(tx, actor, uuid)?),
        None => None,
    };
    let uuid = id::new_uuid(tx.now());
    tx.execute(
        "insert into kb_folders (uuid, name, category_id, created_at) values (:uuid, :name, :category, :now)",
        params! {":uuid": uuid, ":name": name, ":category": category, ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "kb_folder_created", name)?;
    find(tx, actor, &uuid)
}

/// Changes a folder. Its articles follow it into another category.
pub fn change(tx: &Tx<'_>, actor: &Actor, folder: &Folder, changes: &Changes) -> Result<Folder> {
    actor.must(Capability::KnowledgeBase)?;
    let name = changes.name.as_deref().unwrap_or(&folder.name);
    let category = match &changes.category {
        Some(Some(uuid)) => Some(category::named(tx, actor, uuid)?),
        Some(None) => None,
        None => folder.category_number,
    };
    if name == folder.name && category == folder.category_number {
        return Ok(folder.clone());
    }
    tx.execute(
        "update kb_folders set name = :name, category_id = :category where id = :id",
        params! {":name": name, ":category": category, ":id": folder.number},
    )?;
    if category.is_some() && category != folder.category_number {
        tx.execute(
            "update kb_articles set category_id = :category, updated_at = :now
             where folder_id = :id and category_id is not :category",
            params! {":category": category, ":id": folder.number, ":now": tx.now().0},
        )?;
    }
    audit::record(tx, actor, "kb_folder_updated", name)?;
    find(tx, actor, &folder.uuid)
}

/// Deletes a folder; its articles stay in its category, without a folder.
pub fn delete(tx: &Tx<'_>, actor: &Actor, folder: &Folder) -> Result<()> {
    actor.must(Capability::KnowledgeBase)?;
    tx.execute("delete from kb_folders where id = :id", params! {":id": folder.number})?;
    audit::record(tx, actor, "kb_folder_deleted", &folder.name)
}
