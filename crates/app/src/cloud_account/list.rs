//! The cloud accounts of an organization, as its members see them.

use std::collections::BTreeMap;

use guildhall_model::{CloudAccountId, CloudAccountName, CloudProvider, OrganizationId, Timestamp};
use guildhall_store::cloud_account::{self, CloudAccount};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CloudAccountRef, Never, Permission, Query, QueryOutcome, Stop, Viewing};

/// The cloud accounts of an organization, by name. Never what is secret in them.
#[derive(Clone, Copy, Debug)]
pub struct ListCloudAccounts {
    /// The organization.
    pub organization: OrganizationId,
}

/// A cloud account, without its credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedCloudAccount {
    /// Its id.
    pub id: CloudAccountId,
    /// Its name.
    pub name: CloudAccountName,
    /// Its cloud.
    pub provider: CloudProvider,
    /// The fields that are not secret, such as the region.
    pub settings: BTreeMap<String, String>,
    /// How many clusters use it.
    pub clusters: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

fn listed<R>(account: CloudAccount, clusters: i64) -> Result<ListedCloudAccount, Stop<R>> {
    let settings = serde_json::from_str(&account.settings);
    Ok(ListedCloudAccount {
        id: account.id,
        name: account.name,
        provider: account.provider,
        settings: settings.map_err(|error| Stop::Fault(error.to_string()))?,
        clusters: clusters.unsigned_abs(),
        created_at: account.created_at,
        changed_at: account.changed_at,
    })
}

impl Query for ListCloudAccounts {
    const NAME: &'static str = "cloud_account.list";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_list_cloud_accounts");
    type Target = OrganizationId;
    type Output = Vec<ListedCloudAccount>;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let mut all = Vec::new();
        for account in cloud_account::all(&mut cx.store()).await? {
            let clusters = cloud_account::uses(&mut cx.store(), account.id).await?;
            all.push(listed(account, clusters)?);
        }
        Ok(all)
    }
}

/// One cloud account. Never what is secret in it.
#[derive(Clone, Copy, Debug)]
pub struct GetCloudAccount {
    /// The account.
    pub account: CloudAccountRef,
}

impl Query for GetCloudAccount {
    const NAME: &'static str = "cloud_account.get";
    const PERMISSION: Permission<CloudAccountRef> = Permission::named("can_see");
    type Target = CloudAccountRef;
    type Output = ListedCloudAccount;
    type Refusal = Never;

    fn target(&self) -> CloudAccountRef {
        self.account
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let id = self.account.account;
        let account = cloud_account::get(&mut cx.store(), id).await?.ok_or(Stop::NotFound)?;
        let clusters = cloud_account::uses(&mut cx.store(), id).await?;
        listed(account, clusters)
    }
}
