//! The services of a cluster whose ports can be open.

use guildhall_model::ClusterId;

use crate::{Row, Scoped, StoreError, TenantStmt};

/// A service, whether its ports should be open, and whether they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterService {
    /// Its name for programs.
    pub name: String,
    /// What people read.
    pub label: String,
    /// Its ports, as a JSON list.
    pub ports: String,
    /// Whether they should be open.
    pub wanted: bool,
    /// Whether they are.
    pub applied: bool,
}

static ADD: TenantStmt = TenantStmt::new(
    "cluster_service.add",
    "insert into cluster_service (scope, cluster_id, name, label, ports, wanted, applied)
     values ($1, $2, $3, $4, $5, 0, 0)",
);
static ALL: TenantStmt = TenantStmt::new(
    "cluster_service.all",
    "select * from cluster_service where scope = $1 and cluster_id = $2 order by label, name",
);
static WANT: TenantStmt = TenantStmt::new(
    "cluster_service.want",
    "update cluster_service set wanted = $4 where scope = $1 and cluster_id = $2 and name = $3",
);
static APPLIED: TenantStmt = TenantStmt::new(
    "cluster_service.applied",
    "update cluster_service set applied = $4 where scope = $1 and cluster_id = $2 and name = $3",
);

/// Adds a service with closed ports (H68).
pub async fn add(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
    name: &str,
    label: &str,
    ports: &str,
) -> Result<(), StoreError> {
    let args = [cluster.into(), name.into(), label.into(), ports.into()];
    scoped.execute(&ADD, &args).await.map(drop)
}

/// All services of a cluster.
pub async fn all(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
) -> Result<Vec<ClusterService>, StoreError> {
    scoped.fetch_all(&ALL, &[cluster.into()]).await?.iter().map(service).collect()
}

/// Says whether a service's ports should be open. Answers whether there is such a service.
pub async fn want(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
    name: &str,
    open: bool,
) -> Result<bool, StoreError> {
    let args = [cluster.into(), name.into(), open.into()];
    Ok(scoped.execute(&WANT, &args).await? == 1)
}

/// Notes whether a service's ports are open.
pub async fn applied(
    scoped: &mut Scoped<'_>,
    cluster: ClusterId,
    name: &str,
    open: bool,
) -> Result<(), StoreError> {
    scoped.execute(&APPLIED, &[cluster.into(), name.into(), open.into()]).await.map(drop)
}

fn service(row: &Row) -> Result<ClusterService, StoreError> {
    Ok(ClusterService {
        name: row.text("name")?.to_owned(),
        label: row.text("label")?.to_owned(),
        ports: row.text("ports")?.to_owned(),
        wanted: row.flag("wanted")?,
        applied: row.flag("applied")?,
    })
}
