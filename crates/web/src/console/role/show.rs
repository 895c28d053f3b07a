//! The list of roles, and one of them.

use guildhall_app::{
    member::{ListMembers, MemberCounts, MemberFilter},
    organization::GetOrganization,
    role::{GetRole, ListRoles},
};
use guildhall_model::{OrganizationId, OrganizationRole, PageSize, RoleId};

use super::{home, words};
use crate::caller::Person;
use crate::console::enter::enter;
use crate::console::shell::shell_in;
use crate::extract::Path;
use crate::page::{
    AssigneeRow, Form, Offer, Pager, Person as Shown, RolePage, RoleRow, RolesPage, Section,
};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/roles", list)
            .reads::<ListRoles>()
            .also_reads::<ListMembers>()
            .also_reads::<GetOrganization>()
            .summary("The roles of an organization"),
        Route::get("/o/{organization}/roles/{role}", show)
            .reads::<GetRole>()
            .also_reads::<GetOrganization>()
            .summary("A custom role and who has it"),
    ]
}

async fn list(person: Person, Path(organization): Path<OrganizationId>) -> Reply<Html<RolesPage>> {
    let overview = enter(&person, organization).await?;
    let roles = person.read(ListRoles { organization }).await?;
    let members = ListMembers {
        organization,
        filter: MemberFilter::Members,
        search: String::new(),
        cursor: None,
        size: PageSize::new(1).unwrap_or_default(),
    };
    let counts = person.read(members).await?.counts;
    let built_in = |role| built_in(role, organization, counts);
    let mut rows: Vec<RoleRow> = OrganizationRole::ALL.into_iter().map(built_in).collect();
    rows.extend(roles.iter().map(|role| RoleRow {
        name: role.name.to_string(),
        description: role.description.clone(),
        permissions: role.permissions.iter().take(4).map(|name| words(name)).collect(),
        more: role.permissions.len().saturating_sub(4),
        people: role.people,
        url: format!("{}/{}", home(organization), role.id),
        built_in: false,
    }));
    let create = if overview.may("can_manage_roles") {
        Offer::At(format!("{}/new", home(organization)))
    } else {
        Offer::Absent
    };
    let shell = shell_in(&person, &overview, Section::Roles).await;
    Ok(Html::of(RolesPage { shell, rows, create }))
}

fn built_in(role: OrganizationRole, organization: OrganizationId, counts: MemberCounts) -> RoleRow {
    let plain = counts.members.saturating_sub(counts.admins + counts.restricted);
    let people = match role {
        OrganizationRole::Owner => 1,
        OrganizationRole::Admin => counts.admins.saturating_sub(1),
        OrganizationRole::Member => plain,
        OrganizationRole::Restricted => counts.restricted,
    };
    let (description, permissions, show) = match role {
        OrganizationRole::Owner => (
            "Everything, with what nobody else can: rename, transfer and delete.",
            vec!["Everything"],
            "admins",
        ),
        OrganizationRole::Admin => (
            "Manages members, permissions and roles.",
            vec!["Invite members", "Change roles", "Remove members", "Read the audit log"],
            "admins",
        ),
        OrganizationRole::Member => (
            "Works here, within the member permissions.",
            vec!["See the members", "What the member permissions allow"],
            "members",
        ),
        OrganizationRole::Restricted => (
            "Reaches only what is shared with them by name.",
            vec!["What is shared with them"],
            "restricted",
        ),
    };
    RoleRow {
        name: role.label().to_owned(),
        description: description.to_owned(),
        permissions: permissions.into_iter().map(str::to_owned).collect(),
        more: 0,
        people,
        url: format!("/o/{organization}/members?show={show}"),
        built_in: true,
    }
}

async fn show(
    person: Person,
    Path((organization, role)): Path<(OrganizationId, RoleId)>,
) -> Reply<Html<RolePage>> {
    let overview = enter(&person, organization).await?;
    let detail = person.read(GetRole { organization, role }).await?;
    let base = format!("{}/{role}", home(organization));
    let manages = overview.may("can_manage_roles");
    let at = |verb: &str| {
        if manages { Offer::At(format!("{base}/{verb}")) } else { Offer::Absent }
    };
    let rows: Vec<AssigneeRow> = detail
        .holders
        .iter()
        .map(|holder| AssigneeRow {
            person: Shown::new(holder.name.as_str(), holder.email.as_str()),
            remove: at(&format!("people/{}/remove", holder.user)),
        })
        .collect();
    let pager = Pager::after(0, rows.len(), Some(detail.role.people));
    Ok(Html::of(RolePage {
        shell: shell_in(&person, &overview, Section::Roles).await,
        name: detail.role.name.to_string(),
        description: detail.role.description.clone(),
        built_in: false,
        permissions: detail.role.permissions.iter().map(|name| words(name)).collect(),
        assign: manages.then(|| Form::new("assign", format!("{base}/assign"))),
        rows,
        pager,
        edit: at("edit"),
        delete: at("delete"),
        back: home(organization),
    }))
}
