//! Why a question has no answer, or a change no effect.

use crate::object::Tuple;

/// A question that cannot be answered. Never to be read as a denial.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluationError {
    /// The model has no such type.
    #[error("the model has no type `{0}`")]
    UnknownType(String),
    /// The type has no such relation.
    #[error("the type `{kind}` has no relation `{relation}`")]
    UnknownRelation {
        /// The type.
        kind: String,
        /// The relation that was asked for.
        relation: String,
    },
    /// A tuple given with the question is not allowed by the model.
    #[error("the contextual relationship `{tuple}` is not allowed: {reason}")]
    InvalidContextual {
        /// The tuple.
        tuple: Box<Tuple>,
        /// Why.
        reason: String,
    },
    /// The answer lies deeper than the limit.
    #[error("the answer needs more than {0} hops from object to object")]
    TooDeep(u32),
    /// The answer needs more work than the limit.
    #[error("the answer needs more than {0} steps")]
    TooMuchWork(u64),
    /// A condition could not be evaluated.
    #[error("condition `{condition}` of `{tuple}`: {reason}")]
    Condition {
        /// The tuple that carries the condition.
        tuple: Box<Tuple>,
        /// The condition's name.
        condition: String,
        /// What went wrong, e.g. which parameters are missing.
        reason: String,
    },
    /// A cursor that belongs to another question or another revision.
    #[error("the cursor belongs to another question or revision")]
    Cursor,
}

/// A change that cannot be made. Nothing of its batch is applied.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// The model does not allow the tuple.
    #[error("the relationship `{tuple}` is not allowed: {reason}")]
    NotAllowed {
        /// The tuple.
        tuple: Box<Tuple>,
        /// Why.
        reason: String,
    },
    /// The tuple belongs to another scope.
    #[error("the relationship `{0}` belongs to another scope")]
    AnotherScope(Box<Tuple>),
    /// The revision is not above the scope's.
    #[error("revision {given} of scope `{scope}` is not above {current}")]
    Revision {
        /// The scope.
        scope: String,
        /// The revision it has.
        current: u64,
        /// The revision that was given.
        given: u64,
    },
    /// More than four thousand million names are in use.
    #[error("no more names can be held in memory")]
    Full,
}
