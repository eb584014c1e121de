//! What a request does in its transaction: it reads, or it changes something once.

use std::sync::{Arc, OnceLock};

use axum::http::Method;
use sha2::{Digest, Sha256};

use super::{Body, Call};
use crate::access::kept::{self, Once};
use crate::app::App;
use crate::base::{Actor, Error, Kind, Result, Scope, Who};
use crate::dialects::answer::{Answer, Failure};
use crate::store::{Conn, Tx, Written};

/// What a handler reads.
type Look<T> = Box<dyn FnOnce(&Conn<'_>, &Actor) -> Result<T> + Send>;

/// What a handler changes.
type Change = Box<dyn FnMut(&Tx<'_>, &Actor, &Body) -> Result<Answer> + Send>;

impl Call {
    /// Reads in one transaction, as whoever the credential belongs to at this moment.
    pub async fn read<T, F>(&self, read: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>, &Actor) -> Result<T> + Send + 'static,
    {
        self.look(Box::new(read)).await
    }

    /// [`Call::read`], compiled once for all handlers that answer the same.
    async fn look<T: Send + 'static>(&self, read: Look<T>) -> std::result::Result<T, Failure> {
        let find = self.find();
        Ok(self.app.store.read(move |conn| read(conn, &find(conn)?)).await?)
    }

    /// [`Call::read`] for what takes long.
    pub async fn read_slowly<T, F>(&self, read: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>, &Actor) -> Result<T> + Send + 'static,
    {
        let find = self.find();
        Ok(self.app.store.read_slowly(move |conn| read(conn, &find(conn)?)).await?)
    }

    /// [`Call::read`] for what looks for words.
    pub async fn search<T, F>(&self, read: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: Fn(&Conn<'_>, &Actor) -> Result<T> + Clone + Send + 'static,
    {
        let find = self.find();
        Ok(self.app.store.search(move |conn| read(conn, &find(conn)?)).await?)
    }

    /// One of several transactions of a request. No idempotency key is looked at: the request begins with
    /// [`Call::replayed`], ends with [`Call::write`], and what lies between can be done again.
    pub async fn write_part<T, F>(&self, mut write: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
    {
        let find = self.find();
        Ok(self.app.store.write(move |tx| write(tx, &find(tx)?)).await?)
    }

    /// The answer that this request got before, under the same idempotency key.
    pub async fn replayed(&self) -> std::result::Result<Option<Answer>, Failure> {
        let call = self.clone();
        self.read(move |conn, actor| {
            let Some(once) = call.once(actor) else { return Ok(None) };
            kept::find(conn, &once)?.map(|kept| Answer::from_kept(&kept)).transpose()
        })
        .await
    }

    /// Changes something in one transaction; a retry of a POST under the same idempotency key has no second effect.
    pub async fn write<F>(self, write: F) -> std::result::Result<Answer, Failure>
    where
        F: FnMut(&Tx<'_>, &Actor, &Body) -> Result<Answer> + Send + 'static,
    {
        self.change(Box::new(write)).await
    }

    /// [`Call::write`], compiled once for all handlers.
    async fn change(self, mut write: Change) -> std::result::Result<Answer, Failure> {
        let (app, find, goes_through) = (self.app.clone(), self.find(), self.goes_through);
        let written = self.body.written.clone();
        let change = move |tx: &Tx<'_>| {
            let actor = find(tx)?;
            let Some(once) = self.once(&actor) else { return write(tx, &actor, &self.body) };
            if let Some(kept) = kept::find(tx, &once)? {
                return Answer::from_kept(&kept);
            }
            let answer = write(tx, &actor, &self.body)?;
            if !answer.status.is_success() {
                return Ok(answer);
            }
            let kept = answer.to_kept();
            kept::keep(tx, &once, (!answer.secret).then_some(kept.as_slice()))?;
            Ok(answer)
        };
        if written.is_empty() {
            let done = match goes_through {
                true => app.store.write_even_when_full(change).await,
                false => app.store.write(change).await,
            };
            return Ok(done?);
        }
        // A task of its own: a caller who goes away must not leave files behind that no row will ever name.
        let whole = tokio::spawn(async move { with_files(&app, written, change).await });
        Ok(whole.await.map_err(Error::internal)??)
    }

    /// Finds whoever asks, and whether they were given what it takes.
    fn find(&self) -> impl Fn(&Conn<'_>) -> Result<Actor> + Clone + Send + 'static {
        let (way_in, ip, need, app) = (self.way_in.clone(), self.ip, self.need.clone(), self.app.clone());
        // A request counts once, although it may run twice in the writer's batch.
        let (is_hourly, spent, counted) = (self.is_hourly, self.spent.clone(), Arc::new(OnceLock::<Result<()>>::new()));
        move |conn| {
            let actor = way_in.actor(conn, ip, &app.store)?;
            if let Some(grant) = actor.grant.as_ref().filter(|_| is_hourly) {
                let take = || spent.note(app.hours.take(&grant.uuid, grant.hourly, conn.now()));
                counted.get_or_init(take).clone()?;
            }
            let has = |scope: &Scope| actor.must_have(*scope).is_ok();
            if let Some(scope) = need.first()
                && !need.iter().any(has)
            {
                actor.must_have(*scope)?;
            }
            let is_fleet = need.iter().any(|scope| matches!(scope, Scope::FleetRead | Scope::FleetWrite));
            if is_fleet && actor.within().is_some() {
                let why = "Servers and devices belong to no project, and this key sees one project alone.";
                return Err(Error::new(Kind::Forbidden, why));
            }
            Ok(actor)
        }
    }

    /// Who an idempotency key belongs to.
    pub(in crate::dialects) fn caller(actor: &Actor) -> String {
        match (&actor.who, &actor.grant) {
            (_, Some(grant)) => format!("grant {}", grant.uuid),
            (Who::Person { user, .. }, None) => format!("user {user}"),
            (Who::Server { number, .. }, None) => format!("server {number}"),
            (Who::KeyPair { pair, .. }, None) => format!("pair {pair}"),
            (Who::Nobody | Who::System, None) => {
                format!("address {}", actor.ip.map(|ip| ip.to_string()).unwrap_or_default())
            }
        }
    }

    fn once(&self, actor: &Actor) -> Option<Once> {
        let key = self.key.clone().filter(|_| self.method == Method::POST)?;
        let mut hash = Sha256::new();
        hash.update(format!("{} {}", self.method, self.uri.path()));
        hash.update([0]);
        self.body.hash(&mut hash);
        Some(Once { caller: Self::caller(actor), key, request: hash.finalize().into() })
    }
}

/// Keeps files and writes what names them; when that fails, files that nothing else names go away again.
async fn with_files<F>(app: &App, written: Arc<Vec<Written>>, mut change: F) -> Result<Answer>
where
    F: FnMut(&Tx<'_>) -> Result<Answer> + Send + 'static,
{
    let hashes = written.iter().map(|file| file.hash).collect();
    let done = match app.files.keep(written).await {
        Ok(kept) => {
            // The closure holds the files until the batch has committed, even if nobody waits for it any more.
            let change = move |tx: &Tx<'_>| {
                let _held = &kept;
                change(tx)
            };
            app.store.write(change).await
        }
        Err(error) => Err(error),
    };
    if done.is_err()
        && let Err(error) = app.discard(hashes).await
    {
        tracing::warn!(%error, "files that nothing names stay behind until they are swept away");
    }
    done
}
