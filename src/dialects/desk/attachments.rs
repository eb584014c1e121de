//! `/api/attachments`: the files of messages.

use axum::extract::Path;
use axum::response::Response;

use crate::base::Scope;
use crate::dialects::answer::Failure;
use crate::dialects::attachments;
use crate::dialects::call::ByReader;

/// The bytes of a file, for whoever may see the message that carries it: also for API keys and key pairs.
///
/// A mail that became a message is handed out whole to staff, as `message/rfc822`. Everything is always sent to be saved: `Content-Disposition: attachment`, and nothing that a browser would run or guess at.
#[utoipa::path(get, path = "/api/attachments/{id}", tag = "desk", params(("id" = i64, Path)),
    security(("session" = []), ("program" = ["tickets:read"]), ("pair" = [])),
    responses((status = 200, content((String = "application/octet-stream"), (String = "image/png"),
        (String = "image/jpeg"), (String = "image/webp"), (String = "message/rfc822")))))]
pub async fn download(Path(id): Path<String>, ByReader(call): ByReader) -> Result<Response, Failure> {
    attachments::download(&call.needing(Scope::TicketsRead), id).await
}
