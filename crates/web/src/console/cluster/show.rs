//! One cluster at a glance: how it is, how to sign in to it, what it is made of.

use guildhall_app::ClusterRef;
use guildhall_app::cluster::{ClusterView, GetCluster, OwnAccount};
use guildhall_app::organization::{GetOrganization, OrganizationOverview};
use guildhall_model::{
    ClusterId, ClusterRole, ClusterState, OrganizationId, UserManagement, isolated,
};

use super::{Address, Shown, head, kept_by, page_of, rate};
use crate::caller::Person;
use crate::console::enter::{enter, now};
use crate::console::moment::moment;
use crate::console::shell::shell_in;
use crate::console::word::capital;
use crate::extract::Path;
use crate::page::{ClusterPage, ClusterSignIn, ClusterStatePart, Form, Offer, Section};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/clusters/{cluster}", show)
            .reads::<GetCluster>()
            .also_reads::<GetOrganization>()
            .summary("A cluster"),
        Route::get("/o/{organization}/clusters/{cluster}/state", state)
            .reads::<GetCluster>()
            .summary("The part of a cluster's page that changes by itself"),
    ]
}

async fn show(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
) -> Reply<Html<ClusterPage>> {
    let overview = enter(&person, address.0).await?;
    Ok(Html::of(overview_page(&person, &overview, address).await?))
}

async fn state(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
) -> Reply<Html<ClusterStatePart>> {
    let view = read(&person, address).await?;
    Ok(Html::of(ClusterStatePart { head: head(&person, address, &view, Shown::Overview) }))
}

/// The cluster of an address.
pub(super) async fn read(person: &Person, (organization, cluster): Address) -> Reply<ClusterView> {
    Ok(person.read(GetCluster { cluster: ClusterRef { organization, cluster } }).await?)
}

/// The page, for this handler and for the form on it.
pub(super) async fn overview_page(
    person: &Person,
    overview: &OrganizationOverview,
    address: Address,
) -> Reply<ClusterPage> {
    let view = read(person, address).await?;
    let cluster = &view.cluster;
    let (size, management) = (capital(&cluster.size), cluster.user_management);
    let mut facts = vec![
        ("Size".to_owned(), format!("{size}, {}", rate(cluster.credits_per_hour))),
        ("User management".to_owned(), management.label().to_owned()),
    ];
    if let (Some(name), Some(provider)) = (&view.cloud_account_name, view.provider) {
        facts.push((
            "Cloud account".to_owned(),
            format!("{} ({})", isolated(name), provider.label()),
        ));
    }
    facts.push(("Made by".to_owned(), cluster.created_by.clone()));
    facts.push(("Id".to_owned(), cluster.id.text()));
    let now = now(person);
    Ok(ClusterPage {
        shell: shell_in(person, overview, Section::Clusters).await,
        head: head(person, address, &view, Shown::Overview),
        url: cluster.url.clone().unwrap_or_default(),
        sign_in: sign_in(address, &view),
        facts,
        created: moment(cluster.created_at, now),
        drift: view.drift.clone().unwrap_or_default(),
        drifted: view.drifted_at.map(|at| moment(at, now)).unwrap_or_default(),
    })
}

fn sign_in(address: Address, view: &ClusterView) -> ClusterSignIn {
    let state = view.cluster.state;
    if matches!(state, ClusterState::Terminating | ClusterState::Terminated) {
        return ClusterSignIn::None;
    }
    if view.cluster.user_management != UserManagement::Managed {
        let admin_password = match view.may.read_admin_password {
            true => Offer::At(format!("{}/admin-password", page_of(address))),
            false => Offer::Absent,
        };
        let kept_by = kept_by(view.cluster.user_management).to_owned();
        return ClusterSignIn::Unmanaged { kept_by, admin_password };
    }
    view.own_account.as_ref().map_or(ClusterSignIn::None, |own| with(address, own))
}

fn with(address: Address, own: &OwnAccount) -> ClusterSignIn {
    ClusterSignIn::Own {
        name: own.name.clone(),
        role: own.role.map(ClusterRole::label).unwrap_or_default().to_owned(),
        ready: own.ready,
        how: own.sign_in.clone().unwrap_or_default(),
        password: Form::new("cluster-password", format!("{}/password", page_of(address))),
        has_password: own.has_password,
    }
}
