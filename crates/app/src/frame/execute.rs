//! Running an operation: lock, check, do, record, commit. Nothing else writes.

use guildhall_authz::{Change, Check, EvaluationError, Snapshot, Subject, Tuple};
use guildhall_model::{
    Email, Entropy, EventId, Id, Kind, MailId, OrganizationId, Revision, Timestamp, UserId,
};
use guildhall_store::{
    Completion, Job, ScopeId, Scoped, StoreError, Tx, Verdict, audit,
    relationship::{self, RelationshipChange},
};
use serde::Serialize;
use tokio::sync::oneshot;

use super::{
    forecast::{Forecast, Reader},
    idempotency,
};
use crate::{
    Actor, App, Call, Error, Operation, Refusal, RevisionToken, Settings, Stop, SystemWide, Target,
    Via,
    index::{self, Staged},
    mail::Mail,
    outbox::{Content, post},
};

/// What an operation has led to.
#[derive(Clone, Debug)]
pub struct Done<T> {
    /// Its outcome.
    pub output: T,
    /// The state from which on everybody sees it.
    pub revision: RevisionToken,
    /// Whether this is the kept outcome of an earlier request with the same idempotency key.
    pub replayed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Commit,
    DryRun,
}

enum Ended<T> {
    Done(Done<T>),
    Forecast(Forecast),
}

type Ending<O> = Result<Ended<<O as Operation>::Output>, Error<<O as Operation>::Refusal>>;

pub(crate) async fn execute<O: Operation>(
    app: &App,
    call: &Call,
    operation: O,
) -> Result<Done<O::Output>, Error<O::Refusal>> {
    match submit(app, call, operation, Mode::Commit).await? {
        Ended::Done(done) => Ok(done),
        Ended::Forecast(_) => Err(Error::Fault),
    }
}

pub(crate) async fn dry_run<O: Operation>(
    app: &App,
    call: &Call,
    operation: O,
) -> Result<Forecast, Error<O::Refusal>> {
    if !O::FORETOLD {
        return Err(Error::Forbidden { permission: O::PERMISSION.relation() });
    }
    match submit(app, call, operation, Mode::DryRun).await? {
        Ended::Forecast(forecast) => Ok(forecast),
        Ended::Done(_) => Err(Error::Fault),
    }
}

async fn submit<O: Operation>(app: &App, call: &Call, operation: O, mode: Mode) -> Ending<O> {
    let (answer, answered) = oneshot::channel::<Ending<O>>();
    let (job_app, job_call) = (app.clone(), call.clone());
    let job: Job<Staged> = Box::new(move |tx, staged| {
        Box::pin(async move {
            let ended = perform(&job_app, &job_call, operation, mode, tx, staged).await;
            let verdict = match &ended {
                Ok(Ended::Done(done)) if !done.replayed => Verdict::Commit,
                _ => Verdict::Rollback,
            };
            let completion: Completion = Box::new(move |committed| {
                let ended = committed.map_err(|_| Error::Unavailable).and(ended);
                // Whoever asked may have gone; what was done stays done.
                drop(answer.send(ended));
            });
            (verdict, completion)
        })
    });
    app.writer().submit(job).await;
    let ended = answered.await.unwrap_or(Err(Error::Unavailable));
    app.metrics().ended(O::NAME, label(&ended));
    ended
}

fn label<T, R: Refusal>(ended: &Result<T, Error<R>>) -> &'static str {
    match ended {
        Ok(_) => "done",
        Err(Error::Refused(_) | Error::KeyReused) => "refused",
        Err(Error::NotFound | Error::Forbidden { .. } | Error::SignInRequired) => "denied",
        Err(Error::Unavailable | Error::Fault) => "failed",
    }
}

async fn perform<O: Operation>(
    app: &App,
    call: &Call,
    operation: O,
    mode: Mode,
    tx: &mut Tx,
    staged: &mut Staged,
) -> Ending<O> {
    let stop = |error: StoreError| Stop::from(error).answer(O::NAME);
    if mode == Mode::Commit
        && let Some(kept) = idempotency::find::<O>(app, call, tx).await?
    {
        return Ok(Ended::Done(kept));
    }
    let target = operation.target();
    let scope = target.scope();
    let mark = staged.mark();
    let before = staged.snapshot().clone();
    let revision = lock(tx, staged, &scope).await.map_err(stop)?.ok_or_else(|| unknown(call))?;
    permit::<O>(call, &target, staged.snapshot())?;

    let mut granted = Granted {
        app,
        call,
        tx,
        staged,
        locked: vec![(scope.clone(), revision)],
        recorded_in: scope,
        about: (O::Target::KIND, target.id(), None),
        target,
        before: None,
        after: None,
        now: app.clock().now(),
    };
    let output = operation.run(&mut granted).await.map_err(|stop| stop.answer(O::NAME))?;
    granted.record().await.map_err(stop)?;
    if mode == Mode::DryRun {
        let locked = granted.locked.iter();
        let organizations = locked.filter_map(|(scope, _)| scope.organization()).collect();
        let reader = Reader { subject: call.actor.subject(), organizations };
        let changes = staged.changes_since(mark);
        let forecast = Forecast::between(&before, staged.snapshot(), &changes, &reader);
        let fault = |error: EvaluationError| Stop::Fault(error.to_string()).answer(O::NAME);
        return forecast.map(Ended::Forecast).map_err(fault);
    }
    let (scope, revision) = &granted.locked[0];
    let done = Done { output, revision: RevisionToken::new(scope, *revision), replayed: false };
    idempotency::keep::<O>(app, call, tx, &done).await?;
    Ok(Ended::Done(done))
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

fn unknown<R: Refusal>(call: &Call) -> Error<R> {
    if call.actor == Actor::Anonymous { Error::SignInRequired } else { Error::NotFound }
}

fn permit<O: Operation>(
    call: &Call,
    target: &O::Target,
    snapshot: &Snapshot,
) -> Result<(), Error<O::Refusal>> {
    super::read::decide(call, target, O::PERMISSION.relation(), O::NAME, snapshot)
}

/// Proof that the actor may run `O` on its target, and the operation's way to everything.
pub struct Granted<'t, O: Operation> {
    app: &'t App,
    call: &'t Call,
    tx: &'t mut Tx,
    staged: &'t mut Staged,
    target: O::Target,
    /// The scopes that are locked, with the revision being made; the target's own is the first.
    locked: Vec<(ScopeId, Revision)>,
    recorded_in: ScopeId,
    about: (&'static str, String, Option<String>),
    before: Option<String>,
    after: Option<String>,
    now: Timestamp,
}

impl<O: Operation> Granted<'_, O> {
    /// The store, narrowed to the target's scope.
    pub fn store(&mut self) -> Scoped<'_> {
        self.tx.scope(&self.locked[0].0)
    }

    /// What the operation was authorized on.
    pub fn target(&self) -> &O::Target {
        &self.target
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.call.actor
    }

    /// The user who acts, and their address. Neither the system itself nor a visitor is one.
    pub fn acting_user(&self) -> Result<(UserId, Email), Stop<O::Refusal>> {
        match &self.call.actor {
            Actor::User { id, email, .. } => Ok((*id, email.clone())),
            Actor::Anonymous | Actor::System(_) => {
                Err(Stop::Fault(format!("`{}` needs a user", O::NAME)))
            }
        }
    }

    /// The request: who, from where.
    pub fn call(&self) -> &Call {
        self.call
    }

    /// The application's settings.
    pub fn settings(&self) -> &Settings {
        self.app.settings()
    }

    /// The application, for its keys and metrics.
    pub fn app(&self) -> &App {
        self.app
    }

    /// The time of the operation, the same throughout.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The source of randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        self.app.entropy()
    }

    /// A new id.
    pub fn generate<K: Kind>(&self) -> Id<K> {
        Id::generate(self.now, self.app.entropy())
    }

    /// The relationships as they are now, with this operation's own changes.
    pub fn snapshot(&self) -> &Snapshot {
        self.staged.snapshot()
    }

    /// Whether a subject has a relation to the target, with this operation's own changes.
    pub fn allows(&self, subject: &Subject, relation: &str) -> Result<bool, Stop<O::Refusal>> {
        let facts = self.target.facts();
        let object = self.target.object();
        let check = Check { contextual: &facts, ..Check::new(&object, relation, subject) };
        self.staged.snapshot().check(&check).map_err(|error| Stop::Fault(error.to_string()))
    }

    /// States a relationship. Answers whether it is new.
    pub async fn relate(&mut self, tuple: Tuple) -> Result<bool, Stop<O::Refusal>> {
        Ok(self.change(0, Change::Add(tuple)).await?)
    }

    /// Takes a relationship back. Answers whether it was there.
    pub async fn unrelate(&mut self, tuple: Tuple) -> Result<bool, Stop<O::Refusal>> {
        Ok(self.change(0, Change::Remove(tuple)).await?)
    }

    async fn change(&mut self, at: usize, change: Change) -> Result<bool, StoreError> {
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

    /// What was so before, for the audit event. Never a secret.
    pub fn before(&mut self, value: impl Serialize) {
        self.before = serde_json::to_string(&value).ok();
    }

    /// What is so after, for the audit event. Never a secret.
    pub fn after(&mut self, value: impl Serialize) {
        self.after = serde_json::to_string(&value).ok();
    }

    /// Names a part of the target as what the audit event is about.
    pub fn about(&mut self, kind: &'static str, id: impl ToString, name: impl ToString) {
        self.about = (kind, id.to_string(), Some(name.to_string()));
    }

    /// Puts a mail into the outbox, sealed; it is sent after the commit and never without it.
    pub async fn mail(&mut self, to: &Email, mail: &Mail) -> Result<MailId, Stop<O::Refusal>> {
        self.post(to, &Content::Mail(mail.clone())).await
    }

    async fn post(&mut self, to: &Email, content: &Content) -> Result<MailId, Stop<O::Refusal>> {
        let (id, app, now) = (self.generate(), self.app, self.now);
        post(app, &mut self.store(), id, to, content, now).await?;
        self.wake_outbox();
        Ok(id)
    }

    /// Has the sender of mails look into the outbox once this is committed.
    pub(crate) fn wake_outbox(&mut self) {
        self.staged.mailed();
    }

    /// Has the keeper of clusters look for orders once this is committed.
    pub(crate) fn wake_keeper(&mut self) {
        self.staged.ordered();
    }

    /// Has the keeper look after the clusters of this scope once this is committed; those of every
    /// organization, if it is the system's.
    pub(crate) fn tend(&mut self) {
        let scope = self.locked[0].0.clone();
        self.staged.tended(&scope);
    }

    async fn record(&mut self) -> Result<(), StoreError> {
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
            action: O::NAME.to_owned(),
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

impl<O: Operation<Target = OrganizationId>> Granted<'_, O> {
    /// Puts a mail to all members, and to `first` before them, into the outbox: one row, however
    /// many they are, of which the sender makes theirs.
    pub async fn mail_members(
        &mut self,
        first: &Email,
        mail: Mail,
    ) -> Result<MailId, Stop<O::Refusal>> {
        self.post(first, &Content::Circular { circular: self.target, after: None, mail }).await
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
        let Some(revision) = lock(self.tx, self.staged, scope).await? else { return Ok(false) };
        self.locked.push((scope.clone(), revision));
        Ok(true)
    }

    /// Makes a new scope.
    pub async fn open_scope(&mut self, scope: &ScopeId) -> Result<(), Stop<O::Refusal>> {
        relationship::open(&mut self.tx.scope(scope)).await?;
        let first = Revision::new(1);
        self.staged.begin(scope, Revision::ZERO, first)?;
        self.locked.push((scope.clone(), first));
        Ok(())
    }

    /// The store, narrowed to a scope that was entered or opened.
    pub fn store_of<'s>(&'s mut self, scope: &'s ScopeId) -> Result<Scoped<'s>, Stop<O::Refusal>> {
        self.place(scope)?;
        Ok(self.tx.scope(scope))
    }

    /// States a relationship in a scope that was entered or opened.
    pub async fn relate_in(
        &mut self,
        scope: &ScopeId,
        tuple: Tuple,
    ) -> Result<bool, Stop<O::Refusal>> {
        let at = self.place(scope)?;
        Ok(self.change(at, Change::Add(tuple)).await?)
    }

    /// Takes a relationship back in a scope that was entered.
    pub async fn unrelate_in(
        &mut self,
        scope: &ScopeId,
        tuple: Tuple,
    ) -> Result<bool, Stop<O::Refusal>> {
        let at = self.place(scope)?;
        Ok(self.change(at, Change::Remove(tuple)).await?)
    }

    /// Has the audit event written into a scope that was entered or opened.
    pub fn record_in(&mut self, scope: &ScopeId) -> Result<(), Stop<O::Refusal>> {
        self.place(scope)?;
        self.recorded_in = scope.clone();
        Ok(())
    }

    fn place(&self, scope: &ScopeId) -> Result<usize, Stop<O::Refusal>> {
        let at = self.locked.iter().position(|(locked, _)| locked == scope);
        at.ok_or_else(|| Stop::Fault(format!("scope `{}` was not entered", scope.as_str())))
    }
}
