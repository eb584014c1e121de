//! Giving an answer again to whoever asks the same once more, before anything else is done for them.

use std::fmt;
use std::future::Future;

use axum::body::Body;
use axum::http::{Method, Request, Uri};

use super::{Call, WayIn};
use crate::app::App;
use crate::base::clock::SECOND;
use crate::dialects::answer::{Answer, Answered};
use crate::dialects::cached::Cached;
use crate::dialects::credential::Credential;

/// Bytes of answers that are kept at most: some three hundred pages of tickets.
const KEPT: usize = 4 << 20;
/// Bytes that one takes beside its body, about: its question, and where it is found.
const BESIDE: usize = 1 << 10;

/// What makes two requests the same question. The token is part of it, so nobody is let in by it who was not let in before.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Question {
    token: String,
    uri: Uri,
}

/// The answers since the newest commit.
pub type Answers = Cached<Question, Answer>;

/// None yet.
pub fn answers() -> Answers {
    Cached::up_to(KEPT)
}

/// What somebody with a session asked for, and where answers are kept.
#[derive(Clone)]
pub struct Asked {
    question: Question,
    answers: Answers,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asked")
    }
}

impl Asked {
    /// None for a request that changes something, or that no session vouches for.
    pub fn of(request: &Request<Body>, answers: &Answers) -> Option<Self> {
        if request.method() != Method::GET {
            return None;
        }
        let (Credential::Session(token) | Credential::Cookie(token)) = Credential::of(request.headers()) else {
            return None;
        };
        Some(Self { question: Question { token, uri: request.uri().clone() }, answers: answers.clone() })
    }

    /// The answer that was given to the same question, if [`Call::again`] kept it and it still holds.
    pub fn answered(&self, app: &App) -> Option<Answer> {
        self.answers.at(&self.question, app.store.commits(), app.clock.now())
    }
}

impl Call {
    /// Makes an answer that whoever asks the same with the same token is given again, as long as nothing was committed since,
    /// and for a second at most. For what depends on who asks, on the address that was asked for and on the database, but on
    /// nothing else of the request.
    ///
    /// That the session has not ended need not be looked up again: its token runs out at a known time, and if anything else
    /// ended it, something was committed. The second is for what the clock changes, and for commands that write to the
    /// database from outside.
    pub async fn again(&self, make: impl Future<Output = Answered>) -> Answered {
        let (Some(asked), WayIn::Session(session)) = (&self.asked, &self.way_in) else { return make.await };
        let (commits, now) = (self.app.store.commits(), self.app.clock.now());
        let answer = make.await?;
        let holds = now..=now.plus(SECOND).min(session.last_moment());
        asked.answers.keep(asked.question.clone(), commits, holds, &answer, answer.body.len() + BESIDE);
        Ok(answer)
    }
}
