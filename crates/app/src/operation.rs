//! The two shapes of work: an operation changes something, a query reads.

use std::future::Future;

use serde::{Serialize, de::DeserializeOwned};

use crate::{Granted, Permission, Refusal, Stop, Target, Viewing};

/// A change that somebody asks for, as a value.
pub trait Operation: Sized + Send + 'static {
    /// Its name in audit events and documents, such as `member.remove`.
    const NAME: &'static str;
    /// What the actor must have to the target.
    const PERMISSION: Permission<Self::Target>;
    /// What it is authorized on.
    type Target: Target;
    /// What it answers.
    type Output: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Why it may not be done though it is permitted.
    type Refusal: Refusal;

    /// Whether a dry run may tell what it would change. Not where that depends on what only others
    /// may know, such as whether an address has an account (security 28).
    const FORETOLD: bool = true;

    /// What this one is authorized on.
    fn target(&self) -> Self::Target;

    /// Does it. Whatever it wrote is undone unless it answers `Ok`.
    fn run(self, cx: &mut Granted<'_, Self>) -> impl Future<Output = Outcome<Self>> + Send;
}

/// How an operation ends.
pub type Outcome<O> = Result<<O as Operation>::Output, Stop<<O as Operation>::Refusal>>;

/// A question that somebody asks, as a value.
pub trait Query: Sized + Send + 'static {
    /// Its name in documents, such as `member.list`.
    const NAME: &'static str;
    /// What the actor must have to the target.
    const PERMISSION: Permission<Self::Target>;
    /// What it is authorized on.
    type Target: Target;
    /// What it answers.
    type Output: Send + 'static;
    /// Why there is no answer.
    type Refusal: Refusal;

    /// What this one is authorized on.
    fn target(&self) -> Self::Target;

    /// Answers it.
    fn run(self, cx: &mut Viewing<'_, Self>) -> impl Future<Output = QueryOutcome<Self>> + Send;
}

/// How a query ends.
pub type QueryOutcome<Q> = Result<<Q as Query>::Output, Stop<<Q as Query>::Refusal>>;
