//! `/api/audit`: the log for admins, as JSON and as CSV.

use axum::extract::RawQuery;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::audit;
use crate::base::{Error, Fields, Result, Scope};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByOperator;
use crate::dialects::cell::defused;
use crate::dialects::given;

#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
struct View<'e> {
    id: i64,
    /// The address of whoever did it; null where that is not known.
    actor: Option<&'e str>,
    /// What was done, in snake case.
    action: &'e str,
    target: &'e str,
    ip: Option<&'e str>,
    created_at: String,
}

impl<'e> From<&'e audit::Entry> for View<'e> {
    fn from(entry: &'e audit::Entry) -> Self {
        Self {
            id: entry.id,
            actor: entry.actor.as_deref(),
            action: &entry.action,
            target: &entry.target,
            ip: entry.ip.as_deref(),
            created_at: entry.created_at.to_seconds(),
        }
    }
}

#[derive(Default, Deserialize)]
struct Page {
    limit: Option<String>,
    offset: Option<String>,
}

impl Page {
    fn parse(query: Option<&str>) -> Result<(i64, i64)> {
        let page: Self = given::query(query)?;
        let mut wrong = Fields::new();
        let mut number = |field: &'static str, text: Option<String>, default: i64, least: i64, most: i64| {
            let Some(text) = text else { return default };
            text.parse().ok().filter(|n| (least..=most).contains(n)).unwrap_or_else(|| {
                wrong.insert(field.into(), vec![format!("The {field} must be a number from {least} to {most}.")]);
                default
            })
        };
        let limit = number("limit", page.limit, 100, 1, 1000);
        let offset = number("offset", page.offset, 0, 0, i64::MAX / 2);
        if wrong.is_empty() { Ok((limit, offset)) } else { Err(Error::invalid(wrong)) }
    }
}

/// The audit log, newest first.
#[utoipa::path(get, path = "/api/audit", tag = "fleet", security(("scope" = ["fleet:read"])),
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "100 by default"),
        ("offset" = Option<i64>, Query, minimum = 0)),
    responses((status = 200, body = Vec<View>), (status = 403)))]
pub async fn list(RawQuery(query): RawQuery, ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetRead)
        .read(move |conn, actor| {
            actor.must_be_admin()?;
            let (limit, offset) = Page::parse(query.as_deref())?;
            let entries = audit::list(conn, actor, limit, offset)?;
            answer::ok(&entries.iter().map(View::from).collect::<Vec<_>>())
        })
        .await
}

/// The whole audit log as CSV, newest first.
#[utoipa::path(get, path = "/api/audit/export", tag = "fleet", security(("scope" = ["fleet:read"])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 403)))]
pub async fn export(ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetRead)
        .read_slowly(|conn, actor| {
            actor.must_be_admin()?;
            let mut csv = csv::Writer::from_writer(Vec::new());
            csv.write_record(["id", "actor", "action", "target", "ip", "created_at"]).map_err(Error::internal)?;
            audit::each(conn, actor, i64::MAX, i64::MAX, |entry| {
                let view = View::from(&entry);
                let cells = [
                    view.id.to_string(),
                    defused(view.actor.unwrap_or_default()),
                    defused(view.action),
                    defused(view.target),
                    defused(view.ip.unwrap_or_default()),
                    view.created_at,
                ];
                csv.write_record(cells).map_err(Error::internal)
            })?;
            Ok(answer::of_type("text/csv; charset=utf-8", csv.into_inner().map_err(Error::internal)?))
        })
        .await
}
