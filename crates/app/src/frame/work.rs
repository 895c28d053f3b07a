//! The work of an operation on the transaction: what it does whatever the operation's types are.

use guildhall_authz::{Change, EvaluationError, Snapshot};
use guildhall_model::{Email, EventId, Id, Kind, MailId, Revision, Timestamp};
use guildhall_store::{
    ScopeId, Scoped, StoreError, Tx, audit,
    relationship::{self, RelationshipChange},
};

use super::{
    asked::Asked,
    forecast::{Forecast, Reader},
};
use crate::{
    Actor, App, Call, Error, Never, RevisionToken, Stop, Via,
    index::{self, Staged},
    outbox::{Content, post},
};

/// An operation that is permitted and under way.
pub(super) struct Work<'t> {
    pub(super) app: &'t App,
    pub(super) call: &'t Call,
    pub(super) tx: &'t mut Tx,
    pub(super) staged: &'t mut Staged,
    pub(super) asked: Asked,
    /// The scopes that are locked, with the revision being made; the target's own is the first.
    pub(super) locked: Vec<(ScopeId, Revision)>,
    pub(super) recorded_in: ScopeId,
    pub(super) about: (&'static str, String, Option<String>),
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) now: Timestamp,
    /// The relationships before it, and how many changes of others are staged beside them.
    start: (Snapshot, usize),
}

impl<'t> Work<'t> {
    /// Locks the target's scope and decides.
    pub(super) async fn begin(
        app: &'t App,
        call: &'t Call,
        tx: &'t mut Tx,
        staged: &'t mut Staged,
        asked: Asked,
    ) -> Result<Self, Error<Never>> {
        let start = (staged.snapshot().clone(), staged.mark());
        let locked = lock(tx, staged, &asked.scope).await;
        let revision = locked.map_err(|error| Stop::from(error).answer(asked.name))?;
        let unknown = match call.actor {
            Actor::Anonymous => Error::SignInRequired,
            Actor::User { .. } | Actor::System(_) => Error::NotFound,
        };
        let revision = revision.ok_or(unknown)?;
        asked.permit(call, staged.snapshot())?;
        Ok(Self {
            app,
            call,
            tx,
            staged,
            locked: vec![(asked.scope.clone(), revision)],
            recorded_in: asked.scope.clone(),
            about: (asked.kind, asked.id(), None),
            asked,
            before: None,
            after: None,
            now: app.clock().now(),
            start,
        })
    }

    /// The store, narrowed to the target's scope.
    pub(super) fn store(&mut self) -> Scoped<'_> {
        self.tx.scope(&self.locked[0].0)
    }

    pub(super) fn generate<K: Kind>(&self) -> Id<K> {
        Id::generate(self.now, self.app.entropy())
    }

    /// Changes a relationship of the scope that was locked as the one of that number. Answers
    /// whether anything changed.
    pub(super) async fn change(&mut self, at: usize, change: Change) -> Result<bool, StoreError> {
        let (scope, revision) = &self.locked[at];
        let Some(position) = self.staged.change(scope, *revision, change.clone())? else {
            return Ok(false);
        };
        let (added, tuple) = match &change {
            Change::Add(tuple) => (true, tuple),
            Change::Remove(tuple) => (false, tuple),
        };
        let row =
            RelationshipChange { revision: *revision, added, relationship: index::row(tuple) };
        relationship::change(&mut self.tx.scope(scope), &row, position, self.now).await?;
        Ok(true)
    }

    pub(super) async fn change_in(
        &mut self,
        scope: &ScopeId,
        change: Change,
    ) -> Result<bool, StoreError> {
        let at = self.place(scope)?;
        self.change(at, change).await
    }

    pub(super) async fn post(
        &mut self,
        to: &Email,
        content: &Content,
    ) -> Result<MailId, StoreError> {
        let (id, app, now) = (self.generate(), self.app, self.now);
        post(app, &mut self.store(), id, to, content, now).await?;
        self.staged.mailed();
        Ok(id)
    }

    /// Locks another scope. Answers whether it exists.
    pub(super) async fn enter(&mut self, scope: &ScopeId) -> Result<bool, StoreError> {
        let Some(revision) = lock(self.tx, self.staged, scope).await? else { return Ok(false) };
        self.locked.push((scope.clone(), revision));
        Ok(true)
    }

    /// Makes a new scope.
    pub(super) async fn open_scope(&mut self, scope: &ScopeId) -> Result<(), StoreError> {
        relationship::open(&mut self.tx.scope(scope)).await?;
        let first = Revision::new(1);
        self.staged.begin(scope, Revision::ZERO, first)?;
        self.locked.push((scope.clone(), first));
        Ok(())
    }

    /// The number of a scope among those that are locked.
    pub(super) fn place(&self, scope: &ScopeId) -> Result<usize, StoreError> {
        let at = self.locked.iter().position(|(locked, _)| locked == scope);
        let missing = || StoreError::Fault(format!("scope `{}` was not entered", scope.as_str()));
        at.ok_or_else(missing)
    }

    /// The state that it makes.
    pub(super) fn revision(&self) -> RevisionToken {
        let (scope, revision) = &self.locked[0];
        RevisionToken::new(scope, *revision)
    }

    /// What it would change, as far as the actor may know.
    pub(super) fn forecast(&self) -> Result<Forecast, Error<Never>> {
        let (before, mark) = &self.start;
        let organizations = self.locked.iter().filter_map(|(scope, _)| scope.organization());
        let subject = self.call.actor.subject();
        let reader = Reader { subject, organizations: organizations.collect() };
        let changes = self.staged.changes_since(*mark);
        let forecast = Forecast::between(before, self.staged.snapshot(), &changes, &reader);
        forecast.map_err(|error: EvaluationError| Stop::from(error).answer(self.asked.name))
    }

    /// Leaves the audit event.
    pub(super) async fn record(&mut self) -> Result<(), StoreError> {
        let (kind, id, name, via) = match &self.call.actor {
            Actor::Anonymous => ("anonymous", None, "anonymous".to_owned(), None),
            Actor::User { id, email, via } => {
                let via = match via {
                    Via::Session(id) => id.text(),
                    Via::ApiKey(id) => id.text(),
                };
                ("user", Some(id.text()), email.as_str().to_owned(), Some(via))
            }
            Actor::System(reason) => ("system", None, (*reason).to_owned(), None),
        };
        let about_oneself = id.as_deref() == Some(self.about.1.as_str());
        let target_name = self.about.2.clone().or_else(|| about_oneself.then(|| name.clone()));
        let at = self.locked.iter().find(|(scope, _)| *scope == self.recorded_in);
        let (scope, revision) = at.unwrap_or(&self.locked[0]);
        let event = audit::Event {
            id: EventId::generate(self.now, self.app.entropy()),
            revision: *revision,
            at: self.now,
            action: self.asked.name.to_owned(),
            actor_kind: kind.to_owned(),
            actor_id: id,
            actor_name: name,
            via,
            target_kind: self.about.0.to_owned(),
            target_id: self.about.1.clone(),
            target_name,
            address: self.call.origin.address.map(|address| address.to_string()),
            user_agent: self.call.origin.user_agent.clone(),
            request_id: self.call.origin.request_id.clone(),
            before: self.before.take(),
            after: self.after.take(),
        };
        audit::record(&mut self.tx.scope(scope), &event).await
    }
}

/// Locks the scope, takes its next revision, and brings the index to the one before.
async fn lock(
    tx: &mut Tx,
    staged: &mut Staged,
    scope: &ScopeId,
) -> Result<Option<Revision>, StoreError> {
    let system = ScopeId::system();
    if *scope != system
        && let Some(revision) = relationship::revision(tx, &system).await?
    {
        staged.follow(tx, &system, revision).await?;
    }
    let Some(revision) = relationship::advance(&mut tx.scope(scope)).await? else {
        return Ok(None);
    };
    let follows = Revision::new(revision.number() - 1);
    staged.follow(tx, scope, follows).await?;
    staged.begin(scope, follows, revision)?;
    Ok(Some(revision))
}
