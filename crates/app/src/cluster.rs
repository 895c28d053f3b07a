//! Clusters: what an organization runs and shares, and the drivers that make them real.
//!
//! A move of a cluster, such as *stop*, is an operation: it changes the state and leaves an order.
//! The [`Keeper`] hands orders to the driver and has what came of it recorded by an operation
//! again. Which accounts a cluster should have follows from the relationships at any moment; the
//! keeper compares that with what each cluster has, and has the driver change what differs.

mod account;
pub mod callback;
mod called;
mod create;
pub mod driver;
mod keep;
mod list;
mod moves;
mod options;
mod order;
mod password;
mod report;
mod service;
mod trouble;

pub use account::{ListClusterAccounts, ListedClusterAccount};
pub use called::CalledBackError;
pub use create::{ClusterCreated, CreateCluster, CreateClusterRefusal};
pub(crate) use keep::Wake;
pub use keep::{Drivers, Keeper, Kept};
pub use list::{
    ClusterActions, ClusterCounts, ClusterView, CountClusters, GetCluster, ListClusters,
    ListedCluster, OwnAccount, ServiceView,
};
pub(crate) use moves::take_down;
pub use moves::{MoveRefusal, StartCluster, StopCluster, TerminateCluster, UpgradeCluster};
pub use options::{ClusterOptions, GetClusterOptions, OfferedCloud, OfferedSize};
pub use password::{
    ClusterPasswordRefusal, ClusterVerifier, ReadAdminPassword, ReadAdminPasswordRefusal,
    SetClusterPassword, ShownAdmin,
};
pub use report::{ReportCluster, Reported, TellDrift};
pub use service::{SetClusterServices, SetClusterServicesRefusal, UnknownService};
