//! Orders: claimed with a lease, told to the driver, and what came of them recorded.

use std::time::Duration;

use guildhall_model::{ClusterId, Timestamp};
use guildhall_store::{
    ScopeId, StoreError, Tx,
    cluster::{self, Cluster, StoredOrder},
};

use super::{HEARTBEAT, Keeper, LEASE, LOOK, record};
use crate::{
    Vault,
    cluster::{
        driver::{DriverError, Order, Report, Trouble, Verb},
        order,
    },
    frame::{Note, look, note},
};

/// How many orders are claimed at a time.
const BATCH: u32 = 16;

impl Keeper {
    /// Takes the orders that are due, for as long as the lease lasts.
    pub(super) async fn claim(&self) -> Result<Vec<(ScopeId, ClusterId)>, StoreError> {
        let now = self.app.clock().now();
        if look(&self.app, Due { now }).await?.is_empty() {
            return Ok(Vec::new());
        }
        note(&self.app, Claim { now, until: now.plus(LEASE) }).await
    }

    /// How long to sleep until an order is due.
    pub(super) async fn until_next(&self) -> Duration {
        match look(&self.app, Next).await {
            Ok(Some(next)) => next.since(self.app.clock().now()).min(LOOK),
            Ok(None) | Err(_) => LOOK,
        }
    }

    /// Makes one attempt at an order that was claimed.
    pub(super) async fn attempt(&self, scope: &ScopeId, id: ClusterId) -> Result<(), StoreError> {
        let read = Read { scope: scope.clone(), id, vault: self.app.vault().clone() };
        let Some(Told { cluster, request, order }) = look(&self.app, read).await? else {
            return Ok(());
        };
        let outcome = match order {
            Ok(order) => {
                let beat = || note(&self.app, Renew::of(scope, id, self.app.clock().now()));
                self.ask(&order, beat).await
            }
            Err(trouble) => Err(DriverError::Permanent(trouble)),
        };
        log_trouble(id, &request.verb, &outcome);
        let (app, call, request) = (&self.app, Keeper::call(), request.request);
        let recorded = record::came_of(app, &call, scope, &cluster, request, outcome).await;
        if let Err(error) = recorded {
            // The lease runs out, and the driver is asked again.
            tracing::error!(cluster = %id, %error, "what a driver did was not recorded");
        }
        Ok(())
    }

    /// Asks the driver of a cluster's cloud, with a heartbeat while it works.
    pub(super) async fn ask<F>(
        &self,
        order: &Order,
        beat: impl Fn() -> F,
    ) -> Result<Report, DriverError>
    where
        F: Future<Output = Result<(), StoreError>>,
    {
        let Some(driver) = self.drivers.get(&order.cloud_account.provider) else {
            let cloud = order.cloud_account.provider.label();
            let missing = format!("no driver for {cloud} is configured on this server");
            return Err(DriverError::permanent(&missing));
        };
        let Ok(_turn) = self.calls.acquire().await else {
            return Err(DriverError::temporary("the server is stopping"));
        };
        let mut call = driver.call(order);
        loop {
            tokio::select! {
                outcome = &mut call => return outcome,
                () = tokio::time::sleep(HEARTBEAT) => {
                    if let Err(error) = beat().await {
                        tracing::warn!(%error, "the lease of a cluster cannot be renewed");
                    }
                }
            }
        }
    }
}

/// Tells the operator in full what a driver failed at: people read only the sentence for them.
pub(super) fn log_trouble<T>(id: ClusterId, verb: &str, outcome: &Result<T, DriverError>) {
    if let Err(error) = outcome {
        let error = error.trouble().in_full();
        tracing::warn!(cluster = %id, verb, error, "a driver did not do its part");
    }
}

struct Due {
    now: Timestamp,
}

impl Note for Due {
    type Output = Vec<(ScopeId, ClusterId)>;

    async fn run(self, tx: &mut Tx) -> Result<Self::Output, StoreError> {
        cluster::due(tx, self.now, BATCH).await
    }
}

struct Next;

impl Note for Next {
    type Output = Option<Timestamp>;

    async fn run(self, tx: &mut Tx) -> Result<Self::Output, StoreError> {
        cluster::next_due(tx).await
    }
}

struct Claim {
    now: Timestamp,
    until: Timestamp,
}

impl Note for Claim {
    type Output = Vec<(ScopeId, ClusterId)>;

    async fn run(self, tx: &mut Tx) -> Result<Self::Output, StoreError> {
        let mut ours = Vec::new();
        for (scope, id) in cluster::due(tx, self.now, BATCH).await? {
            if cluster::lease(&mut tx.scope(&scope), id, self.now, self.until).await? {
                ours.push((scope, id));
            }
        }
        Ok(ours)
    }
}

struct Renew {
    scope: ScopeId,
    id: ClusterId,
    until: Timestamp,
}

impl Renew {
    fn of(scope: &ScopeId, id: ClusterId, now: Timestamp) -> Self {
        Self { scope: scope.clone(), id, until: now.plus(LEASE) }
    }
}

impl Note for Renew {
    type Output = ();

    async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        cluster::renew(&mut tx.scope(&self.scope), self.id, self.until).await
    }
}

struct Read {
    scope: ScopeId,
    id: ClusterId,
    vault: Vault,
}

/// An order as it is told, or why it cannot be.
struct Told {
    cluster: Cluster,
    request: StoredOrder,
    order: Result<Order, Trouble>,
}

impl Note for Read {
    type Output = Option<Told>;

    async fn run(self, tx: &mut Tx) -> Result<Option<Told>, StoreError> {
        let mut scoped = tx.scope(&self.scope);
        let Some(cluster) = cluster::get(&mut scoped, self.id).await? else { return Ok(None) };
        let Some(request) = cluster.order.clone().filter(|order| order.due_at.is_some()) else {
            return Ok(None);
        };
        let verb = if request.accepted { Ok(Verb::Describe) } else { request.verb.parse() };
        let order = match verb {
            Ok(verb) => {
                let vault = &self.vault;
                order::told(&mut scoped, vault, &cluster, request.request, verb).await?
            }
            Err(error) => Err(Trouble::new(&error)),
        };
        Ok(Some(Told { cluster, request, order }))
    }
}
