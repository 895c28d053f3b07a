//! Answering a query: follow, check, read. And the one decision that both frames take.

use guildhall_authz::{Check, Snapshot, Subject};
use guildhall_model::{OrganizationId, Timestamp};
use guildhall_store::{ScopeId, Scoped, StoreError, Tx, relationship};

use crate::{
    Actor, App, Call, Error, Query, Refusal, RevisionToken, Settings, Stop, Target,
    operation::QueryOutcome,
};

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
    let ended = look(app, call, query).await;
    ended.map_err(|stop| match stop {
        Ended::Decided(error) => error,
        Ended::Stopped(stop) => stop.answer(Q::NAME),
    })
}

enum Ended<R> {
    Decided(Error<R>),
    Stopped(Stop<R>),
}

impl<R: Refusal> From<StoreError> for Ended<R> {
    fn from(error: StoreError) -> Self {
        Self::Stopped(error.into())
    }
}

async fn look<Q: Query>(app: &App, call: &Call, query: Q) -> Result<Q::Output, Ended<Q::Refusal>> {
    let target = query.target();
    let scope = target.scope();
    let mut tx = app.database().read().await?;
    let system = ScopeId::system();
    let snapshot = app.index().following(&mut tx, &[&system, &scope]).await?;
    if let Some(token) = &call.at_least {
        reached(&mut tx, token).await?;
    }
    let permission = Q::PERMISSION.relation();
    decide(call, &target, permission, Q::NAME, &snapshot).map_err(Ended::Decided)?;
    let now = app.clock().now();
    let mut viewing = Viewing::<Q> { app, call, tx: &mut tx, snapshot, target, scope, now };
    let output: QueryOutcome<Q> = query.run(&mut viewing).await;
    // Nothing was written; a failing end discards the connection.
    drop(tx.commit().await);
    output.map_err(Ended::Stopped)
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

/// The one decision: may the actor do this to the target? And if not: may they know of it?
pub(super) fn decide<T: Target, R: Refusal>(
    call: &Call,
    target: &T,
    permission: &'static str,
    name: &str,
    snapshot: &Snapshot,
) -> Result<(), Error<R>> {
    let Some(subject) = call.actor.subject() else { return Ok(()) };
    let (object, facts) = (target.object(), target.facts());
    let has = |relation: &str| {
        let check = Check { contextual: &facts, ..Check::new(&object, relation, &subject) };
        snapshot.check(&check).map_err(|error| Stop::Fault(error.to_string()).answer(name))
    };
    if has(permission)? {
        Ok(())
    } else if call.actor == Actor::Anonymous {
        Err(Error::SignInRequired)
    } else if has("can_see")? {
        Err(Error::Forbidden { permission })
    } else {
        Err(Error::NotFound)
    }
}

/// Proof that the actor may ask `Q` of its target, and the query's way to the data.
pub struct Viewing<'t, Q: Query> {
    app: &'t App,
    call: &'t Call,
    tx: &'t mut Tx,
    snapshot: Snapshot,
    target: Q::Target,
    scope: ScopeId,
    now: Timestamp,
}

impl<Q: Query> Viewing<'_, Q> {
    /// The store, narrowed to the target's scope.
    pub fn store(&mut self) -> Scoped<'_> {
        self.tx.scope(&self.scope)
    }

    /// What the query was authorized on.
    pub fn target(&self) -> &Q::Target {
        &self.target
    }

    /// Who asks.
    pub fn actor(&self) -> &Actor {
        &self.call.actor
    }

    /// The application's settings.
    pub fn settings(&self) -> &Settings {
        self.app.settings()
    }

    /// The application, for its keys and metrics.
    pub fn app(&self) -> &App {
        self.app
    }

    /// The time of the query, the same throughout.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The relationships that the answer is given on.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Whether a subject has a relation to the target.
    pub fn allows(&self, subject: &Subject, relation: &str) -> Result<bool, Stop<Q::Refusal>> {
        let (object, facts) = (self.target.object(), self.target.facts());
        let check = Check { contextual: &facts, ..Check::new(&object, relation, subject) };
        self.snapshot.check(&check).map_err(|error| Stop::Fault(error.to_string()))
    }

    /// Whether the actor has a relation to the target: what a page offers them.
    pub fn actor_may(&self, relation: &str) -> Result<bool, Stop<Q::Refusal>> {
        self.call.actor.subject().map_or(Ok(true), |subject| self.allows(&subject, relation))
    }
}
