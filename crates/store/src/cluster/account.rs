//! The accounts on a cluster: what each should be, and what it is.

use guildhall_model::{ClusterId, ClusterRole, Timestamp, UserId};

use crate::{Row, Scoped, StoreError, TenantStmt};

/// An account on a cluster. It is never deleted: without a role it is blocked (H38, H77).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterAccount {
    /// Whose it is.
    pub user: UserId,
    /// Its name on the cluster.
    pub name: String,
    /// The role that it should have; `None` where it should be blocked.
    pub wanted: Option<ClusterRole>,
    /// The role that it has; `None` where it is blocked.
    pub applied: Option<ClusterRole>,
    /// Whether it was ever made.
    pub made: bool,
    /// When the password was set that it has.
    pub verifier_at: Option<Timestamp>,
    /// When it last became what it is.
    pub applied_at: Option<Timestamp>,
    /// How often changing it was tried in vain.
    pub attempts: u32,
    /// When changing it is tried next.
    pub due_at: Timestamp,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

static ALL: TenantStmt = TenantStmt::new(
    "cluster_account.all",
    "select * from cluster_account where scope = $1 and cluster_id = $2 order by name",
);
static GET: TenantStmt = TenantStmt::new(
    "cluster_account.get",
    "select * from cluster_account where scope = $1 and cluster_id = $2 and user_id = $3",
);
static WANT: TenantStmt = TenantStmt::new(
    "cluster_account.want",
    "insert into cluster_account
        (scope, cluster_id, user_id, name, wanted, made, attempts, due_at)
     values ($1, $2, $3, $4, $5, 0, 0, $6)
     on conflict (scope, cluster_id, user_id)
     do update set wanted = $5, attempts = 0, due_at = $6, last_error = null",
);
static APPLIED: TenantStmt = TenantStmt::new(
    "cluster_account.applied",
    "update cluster_account set applied = $4, made = 1, verifier_at = $5, applied_at = $6,
        attempts = 0, last_error = null
     where scope = $1 and cluster_id = $2 and user_id = $3",
);
static FOUND: TenantStmt = TenantStmt::new(
    "cluster_account.found",
    "update cluster_account set applied = $4, made = $5, due_at = $6
     where scope = $1 and cluster_id = $2 and user_id = $3",
);
static FAILED: TenantStmt = TenantStmt::new(
    "cluster_account.failed",
    "update cluster_account set attempts = attempts + 1, due_at = $4, last_error = $5
     where scope = $1 and cluster_id = $2 and user_id = $3",
);

/// All accounts of a cluster, by name.
pub async fn all(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
) -> Result<Vec<ClusterAccount>, StoreError> {
    scoped.fetch_all(&ALL, &[cluster.into()]).await?.iter().map(account).collect()
}

/// A user's account on a cluster.
pub async fn get(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
    user: UserId,
) -> Result<Option<ClusterAccount>, StoreError> {
    let found = scoped.fetch_optional(&GET, &[cluster.into(), user.into()]).await?;
    found.as_ref().map(account).transpose()
}

/// Says what a user's account should be, and makes a record of it where there is none.
pub async fn want(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
    user: UserId,
    name: &str,
    role: Option<ClusterRole>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let role = role.as_ref().map(ClusterRole::as_str);
    let args = [cluster.into(), user.into(), name.into(), role.into(), at.into()];
    scoped.execute(&WANT, &args).await.map(drop)
}

/// Notes what an account has become.
pub async fn applied(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
    user: UserId,
    role: Option<ClusterRole>,
    verifier_at: Option<Timestamp>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let role = role.as_ref().map(ClusterRole::as_str);
    let args = [cluster.into(), user.into(), role.into(), verifier_at.into(), at.into()];
    scoped.execute(&APPLIED, &args).await.map(drop)
}

/// Notes what an account was found to be, which nobody here made it.
pub async fn found(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
    user: UserId,
    role: Option<ClusterRole>,
    made: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    let role = role.as_ref().map(ClusterRole::as_str);
    let args = [cluster.into(), user.into(), role.into(), made.into(), at.into()];
    scoped.execute(&FOUND, &args).await.map(drop)
}

/// Notes that changing an account failed and when the next attempt is due.
pub async fn failed(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
    user: UserId,
    due_at: Timestamp,
    error: &str,
) -> Result<(), StoreError> {
    let args = [cluster.into(), user.into(), due_at.into(), error.into()];
    scoped.execute(&FAILED, &args).await.map(drop)
}

fn account(row: &Row) -> Result<ClusterAccount, StoreError> {
    Ok(ClusterAccount {
        user: row.id("user_id")?,
        name: row.text("name")?.to_owned(),
        wanted: row.opt_parse("wanted")?,
        applied: row.opt_parse("applied")?,
        made: row.flag("made")?,
        verifier_at: row.opt_time("verifier_at")?,
        applied_at: row.opt_time("applied_at")?,
        attempts: u32::try_from(row.int("attempts")?).unwrap_or(u32::MAX),
        due_at: row.time("due_at")?,
        last_error: row.opt_text("last_error")?.map(str::to_owned),
    })
}
