//! Calling: one POST, to an address that was judged, without following where it is sent on.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, redirect};

use super::resolve::{addresses, why};
use super::{Guard, Target};
use crate::base::{Error, Result};

/// Longest that a call may take, from the name to the head of the answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Longest that connecting may take.
const CONNECT: Duration = Duration::from_secs(10);

/// What came of a call: a status, or why there is none, for people.
pub type Sent = std::result::Result<u16, String>;

/// The guard of the moment.
type Guarded = Arc<RwLock<Guard>>;

/// The way out. Cheap to clone.
#[derive(Clone)]
pub struct Caller {
    guard: Guarded,
    tls: Arc<OnceLock<Client>>,
    plain: Arc<OnceLock<Client>>,
}

impl Caller {
    /// A way out that begins with this guard.
    pub fn new(guard: Guard) -> Self {
        Self { guard: Arc::new(RwLock::new(guard)), tls: Arc::default(), plain: Arc::default() }
    }

    /// Made for the first call of its kind: it reads every certificate authority of the machine, which takes longer than the
    /// rest of a start, and many an instance calls nobody.
    fn client(&self, is_tls: bool) -> Result<&Client> {
        let made = if is_tls { &self.tls } else { &self.plain };
        if let Some(client) = made.get() {
            return Ok(client);
        }
        // An error means that it is installed already.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("gatehouse/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            // A proxy would resolve the name itself.
            .no_proxy()
            .referer(false)
            .timeout(PATIENCE)
            .connect_timeout(CONNECT)
            // A connection that is kept was judged by yesterday's guard.
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(Judged { guard: self.guard.clone(), is_tls }))
            .build()
            .map_err(Error::internal)?;
        Ok(made.get_or_init(|| client))
    }

    /// Judges by this guard from now on.
    pub fn watch_by(&self, guard: Guard) {
        *self.guard.write().unwrap_or_else(PoisonError::into_inner) = guard;
    }

    /// Posts JSON with these headers. What is answered is not read: only its status counts.
    pub async fn post(&self, target: &Target, headers: &[(&'static str, String)], body: String) -> Sent {
        // Addresses are connected to without asking the resolver.
        if let Some(address) = target.address() {
            let guard = self.guard.read().unwrap_or_else(PoisonError::into_inner);
            guard.judge(address, target.is_tls()).map_err(|refusal| why(refusal).to_owned())?;
        }
        let client = self.client(target.is_tls()).map_err(|error| {
            tracing::error!(%error, "calling out is not possible");
            "This server cannot call out: its log says why.".to_owned()
        })?;
        let mut request = client.post(target.as_str()).header("content-type", "application/json").body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.send().await.map(|answer| answer.status().as_u16()).map_err(|error| explained(&error))
    }
}

/// A failure in words that hold nothing of what was sent or answered.
fn explained(error: &reqwest::Error) -> String {
    let refused = std::iter::successors(std::error::Error::source(error), |error| error.source())
        .find_map(|error| error.downcast_ref::<Refused>());
    let text = match refused {
        Some(Refused(text)) => text,
        None if error.is_timeout() => "It did not answer within 15 seconds.",
        None if error.is_connect() => "No connection could be made, or its certificate does not hold.",
        None => "The connection broke off, or the answer was no HTTP.",
    };
    text.to_owned()
}

/// Gives out only addresses that may be called: so what is connected to is what was judged.
struct Judged {
    guard: Guarded,
    is_tls: bool,
}

#[derive(Debug)]
struct Refused(&'static str);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Refused {}

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, is_tls) = (self.guard.clone(), self.is_tls);
        Box::pin(async move {
            let found = addresses(name.as_str(), 0).await;
            let guard = guard.read().unwrap_or_else(PoisonError::into_inner).clone();
            let mut refusal = "No address is known for this host.";
            let mut good = Vec::new();
            for address in found {
                match guard.judge(address.ip(), is_tls) {
                    Ok(()) => good.push(address),
                    Err(refused) => refusal = why(refused),
                }
            }
            if good.is_empty() {
                return Err(Refused(refusal).into());
            }
            let good: Addrs = Box::new(good.into_iter());
            Ok(good)
        })
    }
}
