//! Handlers as they are registered, with what answers them or with what describes them.
//!
//! A surface lists its handlers once, for whoever registers them: [`Routes`] takes what answers, [`Said`] what the annotations
//! say. A program that never asks for the second holds none of it; `serve` gives out the description that the tests have
//! compared with the handlers.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, MethodRouter, Route, on};
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
        P: utoipa::Path + SchemaReferences + 'static,
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
pub struct Operation {
    /// `/api/tickets/{id}`.
    pub path: String,
    /// In capitals.
    pub method: &'static str,
    /// Makes what answers it.
    pub make: Arc<dyn Fn() -> Router<App> + Send + Sync>,
}

/// What answers the methods that it is told.
type Answer = dyn Fn(MethodFilter) -> MethodRouter<App> + Send + Sync;

/// What answers a surface. Nothing of it is made yet: to make it runs code beside every handler there is, and what has run
/// once stays in memory.
#[derive(Default)]
pub struct Routes {
    operations: Vec<Operation>,
}

impl Routes {
    /// Every method of every path.
    pub fn into_operations(self) -> Vec<Operation> {
        self.operations
    }

    /// What is the same for every handler.
    fn add(&mut self, path: fn() -> String, methods: Vec<HttpMethod>, answer: Arc<Answer>) {
        for method in methods {
            let ((method, filter), answer) = (named(&method), answer.clone());
            let make = move || Router::new().route(&path(), answer(filter));
            self.operations.push(Operation { path: path(), method, make: Arc::new(make) });
        }
    }
}

impl Register for Routes {
    fn handler<P, H, T>(mut self, handler: H) -> Self
    where
        P: utoipa::Path + SchemaReferences + 'static,
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(P::path, P::methods(), Arc::new(move |filter| on(filter, handler.clone())));
        self
    }

    fn merge(mut self, part: Self) -> Self {
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
        for operation in &mut self.operations {
            let (make, layer) = (operation.make.clone(), layer.clone());
            operation.make = Arc::new(move || make().layer(layer.clone()));
        }
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
        P: utoipa::Path + SchemaReferences + 'static,
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
