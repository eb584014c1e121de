//! Handlers as they are registered, with what answers them or with what describes them.
//!
//! A surface lists its handlers once, for whoever registers them: [`Routes`] takes what answers, [`Said`] what the annotations
//! say. A program that never asks for the second holds none of it; `serve` gives out the description that the tests have
//! compared with the handlers.

use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, Route, on};
use tower::{Layer, Service};
use utoipa::__dev::SchemaReferences;
use utoipa::openapi::path::Paths;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{ComponentsBuilder, HttpMethod, OpenApi, OpenApiBuilder, RefOr};

use crate::app::App;

/// Who is told of every handler of a surface.
pub trait Register: Default {
    /// Hears of a handler and of what its annotation says.
    fn handler<P, H, T>(self, handler: H) -> Self
    where
        P: utoipa::Path + SchemaReferences,
        H: Handler<T, App>,
        T: 'static;

    /// Hears of the handlers of one path, as `routes!` lists them.
    fn routes(self, listed: impl FnOnce(Self) -> Self) -> Self {
        listed(self)
    }

    /// Takes in the routes of a part.
    fn merge(self, part: Self) -> Self;

    /// Hears of a layer around every route so far.
    fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static;
}

/// Lists handlers of one path, each under the method that its annotation says: `routes!(tickets::list, tickets::create)`.
macro_rules! routes {
    ($($noun:ident :: $verb:ident),+ $(,)?) => {
        pastey::paste! {
            |register| register$(.handler::<$noun::[<__path_ $verb>], _, _>($noun::$verb))+
        }
    };
}

pub(in crate::dialects) use routes;

/// One method of one path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `/api/tickets/{id}`.
    pub path: String,
    /// In capitals.
    pub method: &'static str,
}

/// What answers a surface.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    operations: Vec<Operation>,
}

impl Routes {
    /// Every method of every path.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// What answers.
    pub fn into_router(self) -> Router<App> {
        self.router
    }
}

impl Register for Routes {
    fn handler<P, H, T>(mut self, handler: H) -> Self
    where
        P: utoipa::Path + SchemaReferences,
        H: Handler<T, App>,
        T: 'static,
    {
        for method in P::methods() {
            let (method, filter) = named(&method);
            self.router = self.router.route(&P::path(), on(filter, handler.clone()));
            self.operations.push(Operation { path: P::path(), method });
        }
        self
    }

    fn merge(mut self, part: Self) -> Self {
        self.router = self.router.merge(part.router);
        self.operations.extend(part.operations);
        self
    }

    fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.router = self.router.layer(layer);
        self
    }
}

fn named(method: &HttpMethod) -> (&'static str, MethodFilter) {
    match method {
        HttpMethod::Get => ("GET", MethodFilter::GET),
        HttpMethod::Post => ("POST", MethodFilter::POST),
        HttpMethod::Put => ("PUT", MethodFilter::PUT),
        HttpMethod::Patch => ("PATCH", MethodFilter::PATCH),
        HttpMethod::Delete => ("DELETE", MethodFilter::DELETE),
        HttpMethod::Options => ("OPTIONS", MethodFilter::OPTIONS),
        HttpMethod::Head => ("HEAD", MethodFilter::HEAD),
        HttpMethod::Trace => ("TRACE", MethodFilter::TRACE),
    }
}

/// What the handlers of a surface say of themselves.
#[derive(Default)]
pub struct Said {
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Said {
    /// All of it as one document.
    pub fn describe(self) -> OpenApi {
        let components = ComponentsBuilder::new().schemas_from_iter(self.schemas).build();
        OpenApiBuilder::new().paths(self.paths).components(Some(components)).build()
    }
}

impl Register for Said {
    fn handler<P, H, T>(mut self, _: H) -> Self
    where
        P: utoipa::Path + SchemaReferences,
        H: Handler<T, App>,
        T: 'static,
    {
        self.paths.add_path_operation(P::path(), P::methods(), P::operation());
        P::schemas(&mut self.schemas);
        self
    }

    fn merge(mut self, part: Self) -> Self {
        self.paths.merge(part.paths);
        self.schemas.extend(part.schemas);
        self
    }

    fn layer<L>(self, _: L) -> Self {
        self
    }
}
