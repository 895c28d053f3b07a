//! One's organizations: the list to choose from, making another, and the settings of one.

mod delete;
mod leave;
mod settings;
mod transfer;

use axum::response::{IntoResponse, Response};
use guildhall_app::Operation;
use guildhall_app::organization::{
    CreateOrganization, CreateOrganizationRefusal, GetMyPlace, ListMyOrganizations, MyOrganization,
    OrganizationOverview,
};
use guildhall_model::{DisplayName, OrganizationName, OrganizationRole, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::dashboard::home_of;
use super::enter::now;
use super::moment::moment;
use super::shell::{plan, shell};
use crate::caller::{Failure, Person};
use crate::extract::{self, Form, Query};
use crate::flash::{Flash, texts};
use crate::page::{
    NewOrganizationPage, OrganizationRow, OrganizationsPage, Pager, Section, number,
};
use crate::problem::{Problem, code};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// How many organizations one page of the list shows.
const ROWS: usize = 50;

/// The list of one's organizations.
const LIST: &str = "/organizations";
/// The page that makes one.
const NEW: &str = "/organizations/new";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get(LIST, list).reads::<ListMyOrganizations>(),
        Route::get(NEW, new).reads::<GetMyPlace>(),
        Route::post(NEW, create)
            .serves::<CreateOrganization>()
            .example_body(json!({ "display_name": "Northwind Labs", "name": "northwind-labs" })),
    ];
    routes.extend(settings::routes());
    routes.extend(transfer::routes());
    routes.extend(leave::routes());
    routes.extend(delete::routes());
    routes
}

/// Which of one's organizations are listed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// A part of the display name or of the name in addresses.
    q: Option<String>,
    /// Where the page begins.
    cursor: Option<String>,
}

/// The list to choose from (S77, B60); organizations that can be restored are in it.
async fn list(person: Person, Query(query): Query<ListQuery>) -> Reply<Html<OrganizationsPage>> {
    let user = person.user()?;
    let mut found = person.read(ListMyOrganizations { user }).await?;
    let wanted = query.q.as_deref().unwrap_or_default().trim().to_lowercase();
    let lead = standing(&found);
    found.retain(|one| {
        let names = [one.display_name.as_str(), one.name.as_str()];
        names.iter().any(|name| name.to_lowercase().contains(&wanted))
    });
    let before = person.position::<usize>(query.cursor.as_deref())?.unwrap_or(0).min(found.len());
    let after = found.len().min(before + ROWS);
    let address = |from: usize| {
        let cursor = if from == 0 { String::new() } else { person.cursor(&from) };
        let pairs = [("q", wanted.as_str()), ("cursor", cursor.as_str())];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        extract::address(LIST, &pairs)
    };
    let pager = Pager::after(before as u64, after - before, Some(found.len() as u64)).turning(
        (before > 0).then(|| address(before.saturating_sub(ROWS))),
        (after < found.len()).then(|| address(after)),
    );
    let now = now(&person);
    Ok(Html::of(OrganizationsPage {
        rows: found[before..after].iter().map(|one| row(one, now)).collect(),
        shell: shell(&person, None, Section::Elsewhere).await,
        query: query.q.unwrap_or_default(),
        lead,
        pager,
    }))
}

/// "You are in 4 organizations and own 3 of them.", of those that are not deleted.
pub(super) fn standing(all: &[MyOrganization]) -> String {
    let living = || all.iter().filter(|one| one.restorable_until.is_none());
    let own = living().filter(|one| one.role == OrganizationRole::Owner).count();
    match (living().count(), own) {
        (0, _) => "You are in no organization.".to_owned(),
        (1, 0) => "You are in one organization.".to_owned(),
        (1, _) => "You are in one organization, which you own.".to_owned(),
        (many, 0) => format!("You are in {} organizations and own none.", number(many as u64)),
        (many, own) => {
            let (many, own) = (number(many as u64), number(own as u64));
            format!("You are in {many} organizations and own {own} of them.")
        }
    }
}

fn row(one: &MyOrganization, now: Timestamp) -> OrganizationRow {
    let restore = |until| (moment(until, now), format!("/o/{}/settings/restore", one.id));
    OrganizationRow {
        id: one.id.text(),
        name: one.display_name.to_string(),
        handle: one.name.to_string(),
        role: one.role.label().to_owned(),
        people: one.people,
        plan: plan(&one.plan),
        deleted: one.restorable_until.map(restore),
    }
}

async fn new(person: Person) -> Reply<Html<NewOrganizationPage>> {
    let place = person.read(GetMyPlace { user: person.user()? }).await?;
    let mut page = new_page(&person).await;
    if !place.can_create {
        let off = !person.app().settings().create_organizations;
        page.refused = refused(off).to_owned();
    }
    Ok(Html::of(page))
}

async fn new_page(person: &Person) -> NewOrganizationPage {
    let frame = shell(person, None, Section::Elsewhere).await;
    NewOrganizationPage::new(frame, &person.submission())
}

/// Why nobody, or this person, can make one.
fn refused(switched_off: bool) -> &'static str {
    if switched_off {
        "Making organizations is switched off in this installation. Ask whoever runs it."
    } else {
        "An account can be in one organization only here, and you are in one."
    }
}

/// What was typed to make an organization.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewOrganization {
    /// The name it is shown under.
    display_name: String,
    /// Its name in addresses; made from the display name where there is none.
    name: Option<String>,
}

async fn create(person: Person, Form(typed): Form<NewOrganization>) -> Reply<Response> {
    let mut page = new_page(&person).await;
    page.form.set("display_name", typed.display_name.as_str());
    page.form.set("name", typed.name.as_deref().unwrap_or_default());
    let display_name = page.form.take("display_name", typed.display_name.parse::<DisplayName>());
    let name = match typed.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => page.form.take("name", name.parse::<OrganizationName>()).map(Some),
        None => Some(None),
    };
    let (Some(display_name), Some(name)) = (display_name, name) else {
        return Ok(Html::refused(page).into_response());
    };
    let create = CreateOrganization { display_name: display_name.clone(), name };
    match person.execute(create).await {
        Ok(created) => {
            let made = Flash::of(&texts::ORGANIZATION_MADE, [display_name.as_str()]);
            person.tell(made);
            Ok(Redirect::to(home_of(created.id)).into_response())
        }
        Err(failure) => {
            match failure {
                Failure::Refused(CreateOrganizationRefusal::SwitchedOff) => {
                    page.refused = refused(true).to_owned();
                }
                Failure::Refused(CreateOrganizationRefusal::OneOnly) => {
                    page.refused = refused(false).to_owned();
                }
                failure => failure.show_in(&mut page.form)?,
            }
            Ok(Html::refused(page).into_response())
        }
    }
}

/// The settings of an organization.
fn settings_of(overview: &OrganizationOverview) -> String {
    format!("/o/{}/settings", overview.id)
}

/// Ends the request unless the person may do it, before a page asks for their password.
fn need<O: Operation>(overview: &OrganizationOverview) -> Result<(), Problem> {
    let permission = O::PERMISSION.relation();
    if overview.may(permission) {
        return Ok(());
    }
    let detail = format!("this needs the permission `{permission}`");
    Err(Problem::new(code::FORBIDDEN, detail).permission(permission))
}
