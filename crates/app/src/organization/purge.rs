//! Removing a deleted organization for good, when the time to restore it is over.

use guildhall_model::OrganizationId;
use guildhall_store::{member, organization, relationship};
use serde::{Deserialize, Serialize};

use super::delete::suspended;
use crate::{
    Granted, Never, Operation, Outcome, Permission, Query, QueryOutcome, Refusal, RefusalKind,
    Stop, TheSystem, Viewing, index,
};

/// How much one run removes: a lock is never held for long.
const BATCH: usize = 500;

/// Remove some of a deleted organization's data; to be run until it is finished. What happened in
/// it stays in the history and the audit log.
#[derive(Clone, Copy, Debug)]
pub struct PurgeOrganization {
    /// The organization.
    pub organization: OrganizationId,
}

/// How far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purged {
    /// Whether nothing is left.
    pub finished: bool,
}

/// Why nothing is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PurgeOrganizationRefusal {
    /// It is not deleted, or can still be restored.
    #[error("this organization is not deleted, or can still be restored")]
    Living,
}

impl Refusal for PurgeOrganizationRefusal {
    const CODES: &'static [&'static str] = &["organization.living"];

    fn code(&self) -> &'static str {
        Self::CODES[0]
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Conflict
    }
}

impl Operation for PurgeOrganization {
    const NAME: &'static str = "organization.purge";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_purge");
    type Target = OrganizationId;
    type Output = Purged;
    type Refusal = PurgeOrganizationRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        if of.purge_at.is_none_or(|at| cx.now() < at) {
            return Err(PurgeOrganizationRefusal::Living.into());
        }
        cx.about("organization", self.organization, &of.display_name);
        let facts = relationship::some_but(&mut cx.store(), "suspended", BATCH).await?;
        let members = member::some(&mut cx.store(), BATCH).await?;
        if facts.is_empty() && members.is_empty() {
            // The last relationship to go is the one that keeps everybody out.
            cx.unrelate(suspended(self.organization)).await?;
            relationship::close(&mut cx.store()).await?;
            return Ok(Purged { finished: true });
        }
        for fact in facts {
            cx.unrelate(index::tuple(fact)).await?;
        }
        for user in members {
            member::remove(&mut cx.store(), user).await?;
        }
        Ok(Purged { finished: false })
    }
}

/// Deleted organizations whose time is over, for the job that purges them.
#[derive(Clone, Copy, Debug)]
pub struct ListDeadOrganizations;

impl Query for ListDeadOrganizations {
    const NAME: &'static str = "organization.list_dead";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_list_organizations");
    type Target = TheSystem;
    type Output = Vec<OrganizationId>;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let now = cx.now();
        Ok(organization::due(cx.store().system(), now, BATCH).await?)
    }
}
