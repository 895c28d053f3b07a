//! The clusters of an organization: the list, the form that makes one, and one cluster with its
//! tabs.

mod account;
mod create;
mod list;
mod moves;
mod password;
mod service;
mod show;
mod upgrade;

use guildhall_app::cloud_account::ListedCloudAccount;
use guildhall_app::cluster::{ClusterView, ListedCluster};
use guildhall_app::organization::OrganizationOverview;
use guildhall_model::{
    CloudProvider, ClusterId, ClusterMove, OrganizationId, UserManagement, isolated,
};

use super::credit::rate;
use super::enter::now;
use super::moment::moment;
use super::word::capital;
use crate::caller::Client;
use crate::page::{ClusterHead, ClusterRow, ClusterStanding, FirstStep, Offer, Tab};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = list::routes();
    routes.extend(create::routes());
    routes.extend(show::routes());
    routes.extend(service::routes());
    routes.extend(account::routes());
    routes.extend(moves::routes());
    routes.extend(upgrade::routes());
    routes.extend(password::routes());
    routes
}

/// The parts of a cluster's address.
type Address = (OrganizationId, ClusterId);

/// The list of an organization's clusters.
pub(super) fn home(organization: OrganizationId) -> String {
    format!("/o/{organization}/clusters")
}

/// The page of a cluster.
fn page_of((organization, cluster): Address) -> String {
    format!("{}/{cluster}", home(organization))
}

/// How far a cluster is.
fn standing(cluster: &ListedCluster) -> ClusterStanding {
    ClusterStanding {
        state: cluster.state.as_str(),
        label: cluster.state.label(),
        passing: cluster.state.is_passing(),
        progress: cluster.progress,
    }
}

/// A cluster as lists show it.
pub(super) fn row(
    client: &Client,
    organization: OrganizationId,
    cluster: &ListedCluster,
) -> ClusterRow {
    let url = page_of((organization, cluster.id));
    let offer = |wanted: ClusterMove| match cluster.moves.contains(&wanted) {
        true => Offer::At(format!("{url}/{}", wanted.as_str())),
        false => Offer::Absent,
    };
    ClusterRow {
        id: cluster.id.text(),
        name: cluster.name.to_string(),
        standing: standing(cluster),
        note: cluster.unreachable.clone().or(cluster.message.clone()).unwrap_or_default(),
        version: cluster.version.to_string(),
        size: capital(&cluster.size),
        rate: rate(cluster.credits_per_hour),
        created_by: cluster.created_by.clone(),
        created: moment(cluster.created_at, now(client)),
        start: offer(ClusterMove::Start),
        stop: offer(ClusterMove::Stop),
        url,
    }
}

/// The tabs of a cluster's page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Overview,
    Services,
    Accounts,
    Upgrade,
}

/// What every page of a cluster begins with.
fn head(client: &Client, address: Address, view: &ClusterView, shown: Shown) -> ClusterHead {
    let (cluster, base) = (&view.cluster, page_of(address));
    let may = |wanted: ClusterMove| cluster.moves.contains(&wanted);
    let offer = |wanted: ClusterMove, offered: bool| match offered && may(wanted) {
        true => Offer::At(format!("{base}/{}", wanted.as_str())),
        false => Offer::Absent,
    };
    let again = |wanted: ClusterMove| cluster.failed == Some(wanted);
    let retry = match cluster.failed {
        Some(failed @ (ClusterMove::Start | ClusterMove::Stop)) => offer(failed, true),
        _ => Offer::Absent,
    };
    let tab = |label: &str, at: &str, this: Shown| {
        Tab::new(label, None, format!("{base}{at}"), this == shown)
    };
    let mut tabs = vec![
        tab("Overview", "", Shown::Overview),
        tab("Services", "/services", Shown::Services),
        tab("Accounts", "/accounts", Shown::Accounts),
    ];
    if view.may.upgrade {
        tabs.push(tab("Upgrade", "/upgrade", Shown::Upgrade));
    }
    ClusterHead {
        name: cluster.name.to_string(),
        sentence: sentence(view),
        standing: standing(cluster),
        since: moment(cluster.state_since, now(client)),
        message: cluster.message.clone().unwrap_or_default(),
        unreachable: cluster.unreachable.clone().unwrap_or_default(),
        live: format!("{base}/state"),
        start: offer(ClusterMove::Start, !again(ClusterMove::Start)),
        stop: offer(ClusterMove::Stop, !again(ClusterMove::Stop)),
        retry,
        terminate: offer(ClusterMove::Terminate, true),
        tabs,
        back: home(address.0),
    }
}

/// "Version 3.0.1, small, in Build machine".
fn sentence(view: &ClusterView) -> String {
    let (version, size) = (&view.cluster.version, &view.cluster.size);
    let place = view.cloud_account_name.as_deref().unwrap_or("a deleted cloud account");
    let place = isolated(place);
    match &view.upgrading_to {
        Some(target) => format!("Version {version} on its way to {target}, {size}, in {place}"),
        None => format!("Version {version}, {size}, in {place}"),
    }
}

/// Who keeps the accounts on a cluster, in a sentence; empty if Guildhall does.
fn kept_by(management: UserManagement) -> &'static str {
    match management {
        UserManagement::Managed => "",
        UserManagement::OAuth2 => "An OAuth2 provider signs people in to this cluster.",
        UserManagement::Ldap => "A directory (LDAP) signs people in to this cluster.",
        UserManagement::Disabled => "The administrator of this cluster manages its users manually.",
    }
}

/// Whom to ask: "Alice Lindqvist or Bob Miller".
pub(super) fn in_charge(overview: &OrganizationOverview) -> String {
    let named = |one: &guildhall_app::organization::InCharge| match one.name.is_empty() {
        true => one.email.to_string(),
        false => isolated(&one.name).into_owned(),
    };
    let names: Vec<_> = overview.in_charge.iter().take(3).map(named).collect();
    match names.as_slice() {
        [] => "The owner and administrators".to_owned(),
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        [only, ..] => only.clone(),
    }
}

/// The page that makes a cluster, or why the reader may not.
fn creating(overview: &OrganizationOverview) -> Offer {
    if overview.may("can_create_cluster") {
        return Offer::At(format!("{}/new", home(overview.id)));
    }
    let reason = "The owner and administrators have not let members create clusters.";
    Offer::Refused(reason.to_owned())
}

/// What to do before there is a cluster, and who may.
fn first(
    client: &Client,
    overview: &OrganizationOverview,
    accounts: &[ListedCloudAccount],
) -> FirstStep {
    let configure = format!("/o/{}/settings/cloud-accounts/new", overview.id);
    let local = client.app().settings().clusters.providers.contains_key(&CloudProvider::Local);
    let step = |title: &str, text: String, actions: Vec<(&str, String)>| FirstStep {
        title: title.to_owned(),
        text,
        actions: actions.into_iter().map(|(label, url)| (label.to_owned(), url)).collect(),
    };
    let ask = in_charge(overview);
    if accounts.is_empty() && !overview.may("can_configure_cloud_accounts") {
        let text = format!("{ask} can configure one. Clusters of all members are made in it.");
        return step("No cloud account yet", text, Vec::new());
    }
    if accounts.is_empty() && local {
        let text = "Clusters are made in a cloud account of the organization. The quickest is the \
            machine that Guildhall runs on: nothing to fill in, a cluster in a minute.";
        let here = format!("{configure}?provider={}", CloudProvider::Local.as_str());
        let actions = vec![("Use this machine", here), ("Configure another cloud", configure)];
        return step("First, a cloud account", text.to_owned(), actions);
    }
    if accounts.is_empty() {
        let text = "Clusters are made in a cloud account of the organization. All members use \
            it, and nobody sees its secrets.";
        let actions = vec![("Configure cloud account", configure)];
        return step("First, a cloud account", text.to_owned(), actions);
    }
    if let Offer::At(create) = creating(overview) {
        let text = "Every member can start and stop what is made here.".to_owned();
        return step("No clusters yet", text, vec![("Create cluster", create)]);
    }
    let text = format!("{ask} can create one. You can then start and stop it.");
    step("No clusters yet", text, Vec::new())
}
