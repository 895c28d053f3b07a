//! The index of relationships in memory, and how it follows the database.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arc_swap::ArcSwap;
use guildhall_authz::{Change, Model, Object, Snapshot, Subject, Tuple};
use guildhall_model::Revision;
use guildhall_store::{
    Group, ScopeId, StoreError, Tx,
    relationship::{self, Relationship},
};
use tokio::sync::Notify;

use crate::{Metrics, cluster::Wake};

/// The charter: what every relation means.
pub fn charter() -> Arc<Model> {
    static CHARTER: OnceLock<Arc<Model>> = OnceLock::new();
    let parse = || match Model::parse(include_str!("../charter.fga")) {
        Ok(model) => Arc::new(model),
        Err(errors) => unreachable!("a test parses the charter: {errors:?}"),
    };
    Arc::clone(CHARTER.get_or_init(parse))
}

/// The newest snapshot that this process knows.
#[derive(Debug)]
pub(crate) struct Index {
    current: ArcSwap<Snapshot>,
    publishing: Mutex<()>,
}

impl Index {
    /// Reads every relationship.
    pub(crate) async fn load(tx: &mut Tx) -> Result<Self, StoreError> {
        let revisions = relationship::scopes(tx).await?;
        let revisions = revisions.into_iter().map(|(scope, revision)| (scope, revision.number()));
        let tuples = relationship::all(tx).await?;
        let tuples = tuples.into_iter().map(|(scope, row)| (scope, tuple(row)));
        let snapshot = Snapshot::load(charter(), tuples, revisions)
            .map_err(|error| StoreError::Fault(format!("the relationships: {error}")))?;
        Ok(Self { current: ArcSwap::from_pointee(snapshot), publishing: Mutex::new(()) })
    }

    /// The newest snapshot.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot::clone(&self.current.load())
    }

    /// A snapshot in which each of the scopes is at least as the transaction sees it.
    pub(crate) async fn following(
        &self,
        tx: &mut Tx,
        scopes: &[&ScopeId],
    ) -> Result<Snapshot, StoreError> {
        let mut snapshot = self.snapshot();
        for scope in scopes {
            let Some(wanted) = relationship::revision(tx, scope).await? else { continue };
            let steps = missed(tx, &snapshot, scope, wanted).await?;
            if !steps.is_empty() {
                self.publish(&steps)?;
                snapshot = self.snapshot();
            }
        }
        Ok(snapshot)
    }

    /// Makes steps part of the newest snapshot; a step that is part of it already is passed over,
    /// and so is one whose predecessor is missing, which whoever needs it reads from the history.
    fn publish(&self, steps: &[Step]) -> Result<(), StoreError> {
        let _one_at_a_time = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut snapshot = self.snapshot();
        for step in steps {
            let known = snapshot.revision(step.scope.as_str()).unwrap_or_default();
            if step.follows.number() <= known && known < step.revision.number() {
                snapshot = apply(&snapshot, step)?;
            }
        }
        self.current.store(Arc::new(snapshot));
        Ok(())
    }
}

/// All changes that take a scope from one revision to another.
#[derive(Clone, Debug)]
struct Step {
    scope: ScopeId,
    follows: Revision,
    revision: Revision,
    changes: Vec<Change>,
}

fn apply(snapshot: &Snapshot, step: &Step) -> Result<Snapshot, StoreError> {
    snapshot
        .apply(step.scope.as_str(), step.revision.number(), &step.changes)
        .map_err(|error| StoreError::Fault(format!("the index: {error}")))
}

/// The steps that a snapshot has to take to a revision, read from the history.
async fn missed(
    tx: &mut Tx,
    snapshot: &Snapshot,
    scope: &ScopeId,
    wanted: Revision,
) -> Result<Vec<Step>, StoreError> {
    let known = Revision::new(snapshot.revision(scope.as_str()).unwrap_or_default());
    if known >= wanted {
        return Ok(Vec::new());
    }
    let rows = relationship::since(&mut tx.scope(scope), known, wanted).await?;
    let changes = rows.into_iter().map(|row| {
        let tuple = tuple(row.relationship);
        if row.added { Change::Add(tuple) } else { Change::Remove(tuple) }
    });
    let changes = changes.collect();
    Ok(vec![Step { scope: scope.clone(), follows: known, revision: wanted, changes }])
}

/// What the operations of one commit have changed so far: each sees the changes of those before
/// it, and nothing reaches the index unless the commit succeeds.
#[derive(Clone)]
pub(crate) struct Staged {
    index: Arc<Index>,
    metrics: Metrics,
    /// Wakes the sender of mails after the commit, if there are any.
    outbox: Arc<Notify>,
    mailed: bool,
    /// Wakes the keeper of clusters after the commit.
    keeper: Arc<Wake>,
    ordered: bool,
    tended: Vec<ScopeId>,
    base: Arc<Snapshot>,
    snapshot: Snapshot,
    steps: Vec<Step>,
}

impl Staged {
    pub(crate) fn new(
        index: Arc<Index>,
        metrics: Metrics,
        outbox: Arc<Notify>,
        keeper: Arc<Wake>,
    ) -> Self {
        let base = index.current.load_full();
        let snapshot = Snapshot::clone(&base);
        Self {
            index,
            metrics,
            outbox,
            mailed: false,
            keeper,
            ordered: false,
            tended: Vec::new(),
            base,
            snapshot,
            steps: Vec::new(),
        }
    }

    /// Notes that the outbox has something to send once this is committed.
    pub(crate) fn mailed(&mut self) {
        self.mailed = true;
    }

    /// Notes that a driver has something to do once this is committed.
    pub(crate) fn ordered(&mut self) {
        self.ordered = true;
    }

    /// Notes that the clusters of a scope may have to change once this is committed.
    pub(crate) fn tended(&mut self, scope: &ScopeId) {
        self.tended.push(scope.clone());
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Brings the scope to the revision that the transaction sees.
    pub(crate) async fn follow(
        &mut self,
        tx: &mut Tx,
        scope: &ScopeId,
        wanted: Revision,
    ) -> Result<(), StoreError> {
        for step in missed(tx, &self.snapshot, scope, wanted).await? {
            self.snapshot = apply(&self.snapshot, &step)?;
            self.steps.push(step);
        }
        Ok(())
    }

    /// Begins the next revision of a scope.
    pub(crate) fn begin(
        &mut self,
        scope: &ScopeId,
        follows: Revision,
        revision: Revision,
    ) -> Result<(), StoreError> {
        let step = Step { scope: scope.clone(), follows, revision, changes: Vec::new() };
        self.snapshot = apply(&self.snapshot, &step)?;
        self.steps.push(step);
        Ok(())
    }

    /// Stages a change of a revision that was begun. Its position among the revision's changes,
    /// or `None` where it changes nothing.
    pub(crate) fn change(
        &mut self,
        scope: &ScopeId,
        revision: Revision,
        change: Change,
    ) -> Result<Option<usize>, StoreError> {
        let idle = match &change {
            Change::Add(tuple) => self.snapshot.contains(tuple),
            Change::Remove(tuple) => !self.snapshot.contains(tuple),
        };
        if idle {
            return Ok(None);
        }
        let step = self
            .steps
            .iter_mut()
            .rfind(|step| step.scope == *scope && step.revision == revision)
            .ok_or_else(|| StoreError::Fault("a change of a revision not begun".to_owned()))?;
        step.changes.push(change.clone());
        let position = step.changes.len() - 1;
        self.snapshot = self
            .snapshot
            .amend(scope.as_str(), &[change])
            .map_err(|error| StoreError::Fault(format!("the charter refuses a change: {error}")))?;
        Ok(Some(position))
    }

    /// Every change since `mark` steps, for a forecast.
    pub(crate) fn changes_since(&self, mark: usize) -> Vec<Change> {
        self.steps[mark..].iter().flat_map(|step| step.changes.iter().cloned()).collect()
    }

    /// How many steps there are.
    pub(crate) fn mark(&self) -> usize {
        self.steps.len()
    }
}

impl Group for Staged {
    fn committed(self, jobs: usize) {
        self.metrics.committed(jobs);
        if self.mailed {
            self.outbox.notify_one();
        }
        let Self { index, base, snapshot, steps, keeper, ordered, tended, .. } = self;
        let changed = steps.iter().filter(|step| !step.changes.is_empty());
        let changed: BTreeSet<ScopeId> =
            changed.map(|step| step.scope.clone()).chain(tended).collect();
        index.take(&base, snapshot, &steps);
        for scope in &changed {
            keeper.mark(scope);
        }
        if ordered {
            keeper.order();
        }
    }
}

impl Index {
    /// Publishes what a group of operations has committed.
    fn take(&self, base: &Arc<Snapshot>, snapshot: Snapshot, steps: &[Step]) {
        {
            let _one_at_a_time = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
            if Arc::ptr_eq(&self.current.load(), base) {
                self.current.store(Arc::new(snapshot));
                return;
            }
        }
        if let Err(error) = self.publish(steps) {
            // The scopes stay behind, and the next reader catches up from the history.
            tracing::error!(%error, "the index did not take a committed change");
        }
    }
}

/// A stored relationship as a tuple of the engine.
pub(crate) fn tuple(row: Relationship) -> Tuple {
    let subject = Object { kind: row.subject_kind.into(), id: row.subject_id.into() };
    let subject = match row.subject_relation {
        Some(relation) => Subject::Userset(subject, relation.into()),
        None if subject.id == "*" => Subject::Wildcard(subject.kind),
        None => Subject::Object(subject),
    };
    let object = Object { kind: row.object_kind.into(), id: row.object_id.into() };
    Tuple::new(object, row.relation, subject)
}

/// A tuple of the engine as it is stored.
pub(crate) fn row(tuple: &Tuple) -> Relationship {
    let (kind, id, relation) = match &tuple.subject {
        Subject::Object(object) => (object.kind.to_string(), object.id.to_string(), None),
        Subject::Userset(object, relation) => {
            (object.kind.to_string(), object.id.to_string(), Some(relation.to_string()))
        }
        Subject::Wildcard(kind) => (kind.to_string(), "*".to_owned(), None),
    };
    Relationship {
        object_kind: tuple.object.kind.to_string(),
        object_id: tuple.object.id.to_string(),
        relation: tuple.relation.to_string(),
        subject_kind: kind,
        subject_id: id,
        subject_relation: relation,
    }
}
