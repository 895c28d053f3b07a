//! What a new cluster can be: sizes with their prices, clouds, versions.

use guildhall_model::{CloudProvider, Credits, OrganizationId, UserManagement, Version};
use guildhall_store::cluster;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::driver::Service;
use crate::{Never, Permission, Query, QueryOutcome, Viewing};

/// The version that is proposed while the organization runs none to take after.
const FIRST_VERSION: &str = "3.0.0";

/// What can be chosen for a new cluster of an organization.
#[derive(Clone, Copy, Debug)]
pub struct GetClusterOptions {
    /// The organization.
    pub organization: OrganizationId,
}

/// The choices for a new cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterOptions {
    /// The sizes, the smallest first.
    pub sizes: Vec<OfferedSize>,
    /// The clouds that have a driver, and what their clusters can open.
    pub clouds: Vec<OfferedCloud>,
    /// Who may keep the accounts; the first is the default (H67).
    pub user_managements: Vec<UserManagement>,
    /// The version to take unless another is wanted: the newest that the organization runs. The
    /// driver decides which other versions it can make.
    pub proposed_version: Version,
    /// The versions of the organization's clusters, the newest first.
    pub versions: Vec<Version>,
}

/// A size on offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OfferedSize {
    /// Its name, as `size` of a new cluster.
    pub name: String,
    /// What an hour of such a cluster consumes while it runs.
    pub credits_per_hour: Credits,
}

/// A cloud that has a driver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OfferedCloud {
    /// The cloud.
    pub provider: CloudProvider,
    /// The services whose ports can be opened on its clusters.
    pub services: Vec<Service>,
}

impl Query for GetClusterOptions {
    const NAME: &'static str = "cluster.options";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_list_clusters");
    type Target = OrganizationId;
    type Output = ClusterOptions;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let versions = cluster::versions(&mut cx.store()).await?;
        let first = || FIRST_VERSION.parse().expect("it is a version");
        let offered = &cx.settings().clusters;
        let size = |one: &crate::ClusterSize| OfferedSize {
            name: one.name.clone(),
            credits_per_hour: one.hourly,
        };
        let cloud = |(provider, services): (&CloudProvider, &Vec<Service>)| OfferedCloud {
            provider: *provider,
            services: services.clone(),
        };
        Ok(ClusterOptions {
            sizes: offered.sizes.iter().map(size).collect(),
            clouds: offered.providers.iter().map(cloud).collect(),
            user_managements: UserManagement::ALL.to_vec(),
            proposed_version: versions.first().cloned().unwrap_or_else(first),
            versions,
        })
    }
}
