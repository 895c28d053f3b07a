//! Clusters: what they are, and the move that their driver is making.

pub mod account;
pub mod identity;
pub mod run;
pub mod service;

use guildhall_model::{
    CloudAccountId, ClusterId, ClusterName, ClusterState, Credits, Email, JobId, Timestamp, UserId,
    UserManagement, Version,
};

use crate::{Row, ScopeId, Scoped, Stmt, StoreError, TenantStmt, Tx, Value, statement::containing};

/// A cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Its id.
    pub id: ClusterId,
    /// Its name, unique among those of the organization that are not terminated.
    pub name: ClusterName,
    /// The version that runs, or the first to run.
    pub version: Version,
    /// Where it runs.
    pub cloud_account: CloudAccountId,
    /// Its size.
    pub size: String,
    /// What an hour of it consumes.
    pub hourly: Credits,
    /// Who keeps its accounts.
    pub user_management: UserManagement,
    /// How far it is in its life.
    pub state: ClusterState,
    /// Since when.
    pub state_since: Timestamp,
    /// Whether its driver has made it.
    pub made: bool,
    /// How far the present move has come, in percent.
    pub progress: Option<i64>,
    /// What its driver has to say.
    pub message: Option<String>,
    /// Where people reach it.
    pub url: Option<String>,
    /// How to sign in, with `{account}` for the account's name.
    pub sign_in: Option<String>,
    /// What its driver wants back, as JSON.
    pub handle: Option<String>,
    /// The administrator of a cluster that manages its users itself.
    pub admin_name: Option<String>,
    /// Their password, sealed.
    pub admin_sealed: Option<String>,
    /// Who asked for it.
    pub created_by: UserId,
    /// Their address at that time.
    pub created_by_email: Email,
    /// When.
    pub created_at: Timestamp,
    /// The move under way, or the one that failed.
    pub order: Option<StoredOrder>,
    /// When its driver last described it.
    pub described_at: Option<Timestamp>,
    /// Why its driver could not reach it when it last tried.
    pub unreachable: Option<String>,
    /// What was last found other than it had been made, and when.
    pub drift: Option<(Timestamp, String)>,
}

/// A move that a driver is to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOrder {
    /// Names the request to the driver, the same for every attempt.
    pub request: JobId,
    /// The driver's verb.
    pub verb: String,
    /// The version that an upgrade is to reach.
    pub target: Option<Version>,
    /// Who asked for it.
    pub by: UserId,
    /// Whether the driver has begun it, and is only asked how it goes from then on.
    pub accepted: bool,
    /// How often it was attempted in vain since the last success.
    pub attempts: u32,
    /// When it goes on; `None` once it has failed for good.
    pub due_at: Option<Timestamp>,
}

static ADD: TenantStmt = TenantStmt::new(
    "cluster.add",
    "insert into cluster
        (scope, id, name, name_key, version, cloud_account_id, size, hourly, user_management, state,
         state_since, made, admin_name, admin_sealed, created_by, created_by_email, created_at,
         attempts)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, $11, 0)",
);
static GET: TenantStmt =
    TenantStmt::new("cluster.get", "select * from cluster where scope = $1 and id = $2");
static PAGE: TenantStmt = TenantStmt::new(
    "cluster.page",
    r"select * from cluster
      where scope = $1 and ($2 = '' or name_key like $2 escape '\')
        and ($3 <> '' or state <> 'terminated') and ($4 = '' or id < $4)
      order by id desc limit $5",
);
static NAMES: TenantStmt =
    TenantStmt::new("cluster.names", "select id, name from cluster where scope = $1");
static FORGET: TenantStmt = TenantStmt::new(
    "cluster.forget",
    "delete from cluster where scope = $1 and id in
        (select id from cluster where scope = $1 and state = 'terminated' order by id limit $2)",
);
static SEALED: Stmt = Stmt::new(
    "cluster.sealed",
    "select id, admin_sealed from cluster where admin_sealed is not null and id > $1
     order by id limit $2",
);
static RESEAL: Stmt = Stmt::new(
    "cluster.reseal",
    "update cluster set admin_sealed = $3 where id = $1 and admin_sealed = $2",
);
static VERSIONS: TenantStmt = TenantStmt::new(
    "cluster.versions",
    "select distinct version from cluster where scope = $1 and state <> 'terminated'",
);
static COUNT: TenantStmt = TenantStmt::new(
    "cluster.count",
    "select count(*) as living, count(case when state = 'running' then 1 end) as running
        from cluster where scope = $1 and state <> 'terminated'",
);
static ORDER: TenantStmt = TenantStmt::new(
    "cluster.order",
    "update cluster set state = $3, state_since = $4, progress = null, message = null,
        request = $5, verb = $6, target_version = $7, started_by = $8, accepted = 0,
        attempts = 0, due_at = $4
     where scope = $1 and id = $2",
);
static SETTLE: TenantStmt = TenantStmt::new(
    "cluster.settle",
    "update cluster set state = $3,
        state_since = case when state = $3 then state_since else $4 end, version = $5, made = $6,
        progress = $7, message = $8, url = $9, sign_in = $10, handle = $11, attempts = $12,
        due_at = $13, accepted = $15, leased_until = null, unreachable = null, described_at = $4
     where scope = $1 and id = $2 and coalesce(request, '') = $14",
);
static RELEASE: TenantStmt = TenantStmt::new(
    "cluster.release",
    "update cluster set leased_until = null where scope = $1 and id = $2",
);
static DUE: Stmt = Stmt::new(
    "cluster.due",
    "select scope, id from cluster
     where due_at <= $1 and (leased_until is null or leased_until <= $1)
     order by due_at, id limit $2",
);
static NEXT: Stmt = Stmt::new(
    "cluster.next",
    "select min(case when leased_until > due_at then leased_until else due_at end) as next
     from cluster where due_at is not null",
);
static RENEW: TenantStmt = TenantStmt::new(
    "cluster.renew",
    "update cluster set leased_until = $3
     where scope = $1 and id = $2 and leased_until is not null",
);
static LEASE: TenantStmt = TenantStmt::new(
    "cluster.lease",
    "update cluster set leased_until = $4
     where scope = $1 and id = $2 and due_at <= $3
       and (leased_until is null or leased_until <= $3)",
);
static SCOPE: Stmt = Stmt::new("cluster.scope", "select scope, id from cluster where id = $1");
static LIVING: Stmt = Stmt::new(
    "cluster.living",
    "select scope, id from cluster
     where made = 1 and state in ('running', 'updating', 'stopping', 'error') order by id",
);
static OF_SCOPE: TenantStmt = TenantStmt::new(
    "cluster.of_scope",
    "select scope, id from cluster
     where scope = $1 and made = 1 and state in ('running', 'updating', 'stopping', 'error')
     order by id",
);
static UNENDED: TenantStmt = TenantStmt::new(
    "cluster.unended",
    "select * from cluster where scope = $1 and state <> 'terminated' order by id limit $2",
);
static TEND: TenantStmt = TenantStmt::new(
    "cluster.tend",
    "update cluster set tended_until = $4
     where scope = $1 and id = $2 and (tended_until is null or tended_until <= $3)",
);
static TEND_ON: TenantStmt = TenantStmt::new(
    "cluster.tend_on",
    "update cluster set tended_until = $3
     where scope = $1 and id = $2 and tended_until is not null",
);
static TENDED: TenantStmt = TenantStmt::new(
    "cluster.tended",
    "update cluster set tended_until = null where scope = $1 and id = $2",
);
static DESCRIBED: TenantStmt = TenantStmt::new(
    "cluster.described",
    "update cluster set described_at = $3, unreachable = $4 where scope = $1 and id = $2",
);
static DRIFTED: TenantStmt = TenantStmt::new(
    "cluster.drifted",
    "update cluster set drifted_at = $3, drift = $4 where scope = $1 and id = $2",
);

/// Adds a cluster that its driver has not begun.
///
/// # Errors
/// A conflict with [`crate::Constraint::ClusterName`] where the name is taken.
pub async fn add(scoped: &mut Scoped<'_>, cluster: &Cluster) -> Result<(), StoreError> {
    let args = [
        cluster.id.into(),
        cluster.name.as_str().into(),
        cluster.name.as_str().to_lowercase().into(),
        cluster.version.as_str().into(),
        cluster.cloud_account.into(),
        cluster.size.as_str().into(),
        cluster.hourly.millionths().into(),
        cluster.user_management.as_str().into(),
        cluster.state.as_str().into(),
        cluster.created_at.into(),
        cluster.admin_name.as_deref().into(),
        cluster.admin_sealed.as_deref().into(),
        cluster.created_by.into(),
        (&cluster.created_by_email).into(),
    ];
    scoped.execute(&ADD, &args).await.map(drop)
}

/// One cluster.
pub async fn get(scoped: &mut Scoped<'_>, id: ClusterId) -> Result<Option<Cluster>, StoreError> {
    scoped.fetch_optional(&GET, &[id.into()]).await?.as_ref().map(cluster).transpose()
}

/// Clusters, newest first: those older than one, at most `limit`.
pub async fn page(
    scoped: &mut Scoped<'_>,
    search: &str,
    terminated: bool,
    after: Option<ClusterId>,
    limit: u32,
) -> Result<Vec<Cluster>, StoreError> {
    let after = after.map(|id| id.text()).unwrap_or_default();
    let which = if terminated { "terminated too" } else { "" };
    let args = [pattern(search).into(), which.into(), after.into(), i64::from(limit).into()];
    scoped.fetch_all(&PAGE, &args).await?.iter().map(cluster).collect()
}

/// The names of all clusters of the organization, of those that are terminated as well.
pub async fn names(scoped: &mut Scoped<'_>) -> Result<Vec<(ClusterId, ClusterName)>, StoreError> {
    let rows = scoped.fetch_all(&NAMES, &[]).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.parse("name")?))).collect()
}

/// The sealed administrators' passwords of all organizations after an id, in the order of ids: for
/// the rotation of the key that they are sealed with.
pub async fn sealed(
    tx: &mut Tx,
    after: &str,
    limit: u32,
) -> Result<Vec<(ClusterId, String)>, StoreError> {
    let rows = tx.fetch_all(&SEALED, &[after.into(), i64::from(limit).into()]).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("admin_sealed")?.to_owned()))).collect()
}

/// Puts the same password in, sealed anew. Answers whether it had not changed meanwhile.
pub async fn reseal(
    tx: &mut Tx,
    id: ClusterId,
    before: &str,
    after: &str,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&RESEAL, &[id.into(), before.into(), after.into()]).await? == 1)
}

/// Removes the records of some terminated clusters with those of their accounts. Answers how many.
pub async fn forget(scoped: &mut Scoped<'_>, limit: u32) -> Result<u64, StoreError> {
    scoped.execute(&FORGET, &[i64::from(limit).into()]).await
}

/// The versions of the organization's clusters that are not terminated, the newest first.
pub async fn versions(scoped: &mut Scoped<'_>) -> Result<Vec<Version>, StoreError> {
    let rows = scoped.fetch_all(&VERSIONS, &[]).await?;
    let mut versions =
        rows.iter().map(|row| row.parse("version")).collect::<Result<Vec<_>, _>>()?;
    versions.sort_by(|one: &Version, other| other.cmp(one));
    versions.dedup();
    Ok(versions)
}

/// How many clusters of the organization are not terminated, and how many of these run.
pub async fn count(scoped: &mut Scoped<'_>) -> Result<(u64, u64), StoreError> {
    let row = scoped.fetch_one(&COUNT, &[]).await?;
    Ok((row.int("living")?.unsigned_abs(), row.int("running")?.unsigned_abs()))
}

/// Clusters of the organization that are not terminated, some of them.
pub async fn unended(scoped: &mut Scoped<'_>, limit: u32) -> Result<Vec<Cluster>, StoreError> {
    scoped.fetch_all(&UNENDED, &[i64::from(limit).into()]).await?.iter().map(cluster).collect()
}

/// Begins a move: the state it passes through, and what its driver is to do.
pub async fn order(
    scoped: &mut Scoped<'_>,
    id: ClusterId,
    state: ClusterState,
    at: Timestamp,
    order: &StoredOrder,
) -> Result<(), StoreError> {
    let args = [
        id.into(),
        state.as_str().into(),
        at.into(),
        order.request.into(),
        order.verb.as_str().into(),
        order.target.as_ref().map(Version::as_str).into(),
        order.by.into(),
    ];
    scoped.execute(&ORDER, &args).await.map(drop)
}

/// Writes what a driver has reported: everything that a report can change, as it stands in
/// `cluster`. Ends the present attempt.
pub async fn settle(
    scoped: &mut Scoped<'_>,
    cluster: &Cluster,
    at: Timestamp,
) -> Result<(), StoreError> {
    let order = cluster.order.as_ref();
    let args: [Value; 14] = [
        cluster.id.into(),
        cluster.state.as_str().into(),
        at.into(),
        cluster.version.as_str().into(),
        cluster.made.into(),
        cluster.progress.into(),
        cluster.message.as_deref().into(),
        cluster.url.as_deref().into(),
        cluster.sign_in.as_deref().into(),
        cluster.handle.as_deref().into(),
        order.map_or(0, |order| i64::from(order.attempts)).into(),
        order.and_then(|order| order.due_at).into(),
        order.map(|order| order.request.text()).unwrap_or_default().into(),
        order.is_some_and(|order| order.accepted).into(),
    ];
    scoped.execute(&SETTLE, &args).await.map(drop)
}

/// Ends an attempt whose outcome does not matter any more.
pub async fn release(scoped: &mut Scoped<'_>, id: ClusterId) -> Result<(), StoreError> {
    scoped.execute(&RELEASE, &[id.into()]).await.map(drop)
}

/// The clusters with a move that is due and that nobody is making, the longest due first.
pub async fn due(
    tx: &mut Tx,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(ScopeId, ClusterId)>, StoreError> {
    places(tx.fetch_all(&DUE, &[now.into(), i64::from(limit).into()]).await?)
}

/// When a move is next due.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    tx.fetch_one(&NEXT, &[]).await?.opt_time("next")
}

/// Begins an attempt that nobody else may begin before `until`. Answers whether it is ours.
pub async fn lease(
    scoped: &mut Scoped<'_>,
    id: ClusterId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    Ok(scoped.execute(&LEASE, &[id.into(), now.into(), until.into()]).await? == 1)
}

/// Makes an attempt's lease last longer.
pub async fn renew(
    scoped: &mut Scoped<'_>,
    id: ClusterId,
    until: Timestamp,
) -> Result<(), StoreError> {
    scoped.execute(&RENEW, &[id.into(), until.into()]).await.map(drop)
}

/// The organization's scope that a cluster belongs to.
pub async fn scope_of(tx: &mut Tx, id: ClusterId) -> Result<Option<ScopeId>, StoreError> {
    let found = places(tx.fetch_all(&SCOPE, &[id.into()]).await?)?;
    Ok(found.into_iter().next().map(|(scope, _)| scope))
}

/// The clusters of all organizations that may have accounts that somebody can use.
pub async fn living(tx: &mut Tx) -> Result<Vec<(ScopeId, ClusterId)>, StoreError> {
    places(tx.fetch_all(&LIVING, &[]).await?)
}

/// The clusters of one organization that may have accounts that somebody can use.
pub async fn living_of(scoped: &mut Scoped<'_>) -> Result<Vec<(ScopeId, ClusterId)>, StoreError> {
    places(scoped.fetch_all(&OF_SCOPE, &[]).await?)
}

/// Begins bringing accounts and ports to what they should be. Answers whether it is ours to do.
pub async fn tend(
    scoped: &mut Scoped<'_>,
    id: ClusterId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    Ok(scoped.execute(&TEND, &[id.into(), now.into(), until.into()]).await? == 1)
}

/// Makes it last longer.
pub async fn tend_on(
    scoped: &mut Scoped<'_>,
    id: ClusterId,
    until: Timestamp,
) -> Result<(), StoreError> {
    scoped.execute(&TEND_ON, &[id.into(), until.into()]).await.map(drop)
}

/// Ends it.
pub async fn tended(scoped: &mut Scoped<'_>, id: ClusterId) -> Result<(), StoreError> {
    scoped.execute(&TENDED, &[id.into()]).await.map(drop)
}

/// Notes that its driver was asked how it is, and why it could not say, if so.
pub async fn described(
    scoped: &mut Scoped<'_>,
    id: ClusterId,
    at: Timestamp,
    unreachable: Option<&str>,
) -> Result<(), StoreError> {
    scoped.execute(&DESCRIBED, &[id.into(), at.into(), unreachable.into()]).await.map(drop)
}

/// Notes what was found other than it had been made.
pub async fn drifted(
    scoped: &mut Scoped<'_>,
    id: ClusterId,
    at: Timestamp,
    found: &str,
) -> Result<(), StoreError> {
    scoped.execute(&DRIFTED, &[id.into(), at.into(), found.into()]).await.map(drop)
}

fn pattern(search: &str) -> String {
    let text = search.trim().to_lowercase();
    if text.is_empty() { text } else { containing(&text) }
}

fn places(rows: Vec<Row>) -> Result<Vec<(ScopeId, ClusterId)>, StoreError> {
    let place = |row: Row| {
        let scope: guildhall_model::OrganizationId = row.id("scope")?;
        Ok((ScopeId::from(scope), row.id("id")?))
    };
    rows.into_iter().map(place).collect()
}

fn cluster(row: &Row) -> Result<Cluster, StoreError> {
    Ok(Cluster {
        id: row.id("id")?,
        name: row.parse("name")?,
        version: row.parse("version")?,
        cloud_account: row.id("cloud_account_id")?,
        size: row.text("size")?.to_owned(),
        hourly: Credits::from_millionths(row.int("hourly")?),
        user_management: row.parse("user_management")?,
        state: row.parse("state")?,
        state_since: row.time("state_since")?,
        made: row.flag("made")?,
        progress: row.opt_int("progress")?,
        message: row.opt_text("message")?.map(str::to_owned),
        url: row.opt_text("url")?.map(str::to_owned),
        sign_in: row.opt_text("sign_in")?.map(str::to_owned),
        handle: row.opt_text("handle")?.map(str::to_owned),
        admin_name: row.opt_text("admin_name")?.map(str::to_owned),
        admin_sealed: row.opt_text("admin_sealed")?.map(str::to_owned),
        created_by: row.id("created_by")?,
        created_by_email: row.parse("created_by_email")?,
        created_at: row.time("created_at")?,
        order: order_of(row)?,
        described_at: row.opt_time("described_at")?,
        unreachable: row.opt_text("unreachable")?.map(str::to_owned),
        drift: row.opt_time("drifted_at")?.zip(row.opt_text("drift")?.map(str::to_owned)),
    })
}

fn order_of(row: &Row) -> Result<Option<StoredOrder>, StoreError> {
    let Some(request) = row.opt_parse("request")? else { return Ok(None) };
    Ok(Some(StoredOrder {
        request,
        verb: row.text("verb")?.to_owned(),
        target: row.opt_parse("target_version")?,
        by: row.id("started_by")?,
        accepted: row.flag("accepted")?,
        attempts: u32::try_from(row.int("attempts")?).unwrap_or(u32::MAX),
        due_at: row.opt_time("due_at")?,
    }))
}
