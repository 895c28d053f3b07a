//! Times at which clusters ran, by which their consumption is counted.

use std::collections::HashMap;

use guildhall_model::{ClusterId, Credits, Email, Id, Kind, OrganizationId, Timestamp, UserId};

use crate::{Row, ScopeId, Scoped, Stmt, StoreError, TenantStmt, Tx, credit};

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

/// What consumption is counted by of a run that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedRun {
    /// The cluster.
    pub cluster: ClusterId,
    /// Who started it.
    pub user: UserId,
    /// From when.
    pub started_at: Timestamp,
    /// Until when.
    pub ended_at: Timestamp,
    /// What an hour of it consumes.
    pub hourly: Credits,
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
static ALL_OPEN: TenantStmt = TenantStmt::new(
    "cluster_run.all_open",
    "select * from cluster_run where scope = $1 and ended_at is null order by started_at",
);
static ENDED: TenantStmt = TenantStmt::new(
    "cluster_run.ended",
    "select cluster_id, user_id, started_at, ended_at, hourly from cluster_run
     where scope = $1 and ended_at > $2 and ended_at is not null and started_at < $3",
);
static FORGET: TenantStmt = TenantStmt::new(
    "cluster_run.forget",
    "delete from cluster_run where scope = $1 and (cluster_id, started_at) in
        (select cluster_id, started_at from cluster_run where scope = $1 limit $2)",
);
static EMAIL: TenantStmt = TenantStmt::new(
    "cluster_run.email",
    "select user_email from cluster_run where scope = $1 and cluster_id = $2 and started_at = $3",
);
static PLACES: Stmt = Stmt::new(
    "cluster_run.places",
    "select distinct scope from cluster_run where ended_at is null order by scope",
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
    if scoped.execute(&END, &args).await? == 1 {
        credit::count(scoped, Credits::ZERO, consumed).await?;
    }
    Ok(())
}

/// The runs that have not ended.
pub async fn all_open(scoped: &mut Scoped<'_>) -> Result<Vec<ClusterRun>, StoreError> {
    scoped.fetch_all(&ALL_OPEN, &[]).await?.iter().map(run).collect()
}

/// The runs that have ended and that some part of lies between two times, in no order.
pub async fn ended_between(
    scoped: &mut Scoped<'_>,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<EndedRun>, StoreError> {
    let rows = scoped.fetch_all(&ENDED, &[from.into(), until.into()]).await?;
    let (mut clusters, mut users) = (HashMap::new(), HashMap::new());
    let ended = |row: &Row| {
        Ok(EndedRun {
            cluster: known(&mut clusters, row, "cluster_id")?,
            user: known(&mut users, row, "user_id")?,
            started_at: row.time("started_at")?,
            ended_at: row.time("ended_at")?,
            hourly: Credits::from_millionths(row.int("hourly")?),
        })
    };
    rows.iter().map(ended).collect()
}

/// The id in a column. There are many more rows than ids, so each is read once.
fn known<K: Kind>(
    ids: &mut HashMap<String, Id<K>>,
    row: &Row,
    column: &str,
) -> Result<Id<K>, StoreError> {
    let text = row.text(column)?;
    if let Some(id) = ids.get(text) {
        return Ok(*id);
    }
    let id = row.id(column)?;
    ids.insert(text.to_owned(), id);
    Ok(id)
}

/// The address of whoever started a run, as it was then.
pub async fn email(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
    started_at: Timestamp,
) -> Result<Option<Email>, StoreError> {
    let row = scoped.fetch_optional(&EMAIL, &[cluster.into(), started_at.into()]).await?;
    row.map(|row| row.parse("user_email")).transpose()
}

/// The organizations in which clusters run.
pub async fn places(tx: &mut Tx) -> Result<Vec<ScopeId>, StoreError> {
    let rows = tx.fetch_all(&PLACES, &[]).await?;
    rows.iter().map(|row| row.id("scope").map(|id: OrganizationId| ScopeId::from(id))).collect()
}

/// Removes some runs. Answers how many.
pub async fn forget(scoped: &mut Scoped<'_>, limit: u32) -> Result<u64, StoreError> {
    scoped.execute(&FORGET, &[i64::from(limit).into()]).await
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
