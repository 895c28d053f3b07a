//! The list of an organization's clusters.

use guildhall_app::cloud_account::ListCloudAccounts;
use guildhall_app::cluster::{CountClusters, ListClusters, ListedCluster};
use guildhall_app::organization::GetOrganization;
use guildhall_model::OrganizationId;

use super::{creating, first, home, row};
use crate::api::cluster::ClustersQuery;
use crate::caller::{Page, Person};
use crate::console::enter::enter;
use crate::console::shell::shell_in;
use crate::extract::{self, Path, Query};
use crate::page::{ClustersPage, FirstStep, Pager, Section};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/clusters", list)
            .reads::<ListClusters>()
            .also_reads::<CountClusters>()
            .also_reads::<ListCloudAccounts>()
            .also_reads::<GetOrganization>()
            .summary("The clusters of an organization"),
    ]
}

async fn list(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<ClustersQuery>,
) -> Reply<Html<ClustersPage>> {
    let overview = enter(&person, organization).await?;
    let (found, before) = query.find(&person, organization).await?;
    let counted = person.read(CountClusters { organization }).await?;
    let search = query.q.as_deref().unwrap_or_default().trim().to_owned();
    let mut step = FirstStep::default();
    if found.items.is_empty() && search.is_empty() && !query.terminated {
        let accounts = person.read(ListCloudAccounts { organization }).await?;
        step = first(&person, &overview, &accounts);
    }
    Ok(Html::of(ClustersPage {
        shell: shell_in(&person, &overview, Section::Clusters).await,
        pager: pager(organization, &query, &found, before),
        rows: found.items.iter().map(|one| row(&person, organization, one)).collect(),
        query: search,
        terminated: query.terminated,
        living: counted.living,
        running: counted.running,
        create: creating(&overview),
        first: step,
    }))
}

fn pager(
    organization: OrganizationId,
    query: &ClustersQuery,
    found: &Page<ListedCluster>,
    before: u64,
) -> Pager {
    let mut kept = Vec::new();
    if let Some(text) = query.q.as_deref().filter(|text| !text.is_empty()) {
        kept.push(("q", text));
    }
    if query.terminated {
        kept.push(("terminated", "true"));
    }
    let address = |cursor: Option<&str>| {
        let pairs: Vec<_> =
            kept.iter().copied().chain(cursor.map(|text| ("cursor", text))).collect();
        extract::address(&home(organization), &pairs)
    };
    Pager::after(before, found.items.len(), None).turning(
        query.cursor.as_ref().map(|_| address(None)),
        found.next.as_deref().map(|cursor| address(Some(cursor))),
    )
}
