//! Who may call a handler at all: each kind of caller is a kind of argument.

use axum::extract::{FromRequest, Request};

use super::{Call, WayIn};
use crate::app::App;
use crate::dialects::answer::Failure;
use crate::dialects::credential::Credential;

/// A call by somebody who has signed in.
pub struct ByPerson(pub Call);
/// A call by somebody whose session may have expired, yet can be traded for a new one.
pub struct ByHolder(pub Call);
/// A call by somebody who has signed in, or by a program that acts for somebody.
pub struct ByUser(pub Call);
/// A call by somebody who has signed in, or by an API key of an admin: for the fleet, which applications do not reach.
pub struct ByOperator(pub Call);
/// A call by anybody who may see tickets: somebody who has signed in, a program that acts for somebody, another project's
/// back end.
pub struct ByReader(pub Call);
/// A call by a program that acts for somebody.
pub struct ByProgram(pub Call);
/// A call by an agent.
pub struct ByAgent(pub Call);
/// A call by another project's back end.
pub struct ByPair(pub Call);
/// A call that needs no credential.
pub struct ByAnyone(pub Call);
/// A call by somebody who may have signed in: pages that send strangers to sign in first.
pub struct ByVisitor(pub Call);

type Received<T> = std::result::Result<T, Failure>;

impl FromRequest<App> for ByPerson {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Received<Self> {
        let way_in = WayIn::of_person(&request, app)?;
        Call::receive(request, app, way_in).await.map(Self)
    }
}

impl FromRequest<App> for ByHolder {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Received<Self> {
        let way_in = WayIn::of_holder(&request, app)?;
        Call::receive(request, app, way_in).await.map(Self)
    }
}

impl FromRequest<App> for ByUser {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Received<Self> {
        let way_in = WayIn::of_user(&request, app)?;
        Call::receive(request, app, way_in).await.map(Self)
    }
}

impl FromRequest<App> for ByOperator {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Received<Self> {
        let way_in = match Credential::of(request.headers()) {
            Credential::ApiKey(key) => WayIn::ApiKey(key),
            _ => WayIn::of_person(&request, app)?,
        };
        Call::receive(request, app, way_in).await.map(Self)
    }
}

impl FromRequest<App> for ByReader {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Received<Self> {
        let way_in = match Credential::of(request.headers()) {
            Credential::KeyPair(..) => WayIn::of_pair(&request)?,
            _ => WayIn::of_user(&request, app)?,
        };
        Call::receive(request, app, way_in).await.map(Self)
    }
}

impl FromRequest<App> for ByProgram {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Received<Self> {
        let way_in = WayIn::of_program(&request)?;
        Call::receive(request, app, way_in).await.map(Self)
    }
}

impl FromRequest<App> for ByAgent {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Received<Self> {
        let way_in = WayIn::of_agent(&request)?;
        Call::receive(request, app, way_in).await.map(Self)
    }
}

impl FromRequest<App> for ByPair {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Received<Self> {
        let way_in = WayIn::of_pair(&request)?;
        Call::receive(request, app, way_in).await.map(Self)
    }
}

impl FromRequest<App> for ByVisitor {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Received<Self> {
        let way_in = WayIn::of_visitor(&request, app)?;
        Call::receive(request, app, way_in).await.map(Self)
    }
}

impl FromRequest<App> for ByAnyone {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Received<Self> {
        Call::receive(request, app, WayIn::Open).await.map(Self)
    }
}
