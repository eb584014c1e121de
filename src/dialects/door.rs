//! The door: which dialect answers, chosen by path, method and the shape of the credential.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tower::{Service, ServiceExt};

use super::call::{self, Answers, Asked};
use super::credential::Credential;
use super::limit::Spent;
use super::routes::{Operation, Routes};
use crate::app::App;
use crate::base::{Error, Result};

/// The surfaces that stand behind the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Document 000.
    Customer,
    /// Document 001.
    Desk,
    /// Document 001, where other projects' back ends come in.
    External,
    /// Document 002.
    Fleet,
    /// Document 003.
    Developer,
    /// RFC 6749, where document 003 lets applications in.
    OAuth,
    /// Document 004.
    Helpdesk,
}

/// What answers each method of a path, for each dialect that documents it.
type Entry = BTreeMap<&'static str, Vec<Room>>;

/// What answers an operation in one dialect, made when it is first asked for.
struct Room {
    dialect: Dialect,
    operation: Operation,
    router: OnceLock<Router>,
}

/// Finds the dialect of a request and hands it over; answers 404 and 405 itself, and again what was answered before.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    table: matchit::Router<Entry>,
    app: App,
    answers: Answers,
}

/// Which of the dialects that document an operation answers: machines' keys get the integrators' surfaces, everything
/// else the people's. The shape grants nothing.
pub fn choose(claims: &[Dialect], credential: &Credential) -> Option<Dialect> {
    let by_machine = matches!(credential, Credential::ApiKey(_) | Credential::OAuth(_));
    let for_people = |dialect: &&Dialect| match dialect {
        Dialect::Customer | Dialect::Desk => !by_machine,
        Dialect::Developer | Dialect::Helpdesk => by_machine,
        Dialect::External | Dialect::Fleet | Dialect::OAuth => true,
    };
    claims.iter().find(for_people).or(claims.first()).copied()
}

impl Door {
    /// Builds the table from what each dialect documents.
    pub fn build(app: &App, dialects: impl IntoIterator<Item = (Dialect, Routes)>) -> Result<Self> {
        let mut entries = BTreeMap::<String, Entry>::new();
        for (dialect, routes) in dialects {
            for operation in routes.into_operations() {
                let entry = entries.entry(operation.path.clone()).or_default();
                let rooms = entry.entry(operation.method).or_default();
                rooms.push(Room { dialect, operation, router: OnceLock::new() });
            }
        }
        let mut table = matchit::Router::new();
        for (path, entry) in entries {
            table.insert(path, entry).map_err(Error::internal)?;
        }
        Ok(Self(Arc::new(Inner { table, app: app.clone(), answers: call::answers() })))
    }

    /// Whether there is an operation at this path.
    pub fn knows(&self, path: &str) -> bool {
        self.0.table.at(path).is_ok()
    }

    fn room(&self, request: &Request<Body>) -> std::result::Result<Router, Box<Response>> {
        let path = request.uri().path();
        let Ok(found) = self.0.table.at(path) else {
            return Err(refuse(path, StatusCode::NOT_FOUND, "Not found.").into());
        };
        let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        let Some(rooms) = found.value.get(method.as_str()) else {
            let mut response = refuse(path, StatusCode::METHOD_NOT_ALLOWED, "This method is not allowed here.");
            let allowed: Vec<&str> = found.value.keys().copied().collect();
            if let Ok(value) = HeaderValue::from_str(&allowed.join(", ")) {
                response.headers_mut().insert(header::ALLOW, value);
            }
            return Err(response.into());
        };
        // Most operations stand in one document, whatever the credential.
        let room = match &rooms[..] {
            [only] => Some(only),
            _ => {
                let dialects: Vec<Dialect> = rooms.iter().map(|room| room.dialect).collect();
                let chosen = choose(&dialects, &Credential::of(request.headers()));
                rooms.iter().find(|room| Some(room.dialect) == chosen)
            }
        };
        let room = room.ok_or_else(|| refuse(path, StatusCode::NOT_FOUND, "Not found."))?;
        Ok(room.router.get_or_init(|| (room.operation.make)().with_state(self.0.app.clone())).clone())
    }
}

fn refuse(path: &str, status: StatusCode, message: &str) -> Response {
    let body = if path.starts_with("/v1") {
        let code = if status == StatusCode::NOT_FOUND { "NOT_FOUND" } else { "METHOD_NOT_ALLOWED" };
        json!({"success": false, "message": message, "error": {"code": code, "message": message, "details": {}}})
    } else {
        json!({"error": message})
    };
    (status, axum::Json(body)).into_response()
}

impl Service<Request<Body>> for Door {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let asked = Asked::of(&request, &self.0.answers);
        if let Some(answer) = asked.as_ref().and_then(|asked| asked.answered(&self.0.app)) {
            return Box::pin(ready(Ok(answer.into_response())));
        }
        let room = self.room(&request);
        let spent = Spent::default();
        request.extensions_mut().insert(spent.clone());
        if let Some(asked) = asked {
            request.extensions_mut().insert(asked);
        }
        Box::pin(async move {
            let mut response = match room {
                Ok(router) => router.oneshot(request).await?,
                Err(response) => *response,
            };
            spent.tell(&mut response);
            Ok(response)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_of_the_credential_alone_chooses() {
        let key = Credential::ApiKey("hd_x".into());
        let session = Credential::Session("a.b.c".into());
        assert_eq!(choose(&[Dialect::Desk], &session), Some(Dialect::Desk));
        assert_eq!(choose(&[Dialect::Desk], &key), Some(Dialect::Desk));
        assert_eq!(choose(&[Dialect::Fleet], &key), Some(Dialect::Fleet));
        assert_eq!(choose(&[Dialect::Desk, Dialect::Helpdesk], &key), Some(Dialect::Helpdesk));
        assert_eq!(choose(&[Dialect::Desk, Dialect::Helpdesk], &Credential::None), Some(Dialect::Desk));
        assert_eq!(choose(&[Dialect::Helpdesk], &session), Some(Dialect::Helpdesk));
        let token = Credential::OAuth("oa_x".into());
        let under_v1 = [Dialect::Customer, Dialect::Developer];
        for (credential, expected) in [
            (&key, Dialect::Developer),
            (&token, Dialect::Developer),
            (&session, Dialect::Customer),
            (&Credential::None, Dialect::Customer),
            (&Credential::Agent("ag_x".into()), Dialect::Customer),
            (&Credential::Unreadable, Dialect::Customer),
        ] {
            assert_eq!(choose(&under_v1, credential), Some(expected));
        }
        assert_eq!(choose(&[Dialect::Developer], &session), Some(Dialect::Developer));
        assert_eq!(choose(&[], &session), None);
    }
}
