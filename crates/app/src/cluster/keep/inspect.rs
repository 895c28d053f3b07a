//! Inspecting: what a cluster's driver finds, beside what it was told to make.

use guildhall_model::{ClusterId, ClusterRole, JobId, Timestamp};
use guildhall_store::{
    ScopeId, StoreError, Tx,
    cluster::{self, Cluster, account, service},
};

use super::{Keeper, survey::Prepare};
use crate::{
    ClusterRef,
    cluster::{
        driver::{DriverError, Report, Verb},
        report::{self, ReportCluster, TellDrift},
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
        let now = self.app.clock().now();
        let Some(organization) = scope.organization() else { return Ok(()) };
        let at = ClusterRef { organization, cluster: id };
        let report = match outcome {
            Ok(report) => report,
            Err(error) => {
                let unreachable = Some(report::short(&error.to_string()));
                return note(&self.app, Seen { scope: scope.clone(), id, now, unreachable }).await;
            }
        };
        if report.state.is_some_and(|state| state != before.state) {
            let found = ReportCluster { cluster: at, request: None, outcome: Ok(report) };
            if let Err(error) = self.app.execute(&self.call(), found).await {
                tracing::error!(cluster = %id, %error, "what was found was not recorded");
            }
            return Ok(());
        }
        let found = note(&self.app, Compare { scope: scope.clone(), id, report, now }).await?;
        if !found.is_empty() {
            tracing::warn!(cluster = %id, ?found, "a cluster is not as it was made");
            if let Err(error) =
                self.app.execute(&self.call(), TellDrift { cluster: at, found }).await
            {
                tracing::error!(cluster = %id, %error, "what was found was not recorded");
            }
        }
        Ok(())
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
        let gone = || Err(DriverError::Permanent("the cluster is gone".to_owned()));
        Ok(match look(&self.app, prepare).await? {
            Some(Ok((order, _))) => self.ask(&order, || async { Ok(()) }).await,
            Some(Err(error)) => Err(DriverError::Permanent(error)),
            None => gone(),
        })
    }
}

/// A cluster that no order is under way for.
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
        Ok(found.filter(|cluster| {
            report::applies(cluster, None) && !cluster.state.is_passing() && !recent(cluster)
        }))
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

/// Notes what accounts and ports really are. Answers what differs from what they were made, in
/// words.
struct Compare {
    scope: ScopeId,
    id: ClusterId,
    report: Report,
    now: Timestamp,
}

impl Note for Compare {
    type Output = Vec<String>;

    async fn run(self, tx: &mut Tx) -> Result<Vec<String>, StoreError> {
        let mut scoped = tx.scope(&self.scope);
        let (id, now) = (self.id, self.now);
        cluster::described(&mut scoped, id, now, None).await?;
        let mut differs = Vec::new();
        if let Some(accounts) = &self.report.accounts {
            for known in account::all(&mut scoped, id).await?.iter().filter(|one| one.made) {
                let real = accounts.iter().find(|one| one.name == known.name);
                let role = real.filter(|one| one.active).map(|one| one.role);
                if role != known.applied {
                    differs.push(words(&known.name, real.is_some(), role));
                    let made = real.is_some();
                    account::found(&mut scoped, id, known.user, role, made, now).await?;
                }
            }
        }
        if let Some(open) = &self.report.open_services {
            for known in service::all(&mut scoped, id).await? {
                let real = open.contains(&known.name);
                if real != known.applied {
                    let how = if real { "open" } else { "closed" };
                    differs.push(format!("the ports of {} were {how}", known.label));
                    service::applied(&mut scoped, id, &known.name, real).await?;
                }
            }
        }
        Ok(differs)
    }
}

fn words(name: &str, exists: bool, role: Option<ClusterRole>) -> String {
    match (exists, role) {
        (false, _) => format!("the account {name} was gone"),
        (true, None) => format!("the account {name} was blocked"),
        (true, Some(ClusterRole::User)) => format!("the account {name} was an ordinary one"),
        (true, Some(ClusterRole::Admin)) => format!("the account {name} was an administrator"),
    }
}
