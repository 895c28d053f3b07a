//! Credits: what is granted, what is consumed, and what happens at their end.

mod grant;
mod usage;
mod warn;

use std::collections::BTreeMap;
use std::time::Duration;

use guildhall_app::{
    Actor, Call, ClusterRef, Settings,
    cloud_account::CreateCloudAccount,
    cluster::{
        CreateCluster, ReportCluster,
        driver::{DriverError, Report, Service},
    },
};
use guildhall_model::{CloudProvider, ClusterState, Credits, OrganizationId, UserManagement};
use guildhall_store::{ScopeId, cluster};

use crate::people::Somebody;
use crate::world::World;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Settings under which clusters can be made; a small one consumes 60 credits in an hour.
fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.clusters.providers = BTreeMap::from([(CloudProvider::Local, Service::defaults())]);
    settings
}

impl World {
    /// A cluster whose driver has not begun.
    async fn cluster(&self, by: &Somebody, organization: OrganizationId, name: &str) -> ClusterRef {
        let account = CreateCloudAccount {
            organization,
            name: format!("for {name}").parse().expect("a name"),
            provider: CloudProvider::Local,
            fields: BTreeMap::new(),
        };
        let create = CreateCluster {
            organization,
            name: name.parse().expect("a name"),
            version: "2.6.0".parse().expect("a version"),
            cloud_account: self.done(&by.call, account).await.id,
            size: "small".to_owned(),
            user_management: UserManagement::Managed,
        };
        ClusterRef { organization, cluster: self.done(&by.call, create).await.id }
    }

    /// A cluster that runs from now on.
    async fn running(&self, by: &Somebody, organization: OrganizationId, name: &str) -> ClusterRef {
        let cluster = self.cluster(by, organization, name).await;
        self.report(cluster, ClusterState::Running).await;
        cluster
    }

    /// The cluster as it is stored.
    async fn stored(&self, at: ClusterRef) -> cluster::Cluster {
        let mut tx = self.database().await.read().await.expect("the database opens");
        let scope = ScopeId::from(at.organization);
        let found = cluster::get(&mut tx.scope(&scope), at.cluster).await;
        tx.commit().await.expect("reading ends");
        found.expect("clusters are read").expect("the cluster is there")
    }

    /// What a driver says of the present order, or of none, at this very moment.
    async fn said(&self, cluster: ClusterRef, state: ClusterState) -> ReportCluster {
        let order = self.stored(cluster).await.order.filter(|order| order.due_at.is_some());
        let report = Report { state: Some(state), ..Report::default() };
        ReportCluster { cluster, request: order.map(|order| order.request), outcome: Ok(report) }
    }

    async fn report(&self, cluster: ClusterRef, state: ClusterState) {
        let said = self.said(cluster, state).await;
        let system = Call::of(Actor::System("a driver"));
        self.app.execute(&system, said).await.expect("a report is taken");
    }

    /// A driver gives up the present order, without a word about how the cluster is.
    async fn give_up(&self, cluster: ClusterRef) {
        let failed = Err(DriverError::Permanent("it cannot be done".into()));
        let said = self.said(cluster, ClusterState::Error).await;
        let system = Call::of(Actor::System("a driver"));
        let given_up = ReportCluster { outcome: failed, ..said };
        self.app.execute(&system, given_up).await.expect("a report is taken");
    }

    async fn state(&self, cluster: ClusterRef) -> ClusterState {
        self.stored(cluster).await.state
    }
}

fn credits(text: &str) -> Credits {
    text.parse().expect("an amount of credits")
}
