//! Clusters as the members of their organization see them.

use guildhall_model::{
    CloudAccountId, CloudProvider, ClusterId, ClusterMove, ClusterName, ClusterRole, ClusterState,
    Credits, OrganizationId, Timestamp, UserManagement, Version,
};
use guildhall_store::{
    cloud_account,
    cluster::{self, Cluster, account, identity, service},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::driver::Verb;
use crate::{ClusterRef, Never, Permission, Query, QueryOutcome, Stop, Viewing};

/// The most clusters that one answer holds.
const MOST: u32 = 201;

/// The clusters of an organization, newest first (H28).
#[derive(Clone, Debug)]
pub struct ListClusters {
    /// The organization.
    pub organization: OrganizationId,
    /// Only those with this in their name; empty for all.
    pub search: String,
    /// Whether terminated ones are listed too.
    pub terminated: bool,
    /// Only clusters older than this one.
    pub after: Option<ClusterId>,
    /// How many at most; capped at 201.
    pub limit: u32,
}

/// A cluster in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedCluster {
    /// Its id.
    pub id: ClusterId,
    /// Its name.
    pub name: ClusterName,
    /// The version that runs.
    pub version: Version,
    /// Its size.
    pub size: String,
    /// What an hour of it consumes.
    pub credits_per_hour: Credits,
    /// Who keeps its accounts.
    pub user_management: UserManagement,
    /// How far it is in its life.
    pub state: ClusterState,
    /// Since when.
    pub state_since: Timestamp,
    /// How far the move under way has come, in percent, if its driver tells.
    pub progress: Option<u8>,
    /// What its driver has to say, or why it did not do its part, for people to read.
    pub message: Option<String>,
    /// Where people reach it.
    pub url: Option<String>,
    /// Who asked for it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Why its driver could not reach it when it last tried.
    pub unreachable: Option<String>,
    /// The moves that its state allows and the asker may make.
    pub moves: Vec<ClusterMove>,
    /// The move that its driver gave up on; null unless the state is `error`.
    pub failed: Option<ClusterMove>,
}

impl Query for ListClusters {
    const NAME: &'static str = "cluster.list";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_list_clusters");
    type Target = OrganizationId;
    type Output = Vec<ListedCluster>;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let limit = self.limit.min(MOST);
        // Whoever may list clusters may start and stop them (H52); the rest is the switch's.
        let ends = cx.actor_may("can_create_cluster")?;
        let clusters =
            cluster::page(&mut cx.store(), &self.search, self.terminated, self.after, limit)
                .await?;
        Ok(clusters.into_iter().map(|cluster| listed(cluster, true, ends)).collect())
    }
}

/// How many clusters an organization has.
#[derive(Clone, Copy, Debug)]
pub struct CountClusters {
    /// The organization.
    pub organization: OrganizationId,
}

/// The clusters of an organization in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterCounts {
    /// Those that are not terminated.
    pub living: u64,
    /// Those of them that run.
    pub running: u64,
}

impl Query for CountClusters {
    const NAME: &'static str = "cluster.count";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_list_clusters");
    type Target = OrganizationId;
    type Output = ClusterCounts;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let (living, running) = cluster::count(&mut cx.store()).await?;
        Ok(ClusterCounts { living, running })
    }
}

fn listed(cluster: Cluster, runs: bool, ends: bool) -> ListedCluster {
    let may = |wanted: &ClusterMove| match wanted {
        ClusterMove::Start => runs,
        ClusterMove::Stop => runs && cluster.made,
        ClusterMove::Upgrade | ClusterMove::Terminate => ends,
    };
    let moves = ClusterMove::ALL.iter().copied();
    let moves = moves.filter(|wanted| cluster.state.allows(*wanted) && may(wanted)).collect();
    ListedCluster {
        moves,
        failed: failed(&cluster),
        id: cluster.id,
        name: cluster.name,
        version: cluster.version,
        size: cluster.size,
        credits_per_hour: cluster.hourly,
        user_management: cluster.user_management,
        state: cluster.state,
        state_since: cluster.state_since,
        progress: cluster.progress.and_then(|percent| u8::try_from(percent).ok()),
        message: cluster.message,
        url: cluster.url,
        created_by: cluster.created_by_email.to_string(),
        created_at: cluster.created_at,
        unreachable: cluster.unreachable,
    }
}

fn failed(cluster: &Cluster) -> Option<ClusterMove> {
    let order = cluster.order.as_ref().filter(|_| cluster.state == ClusterState::Error)?;
    match order.verb.parse::<Verb>().ok()? {
        Verb::Create | Verb::Start => Some(ClusterMove::Start),
        Verb::Stop => Some(ClusterMove::Stop),
        Verb::Upgrade => Some(ClusterMove::Upgrade),
        Verb::Terminate => Some(ClusterMove::Terminate),
        _ => None,
    }
}

/// One cluster, with everything that the asker may do with it.
#[derive(Clone, Copy, Debug)]
pub struct GetCluster {
    /// The cluster.
    pub cluster: ClusterRef,
}

/// A cluster at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterView {
    /// What the list tells, too.
    #[serde(flatten)]
    pub cluster: ListedCluster,
    /// Where it runs.
    pub cloud_account: CloudAccountId,
    /// The name of that cloud account; null once it is gone.
    pub cloud_account_name: Option<String>,
    /// Its cloud; null once the account is gone.
    pub provider: Option<CloudProvider>,
    /// The services whose ports can be open, in the order of their names.
    pub services: Vec<ServiceView>,
    /// How the asker signs in; null on a cluster that is not Managed, and before it runs.
    pub own_account: Option<OwnAccount>,
    /// What the asker may do besides moving it.
    pub may: ClusterActions,
    /// The version that an upgrade under way is to reach.
    pub upgrading_to: Option<Version>,
    /// When its driver last told how it is.
    pub described_at: Option<Timestamp>,
    /// When something on it was last found other than Guildhall had made it, and was repaired.
    pub drifted_at: Option<Timestamp>,
    /// What that was.
    pub drift: Option<String>,
}

/// A service of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceView {
    /// Its name for programs.
    pub name: String,
    /// What people read.
    pub label: String,
    /// Its ports.
    pub ports: Vec<u16>,
    /// Whether its ports should be open.
    pub open: bool,
    /// Whether the cluster is so by now.
    pub applied: bool,
}

/// The asker's own account on a cluster (H35).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnAccount {
    /// Its name.
    pub name: String,
    /// What it may do; null where it is blocked or not yet made.
    pub role: Option<ClusterRole>,
    /// Whether the cluster has it as it should be by now.
    pub ready: bool,
    /// Whether the asker has set a password for clusters.
    pub has_password: bool,
    /// How to sign in with it.
    pub sign_in: Option<String>,
}

/// What the asker may do with a cluster besides moving it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterActions {
    /// Bring it to another version, once its state allows it.
    pub upgrade: bool,
    /// Open and close the ports of its services.
    pub set_services: bool,
    /// Read the administrator's password of a cluster that is not Managed.
    pub read_admin_password: bool,
}

impl Query for GetCluster {
    const NAME: &'static str = "cluster.get";
    const PERMISSION: Permission<ClusterRef> = Permission::named("can_see");
    type Target = ClusterRef;
    type Output = ClusterView;
    type Refusal = Never;

    fn target(&self) -> ClusterRef {
        self.cluster
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let id = self.cluster.cluster;
        let cluster = cluster::get(&mut cx.store(), id).await?.ok_or(Stop::NotFound)?;
        let managed = cluster.user_management == UserManagement::Managed;
        let may = ClusterActions {
            upgrade: cx.actor_may("can_upgrade")?,
            set_services: cx.actor_may("can_set_services")?,
            read_admin_password: !managed && cx.actor_may("can_read_admin_password")?,
        };
        let (runs, ends) = (cx.actor_may("can_start")?, cx.actor_may("can_terminate")?);
        let account = cloud_account::get(&mut cx.store(), cluster.cloud_account).await?;
        let mut services = Vec::new();
        for one in service::all(&mut cx.store(), id).await? {
            services.push(ServiceView {
                ports: serde_json::from_str(&one.ports).unwrap_or_default(),
                name: one.name,
                label: one.label,
                open: one.wanted,
                applied: one.wanted == one.applied,
            });
        }
        let own_account = if managed { self.own(cx, &cluster).await? } else { None };
        let upgrading = cluster.order.as_ref().filter(|_| cluster.state == ClusterState::Updating);
        Ok(ClusterView {
            cloud_account: cluster.cloud_account,
            cloud_account_name: account.as_ref().map(|account| account.name.to_string()),
            provider: account.map(|account| account.provider),
            services,
            own_account,
            may,
            upgrading_to: upgrading.and_then(|order| order.target.clone()),
            described_at: cluster.described_at,
            drifted_at: cluster.drift.as_ref().map(|(at, _)| *at),
            drift: cluster.drift.as_ref().map(|(_, found)| found.clone()),
            cluster: listed(cluster, runs, ends),
        })
    }
}

impl GetCluster {
    async fn own(
        &self,
        cx: &mut Viewing<'_, Self>,
        cluster: &Cluster,
    ) -> Result<Option<OwnAccount>, Stop<Never>> {
        let Some(user) = cx.actor().user() else { return Ok(None) };
        let Some(own) = account::get(&mut cx.store(), cluster.id, user).await? else {
            return Ok(None);
        };
        let identity = identity::get(cx.store().system(), user).await?;
        let sign_in = cluster.sign_in.as_ref().map(|how| how.replace("{account}", &own.name));
        Ok(Some(OwnAccount {
            role: own.applied,
            ready: own.applied.is_some() && own.applied == own.wanted,
            has_password: identity.is_some_and(|identity| identity.verifier.is_some()),
            sign_in: sign_in.filter(|_| cluster.state == ClusterState::Running),
            name: own.name,
        }))
    }
}
