//! `/api/companies`: what customers belong to.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::page;
use crate::base::{Actor, Capability, Check, Result, Scope};
use crate::company::{self, AccountTier, Company, Fields, Given, Health};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::description::words::{needing, words};
use crate::dialects::given::{self, given};
use crate::field::{self, By, Defined, Entity};
use crate::store::{Conn, Tx};

words! {
    /// How things stand with a customer.
    HealthWord = [Health::Happy, Health::Neutral, Health::AtRisk].map(Health::as_str);
    /// What a customer pays for.
    TierWord = [AccountTier::Free, AccountTier::Basic, AccountTier::Premium, AccountTier::Enterprise]
        .map(AccountTier::as_str);
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Company)]
struct View {
    id: String,
    name: String,
    description: Option<String>,
    domains: Vec<String>,
    industry: Option<String>,
    #[schema(value_type = Option<HealthWord>)]
    health_score: Option<&'static str>,
    #[schema(value_type = Option<TierWord>)]
    account_tier: Option<&'static str>,
    #[schema(format = "date")]
    renewal_date: Option<String>,
    /// By the names of the fields.
    #[schema(value_type = Object)]
    custom_fields: Map<String, Value>,
    created_at: String,
    updated_at: String,
}

impl View {
    fn of(company: Company, defined: &Defined) -> Self {
        let Fields { name, description, domains, industry, health, tier, renewal_date, custom } = company.fields;
        Self {
            id: company.uuid,
            name,
            description,
            domains,
            industry,
            health_score: health.map(Health::as_str),
            account_tier: tier.map(AccountTier::as_str),
            renewal_date: renewal_date.map(|date| date.to_string()),
            custom_fields: custom.show(defined, By::Staff),
            created_at: company.created_at.to_milliseconds(),
            updated_at: company.updated_at.to_milliseconds(),
        }
    }
}

needing!(
    /// A company that is to be made.
    NewCompany = Sent,
    "name"
);

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompanyChange)]
struct Sent {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    description: Option<Option<String>>,
    /// Host names of its people's mail.
    #[serde(default, deserialize_with = "given")]
    domains: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 255)]
    industry: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    health_score: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    account_tier: Option<Option<String>>,
    /// A date, or a time whose date counts.
    #[serde(default, deserialize_with = "given")]
    renewal_date: Option<Option<String>>,
    /// By the names of the fields; null clears one.
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<Map<String, Value>>,
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
        custom: sent.custom_fields.unwrap_or_default(),
        cells: Vec::new(),
    })
}

/// Companies, oldest first. For admins and their keys: a key that sees one project finds those it made, and those of
/// customers who filed something there.
#[utoipa::path(get, path = "/api/companies", tag = "helpdesk", security(("scope" = ["users:read"])),
    params(page::Asked), responses((status = 200, body = Vec<View>)))]
pub async fn list(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        let mut check = Check::default();
        let page = given::query::<page::Asked>(query.as_deref())?.parse(&mut check);
        check.done()?;
        let companies = company::page(conn, actor, page.after, page.reach())?;
        let defined = field::defined(conn, Entity::Company)?;
        page.answer(companies, "/api/companies", query.as_deref(), |one| one.id, |one| View::of(one, &defined))
    };
    call.needing(Scope::UsersRead).read(read).await
}

/// A company.
#[utoipa::path(get, path = "/api/companies/{id}", tag = "helpdesk", security(("scope" = ["users:read"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 200, body = View)))]
pub async fn show(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        let company = company::find(conn, actor, &given::uuid(&id)?)?;
        answer::ok(&View::of(company, &*field::defined(conn, Entity::Company)?))
    };
    call.needing(Scope::UsersRead).read(read).await
}

/// Make a company; only `name` is needed, and no two have the same, in whatever case.
///
/// `domains` are those of its people's mail. A customer without a company joins by a verified address of one of them, now or
/// when it is verified; not where two companies list the domain, nor by one that hands out addresses to everybody.
/// `healthScore`: `happy`, `neutral`, `at_risk`; `accountTier`: `free`, `basic`, `premium`, `enterprise`; `renewalDate` is a date.
#[utoipa::path(post, path = "/api/companies", tag = "helpdesk", security(("scope" = ["users:write"])),
    request_body = NewCompany, responses((status = 201, body = View)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        let defined = field::defined(tx, Entity::Company)?;
        let fields = Fields::parse(&read(body)?, None, &defined)?;
        answer::created(&View::of(company::create(tx, actor, &fields)?, &defined))
    };
    call.needing(Scope::UsersWrite).write(write).await
}

/// Change a company; what is left out stays, null clears. Nobody leaves it because a domain goes.
#[utoipa::path(patch, path = "/api/companies/{id}", tag = "helpdesk", security(("scope" = ["users:write"])),
    params(("id" = String, Path, format = "uuid")), request_body = Sent, responses((status = 200, body = View), (status = 409)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        let company = company::find(tx, actor, &given::uuid(&id)?)?;
        let defined = field::defined(tx, Entity::Company)?;
        let fields = Fields::parse(&read(body)?, Some(&company), &defined)?;
        answer::ok(&View::of(company::change(tx, actor, &company, &fields)?, &defined))
    };
    call.needing(Scope::UsersWrite).write(write).await
}

/// Delete a company. Its people stay, and belong to none.
#[utoipa::path(delete, path = "/api/companies/{id}", tag = "helpdesk", security(("scope" = ["users:write"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 204)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::Administer)?;
        let company = company::find(tx, actor, &given::uuid(&id)?)?;
        company::delete(tx, actor, &company)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::UsersWrite).write(write).await
}
