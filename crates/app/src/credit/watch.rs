//! Watching balances: warnings, and stopping what may not go on.

use std::collections::BTreeSet;
use std::time::Duration;

use guildhall_model::{ClusterId, ClusterMove, ClusterState, Credits, OrganizationId, Timestamp};
use guildhall_store::{
    ScopeId, Scoped, StoreError, Tx,
    cluster::{self, run},
    credit, organization,
};

use super::{WarnOfCredits, balance};
use crate::{
    Actor, App, Call, ClusterRef, Error, Operation,
    cluster::StopCluster,
    frame::{Note, look},
};

/// How long a cluster that could not be stopped is left alone before it is tried again.
const AGAIN: Duration = Duration::from_secs(60 * 60);

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WatchedCredits {
    /// Organizations whose people were warned.
    pub warned: usize,
    /// Clusters that were told to stop.
    pub stopped: usize,
}

impl App {
    /// Warns the people of organizations whose credits come to an end, and has clusters stopped
    /// that may not go on: those of deleted organizations, and, if the operator set it so, those of
    /// organizations that have nothing left. To be called each minute; several processes may.
    ///
    /// # Errors
    /// If the balances cannot be read. What fails for one organization is logged, and left to the
    /// next round.
    pub async fn watch_credits(&self) -> Result<WatchedCredits, StoreError> {
        let settings = &self.settings().clusters;
        let (thresholds, stop_at_zero) = (settings.warn_below.clone(), settings.stop_at_zero);
        let now = self.clock().now();
        let call = Call::of(Actor::System("credits"));
        let mut watched = WatchedCredits::default();
        for one in look(self, Survey { thresholds, stop_at_zero, now }).await? {
            let organization = one.organization;
            if one.warn && self.did(&call, WarnOfCredits { organization }, organization).await {
                watched.warned += 1;
            }
            for cluster in one.stop {
                let cluster = ClusterRef { organization, cluster };
                if self.did(&call, StopCluster { cluster }, organization).await {
                    watched.stopped += 1;
                }
            }
        }
        Ok(watched)
    }

    async fn did<O: Operation>(
        &self,
        call: &Call,
        operation: O,
        organization: OrganizationId,
    ) -> bool {
        match self.execute(call, operation).await {
            Ok(_) => true,
            // Something changed since it was looked at; the next round sees it as it is.
            Err(Error::Refused(_) | Error::NotFound) => false,
            Err(error) => {
                tracing::warn!(%organization, operation = O::NAME, %error, "it is left for later");
                false
            }
        }
    }
}

struct Survey {
    thresholds: Vec<Credits>,
    stop_at_zero: bool,
    now: Timestamp,
}

struct Found {
    organization: OrganizationId,
    warn: bool,
    stop: Vec<ClusterId>,
}

impl Note for Survey {
    type Output = Vec<Found>;

    async fn run(self, tx: &mut Tx) -> Result<Vec<Found>, StoreError> {
        let mut scopes: BTreeSet<ScopeId> = run::places(tx).await?.into_iter().collect();
        for threshold in &self.thresholds {
            scopes.extend(credit::untold(tx, *threshold).await?);
        }
        let mut all = Vec::new();
        for scope in scopes {
            all.extend(self.look(&mut tx.scope(&scope)).await?);
        }
        Ok(all)
    }
}

impl Survey {
    async fn look(&self, scoped: &mut Scoped<'_>) -> Result<Option<Found>, StoreError> {
        let Some(of) = organization::get(scoped).await? else { return Ok(None) };
        let balance = balance(scoped, self.now).await?;
        let told = credit::told(scoped).await?;
        let new = |threshold: &Credits| balance.left <= *threshold && !told.contains(threshold);
        let deleted = of.deleted_at.is_some();
        let warn = !deleted && self.thresholds.iter().any(new);
        let stop = match deleted || (self.stop_at_zero && balance.is_spent()) {
            true => self.running(scoped).await?,
            false => Vec::new(),
        };
        let found = Found { organization: of.id, warn, stop };
        Ok((found.warn || !found.stop.is_empty()).then_some(found))
    }

    async fn running(&self, scoped: &mut Scoped<'_>) -> Result<Vec<ClusterId>, StoreError> {
        let mut running = Vec::new();
        for run in run::all_open(scoped).await? {
            let Some(cluster) = cluster::get(scoped, run.cluster).await? else { continue };
            let rested = cluster.state != ClusterState::Error
                || self.now.since(cluster.state_since) >= AGAIN;
            if cluster.state.allows(ClusterMove::Stop) && rested {
                running.push(cluster.id);
            }
        }
        Ok(running)
    }
}
