//! Answering a query: follow, check, read.

use guildhall_authz::{Snapshot, Subject};
use guildhall_model::{OrganizationId, Timestamp};
use guildhall_store::{ScopeId, Scoped, StoreError, Tx, relationship};

use super::asked::Asked;
use crate::{Actor, App, Call, Error, Never, Query, RevisionToken, Settings, Stop};

pub(crate) async fn read<Q: Query>(
    app: &App,
    call: &Call,
    query: Q,
) -> Result<Q::Output, Error<Q::Refusal>> {
    if !app.database().blocks() {
        return answer(app, call, query).await;
    }
    let (app, call) = (app.clone(), call.clone());
    let runtime = tokio::runtime::Handle::current();
    let work = move || runtime.block_on(answer(&app, &call, query));
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

async fn answer<Q: Query>(
    app: &App,
    call: &Call,
    query: Q,
) -> Result<Q::Output, Error<Q::Refusal>> {
    let target = query.target();
    let asked = Asked::of(Q::NAME, Q::PERMISSION, &target);
    let sight = Sight::open(app, call, asked).await.map_err(Error::widen)?;
    let mut viewing = Viewing::<Q> { sight, target };
    let ended = query.run(&mut viewing).await;
    // Nothing was written; a failing end discards the connection.
    drop(viewing.sight.tx.commit().await);
    ended.map_err(|stop| stop.answer(Q::NAME))
}

/// A query that is permitted: one state of the data, whatever the query's types are.
struct Sight<'t> {
    app: &'t App,
    call: &'t Call,
    tx: Tx,
    snapshot: Snapshot,
    asked: Asked,
    now: Timestamp,
}

impl<'t> Sight<'t> {
    async fn open(app: &'t App, call: &'t Call, asked: Asked) -> Result<Self, Error<Never>> {
        let following = Self::follow(app, call, &asked.scope).await;
        let (tx, snapshot) = following.map_err(|error| Stop::from(error).answer(asked.name))?;
        asked.permit(call, &snapshot)?;
        let now = app.clock().now();
        Ok(Self { app, call, tx, snapshot, asked, now })
    }

    async fn follow(app: &App, call: &Call, scope: &ScopeId) -> Result<(Tx, Snapshot), StoreError> {
        let mut tx = app.database().read().await?;
        let system = ScopeId::system();
        let snapshot = app.index().following(&mut tx, &[&system, scope]).await?;
        if let Some(token) = &call.at_least {
            reached(&mut tx, token).await?;
        }
        Ok((tx, snapshot))
    }
}

/// Whether the database has come as far as the token says. It has, unless the token is of another
/// database or of a state that was never acknowledged.
async fn reached(tx: &mut Tx, token: &RevisionToken) -> Result<(), StoreError> {
    let organization = token.scope.parse::<OrganizationId>();
    let scope = organization.map_or_else(|_| ScopeId::system(), ScopeId::from);
    match relationship::revision(tx, &scope).await? {
        Some(revision) if revision < token.revision => {
            Err(StoreError::Unavailable(format!("{token} is not reached yet")))
        }
        _ => Ok(()),
    }
}

/// Proof that the actor may ask `Q` of its target, and the query's way to the data.
pub struct Viewing<'t, Q: Query> {
    sight: Sight<'t>,
    target: Q::Target,
}

impl<Q: Query> Viewing<'_, Q> {
    /// The store, narrowed to the target's scope.
    pub fn store(&mut self) -> Scoped<'_> {
        self.sight.tx.scope(&self.sight.asked.scope)
    }

    /// What the query was authorized on.
    pub fn target(&self) -> &Q::Target {
        &self.target
    }

    /// Who asks.
    pub fn actor(&self) -> &Actor {
        &self.sight.call.actor
    }

    /// The application's settings.
    pub fn settings(&self) -> &Settings {
        self.sight.app.settings()
    }

    /// The application, for its keys and metrics.
    pub fn app(&self) -> &App {
        self.sight.app
    }

    /// The time of the query, the same throughout.
    pub fn now(&self) -> Timestamp {
        self.sight.now
    }

    /// The relationships that the answer is given on.
    pub fn snapshot(&self) -> &Snapshot {
        &self.sight.snapshot
    }

    /// Whether a subject has a relation to the target.
    pub fn allows(&self, subject: &Subject, relation: &str) -> Result<bool, Stop<Q::Refusal>> {
        Ok(self.sight.asked.allows(subject, relation, self.snapshot())?)
    }

    /// Whether the actor has a relation to the target: what a page offers them.
    pub fn actor_may(&self, relation: &str) -> Result<bool, Stop<Q::Refusal>> {
        self.actor().subject().map_or(Ok(true), |subject| self.allows(&subject, relation))
    }
}
