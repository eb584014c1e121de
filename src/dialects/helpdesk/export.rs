//! `POST /api/contacts/export`, `POST /api/companies/export`: everything as CSV, sent while it is read.

use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::sheet::{Companies, Contacts, Sheet};
use crate::base::{Actor, Capability, Error, Result, Scope};
use crate::dialects::answer::Failure;
use crate::dialects::call::{ByUser, Call};
use crate::dialects::flow::{self, Outlet};
use crate::store::Conn;

/// Rows that are read in one transaction.
const AT_ONCE: i64 = 500;

/// Customers as CSV: `name,email,phone,company,tags`, oldest first.
///
/// A cell that a spreadsheet would run gets a leading `'`, which import takes off again. In the cell of tags a comma separates.
#[utoipa::path(post, path = "/api/contacts/export", tag = "helpdesk", security(("scope" = ["users:read"])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn contacts(ByUser(call): ByUser) -> std::result::Result<Response, Failure> {
    export::<Contacts>(call).await
}

/// Companies as CSV: `name,description,domains,industry,healthScore,accountTier,renewalDate`, oldest first.
///
/// A cell that a spreadsheet would run gets a leading `'`, which import takes off again. In the cell of domains a comma
/// separates.
#[utoipa::path(post, path = "/api/companies/export", tag = "helpdesk", security(("scope" = ["users:read"])),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn companies(ByUser(call): ByUser) -> std::result::Result<Response, Failure> {
    export::<Companies>(call).await
}

async fn export<S: Sheet>(call: Call) -> std::result::Result<Response, Failure> {
    let call = call.needing(Scope::UsersRead);
    let first = stretch::<S>(&call, None).await?;
    let (outlet, mut response) = flow::flowing_as("text/csv; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(S::FILE));
    tokio::spawn(async move {
        if let Err(Failure(error)) = pour::<S>(&call, outlet, first).await {
            tracing::debug!(%error, "an export broke off");
        }
    });
    Ok(response)
}

/// Rows after a number, as CSV with the header where they are the first, and the number of the last; none after the last.
type Stretch = (Vec<u8>, Option<i64>);

async fn stretch<S: Sheet>(call: &Call, after: Option<i64>) -> std::result::Result<Stretch, Failure> {
    call.read_slowly(move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        let rows = S::page(conn, actor, after, AT_ONCE)?;
        let last = rows.last().map(|(number, _)| *number);
        let header = after.is_none().then(|| S::COLUMNS.iter().map(|column| (*column).to_owned()).collect());
        Ok((csv(header.into_iter().chain(rows.into_iter().map(|(_, cells)| cells)))?, last))
    })
    .await
}

async fn pour<S: Sheet>(call: &Call, outlet: Outlet, first: Stretch) -> std::result::Result<(), Failure> {
    let (mut bytes, mut last) = first;
    while !bytes.is_empty() {
        outlet.send(bytes).await?;
        (bytes, last) = match last {
            Some(after) => stretch::<S>(call, Some(after)).await?,
            None => (Vec::new(), None),
        };
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
