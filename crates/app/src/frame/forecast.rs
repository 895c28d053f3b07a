//! What a dry run answers: who would gain and who would lose what.

use guildhall_authz::{Change, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;

/// The difference that an operation would make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Forecast {
    /// Relationships that would be added, as `object#relation@subject`.
    pub added: Vec<String>,
    /// Relationships that would be removed.
    pub removed: Vec<String>,
    /// Relations that subjects would have and do not have now.
    pub gains: Vec<Right>,
    /// Relations that subjects have now and would not have.
    pub losses: Vec<Right>,
    /// False where there were too many gains and losses to list them all.
    pub complete: bool,
}

/// A subject's relation to an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Right {
    /// Who, such as `user:user_…`.
    pub subject: String,
    /// The relation of the charter, such as `can_invite`.
    pub relation: String,
    /// To what, such as `organization:org_…`.
    pub object: String,
}

impl Forecast {
    pub(crate) fn between(
        before: &Snapshot,
        after: &Snapshot,
        changes: &[Change],
    ) -> Result<Self, String> {
        let difference = before.difference(after, changes).map_err(|error| error.to_string())?;
        let right = |right: guildhall_authz::Gain| Right {
            subject: right.subject.to_string(),
            relation: right.relation.to_string(),
            object: right.object.to_string(),
        };
        let mut forecast = Self {
            added: Vec::new(),
            removed: Vec::new(),
            gains: difference.gained.into_iter().map(right).collect(),
            losses: difference.lost.into_iter().map(right).collect(),
            complete: difference.complete,
        };
        for change in changes {
            match change {
                Change::Add(tuple) => forecast.added.push(tuple.to_string()),
                Change::Remove(tuple) => forecast.removed.push(tuple.to_string()),
            }
        }
        Ok(forecast)
    }
}
