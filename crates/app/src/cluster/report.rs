//! Recording what a driver has reported: the one way a cluster's state changes by itself.

use guildhall_model::{ClusterState, JobId};
use guildhall_store::{
    cluster::{
        self, Cluster,
        run::{self, ClusterRun},
    },
    user as account,
};
use serde::{Deserialize, Serialize};

use super::{
    driver::{DriverError, Report, Trouble, Verb, plain},
    order,
};
use crate::{ClusterRef, Granted, Never, Operation, Outcome, Permission, Stop};

/// How often an order is attempted before it is given up: over about twenty minutes.
pub(super) const MOST_ATTEMPTS: u32 = 14;
/// After how many seconds a passing state is asked about again.
const POLL: u32 = 2;

/// Record what came of an order, or what was found without one.
#[derive(Clone, Debug)]
pub struct ReportCluster {
    /// The cluster.
    pub cluster: ClusterRef,
    /// The order that it is about; one that was replaced meanwhile changes nothing. `None` for what
    /// was found while no order was under way.
    pub request: Option<JobId>,
    /// What the driver said.
    pub outcome: Result<Report, DriverError>,
}

/// What it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The state that the cluster is in now.
    pub state: ClusterState,
}

impl Operation for ReportCluster {
    const NAME: &'static str = "cluster.report";
    const PERMISSION: Permission<ClusterRef> = Permission::named("can_tend");
    type Target = ClusterRef;
    type Output = Reported;
    type Refusal = Never;

    fn target(&self) -> ClusterRef {
        self.cluster
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = self.cluster.cluster;
        let mut cluster = cluster::get(&mut cx.store(), id).await?.ok_or(Stop::NotFound)?;
        cx.about("cluster", id, &cluster.name);
        cx.before(serde_json::json!({ "state": cluster.state, "version": cluster.version }));
        let before = cluster.state;
        let now = cx.now();
        if applies(&cluster, self.request) {
            let told = self.outcome.as_ref().ok().and_then(|report| report.state);
            absorb(&mut cluster, self.outcome, now);
            cluster::settle(&mut cx.store(), &cluster, now).await?;
            self::meter(cx, &cluster, before, told).await?;
            cx.tend();
        } else if self.request.is_some() {
            cluster::release(&mut cx.store(), id).await?;
        }
        cx.wake_keeper();
        cx.after(serde_json::json!({ "state": cluster.state, "version": cluster.version,
            "message": cluster.message }));
        Ok(Reported { state: cluster.state })
    }
}

/// Whether a report is about what the cluster is doing now.
pub(super) fn applies(cluster: &Cluster, request: Option<JobId>) -> bool {
    match (&cluster.order, request) {
        (Some(order), Some(request)) => order.due_at.is_some() && order.request == request,
        (order, None) => order.as_ref().is_none_or(|order| order.due_at.is_none()),
        (None, Some(_)) => false,
    }
}

/// Whether a cluster rests: no order is under way, and what is told of it happened by itself.
pub(super) fn is_at_rest(cluster: &Cluster) -> bool {
    let ended = cluster.state == ClusterState::Terminated;
    applies(cluster, None) && !cluster.state.is_passing() && !ended
}

/// Makes a report part of a cluster.
pub(super) fn absorb(
    cluster: &mut Cluster,
    outcome: Result<Report, DriverError>,
    now: guildhall_model::Timestamp,
) {
    match outcome {
        Ok(report) => take(cluster, report, now),
        Err(DriverError::Temporary(trouble)) => {
            let attempts = cluster.order.as_ref().map_or(0, |order| order.attempts) + 1;
            let again = attempts < MOST_ATTEMPTS;
            cluster.message = Some(told(&trouble, again));
            let Some(order) = &mut cluster.order else { return };
            order.attempts = attempts;
            if again {
                order.due_at = Some(order::again(now, attempts));
            } else {
                fail(cluster);
            }
        }
        Err(DriverError::Permanent(trouble)) => {
            cluster.message = Some(told(&trouble, false));
            fail(cluster);
        }
    }
}

fn fail(cluster: &mut Cluster) {
    cluster.state = ClusterState::Error;
    cluster.progress = None;
    if let Some(order) = &mut cluster.order {
        order.due_at = None;
    }
}

fn take(cluster: &mut Cluster, report: Report, now: guildhall_model::Timestamp) {
    let under_way = cluster.order.as_ref().is_some_and(|order| order.due_at.is_some());
    let Some(state) = report.state else {
        let silent = DriverError::temporary("the driver did not say how the cluster is");
        return absorb(cluster, Err(silent), now);
    };
    cluster.state = state;
    cluster.made = cluster.made || state != ClusterState::Pending;
    cluster.progress = report.progress.map(|percent| i64::from(percent.min(100)));
    cluster.message = report.message.as_deref().map(Report::words);
    cluster.url = report.url.as_deref().map(Report::words).or(cluster.url.take());
    cluster.sign_in = report.sign_in.as_deref().map(Report::words).or(cluster.sign_in.take());
    cluster.handle = report.handle.map(|handle| handle.to_string()).or(cluster.handle.take());
    if let Some(version) = report.version {
        cluster.version = version;
    } else if state == ClusterState::Running || state == ClusterState::Stopped {
        let reached = cluster
            .order
            .as_ref()
            .filter(|order| under_way && order.verb == Verb::Upgrade.as_str());
        if let Some(target) = reached.and_then(|order| order.target.clone()) {
            cluster.version = target;
        }
    }
    let poll = report.poll_after.unwrap_or(POLL).clamp(1, 300);
    if let Some(order) = &mut cluster.order {
        order.attempts = 0;
        order.accepted = true;
        let pause = std::time::Duration::from_secs(u64::from(poll));
        // Also what began to pass by itself is asked about until it has settled.
        order.due_at = state.is_passing().then(|| now.plus(pause));
    }
    if state == ClusterState::Error {
        fail(cluster);
    }
}

/// Counts running time: it begins with the report that the cluster runs and ends with the one that
/// it does not, in the same transaction as the state. A cluster that its driver calls broken costs
/// nothing. A move that failed says nothing about how the cluster is: it counts on as before, until
/// the driver, asked again by itself, has told; else whoever asks for what cannot be done, such as
/// a version that does not exist, would work on for nothing.
async fn meter<O: Operation>(
    cx: &mut Granted<'_, O>,
    cluster: &Cluster,
    before: ClusterState,
    told: Option<ClusterState>,
) -> Result<(), Stop<O::Refusal>> {
    use ClusterState::{Error, Running, Stopped, Terminated};
    let now = cx.now();
    match told {
        Some(Running) if before != Running => {
            let by = cluster.order.as_ref().map_or(cluster.created_by, |order| order.by);
            let person = account::find(cx.store().system(), by).await?;
            let (user, user_email) = match person {
                Some(person) => (person.id, person.email),
                None => (cluster.created_by, cluster.created_by_email.clone()),
            };
            let new = ClusterRun {
                cluster: cluster.id,
                started_at: now,
                ended_at: None,
                hourly: cluster.hourly,
                user,
                user_email,
            };
            run::begin(&mut cx.store(), &new).await?;
        }
        Some(Stopped | Terminated | Error) => {
            run::end(&mut cx.store(), cluster.id, now).await?;
        }
        _ => {}
    }
    Ok(())
}

/// What the people of an organization are told of a failure: what happened, and what comes next.
/// All that they see of what drivers fail at is made here.
pub(super) fn told(trouble: &Trouble, again: bool) -> String {
    let what = trouble.to_string();
    let what = what.trim_end_matches('.');
    let next = match (again, trouble.detail()) {
        (true, None) => ". Guildhall tries again by itself.",
        (true, Some(_)) => {
            ". Guildhall tries again by itself; the system administrator finds the cause in the \
             log."
        }
        (false, Some(_)) => ". Ask the system administrator, who finds the cause in the log.",
        (false, None) => "",
    };
    // The end is what helps, so that it is the beginning that is cut.
    let room = Report::LONGEST.saturating_sub(next.chars().count());
    format!("{}{next}", plain(what, room))
}

/// Tell that accounts or ports of a cluster were not as Guildhall had made them, and are repaired.
#[derive(Clone, Debug)]
pub struct TellDrift {
    /// The cluster.
    pub cluster: ClusterRef,
    /// What was found, in words.
    pub found: Vec<String>,
}

impl Operation for TellDrift {
    const NAME: &'static str = "cluster.drift";
    const PERMISSION: Permission<ClusterRef> = Permission::named("can_tend");
    type Target = ClusterRef;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> ClusterRef {
        self.cluster
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = self.cluster.cluster;
        let cluster = cluster::get(&mut cx.store(), id).await?.ok_or(Stop::NotFound)?;
        cx.about("cluster", id, &cluster.name);
        cx.before(serde_json::json!({ "found": self.found }));
        let now = cx.now();
        cluster::drifted(&mut cx.store(), id, now, &Report::words(&self.found.join("; "))).await?;
        cx.tend();
        Ok(())
    }
}
