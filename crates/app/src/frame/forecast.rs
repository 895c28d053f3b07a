//! What a dry run answers: who would gain and who would lose what.

use std::collections::HashMap;

use guildhall_authz::{Change, Check, EvaluationError, Gain, Object, Snapshot, Subject, Tuple};
use guildhall_model::{OrganizationId, UserId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Target;

/// The difference that an operation would make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Forecast {
    /// Relationships that would be added, as `object#relation@subject`.
    pub added: Vec<String>,
    /// Relationships that would be removed.
    pub removed: Vec<String>,
    /// Relations that subjects would have and do not have now. People are named only to those who
    /// may see them.
    pub gains: Vec<Right>,
    /// Relations that subjects have now and would not have, of people whom the asker may see.
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
    /// What lies between two snapshots, as far as `reader` may know.
    pub(crate) fn between(
        before: &Snapshot,
        after: &Snapshot,
        changes: &[Change],
        reader: &Reader,
    ) -> Result<Self, EvaluationError> {
        let difference = before.difference(after, changes)?;
        let mut known: HashMap<Subject, bool> = HashMap::new();
        let mut seen = |rights: Vec<Gain>| {
            let mut shown = Vec::new();
            for right in rights {
                let knows = match known.get(&right.subject) {
                    Some(knows) => *knows,
                    None => {
                        let knows = reader.knows(&right.subject, before)?
                            || reader.knows(&right.subject, after)?;
                        known.insert(right.subject.clone(), knows);
                        knows
                    }
                };
                if knows {
                    shown.push(Right {
                        subject: right.subject.to_string(),
                        relation: right.relation.to_string(),
                        object: right.object.to_string(),
                    });
                }
            }
            Ok::<_, EvaluationError>(shown)
        };
        let mut forecast = Self {
            added: Vec::new(),
            removed: Vec::new(),
            gains: seen(difference.gained)?,
            losses: seen(difference.lost)?,
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

/// Who asks for a forecast, and where. It tells them of nobody whom they could not find otherwise:
/// neither who administers the installation nor whether an address has an account (security 28
/// and 58).
pub(crate) struct Reader {
    /// `None` for the system itself, which may know everything.
    pub subject: Option<Subject>,
    /// The organizations that the operation is about.
    pub organizations: Vec<OrganizationId>,
}

impl Reader {
    fn knows(&self, subject: &Subject, snapshot: &Snapshot) -> Result<bool, EvaluationError> {
        let (Some(reader), Subject::Object(person)) = (&self.subject, subject) else {
            return Ok(true);
        };
        let Ok(user) = person.id.parse::<UserId>() else { return Ok(true) };
        let holds = |object: &Object, relation: &str, who: &Subject, facts: &[Tuple]| {
            let check = Check { contextual: facts, ..Check::new(object, relation, who) };
            snapshot.check(&check)
        };
        if holds(&user.object(), "can_see", reader, &user.facts())? {
            return Ok(true);
        }
        for organization in self.organizations.iter().map(Target::object) {
            if holds(&organization, "can_list_members", reader, &[])?
                && holds(&organization, "everyone", subject, &[])?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
