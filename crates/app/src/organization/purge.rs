//! Removing a deleted organization for good, when the time to restore it is over.

use guildhall_model::OrganizationId;
use guildhall_store::{cloud_account, cluster, credit, member, organization, relationship};
use serde::{Deserialize, Serialize};

use super::delete::suspended;
use crate::{
    Granted, Never, Operation, Outcome, Permission, Query, QueryOutcome, Refusal, RefusalKind,
    Stop, TheSystem, Viewing, cluster::take_down, index,
};

/// How much one run removes: a lock is never held for long.
const BATCH: usize = 500;
/// How many clusters one run removes, each with the records of all accounts on it.
const CLUSTERS: u32 = 10;

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
    /// Whether clusters have to be taken down first, which takes their drivers a while: going on at
    /// once is in vain.
    pub waits: bool,
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
        if self.clusters_are_left(cx).await? {
            return Ok(Purged { finished: false, waits: true });
        }
        let facts = relationship::some_but(&mut cx.store(), "suspended", BATCH).await?;
        let members = member::some(&mut cx.store(), BATCH).await?;
        let rows = Self::forget(cx).await?;
        if facts.is_empty() && members.is_empty() && rows == 0 {
            // The last relationship to go is the one that keeps everybody out.
            cx.unrelate(suspended(self.organization)).await?;
            relationship::close(&mut cx.store()).await?;
            return Ok(Purged { finished: true, waits: false });
        }
        for fact in facts {
            cx.unrelate(index::tuple(fact)).await?;
        }
        for user in members {
            member::remove(&mut cx.store(), user).await?;
        }
        Ok(Purged { finished: false, waits: false })
    }
}

impl PurgeOrganization {
    /// Has clusters that are not terminated taken down; their drivers need the credentials for it,
    /// so these go last. Answers whether there are any.
    async fn clusters_are_left(
        &self,
        cx: &mut Granted<'_, Self>,
    ) -> Result<bool, Stop<PurgeOrganizationRefusal>> {
        let left = cluster::unended(&mut cx.store(), BATCH as u32).await?;
        for cluster in &left {
            take_down(cx, cluster).await?;
        }
        Ok(!left.is_empty())
    }

    /// Removes some of what clusters, credentials and credits left behind. Answers how many rows.
    async fn forget(cx: &mut Granted<'_, Self>) -> Result<u64, Stop<PurgeOrganizationRefusal>> {
        let store = &mut cx.store();
        Ok(cluster::forget(store, CLUSTERS).await?
            + cloud_account::forget(store).await?
            + cluster::run::forget(store, BATCH as u32).await?
            + credit::forget(store).await?)
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
