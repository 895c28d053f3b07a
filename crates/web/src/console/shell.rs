//! The frame around every page for somebody who is signed in, with what it needs to know.

use guildhall_app::organization::{
    GetMyPlace, GetOrganization, MyOrganization, OrganizationOverview,
};
use guildhall_model::OrganizationId;

use crate::caller::Client;
use crate::page::{OrganizationEntry, OrganizationMenu, Person, Section, Shell};

/// How many organizations the picker shows.
const PICKED: usize = 20;

/// The frame of a page. Without an organization it shows the one last looked at.
pub(crate) async fn shell(
    client: &Client,
    organization: Option<OrganizationId>,
    section: Section,
) -> Shell {
    let last = client.identity().and_then(|identity| identity.last_organization);
    let mut shell = of(client, organization.or(last), section).await;
    if organization.is_none() && shell.organization.is_none() {
        shell.organization = shell.organizations.first().cloned();
    }
    if let Some(id) = organization.or(last)
        && shell.organization.as_ref().is_some_and(|entry| entry.id == id.text())
        && let Ok(overview) = client.read_for_frame(GetOrganization { organization: id }).await
    {
        shell.menu = menu(&overview);
    }
    shell
}

/// The frame of a page about an organization that the handler has read already.
pub(crate) async fn shell_in(
    client: &Client,
    overview: &OrganizationOverview,
    section: Section,
) -> Shell {
    let mut shell = of(client, Some(overview.id), section).await;
    if shell.organization.is_none() {
        // A system administrator looks at an organization that is not their own.
        let detail = format!("{} plan", plan(&overview.plan));
        let name = overview.display_name.as_str();
        shell.organization = Some(OrganizationEntry::new(overview.id.text(), name, detail));
    }
    shell.menu = menu(overview);
    shell
}

async fn of(client: &Client, current: Option<OrganizationId>, section: Section) -> Shell {
    let Some(identity) = client.identity() else { return Shell::default() };
    let person = Person::new(identity.name.as_str(), identity.email.as_str());
    let mut shell = Shell::new(person, section);
    shell.notices = client.notices();
    shell.demo = client.web().options.demo;
    if let Ok(place) = client.read_for_frame(GetMyPlace { user: identity.user }).await {
        let living = |one: &&MyOrganization| one.restorable_until.is_none();
        let mut entries: Vec<_> = place.organizations.iter().filter(living).map(entry).collect();
        shell.organization =
            current.and_then(|id| entries.iter().find(|entry| entry.id == id.text()).cloned());
        shell.more_organizations = entries.len() > PICKED;
        if let Some(current) = &shell.organization
            && let Some(at) = entries.iter().position(|entry| entry.id == current.id)
            && at >= PICKED
        {
            entries.swap(at, PICKED - 1);
        }
        entries.truncate(PICKED);
        shell.organizations = entries;
        shell.can_create_organization = place.can_create;
        shell.system_administrator = place.system_administrator;
        shell.user_manager = place.user_manager;
    }
    shell
}

fn entry(one: &MyOrganization) -> OrganizationEntry {
    OrganizationEntry::new(one.id.text(), one.display_name.as_str(), one.role.label())
}

fn menu(overview: &OrganizationOverview) -> OrganizationMenu {
    OrganizationMenu {
        members: overview.may("can_list_members"),
        member_count: overview.people,
        roles: overview.may("can_manage_roles"),
        clusters: overview.may("can_list_clusters"),
        usage: overview.may("can_see_credits"),
        audit: overview.may("can_read_audit"),
        settings: overview.deleted_at.is_none(),
    }
}

/// A plan as people read it.
pub(crate) fn plan(stored: &str) -> String {
    let plan = stored.parse::<guildhall_app::Plan>();
    plan.map_or_else(|_| stored.to_owned(), |plan| plan.label().to_owned())
}
