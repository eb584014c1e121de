//! Finding companies: admins see all, a key that sees one project those it made and those of its people.

use chrono::NaiveDate;

use super::{AccountTier, Fields, Health};
use crate::base::{Actor, Capability, Error, Result, Time};
use crate::field::Values;
use crate::store::{Conn, Row, params};

/// A company.
#[derive(Clone, Debug)]
pub struct Company {
    /// The number that other tables refer to.
    pub id: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// What is known of it.
    pub fields: Fields,
    /// The project whose key made it: such a key may change what it made, and nothing else.
    pub home: Option<i64>,
    /// When it was made.
    pub created_at: Time,
    /// When it was changed.
    pub updated_at: Time,
}

fn read(row: &Row<'_>) -> Result<Company> {
    let odd = |text: String| Error::internal(format!("a company has an unknown {text}"));
    let (domains, health, tier, renewal): (String, Option<String>, Option<String>, Option<String>) =
        (row.get("domains")?, row.get("health_score")?, row.get("account_tier")?, row.get("renewal_date")?);
    let date = |text: String| NaiveDate::parse_from_str(&text, "%Y-%m-%d").map_err(Error::internal);
    let fields = Fields {
        name: row.get("name")?,
        description: row.get("description")?,
        domains: serde_json::from_str(&domains).map_err(Error::internal)?,
        industry: row.get("industry")?,
        health: health.map(|text| Health::parse(&text).ok_or_else(|| odd(text))).transpose()?,
        tier: tier.map(|text| AccountTier::parse(&text).ok_or_else(|| odd(text))).transpose()?,
        renewal_date: renewal.map(date).transpose()?,
        custom: Values::parse(&row.get::<String>("custom_fields")?)?,
    };
    Ok(Company {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        fields,
        home: row.get("home_project_id")?,
        created_at: Time(row.get("created_at")?),
        updated_at: Time(row.get("updated_at")?),
    })
}

/// The company with this UUID.
pub fn find(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Company> {
    actor.must(Capability::Administer)?;
    let found = conn.one(
        "select c.id, c.uuid, c.name, c.description, c.domains, c.industry, c.health_score, c.account_tier,
           c.renewal_date, c.custom_fields, c.home_project_id, c.created_at, c.updated_at
         from companies c
         where c.uuid = :uuid and (:within is null or c.home_project_id = :within
           or exists (select 1 from users u where u.company_id = c.id and u.deleted_at is null
             and (u.home_project_id = :within
               or exists (select 1 from tickets t where t.creator_id = u.id and t.project_id = :within))))",
        params! {":uuid": uuid, ":within": actor.within()},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// The company of this name, in whatever case.
pub fn named(conn: &Conn<'_>, actor: &Actor, name: &str) -> Result<Option<Company>> {
    actor.must(Capability::Administer)?;
    conn.one(
        "select c.id, c.uuid, c.name, c.description, c.domains, c.industry, c.health_score, c.account_tier,
           c.renewal_date, c.custom_fields, c.home_project_id, c.created_at, c.updated_at
         from companies c
         where lower(c.name) = lower(:name) and (:within is null or c.home_project_id = :within
           or exists (select 1 from users u where u.company_id = c.id and u.deleted_at is null
             and (u.home_project_id = :within
               or exists (select 1 from tickets t where t.creator_id = u.id and t.project_id = :within))))",
        params! {":name": name.trim(), ":within": actor.within()},
        read,
    )
}

/// Companies after a number, oldest first, `limit` at most.
pub fn page(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<Company>> {
    actor.must(Capability::Administer)?;
    conn.all(
        "select c.id, c.uuid, c.name, c.description, c.domains, c.industry, c.health_score, c.account_tier,
           c.renewal_date, c.custom_fields, c.home_project_id, c.created_at, c.updated_at
         from companies c
         where c.id > :after and (:within is null or c.home_project_id = :within
           or exists (select 1 from users u where u.company_id = c.id and u.deleted_at is null
             and (u.home_project_id = :within
               or exists (select 1 from tickets t where t.creator_id = u.id and t.project_id = :within))))
         order by c.id limit :limit",
        params! {":after": after.unwrap_or_default(), ":within": actor.within(), ":limit": limit},
        read,
    )
}
