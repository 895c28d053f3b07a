//! Making a cluster.

use guildhall_authz::Tuple;
use guildhall_model::{
    CloudAccountId, ClusterId, ClusterName, ClusterState, OrganizationId, UserManagement, Version,
};
use guildhall_store::{
    Constraint, StoreError, cloud_account,
    cluster::{self, Cluster, service},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{driver::Verb, order};
use crate::{
    Granted, Operation, Outcome, Permission, RefusalKind, credit, object, refusal::refusals,
};

/// The most clusters of an organization that are not terminated.
const MOST: u64 = 1000;
/// The name of the administrator of a cluster that manages its users itself.
const ADMIN: &str = "admin";
/// How many letters and digits their password has.
const ADMIN_PASSWORD: usize = 24;

/// Make a cluster in one of the organization's cloud accounts (H8, H67).
#[derive(Clone, Debug)]
pub struct CreateCluster {
    /// The organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: ClusterName,
    /// The version to run.
    pub version: Version,
    /// Where it runs.
    pub cloud_account: CloudAccountId,
    /// Its size, one of those that the operator offers.
    pub size: String,
    /// Who keeps its accounts.
    pub user_management: UserManagement,
}

/// The cluster that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterCreated {
    /// Its id.
    pub id: ClusterId,
}

refusals! {
    /// Why it is not made.
    CreateClusterRefusal {
        /// Another cluster of the organization is called so.
        NameTaken = "cluster.name_taken", RefusalKind::Conflict,
            "a cluster of this organization has this name already", at "name";
        /// The organization has no such cloud account.
        NoCloudAccount = "cluster.no_cloud_account", RefusalKind::Invalid,
            "choose one of the organization's cloud accounts", at "cloud_account";
        /// No driver is configured for its cloud.
        NoDriver = "cluster.no_driver", RefusalKind::Conflict,
            "no driver for this cloud is configured; the system administrator can add one",
            at "cloud_account";
        /// The operator offers no such size; it holds those that there are.
        NoSize(String) = "cluster.no_size", RefusalKind::Invalid,
            "choose one of the sizes on offer: {0}", at "size";
        /// Everything granted is consumed.
        NoCredits = "cluster.no_credits", RefusalKind::Plan,
            "the organization has no credits left; ask the system administrator for more";
        /// There are many already.
        TooMany = "cluster.too_many", RefusalKind::Conflict,
            "an organization can have 1000 clusters";
    }
}

impl Operation for CreateCluster {
    const NAME: &'static str = "cluster.create";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_create_cluster");
    type Target = OrganizationId;
    type Output = ClusterCreated;
    type Refusal = CreateClusterRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, email) = cx.acting_user()?;
        let account = cloud_account::get(&mut cx.store(), self.cloud_account).await?;
        let account = account.ok_or(CreateClusterRefusal::NoCloudAccount)?;
        let offered = cx.settings().clusters.clone();
        let services = offered.providers.get(&account.provider);
        let services = services.ok_or(CreateClusterRefusal::NoDriver)?;
        let size = offered.size(&self.size);
        let size = size.ok_or_else(|| CreateClusterRefusal::NoSize(offered.size_names()))?;
        if cluster::count(&mut cx.store()).await?.0 >= MOST {
            return Err(CreateClusterRefusal::TooMany.into());
        }
        let now = cx.now();
        if credit::balance(&mut cx.store(), now).await?.is_spent() {
            return Err(CreateClusterRefusal::NoCredits.into());
        }
        let id: ClusterId = cx.generate();
        let (admin_name, admin_sealed) = self.admin(cx, id);
        let new = Cluster {
            id,
            name: self.name.clone(),
            version: self.version.clone(),
            cloud_account: self.cloud_account,
            size: size.name.clone(),
            hourly: size.hourly,
            user_management: self.user_management,
            state: ClusterState::Pending,
            state_since: now,
            made: false,
            progress: None,
            message: None,
            url: None,
            sign_in: None,
            handle: None,
            admin_name,
            admin_sealed,
            created_by: actor,
            created_by_email: email,
            created_at: now,
            order: None,
            described_at: None,
            unreachable: None,
            drift: None,
        };
        match cluster::add(&mut cx.store(), &new).await {
            Err(StoreError::Conflict(Constraint::ClusterName)) => {
                return Err(CreateClusterRefusal::NameTaken.into());
            }
            other => other?,
        }
        for one in services {
            let ports = serde_json::json!(one.ports).to_string();
            service::add(&mut cx.store(), id, &one.name, &one.label, &ports).await?;
        }
        let organization = object("organization", &self.organization.text());
        cx.relate(Tuple::new(object("cluster", &id.text()), "organization", organization)).await?;
        order::place(cx, id, ClusterState::Pending, Verb::Create, None, actor).await?;
        cx.about("cluster", id, &self.name);
        cx.after(serde_json::json!({
            "name": self.name, "version": self.version, "cloud_account": account.name,
            "size": self.size, "user_management": self.user_management,
        }));
        Ok(ClusterCreated { id })
    }
}

impl CreateCluster {
    /// The administrator of a cluster that is not Managed (H35).
    fn admin(&self, cx: &Granted<'_, Self>, id: ClusterId) -> (Option<String>, Option<String>) {
        if self.user_management == UserManagement::Managed {
            return (None, None);
        }
        let password = super::password::random(ADMIN_PASSWORD, cx.entropy());
        let sealed = cx.app().vault().seal(&id.text(), password.as_bytes(), cx.entropy());
        (Some(ADMIN.to_owned()), Some(sealed))
    }
}
