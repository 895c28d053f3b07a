//! The pages of the installation's users and organizations.

mod user;

use guildhall_app::system::{ListOrganizations, ListUsers, OrganizationEntry, UserEntry};
use guildhall_model::Timestamp;

use super::moment::moment;
use super::shell::{plan, shell};
use crate::api::system::DirectoryQuery;
use crate::caller::{Page, Person};
use crate::extract::{self, Query};
use crate::page::{
    Pager, Person as PersonPart, Section, SystemOrganizationRow, SystemOrganizationsPage,
    SystemUsersPage, UserRow,
};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/system/users", users).reads::<ListUsers>(),
        Route::get("/system/organizations", organizations).reads::<ListOrganizations>(),
    ];
    routes.extend(user::routes());
    routes
}

async fn users(
    person: Person,
    Query(query): Query<DirectoryQuery>,
) -> Reply<Html<SystemUsersPage>> {
    let (page, before) = query.users(&person).await?;
    let now = person.app().clock().now();
    Ok(Html::of(SystemUsersPage {
        shell: shell(&person, None, Section::SystemUsers).await,
        pager: pager("/system/users", &query, &page, before),
        query: query.q.unwrap_or_default(),
        rows: page.items.into_iter().map(|entry| user_row(entry, now)).collect(),
    }))
}

async fn organizations(
    person: Person,
    Query(query): Query<DirectoryQuery>,
) -> Reply<Html<SystemOrganizationsPage>> {
    let (page, before) = query.organizations(&person).await?;
    let now = person.app().clock().now();
    Ok(Html::of(SystemOrganizationsPage {
        shell: shell(&person, None, Section::SystemOrganizations).await,
        pager: pager("/system/organizations", &query, &page, before),
        query: query.q.unwrap_or_default(),
        rows: page.items.into_iter().map(|entry| organization(entry, now)).collect(),
    }))
}

fn pager<T>(path: &str, query: &DirectoryQuery, page: &Page<T>, before: u64) -> Pager {
    let search = query.q.as_deref().filter(|text| !text.is_empty()).map(|text| ("q", text));
    let address = |cursor: Option<&str>| {
        let pairs: Vec<_> = search.into_iter().chain(cursor.map(|text| ("cursor", text))).collect();
        extract::address(path, &pairs)
    };
    Pager::after(before, page.items.len(), page.total).turning(
        query.cursor.as_ref().map(|_| address(None)),
        page.next.as_deref().map(|cursor| address(Some(cursor))),
    )
}

fn user_row(entry: UserEntry, now: Timestamp) -> UserRow {
    UserRow {
        person: PersonPart::new(entry.name(), entry.email.as_str()),
        verified: entry.verified,
        second_factor: entry.second_factor,
        system_administrator: entry.system_administrator,
        organizations: entry.organizations,
        created: moment(entry.created_at, now),
        seen: entry.seen_at.map(|at| moment(at, now)).unwrap_or_default(),
        user_manager: entry.user_manager,
        disabled: entry.disabled_at.is_some(),
        url: user::page_of(entry.id),
    }
}

fn organization(entry: OrganizationEntry, now: Timestamp) -> SystemOrganizationRow {
    SystemOrganizationRow {
        id: entry.id.text(),
        url: format!("/o/{}/", entry.id),
        name: entry.display_name.as_str().to_owned(),
        owner: entry.owner.map(|email| PersonPart::address(email.as_str())).unwrap_or_default(),
        people: entry.people,
        plan: plan(&entry.plan),
        created: moment(entry.created_at, now),
        deleted: entry.deleted_at.is_some(),
    }
}
