//! The proof that an operation may run, and its way to everything.

use guildhall_authz::{Change, Snapshot, Subject, Tuple};
use guildhall_model::{Email, Entropy, Id, Kind, MailId, OrganizationId, Timestamp, UserId};
use guildhall_store::{ScopeId, Scoped};
use serde::Serialize;

use super::work::Work;
use crate::{Actor, App, Call, Operation, Settings, Stop, SystemWide, mail::Mail, outbox::Content};

/// Proof that the actor may run `O` on its target, and the operation's way to everything.
pub struct Granted<'t, O: Operation> {
    work: Work<'t>,
    target: O::Target,
}

impl<'t, O: Operation> Granted<'t, O> {
    /// Of work that was begun for `O`, and so was permitted.
    pub(super) fn new(work: Work<'t>, target: O::Target) -> Self {
        Self { work, target }
    }

    pub(super) fn into_work(self) -> Work<'t> {
        self.work
    }

    /// The store, narrowed to the target's scope.
    pub fn store(&mut self) -> Scoped<'_> {
        self.work.store()
    }

    /// What the operation was authorized on.
    pub fn target(&self) -> &O::Target {
        &self.target
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.work.call.actor
    }

    /// The user who acts, and their address. Neither the system itself nor a visitor is one.
    pub fn acting_user(&self) -> Result<(UserId, Email), Stop<O::Refusal>> {
        match &self.work.call.actor {
            Actor::User { id, email, .. } => Ok((*id, email.clone())),
            Actor::Anonymous | Actor::System(_) => {
                Err(Stop::Fault(format!("`{}` needs a user", O::NAME)))
            }
        }
    }

    /// The request: who, from where.
    pub fn call(&self) -> &Call {
        self.work.call
    }

    /// The application's settings.
    pub fn settings(&self) -> &Settings {
        self.work.app.settings()
    }

    /// The application, for its keys and metrics.
    pub fn app(&self) -> &App {
        self.work.app
    }

    /// The time of the operation, the same throughout.
    pub fn now(&self) -> Timestamp {
        self.work.now
    }

    /// The source of randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        self.work.app.entropy()
    }

    /// A new id.
    pub fn generate<K: Kind>(&self) -> Id<K> {
        self.work.generate()
    }

    /// The relationships as they are now, with this operation's own changes.
    pub fn snapshot(&self) -> &Snapshot {
        self.work.staged.snapshot()
    }

    /// Whether a subject has a relation to the target, with this operation's own changes.
    pub fn allows(&self, subject: &Subject, relation: &str) -> Result<bool, Stop<O::Refusal>> {
        Ok(self.work.asked.allows(subject, relation, self.snapshot())?)
    }

    /// States a relationship. Answers whether it is new.
    pub async fn relate(&mut self, tuple: Tuple) -> Result<bool, Stop<O::Refusal>> {
        Ok(self.work.change(0, Change::Add(tuple)).await?)
    }

    /// Takes a relationship back. Answers whether it was there.
    pub async fn unrelate(&mut self, tuple: Tuple) -> Result<bool, Stop<O::Refusal>> {
        Ok(self.work.change(0, Change::Remove(tuple)).await?)
    }

    /// What was so before, for the audit event. Never a secret.
    pub fn before(&mut self, value: impl Serialize) {
        self.work.before = serde_json::to_string(&value).ok();
    }

    /// What is so after, for the audit event. Never a secret.
    pub fn after(&mut self, value: impl Serialize) {
        self.work.after = serde_json::to_string(&value).ok();
    }

    /// Names a part of the target as what the audit event is about.
    pub fn about(&mut self, kind: &'static str, id: impl ToString, name: impl ToString) {
        self.work.about = (kind, id.to_string(), Some(name.to_string()));
    }

    /// Puts a mail into the outbox, sealed; it is sent after the commit and never without it.
    pub async fn mail(&mut self, to: &Email, mail: &Mail) -> Result<MailId, Stop<O::Refusal>> {
        Ok(self.work.post(to, &Content::Mail(mail.clone())).await?)
    }

    /// Has the sender of mails look into the outbox once this is committed.
    pub(crate) fn wake_outbox(&mut self) {
        self.work.staged.mailed();
    }

    /// Has the keeper of clusters look for orders once this is committed.
    pub(crate) fn wake_keeper(&mut self) {
        self.work.staged.ordered();
    }

    /// Has the keeper look after the clusters of this scope once this is committed; those of every
    /// organization, if it is the system's.
    pub(crate) fn tend(&mut self) {
        self.work.staged.tended(&self.work.asked.scope);
    }
}

impl<O: Operation<Target = OrganizationId>> Granted<'_, O> {
    /// Puts a mail to all members, and to `first` before them, into the outbox: one row, however
    /// many they are, of which the sender makes theirs.
    pub async fn mail_members(
        &mut self,
        first: &Email,
        mail: Mail,
    ) -> Result<MailId, Stop<O::Refusal>> {
        let circular = Content::Circular { circular: self.target, after: None, mail };
        Ok(self.work.post(first, &circular).await?)
    }
}

/// Operations on the system or an account may reach into the scopes of organizations, each locked
/// as it is entered; always in the order system, then organizations by id, so that none waits for
/// another in a circle.
impl<O: Operation> Granted<'_, O>
where
    O::Target: SystemWide,
{
    /// Locks another scope. Answers whether it exists.
    pub async fn enter(&mut self, scope: &ScopeId) -> Result<bool, Stop<O::Refusal>> {
        Ok(self.work.enter(scope).await?)
    }

    /// Makes a new scope.
    pub async fn open_scope(&mut self, scope: &ScopeId) -> Result<(), Stop<O::Refusal>> {
        Ok(self.work.open_scope(scope).await?)
    }

    /// The store, narrowed to a scope that was entered or opened.
    pub fn store_of<'s>(&'s mut self, scope: &'s ScopeId) -> Result<Scoped<'s>, Stop<O::Refusal>> {
        self.work.place(scope)?;
        Ok(self.work.tx.scope(scope))
    }

    /// States a relationship in a scope that was entered or opened.
    pub async fn relate_in(
        &mut self,
        scope: &ScopeId,
        tuple: Tuple,
    ) -> Result<bool, Stop<O::Refusal>> {
        Ok(self.work.change_in(scope, Change::Add(tuple)).await?)
    }

    /// Takes a relationship back in a scope that was entered.
    pub async fn unrelate_in(
        &mut self,
        scope: &ScopeId,
        tuple: Tuple,
    ) -> Result<bool, Stop<O::Refusal>> {
        Ok(self.work.change_in(scope, Change::Remove(tuple)).await?)
    }

    /// Has the audit event written into a scope that was entered or opened.
    pub fn record_in(&mut self, scope: &ScopeId) -> Result<(), Stop<O::Refusal>> {
        self.work.place(scope)?;
        self.work.recorded_in = scope.clone();
        Ok(())
    }
}
