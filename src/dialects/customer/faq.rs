//! `/v1/faq`: what everybody asks.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Good, good};
use crate::dialects::answer::Failure;
use crate::dialects::call::ByAnyone;
use crate::dialects::given::{self, number};
use crate::dialects::revalidated::revalidated;
use crate::knowledge::faq;

/// Rows of a page.
const PAGE: i64 = 100;

#[derive(Serialize, ToSchema)]
#[schema(as = FaqEntry)]
struct Entry<'e> {
    id: i64,
    question: &'e str,
    /// Plain text.
    answer: &'e str,
}

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
}

/// Frequent questions with their answers, oldest first, 100 at a time: the published public articles of the knowledge base
/// that are marked as FAQ, their content as plain text. Needs no credential. Articles belong to no project.
#[utoipa::path(get, path = "/v1/faq", tag = "customer", security(()), params(
    ("cursor" = Option<i64>, Query, minimum = 1, description = "from the Link header of the page before")),
    responses((status = 200, body = Good<Vec<Entry>>),
        (status = 304, description = "Unchanged since the ETag in If-None-Match.")))]
pub async fn list(RawQuery(query): RawQuery, ByAnyone(call): ByAnyone) -> Result<Response, Failure> {
    let answer = call.read(move |conn, _| {
        let asked = given::query::<Asked>(query.as_deref())?;
        let after = number("cursor", asked.cursor.as_deref(), 1..=i64::MAX)?;
        let entries = faq::list(conn, after, PAGE + 1)?;
        let page = entries.iter().take(PAGE.unsigned_abs() as usize);
        let shown: Vec<Entry<'_>> =
            page.map(|entry| Entry { id: entry.number, question: &entry.question, answer: &entry.answer }).collect();
        let last = shown.last().map(|entry| entry.id).filter(|_| entries.len() > shown.len());
        let answer = good(StatusCode::OK, shown)?;
        Ok(match last {
            Some(last) => answer.with_link(format!("</v1/faq?cursor={last}>; rel=\"next\"")),
            None => answer,
        })
    });
    Ok(revalidated(&call.headers, answer.await?))
}
