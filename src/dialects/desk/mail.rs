//! `/api/mail/test`: whether mail works.

use serde::Serialize;
use utoipa::ToSchema;

use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::notify::{self, Outcome};

#[derive(Serialize, ToSchema)]
#[schema(as = MailTest)]
struct Tested {
    /// Whether the mail server took it.
    sent: bool,
    /// What happened, for people.
    message: String,
}

/// Send oneself a mail now, and hear what went wrong.
///
/// It does not wait in the outbox, and its failure is an answer.
#[utoipa::path(post, path = "/api/mail/test", tag = "desk", responses((status = 200, body = Tested), (status = 403)))]
pub async fn test(ByPerson(call): ByPerson) -> Answered {
    if let Some(answer) = call.replayed().await? {
        return Ok(answer);
    }
    let app = call.app().clone();
    let tested = match &app.mailer {
        None => {
            let message = "No mail server is named. Start Gatehouse with --smtp-url and --mail-from.".to_owned();
            Tested { sent: false, message }
        }
        Some(mailer) => {
            let sender = app.sender();
            let letter = call.read(move |conn, actor| notify::write_test(conn, actor, &sender)).await?;
            match mailer.send(&letter).await.outcome() {
                Outcome::Delivered => {
                    let message = format!("The mail server took a mail to {}. Look into that mailbox.", letter.to.1);
                    Tested { sent: true, message }
                }
                Outcome::Later(message) | Outcome::Never(message) => Tested { sent: false, message },
            }
        }
    };
    call.write(move |tx, actor, _| {
        notify::note_test(tx, actor)?;
        answer::ok(&tested)
    })
    .await
}
