//! Clusters: moves, accounts, ports and credits, with a cloud that does as it is told or fails.

mod access;
mod called;
mod cloud;
mod fault;
mod killed;
mod life;
mod sharing;

use guildhall_app::{
    ClusterRef, ClusterSettings, Settings,
    cloud_account::CreateCloudAccount,
    cluster::{ClusterView, CreateCluster, GetCluster, Keeper, driver::Service},
};
use guildhall_model::{
    CloudAccountId, CloudProvider, ClusterState, OrganizationId, UserManagement,
};

use self::cloud::Cloud;
use crate::{
    people::Somebody,
    world::{World, worlds_with},
};

/// What the cloud signs its calls back with.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// What another cloud does.
const OTHER_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

/// A world with a cloud, and its keeper.
pub(crate) struct Sky {
    pub(crate) world: World,
    pub(crate) cloud: Cloud,
    pub(crate) keeper: Keeper,
}

fn settings() -> Settings {
    let providers = [(CloudProvider::Local, Service::defaults())].into();
    let callers = [(CloudProvider::Local, SECRET), (CloudProvider::Aws, OTHER_SECRET)];
    let callers = callers.map(|(cloud, secret)| (cloud, secret.parse().expect("a secret"))).into();
    let clusters = ClusterSettings { providers, callers, ..ClusterSettings::default() };
    Settings { clusters, ..Settings::default() }
}

/// A sky on each engine.
pub(crate) async fn skies() -> Vec<Sky> {
    let mut skies = Vec::new();
    for world in worlds_with(settings()).await {
        let cloud = Cloud::default();
        let keeper = Keeper::new(world.app.clone(), cloud.drivers());
        skies.push(Sky { world, cloud, keeper });
    }
    skies
}

impl Sky {
    /// A cloud account, and an order for a Managed cluster in it.
    pub(crate) async fn ordered(
        &self,
        by: &Somebody,
        organization: OrganizationId,
        version: &str,
        user_management: UserManagement,
    ) -> ClusterRef {
        let cloud_account = self.cloud_account(by, organization).await;
        let create = creating(organization, cloud_account, version, user_management);
        let cluster = self.world.done(&by.call, create).await.id;
        ClusterRef { organization, cluster }
    }

    /// A cluster that runs.
    pub(crate) async fn running(
        &self,
        by: &Somebody,
        organization: OrganizationId,
        version: &str,
        user_management: UserManagement,
    ) -> ClusterRef {
        let cluster = self.ordered(by, organization, version, user_management).await;
        self.settle().await;
        assert_eq!(self.view(by, cluster).await.cluster.state, ClusterState::Running);
        cluster
    }

    /// An account at the local cloud.
    pub(crate) async fn cloud_account(
        &self,
        by: &Somebody,
        organization: OrganizationId,
    ) -> CloudAccountId {
        let name = format!("Here {}", self.world.generate::<guildhall_model::kind::Event>());
        let create = CreateCloudAccount {
            organization,
            name: name.parse().expect("a name"),
            provider: CloudProvider::Local,
            fields: std::collections::BTreeMap::new(),
        };
        self.world.done(&by.call, create).await.id
    }

    /// Lets the keeper work until nothing is left to do, the time running along.
    pub(crate) async fn settle(&self) {
        for _ in 0..20 {
            self.world.clock.advance(std::time::Duration::from_secs(3));
            let kept = self.keeper.work_off().await.expect("the database works");
            if kept == guildhall_app::cluster::Kept::default() {
                return;
            }
        }
        panic!("the keeper does not come to rest");
    }

    /// A cluster as somebody sees it.
    pub(crate) async fn view(&self, by: &Somebody, cluster: ClusterRef) -> ClusterView {
        self.world.answer(&by.call, GetCluster { cluster }).await
    }
}

/// A cluster, to be made.
pub(crate) fn creating(
    organization: OrganizationId,
    cloud_account: CloudAccountId,
    version: &str,
    user_management: UserManagement,
) -> CreateCluster {
    CreateCluster {
        organization,
        name: format!("analytics {cloud_account}").parse().expect("a name"),
        version: version.parse().expect("a version"),
        cloud_account,
        size: "small".to_owned(),
        user_management,
    }
}
