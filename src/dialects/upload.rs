//! A call that may bring files: nothing of them is taken before it is known who sends them, and that they may.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};

use super::answer::Failure;
use super::call::{Call, WayIn};
use super::form::{Form, LARGEST, Shape, Stop, too_large};
use crate::app::App;
use crate::base::{Actor, Error, Kind, Result};
use crate::store::Conn;
use crate::ticket;

/// Longest wait for one's turn.
const QUEUE: Duration = Duration::from_secs(30);
/// Longest that the rest of a refused form is thrown away, so that its sender reads the answer.
const DRAIN: Duration = Duration::from_secs(5);

/// A call by somebody who has signed in, with JSON or a form with files.
pub struct BySender(pub Upload);

/// A call whose body, where it is a form, still waits to be taken.
pub struct Upload {
    call: Call,
    form: Option<Form>,
}

impl FromRequest<App> for BySender {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Failure> {
        let way_in = WayIn::of_person(&request, app)?;
        let Some(boundary) = boundary(request.headers())? else {
            let call = Call::receive(request, app, way_in).await?;
            return Ok(Self(Upload { call, form: None }));
        };
        let (parts, body) = request.into_parts();
        let call = Call::begin(parts, app, way_in)?;
        Ok(Self(Upload { call, form: Some(Form::new(body, boundary)) }))
    }
}

/// What lies between the parts of a form; `None` for another kind of body.
fn boundary(headers: &HeaderMap) -> Result<Option<String>> {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = text.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("multipart/form-data") {
        return Ok(None);
    }
    // RFC 2046 allows 70 characters.
    let boundary = multer::parse_boundary(text).ok().filter(|boundary| (1..=70).contains(&boundary.len()));
    let wrong = "The form has no boundary, or one of more than 70 characters.";
    boundary.map(Some).ok_or_else(|| Error::new(Kind::Malformed, wrong))
}

impl Upload {
    /// The call with all that was sent. Of a form nothing is read before `may` lets whoever sends it, and its files are
    /// on disk afterwards; at most four forms of a user are taken at once.
    pub async fn receive<F>(self, shape: &Shape, may: F) -> std::result::Result<Call, Failure>
    where
        F: FnOnce(&Conn<'_>, &Actor) -> Result<()> + Send + 'static,
    {
        let Self { mut call, form } = self;
        let Some(form) = form else { return Ok(call) };
        let (app, quota) = (call.app().clone(), call.app().settings.attachment_quota());
        let known = call.read(move |conn, actor| {
            may(conn, actor)?;
            Ok((actor.user().ok_or_else(Error::unauthenticated)?, ticket::must_fit(conn, actor, 0, quota)?))
        });
        let (user, left) = known.await?;
        let length =
            call.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|length| length > LARGEST) {
            return Err(too_large().into());
        }
        let busy = || Error::new(Kind::TooMany { retry_after: 5 }, "You are sending too many files at once.");
        let turn = tokio::time::timeout(QUEUE, app.uploads.wait(user)).await.map_err(|_| busy())??;
        call.patience.grant();
        match form.take(&app.files, shape, left).await {
            Ok(body) => {
                call.body = body;
                call.turn = Some(turn.into());
                Ok(call)
            }
            Err(stop) => {
                // It came to its end, its sender left, or the time is up: the answer is the same.
                let _rest = tokio::time::timeout(DRAIN, form.drain()).await;
                Err(refusal(&call, stop, quota).await)
            }
        }
    }
}

async fn refusal(call: &Call, stop: Stop, quota: u64) -> Failure {
    match stop {
        Stop::Wrong(error) => error.into(),
        Stop::TooMuch(bytes) => {
            let checked = call.read(move |conn, actor| ticket::must_fit(conn, actor, bytes, quota)).await;
            // Some of yesterday's files may have stopped to count meanwhile.
            let again = || Error::new(Kind::TooMany { retry_after: 1 }, "Try again now.");
            checked.map_or_else(|failure| failure, |_| again().into())
        }
    }
}
