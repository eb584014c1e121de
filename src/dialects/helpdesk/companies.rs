//! `/api/companies`: what customers belong to.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::page;
use crate::base::{Actor, Capability, Check, Result, Scope};
use crate::company::{self, AccountTier, Company, Fields, Given, Health};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given::{self, given};
use crate::store::{Conn, Tx};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    id: String,
    name: String,
    description: Option<String>,
    domains: Vec<String>,
    industry: Option<String>,
    health_score: Option<&'static str>,
    account_tier: Option<&'static str>,
    renewal_date: Option<String>,
    custom_fields: Map<String, Value>,
    created_at: String,
    updated_at: String,
}

impl From<Company> for View {
    fn from(company: Company) -> Self {
        let Fields { name, description, domains, industry, health, tier, renewal_date } = company.fields;
        Self {
            id: company.uuid,
            name,
            description,
            domains,
            industry,
            health_score: health.map(Health::as_str),
            account_tier: tier.map(AccountTier::as_str),
            renewal_date: renewal_date.map(|date| date.to_string()),
            custom_fields: Map::new(),
            created_at: company.created_at.to_milliseconds(),
            updated_at: company.updated_at.to_milliseconds(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    domains: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "given")]
    industry: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    health_score: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    account_tier: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    renewal_date: Option<Option<String>>,
}

fn read(body: &Body) -> Result<Given> {
    let sent = body.read::<Sent>()?;
    Ok(Given {
        name: sent.name,
        description: sent.description,
        domains: sent.domains,
        industry: sent.industry,
        health: sent.health_score,
        tier: sent.account_tier,
        renewal_date: sent.renewal_date,
    })
}

/// Companies, oldest first. For admins and their keys: a key that sees one project finds those it made, and those of
/// customers who filed something there.
#[utoipa::path(get, path = "/api/companies", tag = "helpdesk", params(
    ("limit" = Option<i64>, Query, description = "1 to 1000, 100 by default"),
    ("cursor" = Option<i64>, Query, description = "from the Link header of the page before")),
    responses((status = 200), (status = 400), (status = 401), (status = 403)))]
pub async fn list(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        let mut check = Check::default();
        let page = given::query::<page::Asked>(query.as_deref())?.parse(&mut check);
        check.done()?;
        let companies = company::page(conn, actor, page.after, page.reach())?;
        page.answer(companies, "/api/companies", query.as_deref(), |company| company.id, View::from)
    };
    call.needing(Scope::UsersRead).read(read).await
}

/// A company.
#[utoipa::path(get, path = "/api/companies/{id}", tag = "helpdesk", params(("id" = String, Path)),
    responses((status = 200), (status = 401), (status = 403), (status = 404)))]
pub async fn show(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        answer::ok(&View::from(company::find(conn, actor, &given::uuid(&id)?)?))
    };
    call.needing(Scope::UsersRead).read(read).await
}

/// Make a company; only `name` is needed, and no two have the same, in whatever case.
///
/// `domains` are those of its people's mail. A customer without a company joins by a verified address of one of them, now or
/// when it is verified; not where two companies list the domain, nor by one that hands out addresses to everybody.
/// `healthScore`: `happy`, `neutral`, `at_risk`; `accountTier`: `free`, `basic`, `premium`, `enterprise`; `renewalDate` is a date.
#[utoipa::path(post, path = "/api/companies", tag = "helpdesk",
    responses((status = 201), (status = 400), (status = 401), (status = 403), (status = 409)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        let fields = Fields::parse(&read(body)?, None)?;
        answer::created(&View::from(company::create(tx, actor, &fields)?))
    };
    call.needing(Scope::UsersWrite).write(write).await
}

/// Change a company; what is left out stays, null clears. Nobody leaves it because a domain goes.
#[utoipa::path(patch, path = "/api/companies/{id}", tag = "helpdesk", params(("id" = String, Path)),
    responses((status = 200), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        let company = company::find(tx, actor, &given::uuid(&id)?)?;
        let fields = Fields::parse(&read(body)?, Some(&company))?;
        answer::ok(&View::from(company::change(tx, actor, &company, &fields)?))
    };
    call.needing(Scope::UsersWrite).write(write).await
}

/// Delete a company. Its people stay, and belong to none.
#[utoipa::path(delete, path = "/api/companies/{id}", tag = "helpdesk", params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::Administer)?;
        let company = company::find(tx, actor, &given::uuid(&id)?)?;
        company::delete(tx, actor, &company)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::UsersWrite).write(write).await
}
