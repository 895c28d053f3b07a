//! Recording what was learned of a cluster, whether its driver was asked or told by itself.

use guildhall_model::{ClusterId, ClusterRole, JobId, Timestamp};
use guildhall_store::{
    ScopeId, StoreError, Tx,
    cluster::{self, Cluster, account, service},
};

use crate::{
    App, Call, ClusterRef, Error, Never, Operation,
    cluster::{
        driver::{DriverError, Report},
        report::{self, ReportCluster, TellDrift},
    },
    frame::{Note, note},
};

/// Records what came of an order, `seen` being the cluster as it was looked at.
///
/// # Errors
/// If the database fails; nothing is changed then.
pub(in crate::cluster) async fn came_of(
    app: &App,
    call: &Call,
    scope: &ScopeId,
    seen: &Cluster,
    request: JobId,
    outcome: Result<Report, DriverError>,
) -> Result<(), StoreError> {
    let id = seen.id;
    if is_noise(seen, &outcome) {
        let now = app.clock().now();
        return note(app, Progress { scope: scope.clone(), id, request, outcome, now }).await;
    }
    let Some(cluster) = at(scope, id) else { return Ok(()) };
    done(app, call, ReportCluster { cluster, request: Some(request), outcome }).await
}

/// Records how a cluster at rest was found. What differs from what it was told to be is noted and
/// told; the tending that follows repairs it.
///
/// # Errors
/// As [`came_of`].
pub(in crate::cluster) async fn found(
    app: &App,
    call: &Call,
    scope: &ScopeId,
    seen: &Cluster,
    report: Report,
) -> Result<(), StoreError> {
    let id = seen.id;
    let Some(cluster) = at(scope, id) else { return Ok(()) };
    if report.state.is_some_and(|state| state != seen.state) {
        let report = ReportCluster { cluster, request: None, outcome: Ok(report) };
        return done(app, call, report).await;
    }
    let now = app.clock().now();
    let found = note(app, Compare { scope: scope.clone(), id, report, now }).await?;
    if found.is_empty() {
        return Ok(());
    }
    tracing::warn!(cluster = %id, ?found, "a cluster is not as it was made");
    done(app, call, TellDrift { cluster, found }).await
}

fn at(scope: &ScopeId, cluster: ClusterId) -> Option<ClusterRef> {
    Some(ClusterRef { organization: scope.organization()?, cluster })
}

async fn done<O: Operation<Refusal = Never>>(
    app: &App,
    call: &Call,
    operation: O,
) -> Result<(), StoreError> {
    match app.execute(call, operation).await {
        // A message under an id that was used before is a repetition.
        Ok(_) | Err(Error::KeyReused) => Ok(()),
        Err(error) => Err(StoreError::Unavailable(error.to_string())),
    }
}

/// Whether an outcome only moves a bar or comes again by itself, which leaves no audit event.
fn is_noise(cluster: &Cluster, outcome: &Result<Report, DriverError>) -> bool {
    let mut after = cluster.clone();
    report::absorb(&mut after, outcome.clone(), cluster.state_since);
    after.state == cluster.state && after.version == cluster.version && after.state.is_passing()
}

/// Notes how far a move has come, or that it is tried again.
struct Progress {
    scope: ScopeId,
    id: ClusterId,
    request: JobId,
    outcome: Result<Report, DriverError>,
    now: Timestamp,
}

impl Note for Progress {
    type Output = ();

    async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        let mut scoped = tx.scope(&self.scope);
        let Some(mut cluster) = cluster::get(&mut scoped, self.id).await? else { return Ok(()) };
        if report::applies(&cluster, Some(self.request)) {
            report::absorb(&mut cluster, self.outcome, self.now);
            cluster::settle(&mut scoped, &cluster, self.now).await
        } else {
            cluster::release(&mut scoped, self.id).await
        }
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
