//! Moves: start, stop, upgrade, terminate.

use guildhall_model::{ClusterMove, ClusterState, UserId, Version};
use guildhall_store::cluster::{self, Cluster};

use super::{driver::Verb, order};
use crate::{
    Actor, ClusterRef, Granted, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, credit,
};

/// Why a cluster does not move.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefusal {
    /// Its state does not allow it (H72), for instance because somebody else was faster.
    #[error("this cluster is {}, so it cannot {} now", .state.label().to_lowercase(), .wanted)]
    State {
        /// The state it is in.
        state: ClusterState,
        /// What was wanted.
        wanted: ClusterMove,
    },
    /// Everything granted is consumed.
    #[error("the organization has no credits left; ask the system administrator for more")]
    NoCredits,
    /// The version to reach is not newer.
    #[error("choose a version that is newer than {0}")]
    NotNewer(Version),
}

impl Refusal for MoveRefusal {
    const CODES: &'static [&'static str] =
        &["cluster.state", "cluster.no_credits", "cluster.not_newer"];

    fn code(&self) -> &'static str {
        match self {
            Self::State { .. } => Self::CODES[0],
            Self::NoCredits => Self::CODES[1],
            Self::NotNewer(_) => Self::CODES[2],
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::State { .. } => RefusalKind::Conflict,
            Self::NoCredits => RefusalKind::Plan,
            Self::NotNewer(_) => RefusalKind::Invalid,
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        match self {
            Self::NotNewer(_) => vec![("version".into(), self.to_string())],
            Self::State { .. } | Self::NoCredits => Vec::new(),
        }
    }
}

/// Start a cluster, which every member may (H29, H52). One whose making failed is made.
#[derive(Clone, Copy, Debug)]
pub struct StartCluster {
    /// The cluster.
    pub cluster: ClusterRef,
}

impl Operation for StartCluster {
    const NAME: &'static str = "cluster.start";
    const PERMISSION: Permission<ClusterRef> = Permission::named("can_start");
    type Target = ClusterRef;
    type Output = ();
    type Refusal = MoveRefusal;

    fn target(&self) -> ClusterRef {
        self.cluster
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let cluster = allowed(cx, self.cluster, ClusterMove::Start).await?;
        let now = cx.now();
        if credit::balance(&mut cx.store(), now).await?.is_spent() {
            return Err(MoveRefusal::NoCredits.into());
        }
        let (state, verb) = match cluster.made {
            true => (ClusterState::Starting, Verb::Start),
            false => (ClusterState::Pending, Verb::Create),
        };
        begin(cx, &cluster, state, verb, None).await
    }
}

/// Stop a cluster, which every member may (H30, H52).
#[derive(Clone, Copy, Debug)]
pub struct StopCluster {
    /// The cluster.
    pub cluster: ClusterRef,
}

impl Operation for StopCluster {
    const NAME: &'static str = "cluster.stop";
    const PERMISSION: Permission<ClusterRef> = Permission::named("can_stop");
    type Target = ClusterRef;
    type Output = ();
    type Refusal = MoveRefusal;

    fn target(&self) -> ClusterRef {
        self.cluster
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let cluster = allowed(cx, self.cluster, ClusterMove::Stop).await?;
        if !cluster.made {
            let (state, wanted) = (cluster.state, ClusterMove::Stop);
            return Err(MoveRefusal::State { state, wanted }.into());
        }
        begin(cx, &cluster, ClusterState::Stopping, Verb::Stop, None).await
    }
}

/// Bring a cluster to a newer version (H66).
#[derive(Clone, Debug)]
pub struct UpgradeCluster {
    /// The cluster.
    pub cluster: ClusterRef,
    /// The version.
    pub version: Version,
}

impl Operation for UpgradeCluster {
    const NAME: &'static str = "cluster.upgrade";
    const PERMISSION: Permission<ClusterRef> = Permission::named("can_upgrade");
    type Target = ClusterRef;
    type Output = ();
    type Refusal = MoveRefusal;

    fn target(&self) -> ClusterRef {
        self.cluster
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let cluster = allowed(cx, self.cluster, ClusterMove::Upgrade).await?;
        if self.version <= cluster.version {
            return Err(MoveRefusal::NotNewer(cluster.version).into());
        }
        begin(cx, &cluster, ClusterState::Updating, Verb::Upgrade, Some(self.version)).await
    }
}

/// Take a cluster down for good (H31, H46, H74). What it stored in the cloud's bucket stays.
#[derive(Clone, Copy, Debug)]
pub struct TerminateCluster {
    /// The cluster.
    pub cluster: ClusterRef,
}

impl Operation for TerminateCluster {
    const NAME: &'static str = "cluster.terminate";
    const PERMISSION: Permission<ClusterRef> = Permission::named("can_terminate");
    type Target = ClusterRef;
    type Output = ();
    type Refusal = MoveRefusal;

    fn target(&self) -> ClusterRef {
        self.cluster
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let cluster = allowed(cx, self.cluster, ClusterMove::Terminate).await?;
        begin(cx, &cluster, ClusterState::Terminating, Verb::Terminate, None).await
    }
}

/// Has a cluster of an organization that is purged taken down, unless its driver is at work.
pub(crate) async fn take_down<O: Operation>(
    cx: &mut Granted<'_, O>,
    cluster: &Cluster,
) -> Result<(), Stop<O::Refusal>> {
    if !cluster.state.allows(ClusterMove::Terminate) {
        return Ok(());
    }
    let (state, verb) = (ClusterState::Terminating, Verb::Terminate);
    order::place(cx, cluster.id, state, verb, None, cluster.created_by).await
}

/// The cluster, if its state allows the move.
async fn allowed<O: Operation<Refusal = MoveRefusal>>(
    cx: &mut Granted<'_, O>,
    at: ClusterRef,
    wanted: ClusterMove,
) -> Result<Cluster, Stop<MoveRefusal>> {
    let cluster = cluster::get(&mut cx.store(), at.cluster).await?.ok_or(Stop::NotFound)?;
    if !cluster.state.allows(wanted) {
        return Err(MoveRefusal::State { state: cluster.state, wanted }.into());
    }
    Ok(cluster)
}

async fn begin<O: Operation>(
    cx: &mut Granted<'_, O>,
    cluster: &Cluster,
    state: ClusterState,
    verb: Verb,
    target: Option<Version>,
) -> Result<(), Stop<O::Refusal>> {
    cx.about("cluster", cluster.id, &cluster.name);
    cx.before(serde_json::json!({ "state": cluster.state, "version": cluster.version }));
    cx.after(serde_json::json!({ "state": state, "version": target }));
    let by = actor(cx.actor(), cluster);
    order::place(cx, cluster.id, state, verb, target, by).await
}

/// Whose doing it is: what the system does by itself, it does in the name of the cluster's maker.
fn actor(actor: &Actor, cluster: &Cluster) -> UserId {
    actor.user().unwrap_or(cluster.created_by)
}
