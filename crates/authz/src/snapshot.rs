//! One version of all relationships under one model: immutable, cheap to clone, cheap to change
//! into the next.

mod read;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smol_str::SmolStr;

use crate::conditions;
use crate::error::ApplyError;
use crate::index::names::{NamesBuilder, SCOPE};
use crate::index::tree::Tree;
use crate::index::{EVERYBODY, Edge, Index, ObjectId};
use crate::model::Model;
use crate::object::{Object, Subject, Tuple};
use crate::plan::{Class, Pair, Plan};

/// One step of a batch.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Adds a tuple; one that is present stays as it is, its condition too.
    Add(Tuple),
    /// Removes a tuple; an absent one stays absent.
    Remove(Tuple),
}

impl Change {
    /// The tuple that is added or removed.
    pub fn tuple(&self) -> &Tuple {
        match self {
            Change::Add(tuple) | Change::Remove(tuple) => tuple,
        }
    }
}

/// Bounds of one question. Beyond them it ends in an error, never in a wrong answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Hops from object to object, through usersets and `from`. At most 200.
    pub depth: u32,
    /// Edges looked at.
    pub work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 25, work: 10_000_000 }
    }
}

/// All relationships at one moment, and the model they are read by.
///
/// A snapshot never changes. [`Snapshot::apply`] makes the next one at a cost that follows the
/// number of changes; both share everything else. Readers keep theirs as long as they like.
///
/// ```
/// use std::sync::Arc;
/// use guildhall_authz::{Change, Check, Model, Snapshot};
///
/// let model = Model::parse("\
/// model
///   schema 1.1
/// type user
/// type group
///   relations
///     define member: [user, group#member]
/// type document
///   relations
///     define viewer: [user, group#member]
/// ").unwrap();
/// let empty = Snapshot::empty(Arc::new(model));
/// let after = empty.apply("acme", 1, &[
///     Change::Add("document:plan#viewer@group:staff#member".parse()?),
///     Change::Add("group:staff#member@user:anne".parse()?),
/// ])?;
/// let (plan, anne) = ("document:plan".parse()?, "user:anne".parse()?);
/// assert!(after.check(&Check::new(&plan, "viewer", &anne))?);
/// assert!(!empty.check(&Check::new(&plan, "viewer", &anne))?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Snapshot {
    model: Arc<Model>,
    pub(crate) index: Index,
    revisions: Tree<ObjectId, u64>,
    pub(crate) limits: Limits,
    inert: usize,
    /// Differs between any two versions of this process.
    pub(crate) version: u64,
}

/// The number of the next version.
fn next_version() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

impl Snapshot {
    /// No relationships at all.
    pub fn empty(model: Arc<Model>) -> Self {
        let (index, revisions) = (Index::default(), Tree::default());
        let version = next_version();
        Self { model, index, revisions, limits: Limits::default(), inert: 0, version }
    }

    /// The model the relationships are read by.
    pub fn model(&self) -> &Model {
        &self.model
    }

    pub(crate) fn plan(&self) -> &Plan {
        self.model.plan()
    }

    /// The same relationships under other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = Limits { depth: limits.depth.min(200), ..limits };
        self
    }

    /// Loads relationships in bulk, each with the scope it belongs to, and the revision of each
    /// scope.
    ///
    /// A tuple that the model does not allow, e.g. because the model has changed since it was
    /// written, is left out and grants nothing; [`Snapshot::inert`] tells how many there were. Of
    /// equal tuples the first counts. Scopes need not be named among the revisions.
    pub fn load<S: AsRef<str>>(
        model: Arc<Model>,
        tuples: impl IntoIterator<Item = (S, Tuple)>,
        revisions: impl IntoIterator<Item = (String, u64)>,
    ) -> Result<Self, ApplyError> {
        let tuples = tuples.into_iter();
        let mut names = NamesBuilder::new();
        let (mut edges, mut conditions) = (Vec::with_capacity(tuples.size_hint().0), Vec::new());
        let mut inert = 0;
        let mut last: Option<(SmolStr, ObjectId)> = None;
        // Neighbours mostly share an object or a subject, which need not be looked for again.
        let (mut objects, mut subjects) = (None, None);
        let number = |names: &mut NamesBuilder, last: &mut Option<_>, object: Object| match last {
            Some((same, number)) if *same == object => Ok(*number),
            _ => {
                let kind = model.plan().kind(&object.kind).unwrap_or(SCOPE);
                let number = names.intern(kind, &object.id).ok_or(ApplyError::Full)?;
                *last = Some((object, number));
                Ok(number)
            }
        };
        for (scope, tuple) in tuples {
            let scope = scope.as_ref();
            let scope = match &last {
                Some((name, number)) if name == scope => *number,
                _ => {
                    let number = names.intern(SCOPE, scope).ok_or(ApplyError::Full)?;
                    last = Some((SmolStr::from(scope), number));
                    number
                }
            };
            let Ok((row, class)) = allowed(&model, &tuple) else {
                inert += 1;
                continue;
            };
            let object = number(&mut names, &mut objects, tuple.object)?;
            let subject = match tuple.subject {
                Subject::Object(subject) | Subject::Userset(subject, _) => {
                    number(&mut names, &mut subjects, subject)?
                }
                Subject::Wildcard(_) => EVERYBODY,
            };
            let edge = Edge { object, row, class, subject };
            if let Some(condition) = tuple.condition {
                conditions.push((edge.forward(), Arc::from(condition)));
            }
            edges.push((scope, edge));
        }
        let mut numbered = Vec::new();
        for (scope, revision) in revisions {
            let number = names.intern(SCOPE, &scope).ok_or(ApplyError::Full)?;
            numbered.push((number, revision));
        }
        numbered.sort_unstable();
        numbered.dedup_by_key(|(scope, _)| *scope);
        let index = Index::build(names.build(), &edges, conditions);
        let revisions = Tree::from_sorted(numbered);
        let version = next_version();
        Ok(Self { model, index, revisions, limits: Limits::default(), inert, version })
    }

    /// How many tuples were left out in loading because the model does not allow them.
    pub fn inert(&self) -> usize {
        self.inert
    }

    /// The next version: the changes in order, all or none, as `revision` of the scope.
    ///
    /// Costs `O(changes × log n)`; the present snapshot stays as it is. Adding a present tuple and
    /// removing an absent one change nothing. A tuple the model does not allow, one that belongs
    /// to another scope, and a revision not above the scope's are errors.
    pub fn apply(
        &self,
        scope: &str,
        revision: u64,
        changes: &[Change],
    ) -> Result<Snapshot, ApplyError> {
        if let Some(current) = self.revision(scope)
            && revision <= current
        {
            return Err(ApplyError::Revision { scope: scope.to_owned(), current, given: revision });
        }
        let mut next = self.amend(scope, changes)?;
        let number = next.index.names.intern(SCOPE, &scope.into()).ok_or(ApplyError::Full)?;
        next.revisions.insert(number, revision);
        Ok(next)
    }

    /// [`Snapshot::apply`] without a step of the scope's revision: for a writer that looks at a
    /// revision while it makes it, change by change.
    pub fn amend(&self, scope: &str, changes: &[Change]) -> Result<Snapshot, ApplyError> {
        let mut next = Self { version: next_version(), ..self.clone() };
        let number = next.index.names.intern(SCOPE, &scope.into()).ok_or(ApplyError::Full)?;
        for change in changes {
            match change {
                Change::Add(tuple) => next.add(number, tuple)?,
                Change::Remove(tuple) => next.remove(number, tuple)?,
            }
        }
        Ok(next)
    }

    fn add(&mut self, scope: ObjectId, tuple: &Tuple) -> Result<(), ApplyError> {
        let (row, class) = allowed(&self.model, tuple)
            .map_err(|reason| ApplyError::NotAllowed { tuple: Box::new(tuple.clone()), reason })?;
        let object = self.intern(&tuple.object)?;
        let subject = match &tuple.subject {
            Subject::Object(subject) | Subject::Userset(subject, _) => self.intern(subject)?,
            Subject::Wildcard(_) => EVERYBODY,
        };
        let edge = Edge { object, row, class, subject };
        if self.index.find(edge).is_none() {
            self.index.add(scope, edge, tuple.condition.as_deref());
        } else if !self.index.held_by(scope, edge) {
            return Err(ApplyError::AnotherScope(Box::new(tuple.clone())));
        }
        Ok(())
    }

    fn remove(&mut self, scope: ObjectId, tuple: &Tuple) -> Result<(), ApplyError> {
        let Some(edge) = self.edge(tuple) else { return Ok(()) };
        if self.index.find(edge).is_none() {
            return Ok(());
        }
        if !self.index.held_by(scope, edge) {
            return Err(ApplyError::AnotherScope(Box::new(tuple.clone())));
        }
        self.index.remove(scope, edge);
        Ok(())
    }

    /// The snapshot with some more tuples, for one question.
    pub(crate) fn with_contextual(
        &self,
        tuples: &[Tuple],
    ) -> Result<Snapshot, crate::EvaluationError> {
        let mut next = self.clone();
        for tuple in tuples {
            let fault = |reason: String| crate::EvaluationError::InvalidContextual {
                tuple: Box::new(tuple.clone()),
                reason,
            };
            let (row, class) = allowed(&self.model, tuple).map_err(fault)?;
            let number = |next: &mut Self, object| {
                next.intern(object).map_err(|error| fault(error.to_string()))
            };
            let object = number(&mut next, &tuple.object)?;
            let subject = match &tuple.subject {
                Subject::Object(subject) | Subject::Userset(subject, _) => {
                    number(&mut next, subject)?
                }
                Subject::Wildcard(_) => EVERYBODY,
            };
            let edge = Edge { object, row, class, subject };
            // What is given with the question wins over what is stored: its condition counts.
            if next.index.find(edge).is_some() {
                next.index.unlink(edge);
            }
            next.index.add(EVERYBODY, edge, tuple.condition.as_deref());
        }
        Ok(next)
    }

    fn intern(&mut self, object: &Object) -> Result<ObjectId, ApplyError> {
        let kind = self.plan().kind(&object.kind).unwrap_or(SCOPE);
        self.index.names.intern(kind, &object.id).ok_or(ApplyError::Full)
    }

    /// The snapshot without a scope: its relationships and its revision. Costs as much as the scope
    /// holds.
    #[must_use]
    pub fn unload(&self, scope: &str) -> Snapshot {
        let mut next = Self { version: next_version(), ..self.clone() };
        if let Some(number) = self.index.names.find(SCOPE, scope) {
            for edge in self.index.edges_in(number) {
                next.index.remove(number, edge);
            }
            next.revisions.remove(&number);
            next.index.names.forget(number);
        }
        next
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Snapshot({} relationships)", self.len())
    }
}

/// Whether the model allows the tuple: its relation and the class of its subject, or why not.
pub(crate) fn allowed(model: &Model, tuple: &Tuple) -> Result<(Pair, Class), String> {
    let plan = model.plan();
    let kind = plan.kind(&tuple.object.kind);
    let kind = kind.ok_or_else(|| format!("there is no type `{}`", tuple.object.kind))?;
    let row = plan.pair(kind, &tuple.relation).ok_or_else(|| {
        format!("the type `{}` has no relation `{}`", tuple.object.kind, tuple.relation)
    })?;
    let refused = || {
        let relation = format!("{}#{}", tuple.object.kind, tuple.relation);
        let under = tuple.condition.as_ref().map(|condition| format!(" with {}", condition.name));
        format!("`{relation}` does not admit `{}{}`", tuple.subject, under.unwrap_or_default())
    };
    let class = plan.class_of(&tuple.subject).ok_or_else(refused)?;
    let condition = tuple.condition.as_ref().map(|condition| &condition.name);
    let admitted = &plan.at(row).admits;
    if !admitted.iter().any(|(other, under)| *other == class && under.as_ref() == condition) {
        return Err(refused());
    }
    if let Some(condition) = &tuple.condition {
        conditions::accepts(model, condition)?;
    }
    Ok((row, class))
}
