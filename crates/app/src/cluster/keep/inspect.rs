//! Inspecting: what a cluster's driver finds, beside what it was told to make.

use guildhall_model::{ClusterId, JobId, Timestamp};
use guildhall_store::{
    ScopeId, StoreError, Tx,
    cluster::{self, Cluster},
};

use super::{Keeper, moving::log_trouble, record, survey::Prepare};
use crate::{
    cluster::{
        driver::{DriverError, Report, Verb},
        report,
    },
    frame::{Note, look, note},
};

impl Keeper {
    /// Asks the driver how a cluster is. What differs from what it was told to make is noted, told,
    /// and repaired by the tending that follows. One that was asked since a time is left alone.
    pub(super) async fn inspect(
        &self,
        scope: &ScopeId,
        id: ClusterId,
        unless_since: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let settled = Settled { scope: scope.clone(), id, unless_since };
        let Some(before) = look(&self.app, settled).await? else { return Ok(()) };
        let outcome = self.describe(scope, id).await?;
        log_trouble(id, Verb::Describe.as_str(), &outcome);
        match outcome {
            Ok(report) => record::found(&self.app, &Keeper::call(), scope, &before, report).await,
            Err(error) => {
                let unreachable = Some(report::told(error.trouble(), true));
                let now = self.app.clock().now();
                note(&self.app, Seen { scope: scope.clone(), id, now, unreachable }).await
            }
        }
    }

    async fn describe(
        &self,
        scope: &ScopeId,
        id: ClusterId,
    ) -> Result<Result<Report, DriverError>, StoreError> {
        let prepare = Prepare {
            scope: scope.clone(),
            id,
            vault: self.app.vault().clone(),
            request: JobId::generate(self.app.clock().now(), self.app.entropy()),
            verb: Verb::Describe,
            account: None,
            services: Vec::new(),
        };
        let gone = || Err(DriverError::permanent("the cluster is gone"));
        Ok(match look(&self.app, prepare).await? {
            Some(Ok((order, _))) => self.ask(&order, || async { Ok(()) }).await,
            Some(Err(error)) => Err(DriverError::Permanent(error)),
            None => gone(),
        })
    }
}

/// A cluster at rest.
struct Settled {
    scope: ScopeId,
    id: ClusterId,
    unless_since: Option<Timestamp>,
}

impl Note for Settled {
    type Output = Option<Cluster>;

    async fn run(self, tx: &mut Tx) -> Result<Option<Cluster>, StoreError> {
        let found = cluster::get(&mut tx.scope(&self.scope), self.id).await?;
        let recent = |cluster: &Cluster| {
            self.unless_since.is_some_and(|since| cluster.described_at > Some(since))
        };
        Ok(found.filter(|cluster| report::is_at_rest(cluster) && !recent(cluster)))
    }
}

struct Seen {
    scope: ScopeId,
    id: ClusterId,
    now: Timestamp,
    unreachable: Option<String>,
}

impl Note for Seen {
    type Output = ();

    async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        let unreachable = self.unreachable.as_deref();
        cluster::described(&mut tx.scope(&self.scope), self.id, self.now, unreachable).await
    }
}
