//! The first pages: the welcome of a new user, the dashboard, and the way to it.

mod invitation;

use axum::response::{IntoResponse, Response};
use guildhall_app::account::CloseWelcome;
use guildhall_app::audit::{EventFilter, ListOrganizationEvents};
use guildhall_app::cluster::ListClusters;
use guildhall_app::invitation::{ListMyInvitations, MyInvitation};
use guildhall_app::organization::{
    GetMyPlace, GetOrganization, MyOrganization, MyPlace, OrganizationOverview,
};
use guildhall_model::{OrganizationId, OrganizationRole};

use invitation::offers;
pub(super) use invitation::{decline, join};

use super::audit::happening;
use super::cluster;
use super::enter::{enter, now};
use super::entrance::entrance;
use super::moment::moment;
use super::shell::{self, shell_in};
use crate::caller::Person;
use crate::extract::Path;
use crate::page::{
    self, ClusterRow, DashboardPage, Happening, NoOrganizationPage, OrganizationSummary, Seats,
    Section, Step, WelcomePage,
};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// Where "Send the link again" posts to.
const VERIFY_AGAIN: &str = "/verify";
/// How many clusters the dashboard shows.
const SHOWN: u32 = 8;

/// How many events the dashboard shows.
const LATEST: u32 = 5;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/", front).reads::<GetMyPlace>().also_reads::<ListMyInvitations>(),
        Route::get("/o/{organization}", straight)
            .public("leads to the same address with a slash, and tells nothing"),
        Route::get("/o/{organization}/", dashboard)
            .reads::<GetOrganization>()
            .also_reads::<ListClusters>()
            .also_reads::<GetMyPlace>()
            .also_reads::<ListMyInvitations>()
            .also_reads::<ListOrganizationEvents>(),
        Route::post("/welcome/close", close_welcome).serves::<CloseWelcome>(),
    ];
    routes.extend(invitation::routes());
    routes
}

async fn straight(Path(organization): Path<OrganizationId>) -> Redirect {
    Redirect::to(home_of(organization))
}

/// The dashboard of an organization.
pub(super) fn home_of(organization: OrganizationId) -> String {
    format!("/o/{organization}/")
}

/// Leads to the organization last used or the only one, or to the list to choose from (S77).
async fn front(person: Person) -> Reply<Response> {
    let user = person.user()?;
    let place = person.read(GetMyPlace { user }).await?;
    let last = person.identity().and_then(|identity| identity.last_organization);
    let (living, deleted): (Vec<_>, Vec<_>) =
        place.organizations.iter().partition(|one| one.restorable_until.is_none());
    let used = living.iter().find(|one| Some(one.id) == last);
    let only = if let [only] = living.as_slice() { Some(only) } else { None };
    if let Some(found) = used.or(only) {
        return Ok(Redirect::to(home_of(found.id)).into_response());
    }
    if !living.is_empty() && !greets(&person) {
        return Ok(Redirect::to("/organizations").into_response());
    }
    let waiting = person.read(ListMyInvitations { user }).await?;
    if greets(&person) {
        return Ok(Html::of(welcome(&person, &place, &waiting)).into_response());
    }
    let restore = |one: &&MyOrganization| {
        (one.display_name.to_string(), format!("/o/{}/settings/restore", one.id))
    };
    let page = NoOrganizationPage {
        restorable: deleted.iter().map(restore).collect(),
        invitations: offers(&person, &waiting),
        verify_again: verify_again(&person),
        shell: shell::shell(&person, None, Section::Dashboard).await,
    };
    Ok(Html::of(page).into_response())
}

async fn dashboard(person: Person, Path(organization): Path<OrganizationId>) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let user = person.user()?;
    if overview.role.is_some() {
        remember(&person, organization).await?;
    }
    let waiting = person.read(ListMyInvitations { user }).await?;
    if greets(&person) {
        let place = person.read(GetMyPlace { user }).await?;
        return Ok(Html::of(welcome(&person, &place, &waiting)).into_response());
    }
    let shell = shell_in(&person, &overview, Section::Dashboard).await;
    let mut page = DashboardPage::new(shell, summary(&person, &overview));
    page.invitations = offers(&person, &waiting);
    page.latest = latest(&person, &overview).await?;
    page.clusters = clusters(&person, &overview).await?;
    page.all_clusters = cluster::home(organization);
    page.steps = steps(&overview, !page.clusters.is_empty());
    page.verify_again = verify_again(&person);
    Ok(Html::of(page).into_response())
}

/// What happened lately, for those who may read the audit log.
async fn latest(person: &Person, overview: &OrganizationOverview) -> Reply<Vec<Happening>> {
    if !overview.may("can_read_audit") {
        return Ok(Vec::new());
    }
    let organization = overview.id;
    let filter = EventFilter::default();
    let list = ListOrganizationEvents { organization, filter, after: None, limit: LATEST };
    let events = person.read(list).await?;
    let base = format!("/o/{organization}/audit");
    Ok(events.iter().map(|event| happening(event, &base, now(person))).collect())
}

/// The clusters that the dashboard shows, the same for every member (H28).
async fn clusters(person: &Person, overview: &OrganizationOverview) -> Reply<Vec<ClusterRow>> {
    if !overview.may("can_list_clusters") {
        return Ok(Vec::new());
    }
    let (organization, search) = (overview.id, String::new());
    let list = ListClusters { organization, search, terminated: false, after: None, limit: SHOWN };
    let found = person.read(list).await?;
    Ok(found.iter().map(|one| cluster::row(person, organization, one)).collect())
}

/// Closes the Welcome for good; the dashboard behind it shows the invitations (H20).
async fn close_welcome(person: Person) -> Reply<Redirect> {
    person.execute(CloseWelcome { user: person.user()? }).await?;
    Ok(Redirect::to("/"))
}

/// Notes which organization was looked at last.
async fn remember(person: &Person, organization: OrganizationId) -> Reply<()> {
    let user = person.user()?;
    let last = person.identity().and_then(|identity| identity.last_organization);
    if last != Some(organization) {
        person.app().remember_organization(user, organization).await;
    }
    Ok(())
}

/// Whether the Welcome still covers the dashboard (H20).
fn greets(person: &Person) -> bool {
    person.identity().is_some_and(|identity| identity.welcome)
}

/// Where the link to confirm the address is sent again; empty once it is confirmed.
fn verify_again(person: &Person) -> String {
    let confirmed = person.identity().is_none_or(|identity| identity.email_verified);
    if confirmed { String::new() } else { VERIFY_AGAIN.to_owned() }
}

fn welcome(person: &Person, place: &MyPlace, waiting: &[MyInvitation]) -> WelcomePage {
    let owned = |one: &&MyOrganization| {
        one.role == OrganizationRole::Owner && one.restorable_until.is_none()
    };
    let owned = place.organizations.iter().find(owned);
    let identity = person.identity();
    WelcomePage {
        entrance: entrance(person),
        name: identity.map(|known| known.first_name.clone()).unwrap_or_default(),
        organization: owned.map(|one| one.display_name.to_string()).unwrap_or_default(),
        invitations: waiting.len() as u64,
        close: "/welcome/close".to_owned(),
        verify_again: verify_again(person),
    }
}

/// The seats as pages count them.
pub(super) fn seats(overview: &OrganizationOverview) -> Seats {
    let seats = overview.seats.map(|seats| Seats { used: seats.used, limit: seats.limit });
    seats.unwrap_or_default()
}

/// A role as people read it.
fn role(role: Option<OrganizationRole>) -> String {
    role.map_or("System administrator", OrganizationRole::label).to_owned()
}

fn summary(person: &Person, overview: &OrganizationOverview) -> OrganizationSummary {
    let lists = overview.may("can_list_members");
    let in_charge = overview.in_charge.iter().map(|one| {
        let who = page::Person::new(one.name.as_str(), one.email.as_str());
        (who, one.role.label().to_owned())
    });
    OrganizationSummary {
        name: overview.display_name.to_string(),
        role: role(overview.role),
        through: overview.through.clone().unwrap_or_default(),
        people: overview.people,
        invitations: overview.invitations,
        seats: seats(overview),
        plan: shell::plan(&overview.plan),
        created: moment(overview.created_at, now(person)),
        in_charge: in_charge.collect(),
        members: if lists { format!("/o/{}/members", overview.id) } else { String::new() },
    }
}

/// What an owner or administrator of a young organization does first.
fn steps(overview: &OrganizationOverview, clusters: bool) -> Vec<Step> {
    if !overview.may("can_update_permissions") {
        return Vec::new();
    }
    let base = format!("/o/{}", overview.id);
    let company = overview.people.unwrap_or(0) > 1 || overview.invitations.unwrap_or(0) > 0;
    let chosen = overview.switches.is_some_and(|on| on.invite || on.clusters || on.ports);
    let owner = overview.owner().map_or("", |owner| owner.email.as_str());
    let mut steps = Vec::new();
    if overview.may("can_rename") {
        steps.push(Step::new(
            "Give your organization a name",
            "The one that others see in invitations.",
            format!("{base}/settings"),
            overview.display_name.as_str() != owner,
        ));
    }
    steps.push(Step::new(
        "Invite your colleagues",
        "One or many addresses at once; each gets a mail with a link.",
        format!("{base}/members"),
        company,
    ));
    steps.push(Step::new(
        "Decide what members may do",
        "Three switches for inviting, clusters and ports.",
        format!("{base}/members#permissions-title"),
        chosen,
    ));
    steps.push(Step::new(
        "Create a cluster",
        "In a cloud account, or on the machine that Guildhall runs on.",
        cluster::home(overview.id),
        clusters,
    ));
    steps
}
