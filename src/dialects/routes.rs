//! Routes as they are registered: what answers, and who describes it once somebody asks.
//!
//! Only paths and methods are looked at when the program starts. The description of all operations takes longer than the
//! rest of a start, and more memory than a small instance needs, so handlers are asked for it when it is read.

use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, MethodRouter, Route};
use tower::{Layer, Service};
use utoipa::__dev::SchemaReferences;
use utoipa::openapi::path::Paths;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{ComponentsBuilder, HttpMethod, OpenApi, OpenApiBuilder, RefOr};

use crate::app::App;

/// What the handlers of a surface say of themselves.
#[derive(Default)]
struct Said {
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

fn say<P: utoipa::Path + SchemaReferences>(said: &mut Said) {
    said.paths.add_path_operation(P::path(), P::methods(), P::operation());
    P::schemas(&mut said.schemas);
}

/// One method of one path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `/api/tickets/{id}`.
    pub path: String,
    /// In capitals.
    pub method: &'static str,
}

/// What answers the methods of one path; `routes!` makes it.
#[derive(Default)]
pub struct OfPath {
    router: MethodRouter<App>,
    operations: Vec<Operation>,
    describe: Vec<fn(&mut Said)>,
}

impl OfPath {
    /// Adds a handler with what its annotation says of it.
    pub fn with<P, H, T>(mut self, handler: H) -> Self
    where
        P: utoipa::Path + SchemaReferences,
        H: Handler<T, App>,
        T: 'static,
    {
        for method in P::methods() {
            let (method, filter) = named(&method);
            self.router = self.router.on(filter, handler.clone());
            self.operations.push(Operation { path: P::path(), method });
        }
        self.describe.push(say::<P>);
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

/// Registers handlers of one path, each under the method that its annotation says: `routes!(tickets::list, tickets::create)`.
macro_rules! routes {
    ($($noun:ident :: $verb:ident),+ $(,)?) => {
        pastey::paste! {
            $crate::dialects::routes::OfPath::default()
                $(.with::<$noun::[<__path_ $verb>], _, _>($noun::$verb))+
        }
    };
}

pub(in crate::dialects) use routes;

/// Every route of a surface.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    operations: Vec<Operation>,
    describe: Vec<fn(&mut Said)>,
}

impl Routes {
    /// Adds one path.
    pub fn routes(mut self, of_path: OfPath) -> Self {
        if let Some(operation) = of_path.operations.first() {
            self.router = self.router.route(&operation.path, of_path.router);
        }
        self.operations.extend(of_path.operations);
        self.describe.extend(of_path.describe);
        self
    }

    /// Adds the routes of a part.
    pub fn merge(mut self, part: Self) -> Self {
        self.router = self.router.merge(part.router);
        self.operations.extend(part.operations);
        self.describe.extend(part.describe);
        self
    }

    /// Puts a layer around every route so far.
    pub fn layer<L>(mut self, layer: L) -> Self
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

    /// Every method of every path.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// What answers.
    pub fn into_router(self) -> Router<App> {
        self.router
    }

    /// What the handlers say of themselves.
    pub fn describe(&self) -> OpenApi {
        let mut said = Said::default();
        self.describe.iter().for_each(|describe| describe(&mut said));
        let components = ComponentsBuilder::new().schemas_from_iter(said.schemas).build();
        OpenApiBuilder::new().paths(said.paths).components(Some(components)).build()
    }
}
