//! `POST /api/contacts/import`, `POST /api/companies/import`, `POST /api/tickets/import`, and their templates.
//!
//! The file is on disk before its first row is taken, and rows are taken a few hundred to a transaction. What was taken stays
//! when the rest fails: the same file can be sent again, as every row is found again by its address or name.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::time::Instant;
use utoipa::ToSchema;

use super::export::csv;
use super::rows::{Numbered, Rows, Wrong};
use super::sheet::{Companies, Contacts, Sheet, Tickets, header};
use super::taken::Report;
use super::upload::{Announced, Received};
use crate::base::{Actor, Capability, Error, Kind, Result, Taken};
use crate::dialects::answer::{self, Answer, Answered, Failure};
use crate::dialects::call::{ByUser, Call};
use crate::dialects::{flow, given};
use crate::field;
use crate::store::{Conn, Tx};

/// When an answer must have begun: what takes longer is sent as it comes.
const PATIENCE: Duration = Duration::from_secs(45);

/// A file in a form.
#[derive(ToSchema)]
#[schema(as = ImportForm)]
#[expect(dead_code, reason = "it describes what `upload` reads")]
struct Form {
    /// CSV.
    #[schema(format = Binary)]
    file: String,
    #[serde(rename = "dryRun")]
    dry_run: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    dry_run: Option<String>,
}

/// Take in customers from CSV: the body itself (`text/csv`), or the `file` of a form, up to 110 MiB.
///
/// The first row names the columns: `name,email,phone,company,tags` and custom fields, in any order; `email` is needed. A comma, semicolon or tab
/// separates, the text is UTF-8 with or without a byte order mark. A row whose address nobody has makes a customer without a
/// password, who signs up in the portal; else what it says and what differs is changed. Blank cells change nothing, `company`
/// is the name of one that there is, `tags` are separated by commas. Staff are never changed. `dryRun=true` changes nothing
/// and tells what would come of it.
///
/// `skipped` counts rows that changed nothing, be it that they were like this already or that something is wrong with them:
/// each of those is in `errors` (the first 1000; `errorsLeftOut` counts the rest), by its row, the header being 1. Nobody is
/// mailed. Rows are taken in stretches: when the request fails, send the file again.
#[utoipa::path(post, path = "/api/contacts/import", tag = "helpdesk", security(("scope" = ["users:write"])),
    params(("dryRun" = Option<bool>, Query)),
    request_body(content((String = "text/csv"), (Form = "multipart/form-data"))),
    responses((status = 200, body = Report)))]
pub async fn contacts(query: RawQuery, announced: Announced) -> std::result::Result<Response, Failure> {
    import::<Contacts>(query, announced).await
}

/// Take in companies from CSV: the body itself (`text/csv`), or the `file` of a form, up to 110 MiB.
///
/// As with contacts; columns are `name,description,domains,industry,healthScore,accountTier,renewalDate` and custom fields, and a company is
/// found again by its `name`, in whatever case. `domains` are separated by commas.
#[utoipa::path(post, path = "/api/companies/import", tag = "helpdesk", security(("scope" = ["users:write"])),
    params(("dryRun" = Option<bool>, Query)),
    request_body(content((String = "text/csv"), (Form = "multipart/form-data"))),
    responses((status = 200, body = Report)))]
pub async fn companies(query: RawQuery, announced: Announced) -> std::result::Result<Response, Failure> {
    import::<Companies>(query, announced).await
}

/// Take in tickets from CSV: the body itself (`text/csv`), or the `file` of a form, up to 110 MiB.
///
/// As with contacts; columns are `externalId,project,subject,description,status,priority,category,tags,source,customerEmail,customerName,customerPhone,assignee,group,dueDate,environment,createdAt,resolvedAt,updatedAt`
/// and custom fields. A ticket is found again by its `externalId`: what it was called elsewhere, or its id here, which is
/// what export writes for tickets that were filed here. One that is new needs `subject` and `description`; it is `open` and
/// `medium` unless the row says otherwise, gets a number of the year of `createdAt`, and no deadlines; it was changed last
/// at `updatedAt`, else when it was resolved or filed there. Lists show tickets in the order in which they came here: put the
/// oldest first. `project` is a slug,
/// `assignee` an address of staff, `group` a name; categories and tags are made where they do not exist. What a ticket
/// began with (`project`, `source`, `customer…`, `createdAt`) stays. Replies, notes and files are not part of the table.
///
/// Nobody is mailed or notified, no rule acts, and no webhook hears of it.
#[utoipa::path(post, path = "/api/tickets/import", tag = "helpdesk", security(("scope" = ["tickets:write"])),
    params(("dryRun" = Option<bool>, Query)),
    request_body(content((String = "text/csv"), (Form = "multipart/form-data"))),
    responses((status = 200, body = Report)))]
pub async fn tickets(query: RawQuery, announced: Announced) -> std::result::Result<Response, Failure> {
    import::<Tickets>(query, announced).await
}

async fn import<S: Sheet>(
    RawQuery(query): RawQuery,
    mut announced: Announced,
) -> std::result::Result<Response, Failure> {
    let began = Instant::now();
    announced.call = announced.call.needing(S::WRITE);
    let asked = query.clone();
    let may = move |_: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        let dry_run = given::yes("dryRun", given::query::<Query>(asked.as_deref())?.dry_run.as_deref())?;
        Ok((actor.user().ok_or_else(Error::forbidden)?, dry_run))
    };
    let (user, dry_run) = announced.call.read(may).await?;
    let turn = announced.call.app().imports.wait(user).await?;
    let (mut call, received) = announced.receive().await?;
    let dry_run = dry_run.or(given::yes("dryRun", received.dry_run.as_deref())?).unwrap_or(false);
    // What an idempotency key stands for: the file and what to do with it.
    call.body.bytes = [received.file.hash.as_slice(), &[u8::from(dry_run)]].concat().into();
    // A task of its own: a caller who goes away finds all rows taken, and a retry its answer.
    let mut task = tokio::spawn(async move {
        let _held = turn;
        take::<S>(call, received, dry_run).await
    });
    match tokio::time::timeout_at(began + PATIENCE, &mut task).await {
        Ok(done) => Ok(done.map_err(Error::internal)??.into_response()),
        Err(_) => {
            let (outlet, response) = flow::flowing();
            tokio::spawn(async move {
                match task.await {
                    Ok(Ok(answer)) => {
                        let sent = outlet.send(answer.body).await;
                        if sent.is_err() || outlet.end().await.is_err() {
                            tracing::debug!("nobody waited for what came of an import");
                        }
                    }
                    Ok(Err(Failure(error))) => tracing::warn!(%error, "an import broke off"),
                    Err(error) => tracing::error!(%error, "an import broke off"),
                }
            });
            Ok(response)
        }
    }
}

async fn take<S: Sheet>(call: Call, received: Received, dry_run: bool) -> std::result::Result<Answer, Failure> {
    if let Some(answer) = call.replayed().await? {
        return Ok(answer);
    }
    let defined = call.read(|conn, _| field::defined(conn, S::ENTITY)).await?;
    let mut rows = blocking(move || Rows::<S>::open(received.file.open()?, &defined)).await??;
    let (mut report, mut dry) = (Report::default(), Dry::default());
    report.tell(1, std::mem::take(&mut rows.header));
    loop {
        if call.app().stopping.is_cancelled() {
            return Err(Error::new(Kind::Unavailable { retry_after: 5 }, "The server is stopping.").into());
        }
        let stretch;
        (rows, stretch) = blocking(move || {
            let stretch = rows.stretch();
            (rows, stretch)
        })
        .await?;
        if stretch.is_empty() {
            break;
        }
        let done = if dry_run {
            let mut before = dry;
            let look = move |conn: &Conn<'_>, actor: &Actor| {
                let done = before.stretch::<S>(conn, actor, &stretch)?;
                Ok((before, done))
            };
            let done;
            (dry, done) = call.read(look).await?;
            done
        } else {
            call.write_part(move |tx, actor| written::<S>(tx, actor, &stretch)).await?
        };
        for (number, taken) in done {
            report.count(number, taken);
        }
    }
    call.write(move |_, _, _| answer::ok(&report)).await
}

/// What became of each row.
type Done = Vec<(u64, std::result::Result<Taken, Vec<Wrong>>)>;

fn written<S: Sheet>(tx: &Tx<'_>, actor: &Actor, stretch: &[Numbered<S::Row>]) -> Result<Done> {
    actor.must(Capability::Administer)?;
    each::<S>(stretch, |row| S::take_in(tx, actor, row))
}

/// Takes each row; one that cannot be is told, anything else that goes wrong ends it all.
fn each<S: Sheet>(stretch: &[Numbered<S::Row>], mut take: impl FnMut(&S::Row) -> Result<Taken>) -> Result<Done> {
    let one = |numbered: &Numbered<S::Row>| {
        let taken = match &numbered.row {
            Err(wrong) => Err(wrong.clone()),
            Ok(row) => match take(row) {
                Ok(taken) => Ok(taken),
                Err(error) => match error.kind {
                    Kind::Invalid | Kind::Conflict | Kind::Forbidden | Kind::NotFound => Err(Wrong::of(error)),
                    _ => return Err(error),
                },
            },
        };
        Ok((numbered.number, taken))
    };
    stretch.iter().map(one).collect()
}

/// What a dry run would have made so far, by hash: a second row of the same key would find it.
#[derive(Default)]
struct Dry {
    hasher: RandomState,
    made: HashSet<u64>,
}

impl Dry {
    fn stretch<S: Sheet>(&mut self, conn: &Conn<'_>, actor: &Actor, stretch: &[Numbered<S::Row>]) -> Result<Done> {
        actor.must(Capability::Administer)?;
        each::<S>(stretch, |row| {
            let taken = S::foresee(conn, actor, row)?;
            let is_second = taken == Taken::Created && !self.made.insert(self.hasher.hash_one(S::key(row)));
            Ok(if is_second { Taken::Updated } else { taken })
        })
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// The columns of contacts, as an empty table.
#[utoipa::path(get, path = "/api/contacts/import/template", tag = "helpdesk", security(("scope" = ["users:read"])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn contacts_template(ByUser(call): ByUser) -> Answered {
    template::<Contacts>(call).await
}

/// The columns of companies, as an empty table.
#[utoipa::path(get, path = "/api/companies/import/template", tag = "helpdesk", security(("scope" = ["users:read"])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn companies_template(ByUser(call): ByUser) -> Answered {
    template::<Companies>(call).await
}

/// The columns of tickets, as an empty table.
#[utoipa::path(get, path = "/api/tickets/import/template", tag = "helpdesk", security(("scope" = ["tickets:read"])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn tickets_template(ByUser(call): ByUser) -> Answered {
    template::<Tickets>(call).await
}

async fn template<S: Sheet>(call: Call) -> Answered {
    let read = |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        let header = header::<S>(&*field::defined(conn, S::ENTITY)?);
        Ok(answer::of_type("text/csv; charset=utf-8", csv(std::iter::once(header))?))
    };
    call.needing(S::READ).read(read).await
}
