//! Opening and closing the ports of a cluster's services.

use std::collections::BTreeSet;

use guildhall_model::ClusterState;
use guildhall_store::cluster::{self, service};

use super::driver::Report;
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
        /// The cluster has none of this name; it holds the name and those that there are.
        Unknown(UnknownService) = "cluster.unknown_service", RefusalKind::Invalid,
            "{0}", at "open";
        /// It is gone, or on its way.
        Gone = "cluster.gone", RefusalKind::Conflict,
            "this cluster is terminated";
    }
}

/// A name that no service of the cluster has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownService {
    /// The name.
    pub asked: String,
    /// The names that there are.
    pub known: Vec<String>,
}

impl std::fmt::Display for UnknownService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let asked = Report::words(&self.asked);
        match self.known.is_empty() {
            true => write!(f, "this cluster has no services that can be opened"),
            false => {
                let known = self.known.join(", ");
                write!(f, "this cluster has no service `{asked}`; it has {known}")
            }
        }
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
        let unknown = |name: &&String| known.iter().all(|service| service.name != **name);
        if let Some(asked) = self.open.iter().find(unknown) {
            let known = known.into_iter().map(|service| service.name).collect();
            let unknown = UnknownService { asked: asked.clone(), known };
            return Err(SetClusterServicesRefusal::Unknown(unknown).into());
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
