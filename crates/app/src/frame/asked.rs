//! What is asked of what, apart from its types; and the one decision that both frames take.

use guildhall_authz::{Check, EvaluationError, Object, Snapshot, Subject, Tuple};
use guildhall_store::ScopeId;

use crate::{Actor, Call, Error, Never, Permission, Stop, Target};

/// An operation or a query as the frame sees it: whatever its types, the steps around it are the
/// same and compiled once.
pub(super) struct Asked {
    /// Its name.
    pub(super) name: &'static str,
    /// What the actor must have to the target.
    pub(super) permission: &'static str,
    /// The kind of target in the charter.
    pub(super) kind: &'static str,
    /// The scope whose lock the decision is taken under.
    pub(super) scope: ScopeId,
    object: Object,
    facts: Vec<Tuple>,
}

impl Asked {
    pub(super) fn of<T: Target>(name: &'static str, needs: Permission<T>, target: &T) -> Self {
        Self {
            name,
            permission: needs.relation(),
            kind: T::KIND,
            scope: target.scope(),
            object: target.object(),
            facts: target.facts(),
        }
    }

    /// The target's id.
    pub(super) fn id(&self) -> String {
        self.object.id.to_string()
    }

    /// Whether a subject has a relation to the target.
    pub(super) fn allows(
        &self,
        subject: &Subject,
        relation: &str,
        snapshot: &Snapshot,
    ) -> Result<bool, EvaluationError> {
        let check = Check::new(&self.object, relation, subject);
        snapshot.check(&Check { contextual: &self.facts, ..check })
    }

    /// May the actor do this to the target? And if not: may they know of it?
    pub(super) fn permit(&self, call: &Call, snapshot: &Snapshot) -> Result<(), Error<Never>> {
        let Some(subject) = call.actor.subject() else { return Ok(()) };
        let has = |relation: &str| {
            let fault = |error: EvaluationError| Stop::from(error).answer(self.name);
            self.allows(&subject, relation, snapshot).map_err(fault)
        };
        if has(self.permission)? {
            Ok(())
        } else if call.actor == Actor::Anonymous {
            Err(Error::SignInRequired)
        } else if has("can_see")? {
            Err(Error::Forbidden { permission: self.permission })
        } else {
            Err(Error::NotFound)
        }
    }
}
