//! How far a scope has come: one step with every mutation.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// The number of mutations a scope has seen. Zero before the first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct Revision(u64);

/// A text or number is not a revision.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a revision: it is a whole number from 0", text::quoted(.0))]
pub struct RevisionError(String);

impl Revision {
    /// Before the first mutation.
    pub const ZERO: Self = Self(0);

    /// The revision of this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The one after this.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl From<Revision> for i64 {
    /// As the stores keep it; past `i64::MAX`, which no scope reaches, it stays there.
    fn from(revision: Revision) -> Self {
        Self::try_from(revision.0).unwrap_or(Self::MAX)
    }
}

impl TryFrom<i64> for Revision {
    type Error = RevisionError;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        u64::try_from(number).map(Self).map_err(|_| RevisionError(number.to_string()))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Revision {
    type Err = RevisionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| RevisionError(text.into()))
    }
}
