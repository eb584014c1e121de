//! Changing a company.

use super::create::taken;
use super::{Company, Fields, domain, find};
use crate::audit;
use crate::base::{Actor, Capability, Error, Kind, Result};
use crate::store::{Tx, params};

/// Changes a company; what is as it was leaves no trace.
pub fn change(tx: &Tx<'_>, actor: &Actor, company: &Company, fields: &Fields) -> Result<Company> {
    may_change(actor, company)?;
    if company.fields == *fields {
        return Ok(company.clone());
    }
    tx.execute(
        "update companies set name = :name, description = :description, domains = :domains, industry = :industry,
           health_score = :health, account_tier = :tier, renewal_date = :renewal, custom_fields = :custom, updated_at = :now
         where id = :id",
        params! {":name": fields.name, ":description": fields.description,
        ":domains": serde_json::json!(fields.domains).to_string(), ":industry": fields.industry,
        ":health": fields.health.map(super::Health::as_str), ":tier": fields.tier.map(super::AccountTier::as_str),
        ":renewal": fields.renewal_date.map(|date| date.to_string()), ":custom": fields.custom.to_text(), ":now": tx.now().0, ":id": company.id},
    )
    .map_err(taken)?;
    domain::set(tx, company.id, &fields.domains, &company.fields.domains)?;
    audit::record(tx, actor, "company_updated", &fields.name)?;
    find(tx, actor, &company.uuid)
}

/// Whether whoever asks may change or delete a company that they see.
pub(super) fn may_change(actor: &Actor, company: &Company) -> Result<()> {
    actor.must(Capability::Administer)?;
    if actor.within().is_some() && actor.within() != company.home {
        return Err(Error::new(Kind::Forbidden, "A key that sees one project changes only companies that it made."));
    }
    Ok(())
}
