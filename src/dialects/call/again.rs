//! Giving an answer again to whoever asks the same once more.

use std::future::Future;

use axum::http::{Method, Uri};

use super::{Call, WayIn};
use crate::access::session::Ticket;
use crate::base::clock::SECOND;
use crate::dialects::answer::{Answer, Answered};
use crate::dialects::cached::Cached;

/// Bytes of answers that are kept at most: some three hundred pages of tickets.
const KEPT: usize = 4 << 20;

/// What makes two requests the same question.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    session: Ticket,
    method: Method,
    uri: Uri,
}

/// The answers since the newest commit.
pub type Answers = Cached<Question, Answer>;

/// None yet.
pub fn answers() -> Answers {
    Cached::up_to(KEPT)
}

impl Call {
    /// The answer that this session has been given to the same question, as long as nothing was committed since, and for a
    /// second at most; otherwise the one that is made now. For what depends on who asks, on the address that was asked for
    /// and on the database, but on nothing else of the request.
    ///
    /// That the session has not ended need not be looked up again: if it has, something was committed. The second is for
    /// what the clock changes, and for commands that write to the database from outside.
    pub async fn again(&self, make: impl Future<Output = Answered>) -> Answered {
        let (Some(answers), WayIn::Session(session)) = (&self.answers, &self.way_in) else { return make.await };
        let question = Question { session: session.clone(), method: self.method.clone(), uri: self.uri.clone() };
        let (commits, now) = (self.app.store.commits(), self.app.clock.now());
        if let Some(answer) = answers.at(&question, commits, now) {
            return Ok(answer);
        }
        let answer = make.await?;
        answers.keep(question, commits, now..=now.plus(SECOND), &answer, answer.body.len());
        Ok(answer)
    }
}
