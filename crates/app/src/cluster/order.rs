//! Orders: a move of a cluster that its driver is to make, as it is placed, and as it is told.

use guildhall_model::{ClusterId, ClusterState, JobId, Timestamp, UserId, UserManagement, Version};
use guildhall_store::{
    Scoped, StoreError, cloud_account,
    cluster::{self, Cluster, StoredOrder},
};

use super::driver::{
    Order, OrderedAdmin, OrderedCloudAccount, OrderedCluster, SecretText, Trouble, Verb,
};
use crate::{Granted, Operation, Stop, Vault, cloud_account as content};

/// Begins a move: the state that the cluster passes through, and the order for its driver.
pub(super) async fn place<O: Operation>(
    cx: &mut Granted<'_, O>,
    id: ClusterId,
    state: ClusterState,
    verb: Verb,
    target: Option<Version>,
    by: UserId,
) -> Result<(), Stop<O::Refusal>> {
    let request: JobId = cx.generate();
    let now = cx.now();
    let verb = verb.as_str().to_owned();
    let due_at = Some(now);
    let order = StoredOrder { request, verb, target, by, accepted: false, attempts: 0, due_at };
    cluster::order(&mut cx.store(), id, state, now, &order).await?;
    cx.wake_keeper();
    Ok(())
}

/// What a driver is told about a cluster, with the verb still to be filled in.
///
/// # Errors
/// If its cloud account is gone or the vault cannot open its secrets.
pub(super) async fn told(
    scoped: &mut Scoped<'_>,
    vault: &Vault,
    cluster: &Cluster,
    request: JobId,
    verb: Verb,
) -> Result<Result<Order, Trouble>, StoreError> {
    let Some(organization) = scoped.id().organization() else {
        return Err(StoreError::Fault("a cluster outside of organizations".to_owned()));
    };
    let Some(account) = cloud_account::get(scoped, cluster.cloud_account).await? else {
        return Ok(Err("the cloud account of this cluster is gone".into()));
    };
    let (settings, credentials) = match content::open(vault, &account) {
        Ok(opened) => opened,
        Err(error) => return Ok(Err(sealed("the cloud account's credentials", &error))),
    };
    let admin = match admin(vault, cluster, verb) {
        Ok(admin) => admin,
        Err(error) => return Ok(Err(sealed("the administrator's password", &error))),
    };
    let handle = cluster.handle.as_deref().and_then(|handle| serde_json::from_str(handle).ok());
    Ok(Ok(Order {
        protocol: Order::PROTOCOL,
        request,
        verb,
        organization,
        cluster: OrderedCluster {
            id: cluster.id,
            name: cluster.name.clone(),
            version: cluster.version.clone(),
            size: cluster.size.clone(),
            user_management: cluster.user_management,
            state: cluster.state,
            handle,
            admin,
        },
        cloud_account: OrderedCloudAccount {
            id: account.id,
            provider: account.provider,
            settings,
            credentials,
        },
        version: cluster.order.as_ref().and_then(|order| order.target.clone()),
        services: Vec::new(),
        account: None,
    }))
}

fn sealed(what: &str, error: &str) -> Trouble {
    Trouble::new(&format!("{what} cannot be unsealed")).because(error)
}

fn admin(vault: &Vault, cluster: &Cluster, verb: Verb) -> Result<Option<OrderedAdmin>, String> {
    let (Verb::Create, Some(name), Some(sealed)) =
        (verb, &cluster.admin_name, &cluster.admin_sealed)
    else {
        return Ok(None);
    };
    if cluster.user_management == UserManagement::Managed {
        return Ok(None);
    }
    let password = vault.unseal(&cluster.id.text(), sealed).map_err(|error| error.to_string())?;
    let password = String::from_utf8(password.to_vec()).map_err(|error| error.to_string())?;
    Ok(Some(OrderedAdmin { name: name.clone(), password: SecretText::new(password) }))
}

/// When an attempt that failed is made again: after 2 seconds, then twice as long each time, up to
/// two minutes.
pub(super) fn again(now: Timestamp, attempts: u32) -> Timestamp {
    now.plus(std::time::Duration::from_secs((2 << attempts.min(6)).min(120)))
}
