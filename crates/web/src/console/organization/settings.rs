//! The settings of an organization: its display name, its facts, and what can be done with it.

use axum::response::{IntoResponse, Response};
use guildhall_app::organization::{GetOrganization, OrganizationOverview, RenameOrganization};
use guildhall_model::{DisplayName, OrganizationId, OrganizationRole};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::settings_of;
use crate::caller::Person;
use crate::console::cloud_account::tabs;
use crate::console::dashboard::seats;
use crate::console::enter::{enter, now};
use crate::console::moment::moment;
use crate::console::shell::{plan, shell_in};
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{self, Offer, OrganizationSettingsPage, Section};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/settings", show).reads::<GetOrganization>(),
        Route::post("/o/{organization}/settings", rename)
            .serves::<RenameOrganization>()
            .also_reads::<GetOrganization>()
            .example_body(json!({ "display_name": "Northwind Labs" })),
    ]
}

/// What was typed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The name to show the organization under.
    display_name: String,
}

async fn show(
    person: Person,
    Path(organization): Path<OrganizationId>,
) -> Reply<Html<OrganizationSettingsPage>> {
    let overview = enter(&person, organization).await?;
    Ok(Html::of(page(&person, &overview).await))
}

/// Changes the display name; the name in addresses stays (B69).
async fn rename(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Form(typed): Form<Settings>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    super::need::<RenameOrganization>(&overview)?;
    let mut page = page(&person, &overview).await;
    page.form.set("display_name", typed.display_name.as_str());
    let name = page.form.take("display_name", typed.display_name.parse::<DisplayName>());
    let Some(display_name) = name else { return Ok(Html::refused(page).into_response()) };
    person.execute(RenameOrganization { organization, display_name }).await?;
    person.tell(Flash::of(&texts::ORGANIZATION_SAVED, []));
    Ok(Redirect::to(settings_of(&overview)).into_response())
}

async fn page(person: &Person, overview: &OrganizationOverview) -> OrganizationSettingsPage {
    let shell = shell_in(person, overview, Section::Organization).await;
    let name = overview.display_name.as_str();
    let mut page = OrganizationSettingsPage::new(shell, overview.id.text(), name);
    if !overview.may("can_rename") {
        page.locked = "Only the owner can change what the organization is called.".to_owned();
    }
    page.tabs = tabs(overview, false);
    page.handle = overview.name.to_string();
    page.plan = plan(&overview.plan);
    page.seats = seats(overview);
    page.created = moment(overview.created_at, now(person));
    let owner = overview.owner();
    page.owner = owner
        .map(|owner| page::Person::new(owner.name.as_str(), owner.email.as_str()))
        .unwrap_or_default();
    page.transfer = transfer(overview);
    page.leave = leave(overview);
    if overview.may("can_delete") {
        page.delete = Offer::At(format!("{}/delete", settings_of(overview)));
    }
    page
}

fn transfer(overview: &OrganizationOverview) -> Offer {
    if !overview.may("can_transfer") {
        Offer::Absent
    } else if overview.people == Some(1) {
        Offer::Refused("Nobody else is a member yet: invite somebody first.".to_owned())
    } else {
        Offer::At(format!("{}/transfer", settings_of(overview)))
    }
}

/// The owner cannot leave (H41); a system administrator who is no member has nothing to leave.
fn leave(overview: &OrganizationOverview) -> Offer {
    match overview.role {
        Some(OrganizationRole::Owner) => {
            let reason = "The owner cannot leave: transfer the ownership first, or delete the \
                organization.";
            Offer::Refused(reason.to_owned())
        }
        Some(_) if overview.may("can_leave") => {
            Offer::At(format!("{}/leave", settings_of(overview)))
        }
        _ => Offer::Absent,
    }
}
