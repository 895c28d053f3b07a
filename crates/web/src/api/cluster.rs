//! Clusters through the API: listed, made, moved, opened to the network; and the passwords that
//! people use on them.

use std::collections::BTreeSet;

use guildhall_app::ClusterRef;
use guildhall_app::cluster::{
    ClusterCreated, ClusterOptions, ClusterView, CreateCluster, GetCluster, GetClusterOptions,
    ListClusterAccounts, ListClusters, ListedCluster, ListedClusterAccount, ReadAdminPassword,
    SetClusterPassword, SetClusterServices, ShownAdmin, StartCluster, StopCluster,
    TerminateCluster, UpgradeCluster,
};
use guildhall_model::{
    CloudAccountId, ClusterId, ClusterName, OrganizationId, PageSize, Password, UserManagement,
    Version,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::caller::{Caller, Client, Failure, Page, Place};
use crate::extract::{Json, Path, Query};
use crate::reply::{Created, NoContent, Reply, Stop};
use crate::route::Route;

const ALL: &str = "/api/v1/organizations/{organization}/clusters";
const ONE: &str = "/api/v1/organizations/{organization}/clusters/{cluster}";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get(ALL, list)
            .reads::<ListClusters>()
            .summary("List the clusters of an organization, newest first")
            .description("`q` finds what stands anywhere in a name."),
        Route::post(ALL, create)
            .serves::<CreateCluster>()
            .summary("Make a cluster in one of the organization's cloud accounts")
            .description(
                "The answer does not wait for its driver: its state is `pending` at first. What \
                 can be chosen stands in `cluster-options`.",
            )
            .example_body(json!({
                "name": "nightly", "version": "3.0.1", "cloud_account": "{account}",
                "size": "small", "user_management": "managed"
            })),
        Route::get("/api/v1/organizations/{organization}/cluster-options", options)
            .reads::<GetClusterOptions>()
            .summary("Get what a new cluster can be: sizes with their credits, clouds, versions"),
        Route::get(ONE, get)
            .reads::<GetCluster>()
            .summary("Get a cluster, and what one may do with it"),
    ];
    routes.extend(moves());
    routes.extend(people());
    routes
}

fn moves() -> Vec<Route> {
    vec![
        Route::post("/api/v1/organizations/{organization}/clusters/{cluster}/start", start)
            .serves::<StartCluster>()
            .summary("Start a cluster; every member may"),
        Route::post("/api/v1/organizations/{organization}/clusters/{cluster}/stop", stop)
            .serves::<StopCluster>()
            .summary("Stop a cluster; every member may"),
        Route::post("/api/v1/organizations/{organization}/clusters/{cluster}/upgrade", upgrade)
            .serves::<UpgradeCluster>()
            .summary("Bring a cluster to a newer version")
            .example_body(json!({ "version": "3.1.0" })),
        Route::post("/api/v1/organizations/{organization}/clusters/{cluster}/terminate", terminate)
            .serves::<TerminateCluster>()
            .summary("Take a cluster down for good; what it stored in the bucket stays"),
        Route::put("/api/v1/organizations/{organization}/clusters/{cluster}/services", services)
            .serves::<SetClusterServices>()
            .summary("Say which services of a cluster are open to the network")
            .description("All others are closed.")
            .example_body(json!({ "open": ["kafka"] })),
    ]
}

fn people() -> Vec<Route> {
    vec![
        Route::get("/api/v1/organizations/{organization}/clusters/{cluster}/accounts", accounts)
            .reads::<ListClusterAccounts>()
            .summary("List the accounts on a cluster by name"),
        Route::post(
            "/api/v1/organizations/{organization}/clusters/{cluster}/admin-password",
            admin_password,
        )
        .serves::<ReadAdminPassword>()
        .summary("Show the administrator's password of a cluster that manages its users itself")
        .description("Each time leaves an event in the audit log."),
        Route::put("/api/v1/account/cluster-password", cluster_password)
            .serves::<SetClusterPassword>()
            .summary("Set one's password on all clusters")
            .description("Only what proves it is kept; nobody can read it again.")
            .example_body(json!({ "password": "tundra walnut ladder 47" })),
    ]
}

/// Which clusters.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClustersQuery {
    /// Only those with this in their names.
    #[serde(default)]
    pub(crate) q: Option<String>,
    /// Whether terminated ones are listed, too.
    #[serde(default)]
    pub(crate) terminated: bool,
    /// Where the page begins: `next` of the page before.
    #[serde(default)]
    pub(crate) cursor: Option<String>,
    /// How many rows at most, 1 to 200; 50 without.
    #[serde(default)]
    pub(crate) limit: Option<PageSize>,
}

impl ClustersQuery {
    /// The clusters that the query asks for, and how many rows come before them.
    pub(crate) async fn find(
        &self,
        client: &Client,
        organization: OrganizationId,
    ) -> Reply<(Page<ListedCluster>, u64)> {
        let place = client.position::<Place<ClusterId>>(self.cursor.as_deref())?;
        let before = Place::rows_before(place.as_ref());
        let rows = self.limit.unwrap_or_default().rows();
        let list = ListClusters {
            organization,
            search: self.q.as_deref().unwrap_or_default().trim().to_owned(),
            terminated: self.terminated,
            after: place.map(|place| place.after),
            limit: u32::try_from(rows + 1).unwrap_or(u32::MAX),
        };
        let found = client.read(list).await?;
        let cursor = |last: &ListedCluster| {
            client.cursor(&Place { after: last.id, before: before + rows as u64 })
        };
        Ok((Page::cut(found, rows, cursor), before))
    }
}

async fn list(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<ClustersQuery>,
) -> Reply<Json<Page<ListedCluster>>> {
    let (page, _) = query.find(&caller, organization).await?;
    Ok(Json(page))
}

/// A new cluster.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewCluster {
    /// Its name, unique among the organization's clusters that are not terminated.
    name: ClusterName,
    /// The version to run.
    version: Version,
    /// Where it runs.
    cloud_account: CloudAccountId,
    /// Its size, one of `sizes` of the cluster options.
    size: String,
    /// Who keeps its accounts; `managed` without.
    #[serde(default)]
    user_management: Option<UserManagement>,
}

async fn create(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Json(new): Json<NewCluster>,
) -> Reply<Created<ClusterCreated>> {
    let NewCluster { name, version, cloud_account, size, user_management } = new;
    let user_management = user_management.unwrap_or(UserManagement::Managed);
    let create =
        CreateCluster { organization, name, version, cloud_account, size, user_management };
    let made = caller.execute(create).await?;
    Ok(Created::at(format!("/api/v1/organizations/{organization}/clusters/{}", made.id), made))
}

async fn options(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
) -> Reply<Json<ClusterOptions>> {
    Ok(Json(caller.read(GetClusterOptions { organization }).await?))
}

/// The parts of a cluster's address.
type Address = Path<(OrganizationId, ClusterId)>;

fn at(Path((organization, cluster)): Address) -> ClusterRef {
    ClusterRef { organization, cluster }
}

async fn get(caller: Caller, address: Address) -> Reply<Json<ClusterView>> {
    Ok(Json(caller.read(GetCluster { cluster: at(address) }).await?))
}

async fn start(caller: Caller, address: Address) -> Reply<NoContent> {
    caller.execute(StartCluster { cluster: at(address) }).await?;
    Ok(NoContent)
}

async fn stop(caller: Caller, address: Address) -> Reply<NoContent> {
    caller.execute(StopCluster { cluster: at(address) }).await?;
    Ok(NoContent)
}

/// Where to bring a cluster.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Upgrade {
    /// The version, newer than the present one.
    version: Version,
}

async fn upgrade(caller: Caller, address: Address, Json(body): Json<Upgrade>) -> Reply<NoContent> {
    caller.execute(UpgradeCluster { cluster: at(address), version: body.version }).await?;
    Ok(NoContent)
}

async fn terminate(caller: Caller, address: Address) -> Reply<NoContent> {
    caller.execute(TerminateCluster { cluster: at(address) }).await?;
    Ok(NoContent)
}

/// The services that are open.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OpenServices {
    /// Their names; all others are closed.
    open: BTreeSet<String>,
}

async fn services(
    caller: Caller,
    address: Address,
    Json(body): Json<OpenServices>,
) -> Reply<NoContent> {
    caller.execute(SetClusterServices { cluster: at(address), open: body.open }).await?;
    Ok(NoContent)
}

async fn accounts(caller: Caller, address: Address) -> Reply<Json<Page<ListedClusterAccount>>> {
    let list = ListClusterAccounts { cluster: at(address) };
    Ok(Json(Page::whole(caller.read(list).await?)))
}

async fn admin_password(caller: Caller, address: Address) -> Reply<Json<ShownAdmin>> {
    Ok(Json(caller.execute(ReadAdminPassword { cluster: at(address) }).await?))
}

/// A password on clusters.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ClusterPassword {
    /// At least 10 characters of ASCII.
    password: Password,
}

async fn cluster_password(caller: Caller, Json(body): Json<ClusterPassword>) -> Reply<NoContent> {
    let user = caller.user()?;
    let verifier = caller.app().cluster_verifier(body.password).await;
    let verifier = verifier.map_err(|refusal| Stop::from(Failure::Refused(refusal)))?;
    caller.execute(SetClusterPassword { user, verifier }).await?;
    Ok(NoContent)
}
