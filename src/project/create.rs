//! Making a project.

use super::find::{Project, find};
use super::{Fields, name};
use crate::audit;
use crate::base::{Actor, Result, id};
use crate::store::{Tx, params};

/// Makes an active project; its slug and the prefix of its ticket numbers come from the name and never change.
pub fn create(tx: &Tx<'_>, actor: &Actor, fields: &Fields) -> Result<Project> {
    actor.must_be_admin()?;
    let slug = name::slug(tx, &fields.name)?;
    let prefix = name::prefix(tx, &slug)?;
    let project = tx.insert(
        "insert into projects (uuid, name, slug, prefix, description, support_email, website_url, timezone, settings,
           created_at, updated_at)
         values (:uuid, :name, :slug, :prefix, :description, :support_email, :website_url, :timezone, :settings, :now,
           :now)",
        params! {":uuid": id::new_uuid(tx.now()), ":name": fields.name, ":slug": slug, ":prefix": prefix,
        ":description": fields.description, ":support_email": fields.support_email,
        ":website_url": fields.website_url, ":timezone": fields.timezone.name(), ":settings": fields.settings,
        ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "project_created", &slug)?;
    find(tx, actor, project)
}
