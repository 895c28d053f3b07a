//! Times at which clusters ran, by which their consumption is counted.

use guildhall_model::{ClusterId, Credits, Email, Timestamp, UserId};

use crate::{Row, Scoped, StoreError, TenantStmt};

/// A time at which a cluster ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterRun {
    /// The cluster.
    pub cluster: ClusterId,
    /// From when.
    pub started_at: Timestamp,
    /// Until when; `None` while it runs.
    pub ended_at: Option<Timestamp>,
    /// What an hour of it consumes.
    pub hourly: Credits,
    /// Who started it.
    pub user: UserId,
    /// Their address at that time.
    pub user_email: Email,
}

static BEGIN: TenantStmt = TenantStmt::new(
    "cluster_run.begin",
    "insert into cluster_run (scope, cluster_id, started_at, hourly, user_id, user_email)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
);
static OPEN: TenantStmt = TenantStmt::new(
    "cluster_run.open",
    "select * from cluster_run where scope = $1 and cluster_id = $2 and ended_at is null",
);
static END: TenantStmt = TenantStmt::new(
    "cluster_run.end",
    "update cluster_run set ended_at = $4, consumed = $5
     where scope = $1 and cluster_id = $2 and started_at = $3 and ended_at is null",
);
static CONSUMED: TenantStmt = TenantStmt::new(
    "cluster_run.consumed",
    "select cast(coalesce(sum(consumed), 0) as bigint) as consumed from cluster_run
     where scope = $1 and ended_at is not null",
);
static ALL_OPEN: TenantStmt = TenantStmt::new(
    "cluster_run.all_open",
    "select * from cluster_run where scope = $1 and ended_at is null order by started_at",
);
static BETWEEN: TenantStmt = TenantStmt::new(
    "cluster_run.between",
    "select * from cluster_run
     where scope = $1 and started_at < $3 and (ended_at is null or ended_at > $2)
     order by started_at, cluster_id",
);

/// Begins a run, unless the cluster runs already.
pub async fn begin(scoped: &mut Scoped<'_>, run: &ClusterRun) -> Result<(), StoreError> {
    if open(scoped, run.cluster).await?.is_some() {
        return Ok(());
    }
    let args = [
        run.cluster.into(),
        run.started_at.into(),
        run.hourly.millionths().into(),
        run.user.into(),
        (&run.user_email).into(),
    ];
    scoped.execute(&BEGIN, &args).await.map(drop)
}

/// The run of a cluster that has not ended.
pub async fn open(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
) -> Result<Option<ClusterRun>, StoreError> {
    scoped.fetch_optional(&OPEN, &[cluster.into()]).await?.as_ref().map(run).transpose()
}

/// Ends the run of a cluster, if it runs, and counts what it has consumed.
pub async fn end(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(run) = open(scoped, cluster).await? else { return Ok(()) };
    let consumed = run.hourly.hourly(at.since(run.started_at));
    let end = at.max(run.started_at);
    let args = [cluster.into(), run.started_at.into(), end.into(), consumed.millionths().into()];
    scoped.execute(&END, &args).await.map(drop)
}

/// What all runs that have ended consumed.
pub async fn consumed(scoped: &mut Scoped<'_>) -> Result<Credits, StoreError> {
    scoped.fetch_one(&CONSUMED, &[]).await?.int("consumed").map(Credits::from_millionths)
}

/// The runs that have not ended.
pub async fn all_open(scoped: &mut Scoped<'_>) -> Result<Vec<ClusterRun>, StoreError> {
    scoped.fetch_all(&ALL_OPEN, &[]).await?.iter().map(run).collect()
}

/// The runs that some part of lies between two times, by their start.
pub async fn between(
    scoped: &mut Scoped<'_>,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<ClusterRun>, StoreError> {
    scoped.fetch_all(&BETWEEN, &[from.into(), until.into()]).await?.iter().map(run).collect()
}

fn run(row: &Row) -> Result<ClusterRun, StoreError> {
    Ok(ClusterRun {
        cluster: row.id("cluster_id")?,
        started_at: row.time("started_at")?,
        ended_at: row.opt_time("ended_at")?,
        hourly: Credits::from_millionths(row.int("hourly")?),
        user: row.id("user_id")?,
        user_email: row.parse("user_email")?,
    })
}
