//! Tending: the calls that bring a cluster's accounts and ports to what they should be.

use std::sync::Arc;
use std::time::Duration;

use guildhall_model::{ClusterId, ClusterRole, JobId, Timestamp};
use guildhall_store::{
    ScopeId, StoreError, Tx,
    cluster::{
        self,
        account::{self, ClusterAccount},
        service,
    },
};

use super::{
    Keeper, LEASE,
    moving::log_trouble,
    survey::{Prepare, Prepared, Survey, Task},
};
use crate::{
    cluster::{
        driver::{DriverError, Service, Verb},
        order, report,
    },
    frame::{Note, look, note},
};

/// How long to wait for another process, or another task, that tends the same cluster.
const TURN: Duration = Duration::from_millis(500);

impl Keeper {
    /// Brings a cluster to what it should be. Answers how many calls that took.
    pub(super) async fn tend(&self, scope: &ScopeId, id: ClusterId) -> Result<usize, StoreError> {
        let seen = self.look_over(scope, id).await?;
        if seen.as_ref().is_some_and(Vec::is_empty) {
            return Ok(0);
        }
        let now = self.app.clock().now();
        let begin = Begin { scope: scope.clone(), id, now, until: now.plus(LEASE) };
        if !note(&self.app, begin).await? {
            let (app, scope) = (self.app.clone(), scope.clone());
            tokio::spawn(async move {
                tokio::time::sleep(TURN).await;
                app.keeper_wake().mark(&scope);
            });
            return Ok(0);
        }
        let ended = self.tend_alone(scope, id, seen.is_none()).await;
        note(&self.app, End { scope: scope.clone(), id }).await?;
        ended
    }

    /// `writing` says that there is something to write down first, so that it is not looked for
    /// twice.
    async fn tend_alone(
        &self,
        scope: &ScopeId,
        id: ClusterId,
        mut writing: bool,
    ) -> Result<usize, StoreError> {
        let mut calls = 0;
        loop {
            let seen = self.app.keeper_wake().changes(scope);
            let looked = if writing { None } else { self.look_over(scope, id).await? };
            let tasks = match looked {
                Some(tasks) => tasks,
                None => note(&self.app, self.question(scope, id, true)).await?.unwrap_or_default(),
            };
            writing = false;
            let mut stale = false;
            for task in tasks {
                // Whoever was removed in the meantime is blocked before anybody else is let in.
                stale = self.app.keeper_wake().changes(scope) != seen;
                if stale {
                    break;
                }
                calls += 1;
                self.do_task(scope, id, task).await?;
            }
            if !stale {
                return Ok(calls);
            }
        }
    }

    /// The calls to make, or `None` where something has to be written down first. Costs the writer
    /// of the database nothing.
    async fn look_over(
        &self,
        scope: &ScopeId,
        id: ClusterId,
    ) -> Result<Option<Vec<Task>>, StoreError> {
        look(&self.app, self.question(scope, id, false)).await
    }

    fn question(&self, scope: &ScopeId, id: ClusterId, writes: bool) -> Survey {
        let (index, now) = (Arc::clone(self.app.index()), self.app.clock().now());
        Survey { scope: scope.clone(), id, index, now, writes }
    }

    async fn do_task(&self, scope: &ScopeId, id: ClusterId, task: Task) -> Result<(), StoreError> {
        let (verb, account, services) = match task {
            Task::Block(one) => (Verb::BlockAccount, Some((one, None)), Vec::new()),
            Task::Ensure(one, role) => (Verb::EnsureAccount, Some((one, Some(role))), Vec::new()),
            Task::Open(services) => (Verb::OpenPorts, None, services),
            Task::Close(services) => (Verb::ClosePorts, None, services),
        };
        let request = JobId::generate(self.app.clock().now(), self.app.entropy());
        let prepare = Prepare {
            scope: scope.clone(),
            id,
            vault: self.app.vault().clone(),
            request,
            verb,
            account: account.clone(),
            services: services.clone(),
        };
        let Some(prepared) = look(&self.app, prepare).await? else { return Ok(()) };
        let outcome = self.carry_out(scope, id, prepared).await;
        log_trouble(id, verb.as_str(), &outcome);
        let now = self.app.clock().now();
        let open = verb == Verb::OpenPorts;
        note(&self.app, Outcome { scope: scope.clone(), id, account, services, open, outcome, now })
            .await
    }

    /// Answers when the password was set that the account has now.
    async fn carry_out(
        &self,
        scope: &ScopeId,
        id: ClusterId,
        prepared: Prepared,
    ) -> Result<Option<Timestamp>, DriverError> {
        let (order, set_at) = prepared.map_err(DriverError::Permanent)?;
        let beat = || {
            let until = self.app.clock().now().plus(LEASE);
            note(&self.app, Renew { scope: scope.clone(), id, until })
        };
        self.ask(&order, beat).await.map(|_| set_at)
    }
}

struct Begin {
    scope: ScopeId,
    id: ClusterId,
    now: Timestamp,
    until: Timestamp,
}

impl Note for Begin {
    type Output = bool;

    async fn run(self, tx: &mut Tx) -> Result<bool, StoreError> {
        cluster::tend(&mut tx.scope(&self.scope), self.id, self.now, self.until).await
    }
}

struct Renew {
    scope: ScopeId,
    id: ClusterId,
    until: Timestamp,
}

impl Note for Renew {
    type Output = ();

    async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        cluster::tend_on(&mut tx.scope(&self.scope), self.id, self.until).await
    }
}

struct End {
    scope: ScopeId,
    id: ClusterId,
}

impl Note for End {
    type Output = ();

    async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        cluster::tended(&mut tx.scope(&self.scope), self.id).await
    }
}

/// What came of a call.
struct Outcome {
    scope: ScopeId,
    id: ClusterId,
    account: Option<(ClusterAccount, Option<ClusterRole>)>,
    services: Vec<Service>,
    open: bool,
    outcome: Result<Option<Timestamp>, DriverError>,
    now: Timestamp,
}

impl Note for Outcome {
    type Output = ();

    async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        let mut scoped = tx.scope(&self.scope);
        match (self.account, self.outcome) {
            (Some((one, role)), Ok(set_at)) => {
                let set_at = if role.is_some() { set_at } else { one.verifier_at };
                account::applied(&mut scoped, self.id, one.user, role, set_at, self.now).await
            }
            (Some((one, _)), Err(error)) => {
                let due_at = order::again(self.now, one.attempts + 1);
                let error = report::told(error.trouble(), true);
                account::failed(&mut scoped, self.id, one.user, due_at, &error).await
            }
            (None, Ok(_)) => {
                for service in &self.services {
                    service::applied(&mut scoped, self.id, &service.name, self.open).await?;
                }
                Ok(())
            }
            (None, Err(error)) => {
                let error = report::told(error.trouble(), true);
                cluster::described(&mut scoped, self.id, self.now, Some(&error)).await
            }
        }
    }
}
