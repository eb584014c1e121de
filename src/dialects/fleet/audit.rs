//! `/api/audit`: the log for admins, as JSON and as CSV.

use axum::extract::RawQuery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::audit::{self, Page, Sought};
use crate::base::check::line;
use crate::base::{Check, Error, Result, Scope};
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
struct Asked {
    limit: Option<String>,
    offset: Option<String>,
    cursor: Option<String>,
    #[serde(flatten)]
    filters: Filters,
}

/// What is looked for; flattened into both queries.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filters {
    /// Who did it: the whole address, in whatever case.
    #[param(value_type = Option<String>, max_length = 254)]
    actor: Option<String>,
    /// What was done, in snake case.
    #[param(value_type = Option<String>, max_length = 64)]
    action: Option<String>,
    /// What it was done to: all of it, in whatever case.
    #[param(value_type = Option<String>, max_length = 600)]
    target: Option<String>,
    /// A time, or a date, which is its first moment in UTC; included.
    #[param(value_type = Option<String>, max_length = 64)]
    from: Option<String>,
    /// The same, not included.
    #[param(value_type = Option<String>, max_length = 64)]
    to: Option<String>,
    /// Words of which each stands somewhere in the actor, the action, the target or the address.
    #[param(value_type = Option<String>, max_length = 255)]
    search: Option<String>,
}

impl Filters {
    fn parse(&self, check: &mut Check) -> Sought {
        let mut word =
            |field, text: &Option<String>, longest| check.take(line(field, text.as_deref(), longest)).flatten();
        let sought = Sought {
            actor: word("actor", &self.actor, 254),
            action: word("action", &self.action, 64),
            target: word("target", &self.target, 600),
            ..Sought::default()
        };
        let words = word("search", &self.search, 255).unwrap_or_default();
        let from = check.take(given::moment("from", self.from.as_deref())).flatten();
        let until = check.take(given::moment("to", self.to.as_deref())).flatten();
        if from.zip(until).is_some_and(|(from, until)| from > until) {
            check.note(Error::field("to", "The end must not lie before the beginning."));
        }
        Sought { from, until, ..sought }.with_words(&words)
    }
}

impl Asked {
    fn parse(&self) -> Result<(Sought, Page)> {
        let mut check = Check::default();
        let sought = self.filters.parse(&mut check);
        let mut number =
            |field, text: &Option<String>, range| check.take(given::number(field, text.as_deref(), range)).flatten();
        let limit = number("limit", &self.limit, 1..=1000).unwrap_or(100);
        let offset = number("offset", &self.offset, 0..=i64::MAX / 2);
        let before = number("cursor", &self.cursor, 1..=i64::MAX);
        if offset.is_some() && (before.is_some() || sought.has_words()) {
            let text = "An offset goes neither with a cursor nor with words to search for: follow the Link header.";
            check.note(Error::field("offset", text));
        }
        check.done()?;
        Ok((sought, Page { limit, offset: offset.unwrap_or_default(), before }))
    }
}

/// The audit log, newest first.
///
/// Filters combine. The `Link` header leads to what follows: with `search` a page may hold few rows, or none, and lead on all the
/// same, because no more than a stretch of the log is searched at once.
#[utoipa::path(get, path = "/api/audit", tag = "fleet", security(("scope" = ["fleet:read"])),
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "100 by default"),
        ("offset" = Option<i64>, Query, minimum = 0),
        ("cursor" = Option<i64>, Query, minimum = 1, description = "from the `Link` header of the page before"), Filters),
    responses((status = 200, body = Vec<View>), (status = 403)))]
pub async fn list(RawQuery(query): RawQuery, ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetRead)
        .search(move |conn, actor| {
            actor.must_be_admin()?;
            let (sought, page) = given::query::<Asked>(query.as_deref())?.parse()?;
            let found = audit::list(conn, actor, &sought, page)?;
            let answer = answer::ok(&found.entries.iter().map(View::from).collect::<Vec<_>>())?;
            let Some(next) = found.next else { return Ok(answer) };
            let is_kept =
                |pair: &&str| !pair.is_empty() && !["cursor=", "offset="].iter().any(|other| pair.starts_with(other));
            let rest = query.as_deref().unwrap_or_default().split('&').filter(is_kept);
            let pairs: Vec<String> = rest.map(str::to_owned).chain([format!("cursor={next}")]).collect();
            Ok(answer.with_link(format!("</api/audit?{}>; rel=\"next\"", pairs.join("&"))))
        })
        .await
}

/// The audit log as CSV, newest first: all of it, or what the filters leave.
#[utoipa::path(get, path = "/api/audit/export", tag = "fleet", security(("scope" = ["fleet:read"])), params(Filters),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 403)))]
pub async fn export(RawQuery(query): RawQuery, ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetRead)
        .read_slowly(move |conn, actor| {
            actor.must_be_admin()?;
            let mut check = Check::default();
            let sought = given::query::<Filters>(query.as_deref())?.parse(&mut check);
            check.done()?;
            let mut csv = csv::Writer::from_writer(Vec::new());
            csv.write_record(["id", "actor", "action", "target", "ip", "created_at"]).map_err(Error::internal)?;
            audit::each(conn, actor, &sought, |entry| {
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
