//! Clusters at the console and through the API: who sees them, moves them, opens their ports, and
//! what everybody is shown.

mod create;
mod look;
mod moves;
mod outside;
mod report;
mod service;
mod show;

use guildhall_app::ClusterRef;
use guildhall_app::cloud_account::CreateCloudAccount;
use guildhall_app::cluster::CreateCluster;
use guildhall_app::member::ChangeMemberRole;
use guildhall_app::organization::{Switches, UpdateMemberPermissions};
use guildhall_model::{CloudAccountId, CloudProvider, InvitableRole, UserManagement};

use crate::support::{Provisioner, Someone, World};

/// An organization with an owner, an administrator, a member and a restricted member, a cloud
/// account, and a running cluster.
struct Shared {
    world: World,
    driver: Provisioner,
    owner: Someone,
    admin: Someone,
    member: Someone,
    restricted: Someone,
    account: CloudAccountId,
    cluster: ClusterRef,
}

impl Shared {
    /// The organization at an installation, its cluster Managed and of version 2.6.0.
    async fn at(world: World) -> Self {
        let owner = Someone::settled(&world, "maya").await;
        let admin = Someone::settled(&world, "bob").await;
        let member = Someone::settled(&world, "carol").await;
        let restricted = Someone::settled(&world, "dan").await;
        let organization = owner.home;
        for (person, role) in [
            (&admin, Some(InvitableRole::Admin)),
            (&member, None),
            (&restricted, Some(InvitableRole::Restricted)),
        ] {
            owner.takes_in(&world, person).await;
            if let Some(role) = role {
                let user = person.id;
                owner.does(&world, ChangeMemberRole { organization, user, role }).await;
            }
        }
        let account = configure(&world, &owner, "This machine").await;
        let driver = Provisioner::default();
        let cluster = make(&world, &owner, account, "nightly", UserManagement::Managed).await;
        driver.works(&world).await;
        Self { world, driver, owner, admin, member, restricted, account, cluster }
    }

    async fn new() -> Self {
        Self::at(World::new().await).await
    }

    /// The page of the cluster.
    fn page(&self) -> String {
        format!("{}/{}", self.list(), self.cluster.cluster)
    }

    /// The page of all clusters.
    fn list(&self) -> String {
        format!("/o/{}/clusters", self.owner.home)
    }

    /// The cluster in the API.
    fn api(&self) -> String {
        let organization = self.owner.home;
        format!("/api/v1/organizations/{organization}/clusters/{}", self.cluster.cluster)
    }

    /// Sets the switches for plain members.
    async fn switch(&self, clusters: bool, ports: bool) {
        let switches = Switches { invite: false, clusters, ports };
        let organization = self.owner.home;
        self.owner.does(&self.world, UpdateMemberPermissions { organization, switches }).await;
    }
}

async fn configure(world: &World, owner: &Someone, name: &str) -> CloudAccountId {
    let make = CreateCloudAccount {
        organization: owner.home,
        name: name.parse().expect("a name"),
        provider: CloudProvider::Local,
        fields: Default::default(),
    };
    owner.does(world, make).await.id
}

async fn make(
    world: &World,
    owner: &Someone,
    cloud_account: CloudAccountId,
    name: &str,
    user_management: UserManagement,
) -> ClusterRef {
    let make = CreateCluster {
        organization: owner.home,
        name: name.parse().expect("a name"),
        version: "2.6.0".parse().expect("a version"),
        cloud_account,
        size: "small".to_owned(),
        user_management,
    };
    ClusterRef { organization: owner.home, cluster: owner.does(world, make).await.id }
}

/// The part of a page between two marks.
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("no {from} in {page}"));
    rest.split(to).next().unwrap_or_default()
}
