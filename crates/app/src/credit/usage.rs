//! What was consumed: by day, week or month, by whom, on which cluster (H10, A80, A92).

mod step;
mod tally;

use guildhall_model::{ClusterId, ClusterName, Credits, Email, OrganizationId, Timestamp, UserId};
use guildhall_store::{
    Scoped, StoreError,
    cluster::{self, run},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::tally::Tally;
use crate::{
    Permission, Query, QueryOutcome, RefusalKind, Stop, Target, Viewing, refusal::refusals,
};
pub use step::{MAX_STEPS, UsageStep};

/// A time that usage is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageRange {
    /// From when.
    pub from: Timestamp,
    /// Until when, not included. What is to come counts nothing yet.
    pub until: Timestamp,
    /// The parts it is divided into, at most [`MAX_STEPS`]. The first and the last are cut off
    /// where the range begins and ends.
    pub step: UsageStep,
}

refusals! {
    /// Why there is no answer.
    UsageRefusal {
        /// It ends before it begins.
        Backwards = "credit.range_backwards", RefusalKind::Invalid,
            "the range must begin before it ends", at "until";
        /// It has too many steps.
        TooLong = "credit.range_too_long", RefusalKind::Invalid,
            "the range has more than 400 parts: choose a larger step or fewer days", at "step";
    }
}

impl UsageRange {
    fn tally(&self) -> Result<Tally, UsageRefusal> {
        if self.from >= self.until {
            return Err(UsageRefusal::Backwards);
        }
        let edges = self.step.edges(self.from, self.until).ok_or(UsageRefusal::TooLong)?;
        Ok(Tally::new(edges))
    }
}

/// A part of the range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageBucket {
    /// From when.
    pub from: Timestamp,
    /// Until when, not included.
    pub until: Timestamp,
    /// What was consumed in it.
    pub consumed: Credits,
}

/// What an organization consumed, as every member may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Consumption {
    /// All that was consumed in the range.
    pub total: Credits,
    /// The parts of the range, in order.
    pub buckets: Vec<UsageBucket>,
}

/// What an organization consumed in a range, as a whole.
#[derive(Clone, Copy, Debug)]
pub struct GetConsumption {
    /// The organization.
    pub organization: OrganizationId,
    /// When.
    pub range: UsageRange,
}

impl Query for GetConsumption {
    const NAME: &'static str = "credit.consumption";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_see_credits");
    type Target = OrganizationId;
    type Output = Consumption;
    type Refusal = UsageRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        Ok(counted(cx, &self.range).await?.consumption())
    }
}

/// What an organization consumed in a range, with who and what consumed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// All that was consumed in the range.
    pub total: Credits,
    /// The parts of the range, in order.
    pub buckets: Vec<UsageBucket>,
    /// By who had started the clusters, the most first.
    pub by_user: Vec<UserUsage>,
    /// By cluster, the most first.
    pub by_cluster: Vec<ClusterUsage>,
    /// The finest division: what consumed anything, by bucket, cluster and user.
    #[serde(skip)]
    pub parts: Vec<UsagePart>,
}

/// What the clusters that a user had started consumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserUsage {
    /// The user.
    pub user: UserId,
    /// Their address when they last started one of them.
    pub email: Email,
    /// All in the range.
    pub consumed: Credits,
    /// The same by bucket, in their order.
    pub buckets: Vec<Credits>,
}

/// What a cluster consumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterUsage {
    /// The cluster; it may be terminated.
    pub cluster: ClusterId,
    /// Its name.
    pub name: ClusterName,
    /// All in the range.
    pub consumed: Credits,
    /// The same by bucket, in their order.
    pub buckets: Vec<Credits>,
}

/// What one cluster consumed in one bucket for one user. All places count from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsagePart {
    /// The place of the bucket in [`Usage::buckets`].
    pub bucket: usize,
    /// The place of the cluster in [`Usage::by_cluster`].
    pub cluster: usize,
    /// The place of the user in [`Usage::by_user`].
    pub user: usize,
    /// What was consumed.
    pub consumed: Credits,
}

/// What an organization consumed in a range, in detail.
#[derive(Clone, Copy, Debug)]
pub struct GetUsage {
    /// The organization.
    pub organization: OrganizationId,
    /// When.
    pub range: UsageRange,
}

impl Query for GetUsage {
    const NAME: &'static str = "credit.usage";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_read_usage");
    type Target = OrganizationId;
    type Output = Usage;
    type Refusal = UsageRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let tally = counted(cx, &self.range).await?;
        Ok(named(tally, &mut cx.store()).await?)
    }
}

async fn counted<Q: Query<Refusal = UsageRefusal>>(
    cx: &mut Viewing<'_, Q>,
    range: &UsageRange,
) -> Result<Tally, Stop<UsageRefusal>>
where
    Q::Target: Target,
{
    let mut tally = range.tally()?;
    let now = cx.now();
    let store = &mut cx.store();
    for run in run::ended_between(store, range.from, range.until).await? {
        tally.add(&run);
    }
    for open in run::all_open(store).await? {
        tally.add(&run::EndedRun {
            cluster: open.cluster,
            user: open.user,
            started_at: open.started_at,
            ended_at: now.max(open.started_at),
            hourly: open.hourly,
        });
    }
    Ok(tally)
}

async fn named(tally: Tally, store: &mut Scoped<'_>) -> Result<Usage, StoreError> {
    let Consumption { total, buckets } = tally.consumption();
    let (users, clusters) = (tally.users(), tally.clusters());
    let mut by_user = Vec::with_capacity(users.len());
    for share in users {
        let (cluster, started_at) = share.last_run;
        let email = run::email(store, cluster, started_at).await?;
        let email = email.ok_or_else(|| StoreError::Fault("a run is gone".to_owned()))?;
        let (consumed, buckets) = (share.consumed, share.buckets);
        by_user.push(UserUsage { user: share.of, email, consumed, buckets });
    }
    by_user.sort_by(|a, b| b.consumed.cmp(&a.consumed).then_with(|| a.email.cmp(&b.email)));
    let names: std::collections::HashMap<_, _> = cluster::names(store).await?.into_iter().collect();
    let mut by_cluster = Vec::with_capacity(clusters.len());
    for share in clusters {
        let name = names.get(&share.of).cloned();
        let name = name.ok_or_else(|| StoreError::Fault("a cluster is gone".to_owned()))?;
        let (consumed, buckets) = (share.consumed, share.buckets);
        by_cluster.push(ClusterUsage { cluster: share.of, name, consumed, buckets });
    }
    by_cluster.sort_by(|a, b| b.consumed.cmp(&a.consumed).then(a.cluster.cmp(&b.cluster)));
    let parts = tally.parts(
        |id| by_cluster.iter().position(|one| one.cluster == id),
        |id| by_user.iter().position(|one| one.user == id),
    );
    Ok(Usage { total, buckets, by_user, by_cluster, parts })
}
