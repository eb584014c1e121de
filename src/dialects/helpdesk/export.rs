//! `POST /api/contacts/export`, `POST /api/companies/export`, `POST /api/tickets/export`: everything as CSV, sent while it is read.

use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::sheet::{Companies, Contacts, Sheet, Tickets, header as columns, line};
use crate::base::{Actor, Capability, Error, Result};
use crate::dialects::answer::Failure;
use crate::dialects::call::{ByUser, Call};
use crate::dialects::flow::{self, Outlet};
use crate::field::{self, Defined};
use crate::store::Conn;

/// Rows that are read in one transaction.
const AT_ONCE: i64 = 500;

/// Customers as CSV: `name,email,phone,company,tags`, then the custom fields by name, oldest first.
///
/// A cell that a spreadsheet would run gets a leading `'`, which import takes off again. In the cell of tags a comma separates.
#[utoipa::path(post, path = "/api/contacts/export", tag = "helpdesk", security(("scope" = ["users:read"])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn contacts(ByUser(call): ByUser) -> std::result::Result<Response, Failure> {
    export::<Contacts>(call).await
}

/// Companies as CSV: `name,description,domains,industry,healthScore,accountTier,renewalDate`, then the custom fields by
/// name, oldest first.
///
/// A cell that a spreadsheet would run gets a leading `'`, which import takes off again. In the cell of domains a comma
/// separates.
#[utoipa::path(post, path = "/api/companies/export", tag = "helpdesk", security(("scope" = ["users:read"])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn companies(ByUser(call): ByUser) -> std::result::Result<Response, Failure> {
    export::<Companies>(call).await
}

/// Tickets as CSV, with the columns that import reads, then the custom fields by name, oldest first; deleted ones are left
/// out, and so are replies, notes and files.
///
/// A cell that a spreadsheet would run gets a leading `'`, which import takes off again. In the cell of tags a comma
/// separates.
#[utoipa::path(post, path = "/api/tickets/export", tag = "helpdesk", security(("scope" = ["tickets:read"])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn tickets(ByUser(call): ByUser) -> std::result::Result<Response, Failure> {
    export::<Tickets>(call).await
}

async fn export<S: Sheet>(call: Call) -> std::result::Result<Response, Failure> {
    let call = call.needing(S::READ);
    let fields = |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        field::defined(conn, S::ENTITY)
    };
    let defined = call.read_slowly(fields).await?;
    let first = csv(std::iter::once(columns::<S>(&defined)))?;
    let (outlet, mut response) = flow::flowing_as("text/csv; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(S::FILE));
    tokio::spawn(async move {
        if let Err(Failure(error)) = pour::<S>(&call, outlet, first, defined).await {
            tracing::debug!(%error, "an export broke off");
        }
    });
    Ok(response)
}

async fn pour<S: Sheet>(
    call: &Call,
    outlet: Outlet,
    first: Vec<u8>,
    defined: Arc<Defined>,
) -> std::result::Result<(), Failure> {
    let (mut bytes, mut last) = (first, None);
    while !bytes.is_empty() {
        outlet.send(bytes).await?;
        let defined = defined.clone();
        let stretch = move |conn: &Conn<'_>, actor: &Actor| {
            actor.must(Capability::Administer)?;
            let lines = S::page(conn, actor, last, AT_ONCE)?;
            let next = lines.last().map(|line| line.number);
            Ok((csv(lines.into_iter().map(|one| line::<S>(one, &defined)))?, next))
        };
        (bytes, last) = call.read_slowly(stretch).await?;
    }
    Ok(outlet.end().await?)
}

/// Rows as RFC 4180 has them.
pub fn csv(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(Error::internal)
}
