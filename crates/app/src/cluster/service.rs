//! Opening and closing the ports of a cluster's services.

use std::collections::BTreeSet;

use guildhall_model::ClusterState;
use guildhall_store::cluster::{self, service};

use crate::{
    ClusterRef, Granted, Operation, Outcome, Permission, RefusalKind, Stop, refusal::refusals,
};

/// Say which services of a cluster are open to the network; all others are closed (H48, H70).
#[derive(Clone, Debug)]
pub struct SetClusterServices {
    /// The cluster.
    pub cluster: ClusterRef,
    /// The names of the services to be open.
    pub open: BTreeSet<String>,
}

refusals! {
    /// Why the ports stay as they are.
    SetClusterServicesRefusal {
        /// The cluster has no such service.
        Unknown = "cluster.unknown_service", RefusalKind::Invalid,
            "this cluster has no such service", at "services";
        /// It is gone, or on its way.
        Gone = "cluster.gone", RefusalKind::Conflict,
            "this cluster is terminated";
    }
}

impl Operation for SetClusterServices {
    const NAME: &'static str = "cluster.set_services";
    const PERMISSION: Permission<ClusterRef> = Permission::named("can_set_services");
    type Target = ClusterRef;
    type Output = ();
    type Refusal = SetClusterServicesRefusal;

    fn target(&self) -> ClusterRef {
        self.cluster
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = self.cluster.cluster;
        let cluster = cluster::get(&mut cx.store(), id).await?.ok_or(Stop::NotFound)?;
        if matches!(cluster.state, ClusterState::Terminating | ClusterState::Terminated) {
            return Err(SetClusterServicesRefusal::Gone.into());
        }
        let known = service::all(&mut cx.store(), id).await?;
        if self.open.iter().any(|name| known.iter().all(|service| service.name != *name)) {
            return Err(SetClusterServicesRefusal::Unknown.into());
        }
        let before: Vec<_> =
            known.iter().filter(|service| service.wanted).map(|service| &service.name).collect();
        cx.about("cluster", id, &cluster.name);
        cx.before(serde_json::json!({ "open": before }));
        cx.after(serde_json::json!({ "open": self.open }));
        for service in &known {
            let open = self.open.contains(&service.name);
            if open != service.wanted {
                service::want(&mut cx.store(), id, &service.name, open).await?;
            }
        }
        cx.tend();
        Ok(())
    }
}
