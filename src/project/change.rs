//! Changing a project.

use super::Fields;
use super::find::{Project, find};
use crate::audit;
use crate::base::{Actor, Error, Kind, Result};
use crate::store::{Tx, params};

/// Changes a project. `is_active: false` takes it out of use; `is_default: true` makes it the one where tickets go that
/// come without a project, in place of the one before. The default is always one that is active: else [`Kind::Conflict`].
pub fn change(
    tx: &Tx<'_>,
    actor: &Actor,
    project: &Project,
    fields: &Fields,
    is_active: Option<bool>,
    is_default: Option<bool>,
) -> Result<Project> {
    actor.must_be_admin()?;
    let is_active = is_active.unwrap_or(project.is_active);
    match (is_default.unwrap_or(project.is_default), is_active) {
        (false, _) if project.is_default => {
            return Err(Error::new(
                Kind::Conflict,
                "There is always one default project. Make another one the default instead.",
            ));
        }
        (true, false) => {
            return Err(Error::new(
                Kind::Conflict,
                "The default project must be active. Make another one the default first, or activate this one.",
            ));
        }
        (true, true) if !project.is_default => {
            tx.execute("update projects set is_default = 0 where is_default = 1", params! {})?;
        }
        _ => {}
    }
    tx.execute(
        "update projects set name = :name, description = :description, support_email = :support_email,
           website_url = :website_url, timezone = :timezone, settings = :settings, is_active = :is_active,
           is_default = :is_default, updated_at = :now
         where id = :id",
        params! {":name": fields.name, ":description": fields.description, ":support_email": fields.support_email,
        ":website_url": fields.website_url, ":timezone": fields.timezone.name(), ":settings": fields.settings,
        ":is_active": is_active, ":is_default": is_default.unwrap_or(project.is_default), ":now": tx.now().0,
        ":id": project.id},
    )?;
    audit::record(tx, actor, "project_updated", &project.slug)?;
    find(tx, actor, project.id)
}
