//! The keeper: hands orders to drivers, and brings accounts and ports to what they should be.

mod inspect;
mod moving;
pub(super) mod record;
mod survey;
mod tend;
mod wake;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use guildhall_model::{CloudProvider, ClusterId};
use guildhall_store::{ScopeId, StoreError, Tx, cluster};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::driver::Driver;
use crate::{
    Actor, App, Call,
    frame::{Note, look},
};
pub(super) use survey::ensure_identity;
pub(crate) use wake::Wake;

/// The drivers, each for one cloud.
pub type Drivers = BTreeMap<CloudProvider, Arc<dyn Driver>>;

/// How many calls to drivers are under way at a time.
const MOST_CALLS: usize = 32;
/// The longest pause before looking for orders, which other processes may have placed.
const LOOK: Duration = Duration::from_secs(5);
/// The pause between two looks at every cluster.
const ROUND: Duration = Duration::from_secs(60);
/// How long ago a driver has to have described a cluster to be asked again.
const INSPECTION: Duration = Duration::from_secs(5 * 60);
/// How long work on a cluster is kept from other processes; renewed while it goes on.
const LEASE: Duration = Duration::from_secs(60);
/// The pause between renewals.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Keeps clusters as they should be. Several processes on one database may each run one.
#[derive(Clone)]
pub struct Keeper {
    app: App,
    drivers: Arc<Drivers>,
    calls: Arc<Semaphore>,
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Attempts at orders.
    pub orders: usize,
    /// Calls about accounts and ports.
    pub calls: usize,
}

impl Keeper {
    /// A keeper with drivers.
    pub fn new(app: App, drivers: Drivers) -> Self {
        let calls = Arc::new(Semaphore::new(MOST_CALLS));
        Self { app, drivers: Arc::new(drivers), calls }
    }

    /// Works until `stop` holds true. Calls under way are left to their end by the drivers; what
    /// they did is found by the next process.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        tokio::join!(self.clone().run_orders(stop.clone()), self.run_tending(stop));
    }

    async fn run_orders(self, mut stop: watch::Receiver<bool>) {
        let mut attempts = JoinSet::new();
        while !*stop.borrow() {
            let wait = match self.claim().await {
                Ok(claimed) => {
                    for (scope, id) in claimed {
                        let keeper = self.clone();
                        attempts.spawn(async move { keeper.attempt(&scope, id).await });
                    }
                    self.until_next().await
                }
                Err(error) => {
                    tracing::warn!(%error, "the orders for clusters cannot be read");
                    LOOK
                }
            };
            tokio::select! {
                () = self.app.keeper_wake().ordered() => {}
                () = tokio::time::sleep(wait) => {}
                Some(_) = attempts.join_next() => {}
                _ = stop.wait_for(|stopped| *stopped) => {}
            }
        }
    }

    async fn run_tending(self, mut stop: watch::Receiver<bool>) {
        let mut tending = JoinSet::new();
        let mut whole = true;
        let mut round = tokio::time::Instant::now();
        while !*stop.borrow() {
            match self.places(whole).await {
                Ok(places) => {
                    for (scope, id) in places {
                        let keeper = self.clone();
                        tending.spawn(async move { keeper.look_after(&scope, id, whole).await });
                    }
                }
                Err(error) => tracing::warn!(%error, "the clusters cannot be read"),
            }
            if whole {
                round = tokio::time::Instant::now() + ROUND;
            }
            whole = false;
            tokio::select! {
                () = self.app.keeper_wake().marked() => {}
                () = tokio::time::sleep_until(round) => whole = true,
                Some(_) = tending.join_next() => {}
                _ = stop.wait_for(|stopped| *stopped) => {}
            }
        }
    }

    /// Does everything that is due at this moment, and what follows from it at once.
    ///
    /// # Errors
    /// If the database fails; failures of drivers are noted.
    pub async fn work_off(&self) -> Result<Kept, StoreError> {
        let mut kept = Kept::default();
        loop {
            let mut working = JoinSet::new();
            for (scope, id) in self.claim().await? {
                kept.orders += 1;
                let keeper = self.clone();
                working.spawn(async move { keeper.attempt(&scope, id).await.map(|()| 0) });
            }
            for (scope, id) in self.places(false).await? {
                let keeper = self.clone();
                working.spawn(async move { keeper.tend(&scope, id).await });
            }
            if working.is_empty() {
                return Ok(kept);
            }
            kept.calls += calls_of(working).await?;
        }
    }

    /// Looks at every cluster: asks its driver how it is, and repairs what differs.
    ///
    /// # Errors
    /// As [`Keeper::work_off`].
    pub async fn look_at_all(&self) -> Result<Kept, StoreError> {
        let mut working = JoinSet::new();
        for (scope, id) in self.places(true).await? {
            let keeper = self.clone();
            working.spawn(async move {
                keeper.inspect(&scope, id, None).await?;
                keeper.tend(&scope, id).await
            });
        }
        Ok(Kept { orders: 0, calls: calls_of(working).await? })
    }

    async fn look_after(&self, scope: &ScopeId, id: ClusterId, inspecting: bool) {
        let ended = async {
            if inspecting {
                let recently = self.app.clock().now().minus(INSPECTION);
                self.inspect(scope, id, Some(recently)).await?;
            }
            self.tend(scope, id).await
        };
        if let Err(error) = ended.await {
            tracing::warn!(cluster = %id, %error, "a cluster cannot be looked after");
        }
    }

    /// The clusters to look after: all, or those of the organizations that something changed in.
    async fn places(&self, whole: bool) -> Result<Vec<(ScopeId, ClusterId)>, StoreError> {
        let (everything, scopes) = self.app.keeper_wake().take();
        let places = Places { scopes: (!whole && !everything).then_some(scopes) };
        look(&self.app, places).await
    }

    /// The keeper as an actor.
    pub(super) fn call() -> Call {
        Call::of(Actor::System("clusters"))
    }
}

/// Waits for work on clusters, and adds up the calls that it took.
async fn calls_of(mut working: JoinSet<Result<usize, StoreError>>) -> Result<usize, StoreError> {
    let mut calls = 0;
    while let Some(ended) = working.join_next().await {
        let broken = |error| StoreError::Fault(format!("a task broke off: {error}"));
        calls += ended.map_err(broken)??;
    }
    Ok(calls)
}

struct Places {
    scopes: Option<Vec<ScopeId>>,
}

impl Note for Places {
    type Output = Vec<(ScopeId, ClusterId)>;

    async fn run(self, tx: &mut Tx) -> Result<Self::Output, StoreError> {
        let Some(scopes) = self.scopes else { return cluster::living(tx).await };
        let mut places = Vec::new();
        for scope in scopes {
            places.extend(cluster::living_of(&mut tx.scope(&scope)).await?);
        }
        Ok(places)
    }
}
