//! The accounts on a cluster, as members of the organization see them.

use guildhall_model::{ClusterRole, Timestamp, UserId};
use guildhall_store::{cluster::account, user};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ClusterRef, Never, Permission, Query, QueryOutcome, Viewing};

/// The accounts on a cluster, by name.
#[derive(Clone, Copy, Debug)]
pub struct ListClusterAccounts {
    /// The cluster.
    pub cluster: ClusterRef,
}

/// An account on a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedClusterAccount {
    /// Whose it is.
    pub user: UserId,
    /// Their address; null once their account here is gone.
    pub email: Option<String>,
    /// Its name on the cluster.
    pub name: String,
    /// The role it should have; null where it should be blocked.
    pub wanted: Option<ClusterRole>,
    /// The role it has; null where it is blocked.
    pub role: Option<ClusterRole>,
    /// Whether it was ever made.
    pub made: bool,
    /// When it last became what it is.
    pub applied_at: Option<Timestamp>,
    /// Why it is not yet what it should be.
    pub problem: Option<String>,
}

impl Query for ListClusterAccounts {
    const NAME: &'static str = "cluster.list_accounts";
    const PERMISSION: Permission<ClusterRef> = Permission::named("can_see");
    type Target = ClusterRef;
    type Output = Vec<ListedClusterAccount>;
    type Refusal = Never;

    fn target(&self) -> ClusterRef {
        self.cluster
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let mut listed = Vec::new();
        for one in account::all(&mut cx.store(), self.cluster.cluster).await? {
            let person = user::find(cx.store().system(), one.user).await?;
            listed.push(ListedClusterAccount {
                user: one.user,
                email: person.map(|person| person.email.to_string()),
                name: one.name,
                wanted: one.wanted,
                role: one.applied,
                made: one.made,
                applied_at: one.applied_at,
                problem: one.last_error,
            });
        }
        Ok(listed)
    }
}
