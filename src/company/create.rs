//! Making a company.

use super::{Company, Fields, domain, find};
use crate::audit;
use crate::base::{Actor, Capability, Error, Result, id};
use crate::store::{Tx, params};

/// Makes a company; those join it whose address is proven and of one of its domains.
pub fn create(tx: &Tx<'_>, actor: &Actor, fields: &Fields) -> Result<Company> {
    actor.must(Capability::Administer)?;
    let uuid = id::new_uuid(tx.now());
    let company = tx
        .insert(
            "insert into companies (uuid, name, description, domains, industry, health_score, account_tier,
               renewal_date, custom_fields, home_project_id, created_at, updated_at)
             values (:uuid, :name, :description, :domains, :industry, :health, :tier, :renewal, :custom, :home, :now, :now)",
            params! {":uuid": uuid, ":name": fields.name, ":description": fields.description,
            ":domains": serde_json::json!(fields.domains).to_string(), ":industry": fields.industry,
            ":health": fields.health.map(super::Health::as_str), ":tier": fields.tier.map(super::AccountTier::as_str),
            ":renewal": fields.renewal_date.map(|date| date.to_string()), ":custom": fields.custom.to_text(), ":home": actor.within(),
            ":now": tx.now().0},
        )
        .map_err(taken)?;
    domain::set(tx, company, &fields.domains, &[])?;
    audit::record(tx, actor, "company_created", &fields.name)?;
    find(tx, actor, &uuid)
}

/// What a violated constraint of `companies` means.
pub(super) fn taken(error: Error) -> Error {
    error.when("companies_name", || Error::conflict("name", "There is a company of this name already."))
}
