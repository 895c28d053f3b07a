//! The one core that all questions share: does a subject hold a relation on an object?

mod ground;
mod reach;
mod truth;

use std::cell::{Cell, RefCell};

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};

use crate::conditions;
use crate::error::EvaluationError;
use crate::index::{EVERYBODY, Edge, Index, ObjectId};
use crate::object::{Object, Subject, Tuple};
use crate::plan::{Class, Pair, Plan};
use crate::snapshot::{Limits, Snapshot};

/// Stands for an object no relationship mentions.
const UNKNOWN_OBJECT: ObjectId = ObjectId::MAX;
/// Stands for another one.
const UNKNOWN_SUBJECT: ObjectId = ObjectId::MAX - 1;

/// A question: does the subject hold the relation on the object?
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// On what.
    pub object: &'a Object,
    /// Which relation.
    pub relation: &'a str,
    /// Who: an object, all holders of a relation, or everybody of a type.
    pub subject: &'a Subject,
    /// Tuples that count for this question alone.
    pub contextual: &'a [Tuple],
    /// Parameters of conditions.
    pub context: Option<&'a Map<String, Value>>,
}

impl<'a> Check<'a> {
    /// The question without contextual tuples and parameters.
    pub fn new(object: &'a Object, relation: &'a str, subject: &'a Subject) -> Self {
        Self { object, relation, subject, contextual: &[], context: None }
    }

    /// With tuples that count for this question alone.
    #[must_use]
    pub fn contextual(mut self, tuples: &'a [Tuple]) -> Self {
        self.contextual = tuples;
        self
    }

    /// With parameters of conditions.
    #[must_use]
    pub fn context(mut self, context: &'a Map<String, Value>) -> Self {
        self.context = Some(context);
        self
    }
}

/// What is known of a proposition; `or` and `and` are those of a three-valued logic.
#[derive(Clone, Debug)]
pub(crate) enum Truth {
    False,
    /// Neither proven nor refuted, because of an error.
    Unsure(Box<EvaluationError>),
    /// Depends on a question that is still open further up.
    Open,
    True,
}

impl Truth {
    pub(crate) fn is_true(&self) -> bool {
        matches!(self, Truth::True)
    }

    fn is_false(&self) -> bool {
        matches!(self, Truth::False)
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Truth::True, _) | (_, Truth::True) => Truth::True,
            (Truth::Open, _) | (_, Truth::Open) => Truth::Open,
            (Truth::Unsure(error), _) | (_, Truth::Unsure(error)) => Truth::Unsure(error),
            (Truth::False, Truth::False) => Truth::False,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Truth::False, _) | (_, Truth::False) => Truth::False,
            (Truth::Open, _) | (_, Truth::Open) => Truth::Open,
            (Truth::Unsure(error), _) | (_, Truth::Unsure(error)) => Truth::Unsure(error),
            (Truth::True, Truth::True) => Truth::True,
        }
    }

    fn not(self) -> Self {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            other => other,
        }
    }
}

/// Who asks, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asker {
    pub(crate) class: Class,
    pub(crate) id: ObjectId,
    /// The class of everybody of its type, where one object asks.
    pub(crate) everybody: Option<Class>,
    /// The relation whose holders ask.
    pub(crate) holders: Option<Pair>,
}

/// One question on one snapshot, with what has been found out so far.
pub(crate) struct Evaluation<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) plan: &'a Plan,
    pub(crate) index: &'a Index,
    pub(crate) limits: Limits,
    pub(crate) asker: Asker,
    context: Option<&'a Map<String, Value>>,
    work: Cell<u64>,
    /// Calls within calls, which bound the stack.
    frames: Cell<u32>,
    /// Some answer was no because it depends on its own absence.
    pub(crate) paradox: Cell<bool>,
    known: RefCell<FxHashMap<(ObjectId, Pair), bool>>,
    open: RefCell<FxHashSet<(ObjectId, Pair)>>,
}

impl<'a> Evaluation<'a> {
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        asker: Asker,
        context: Option<&'a Map<String, Value>>,
    ) -> Self {
        Self {
            snapshot,
            plan: snapshot.plan(),
            index: &snapshot.index,
            limits: snapshot.limits,
            asker,
            context,
            work: Cell::new(0),
            frames: Cell::new(0),
            paradox: Cell::new(false),
            known: RefCell::default(),
            open: RefCell::default(),
        }
    }

    /// The same question for another asker; what has been found out is kept apart, the work is not.
    pub(crate) fn for_asker(&self, asker: Asker) -> Evaluation<'a> {
        let other = Evaluation::new(self.snapshot, asker, self.context);
        other.work.set(self.work.get());
        other
    }

    /// Takes over the work another evaluation has done.
    pub(crate) fn charge(&self, other: &Evaluation<'_>) {
        self.work.set(self.work.get().max(other.work.get()));
    }

    /// The final answer for one node.
    pub(crate) fn decide(&self, object: ObjectId, pair: Pair) -> Result<bool, EvaluationError> {
        match self.node(object, pair, 0) {
            Truth::True => Ok(true),
            Truth::False => Ok(false),
            Truth::Unsure(error) => Err(*error),
            Truth::Open => self.settle(object, pair),
        }
    }

    /// Counts one edge; `Err` where that was one too many.
    #[inline]
    pub(crate) fn spend(&self) -> Result<(), EvaluationError> {
        let work = self.work.get() + 1;
        self.work.set(work);
        if work > self.limits.work {
            return Err(EvaluationError::TooMuchWork(self.limits.work));
        }
        Ok(())
    }

    /// Whether a tuple counts: always without a condition, else where its condition holds.
    #[inline]
    pub(crate) fn counts(&self, edge: Edge, conditional: bool) -> Result<bool, EvaluationError> {
        if !conditional {
            return Ok(true);
        }
        let Some(condition) = self.index.condition(edge) else { return Ok(true) };
        conditions::holds(self.snapshot.model(), condition, self.context).map_err(|reason| {
            EvaluationError::Condition {
                tuple: Box::new(self.snapshot.tuple(edge)),
                condition: condition.name.to_string(),
                reason,
            }
        })
    }

    /// Whether the asker is named by tuples of the object that count for the union.
    #[inline]
    fn named(&self, object: ObjectId, direct: &[Pair]) -> Truth {
        let mut found = Truth::False;
        for row in direct {
            let classes = [Some((self.asker.class, self.asker.id)), self.everybody()];
            for (class, subject) in classes.into_iter().flatten() {
                if !self.plan.admits(*row, class) {
                    continue;
                }
                let edge = Edge { object, row: *row, class, subject };
                match self.index.find(edge) {
                    None => {}
                    Some(false) => return Truth::True,
                    Some(true) => match self.counts(edge, true) {
                        Ok(true) => return Truth::True,
                        Ok(false) => {}
                        Err(error) => found = found.or(Truth::Unsure(Box::new(error))),
                    },
                }
            }
        }
        found
    }

    #[inline]
    pub(crate) fn everybody(&self) -> Option<(Class, ObjectId)> {
        self.asker.everybody.map(|class| (class, EVERYBODY))
    }

    /// Whether the asker is the holders of one of the relations of the object.
    #[inline]
    fn is_asker(&self, object: ObjectId, includes: &[Pair]) -> bool {
        self.asker.holders.is_some_and(|pair| self.asker.id == object && includes.contains(&pair))
    }
}

impl Snapshot {
    /// Whether the subject holds the relation on the object.
    ///
    /// `Ok(false)` is final: there is no chain of tuples that grants it. Everything that leaves
    /// the answer open is an error: an unknown type or relation, a condition that lacks a
    /// parameter, a limit. A relation that depends on its own absence, e.g. a document on which
    /// the blocked are the viewers and the viewers are those not blocked, is not held.
    pub fn check(&self, question: &Check<'_>) -> Result<bool, EvaluationError> {
        if !question.contextual.is_empty() {
            let with = self.with_contextual(question.contextual)?;
            return with.check(&Check { contextual: &[], ..*question });
        }
        let (object, pair) = self.node_of(question.object, question.relation)?;
        let asker = self.asker(question.subject, Some(question.object))?;
        Evaluation::new(self, asker, question.context).decide(object, pair)
    }

    /// Answers several questions on this one revision, each on its own.
    pub fn check_batch(&self, questions: &[Check<'_>]) -> Vec<Result<bool, EvaluationError>> {
        questions.iter().map(|question| self.check(question)).collect()
    }

    /// The numbers of an object and a relation of its type.
    pub(crate) fn node_of(
        &self,
        object: &Object,
        relation: &str,
    ) -> Result<(ObjectId, Pair), EvaluationError> {
        let pair = self.pair_of(&object.kind, relation)?;
        let kind = self.plan().at(pair).kind;
        Ok((self.index.names.find(kind, &object.id).unwrap_or(UNKNOWN_OBJECT), pair))
    }

    pub(crate) fn pair_of(&self, kind: &str, relation: &str) -> Result<Pair, EvaluationError> {
        let number = self.plan().kind(kind);
        let number = number.ok_or_else(|| EvaluationError::UnknownType(kind.to_owned()))?;
        self.plan().pair(number, relation).ok_or_else(|| EvaluationError::UnknownRelation {
            kind: kind.to_owned(),
            relation: relation.to_owned(),
        })
    }

    /// The numbers of a subject. An object nobody mentions still is the asked one where they are
    /// equal.
    pub(crate) fn asker(
        &self,
        subject: &Subject,
        asked: Option<&Object>,
    ) -> Result<Asker, EvaluationError> {
        let plan = self.plan();
        let kind = plan.kind(subject.kind());
        let kind = kind.ok_or_else(|| EvaluationError::UnknownType(subject.kind().to_owned()))?;
        let number = |object: &Object| {
            let unknown = if Some(object) == asked { UNKNOWN_OBJECT } else { UNKNOWN_SUBJECT };
            self.index.names.find(kind, &object.id).unwrap_or(unknown)
        };
        Ok(match subject {
            Subject::Object(object) => Asker {
                class: plan.objects_of(kind),
                id: number(object),
                everybody: Some(plan.everybody_of(kind)),
                holders: None,
            },
            Subject::Wildcard(_) => Asker {
                class: plan.everybody_of(kind),
                id: EVERYBODY,
                everybody: None,
                holders: None,
            },
            Subject::Userset(object, relation) => {
                let pair = self.pair_of(&object.kind, relation)?;
                Asker {
                    class: plan.holders_of(pair),
                    id: number(object),
                    everybody: None,
                    holders: Some(pair),
                }
            }
        })
    }
}
