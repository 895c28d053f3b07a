//! The relationships themselves, for an operator to ask about.

use guildhall_authz::Snapshot;
use guildhall_model::OrganizationId;
use guildhall_store::ScopeId;

use crate::index::charter;
use crate::{Never, Permission, Query, QueryOutcome, Stop, Target, TheSystem, Viewing};

/// The relationships of the system and, if one is named, of an organization, under the charter.
///
/// What holds by identity and is not stored, such as that every user is registered, is added for
/// the system; of other objects, [`facts`](crate::facts) tells it.
#[derive(Clone, Debug)]
pub struct ReadRelationships {
    /// The organization, if any.
    pub organization: Option<OrganizationId>,
}

impl Query for ReadRelationships {
    const NAME: &'static str = "system.read_relationships";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_read_audit");
    type Target = TheSystem;
    type Output = Snapshot;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let organization = self.organization.map(ScopeId::from);
        let scopes: Vec<ScopeId> = [ScopeId::system()].into_iter().chain(organization).collect();
        let all = cx.snapshot();
        let stored = scopes.iter().flat_map(|scope| {
            all.tuples_in(scope.as_str()).map(move |tuple| (scope.as_str().to_owned(), tuple))
        });
        let facts = TheSystem.facts().into_iter();
        let facts = facts.map(|fact| (ScopeId::system().as_str().to_owned(), fact));
        let revisions = scopes
            .iter()
            .filter_map(|scope| Some((scope.as_str().to_owned(), all.revision(scope.as_str())?)));
        let revisions: Vec<_> = revisions.collect();
        Snapshot::load(charter(), stored.chain(facts), revisions)
            .map_err(|error| Stop::Fault(error.to_string()))
    }
}
