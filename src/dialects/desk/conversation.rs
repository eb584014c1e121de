//! What happens to a ticket: messages, status, assignment, rating, watching.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::tickets::{One, show_it};
use super::view::{AnyStatus, MessageView, RatingView, parse_status};
use crate::base::check::{line, required, required_block};
use crate::base::{Actor, Check, Error, Result};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::form::Shape;
use crate::dialects::given::{self, given};
use crate::dialects::upload::BySender;
use crate::store::Conn;
use crate::ticket::{self, Rating};

#[derive(Deserialize, ToSchema)]
#[schema(as = NewMessage)]
struct Text {
    /// At most 64 KiB.
    #[schema(value_type = String)]
    body: Option<String>,
    /// `reply` (default), or `note` for staff alone.
    r#type: Option<String>,
}

/// The same as a form, with up to ten files of up to 10 MiB.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewMessageForm)]
#[allow(dead_code, reason = "a form is read as if it were JSON: this describes it")]
struct TextForm {
    #[serde(flatten)]
    fields: Text,
    #[serde(rename = "attachments[]")]
    #[schema(value_type = Option<Vec<String>>, format = Binary, max_items = 10)]
    attachments: Option<Vec<String>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AddedMessage)]
struct Added<'m> {
    message: MessageView<'m>,
}

/// Reply, or add an internal note, with JSON or a form with files.
#[utoipa::path(post, path = "/api/tickets/{id}/messages", tag = "desk", params(("id" = i64, Path)),
    request_body(content((Text = "application/json"), (TextForm = "multipart/form-data"))),
    responses((status = 201, body = Added), (status = 409, description = "The ticket is closed."), (status = 429)))]
pub async fn message(Path(id): Path<String>, BySender(upload): BySender) -> Answered {
    let looked = id.clone();
    let may = move |conn: &Conn<'_>, actor: &Actor| ticket::find_live(conn, actor, given::id(&looked)?).map(drop);
    let call = upload.receive(&Shape::TEXT, may).await?;
    let quota = call.app().settings.attachment_quota();
    call.write(move |tx, actor, body| {
        let ticket = ticket::find_live(tx, actor, given::id(&id)?)?;
        let given = body.read::<Text>()?;
        let mut check = Check::default();
        let is_note = check.take(match given.r#type.as_deref() {
            None | Some("" | "reply") => Ok(false),
            Some("note") => actor.must_be_staff().map(|()| true),
            Some(_) => Err(Error::field("type", "The type must be reply or note.")),
        });
        let text = check.take(required_block("body", given.body.as_deref()));
        let (is_note, text) = (check.need(is_note)?, check.need(text)?);
        let add = if is_note { ticket::note } else { ticket::reply };
        let (ticket, added) = add(tx, actor, &ticket, &text)?;
        ticket::attach(tx, actor, &ticket, added, body.files(), quota)?;
        let messages = ticket::messages(tx, actor, &ticket)?;
        let message = messages.iter().find(|message| message.id == added).ok_or_else(Error::not_found)?;
        answer::created(&Added { message: message.into() })
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = StatusChange)]
struct Moved {
    #[schema(value_type = AnyStatus)]
    status: Option<String>,
}

/// Move a ticket through its life. Customers may close their own, and reopen what is resolved or closed.
#[utoipa::path(post, path = "/api/tickets/{id}/status", tag = "desk", params(("id" = i64, Path)),
    request_body = Moved, responses((status = 200, body = One)))]
pub async fn status(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        let ticket = ticket::find_live(tx, actor, given::id(&id)?)?;
        let text = body.read::<Moved>()?.status.filter(|text| !text.is_empty());
        let to = parse_status(&required("status", text)?)?;
        let ticket = ticket::set_status(tx, actor, &ticket, to)?;
        show_it(tx, actor, &ticket)
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = Assignee)]
struct Assigned {
    /// Null for nobody.
    #[serde(default, deserialize_with = "given")]
    #[schema(required = true)]
    user_id: Option<Option<i64>>,
}

/// Assign a ticket to somebody, or with null to nobody.
#[utoipa::path(post, path = "/api/tickets/{id}/assign", tag = "desk", params(("id" = i64, Path)),
    request_body = Assigned, responses((status = 200, body = One)))]
pub async fn assign(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        let ticket = ticket::find_live(tx, actor, given::id(&id)?)?;
        actor.must_be_staff()?;
        let missing = || Error::field("user_id", "Send a user's id, or null to unassign.");
        let to = body.read::<Assigned>()?.user_id.ok_or_else(missing)?;
        let ticket = ticket::assign(tx, actor, &ticket, to)?;
        show_it(tx, actor, &ticket)
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = NewRating)]
struct Rated {
    #[schema(value_type = i64, minimum = 1, maximum = 5)]
    score: Option<i64>,
    #[schema(max_length = 2000)]
    comment: Option<String>,
}

impl Rated {
    fn into_rating(self) -> Result<Rating> {
        let mut check = Check::default();
        let in_range = |score: &i64| (1..=5).contains(score);
        let wrong = || Error::field("score", "The score must be a whole number from 1 to 5.");
        let score = check.take(self.score.filter(in_range).ok_or_else(wrong));
        let comment = check.take(line("comment", self.comment.as_deref().map(one_line).as_deref(), 2_000)).flatten();
        Ok(Rating { score: check.need(score)?, comment })
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[derive(Serialize, ToSchema)]
#[schema(as = Rated)]
struct RatedView<'r> {
    rating: RatingView<'r>,
}

/// Rate a resolved or closed ticket: its creator, once.
#[utoipa::path(post, path = "/api/tickets/{id}/rate", tag = "desk", params(("id" = i64, Path)),
    request_body = Rated, responses((status = 200, body = RatedView),
        (status = 409, description = "It was rated already, or is neither resolved nor closed.")))]
pub async fn rate(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        let ticket = ticket::find_live(tx, actor, given::id(&id)?)?;
        ticket.must_be_creator(actor)?;
        let rating = body.read::<Rated>()?.into_rating()?;
        ticket::rate(tx, actor, &ticket, &rating)?;
        answer::ok(&RatedView { rating: (&rating).into() })
    })
    .await
}

#[derive(Serialize, ToSchema)]
struct Watching {
    watching: bool,
}

/// Hear of what happens to a ticket.
#[utoipa::path(post, path = "/api/tickets/{id}/watch", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = Watching)))]
pub async fn watch(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        let ticket = ticket::find_live(tx, actor, given::id(&id)?)?;
        ticket::watch(tx, actor, &ticket)?;
        answer::ok(&Watching { watching: true })
    })
    .await
}

/// No longer hear of it.
#[utoipa::path(delete, path = "/api/tickets/{id}/watch", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = Watching)))]
pub async fn unwatch(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        let ticket = ticket::find_live(tx, actor, given::id(&id)?)?;
        ticket::unwatch(tx, actor, &ticket)?;
        answer::ok(&Watching { watching: false })
    })
    .await
}
