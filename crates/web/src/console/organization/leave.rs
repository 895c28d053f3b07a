//! Leaving an organization, after a page that says what is lost (H40, H41).

use axum::response::{IntoResponse, Response};
use guildhall_app::organization::{GetOrganization, LeaveOrganization, LeaveOrganizationRefusal};
use guildhall_model::{OrganizationId, isolated};

use super::settings_of;
use crate::caller::{Failure, Person};
use crate::console::enter::enter;
use crate::console::shell::shell_in;
use crate::console::word;
use crate::extract::Path;
use crate::flash::{Flash, texts};
use crate::page::{ConfirmPage, Section};
use crate::reply::{Html, Redirect, Reply, Stop};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/settings/leave", ask)
            .reads::<GetOrganization>()
            .also::<LeaveOrganization>(),
        Route::post("/o/{organization}/settings/leave", leave)
            .serves::<LeaveOrganization>()
            .also_reads::<GetOrganization>(),
    ]
}

async fn ask(person: Person, Path(organization): Path<OrganizationId>) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let settings = settings_of(&overview);
    let forecast = match person.forecast(LeaveOrganization { organization }).await {
        Ok(forecast) => forecast,
        Err(failure) => return stays(&person, failure, settings),
    };
    let name = overview.display_name.as_str();
    let mut page = ConfirmPage::danger(
        shell_in(&person, &overview, Section::Organization).await,
        format!("Leave {}?", isolated(name)),
        "Leave",
        format!("{settings}/leave"),
        ("Settings", settings),
    );
    page.lead = "It takes effect at once. To come back you need a new invitation.".to_owned();
    let user = person.user()?.text();
    page.consequences = word::consequences(&forecast, (&user, "You"), &organization.text());
    page.consequences.stays.push("What you made here stays.".to_owned());
    Ok(Html::of(page).into_response())
}

async fn leave(person: Person, Path(organization): Path<OrganizationId>) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    match person.execute(LeaveOrganization { organization }).await {
        Ok(()) => {
            person.tell(Flash::of(&texts::LEFT, [overview.display_name.as_str()]));
            Ok(Redirect::to("/").into_response())
        }
        Err(failure) => stays(&person, failure, settings_of(&overview)),
    }
}

/// Back to the settings, which say why.
fn stays(
    person: &Person,
    failure: Failure<LeaveOrganizationRefusal>,
    settings: String,
) -> Result<Response, Stop> {
    let text = match failure.refusal()? {
        LeaveOrganizationRefusal::Owner => &texts::OWNER_STAYS,
        LeaveOrganizationRefusal::NotAMember => &texts::NOT_BY_ONESELF,
    };
    person.tell(Flash::of(text, []));
    Ok(Redirect::to(settings).into_response())
}
