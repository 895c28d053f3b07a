//! Deleting an organization with one's password (B70), and restoring one that is deleted.

use axum::response::{IntoResponse, Response};
use guildhall_app::organization::{
    DeleteOrganization, GetOrganization, OrganizationOverview, RestoreOrganization,
    RestoreOrganizationRefusal,
};
use guildhall_model::{OrganizationId, isolated};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{LIST, need, settings_of};
use crate::caller::{Client, Person};
use crate::console::dashboard::home_of;
use crate::console::enter::{enter, restore as restore_page, span};
use crate::console::settings::prove;
use crate::console::shell::shell_in;
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{ConfirmPage, Consequences, Section, count_of};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/settings/delete", ask).reads::<GetOrganization>(),
        Route::post("/o/{organization}/settings/delete", delete)
            .serves::<DeleteOrganization>()
            .also_reads::<GetOrganization>()
            .example_body(json!({
                "typed": "Northwind Labs", "password": "tundra walnut ladder 47"
            })),
        Route::get("/o/{organization}/settings/restore", look).reads::<GetOrganization>(),
        Route::post("/o/{organization}/settings/restore", restore)
            .serves::<RestoreOrganization>()
            .also_reads::<GetOrganization>(),
    ]
}

/// What was typed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Deletion {
    /// The display name, as a sign that it is this organization that is meant.
    typed: String,
    /// The owner's password.
    password: String,
}

async fn ask(person: Person, Path(organization): Path<OrganizationId>) -> Reply<Html<ConfirmPage>> {
    let overview = enter(&person, organization).await?;
    need::<DeleteOrganization>(&overview)?;
    Ok(Html::of(page(&person, &overview).await))
}

async fn delete(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Form(typed): Form<Deletion>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    need::<DeleteOrganization>(&overview)?;
    let mut page = page(&person, &overview).await;
    page.form.set("typed", typed.typed.as_str());
    let name = overview.display_name.as_str();
    if typed.typed.trim() != name {
        page.form.fault("typed", format!("type `{name}` exactly as it stands here"));
        return Ok(Html::refused(page).into_response());
    }
    let Some(proof) = prove(&person, &mut page.form, "password", typed.password).await? else {
        return Ok(Html::refused(page).into_response());
    };
    match person.execute(DeleteOrganization { organization, proof }).await {
        Ok(_) => {
            let grace = span(person.app().settings().deletion_grace);
            person.tell(Flash::of(&texts::ORGANIZATION_DELETED, [name, &grace]));
            Ok(Redirect::to(LIST).into_response())
        }
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn page(person: &Person, overview: &OrganizationOverview) -> ConfirmPage {
    let (settings, name) = (settings_of(overview), overview.display_name.as_str());
    let mut page = ConfirmPage::danger(
        shell_in(person, overview, Section::Organization).await,
        format!("Delete {}?", isolated(name)),
        "Delete organization",
        format!("{settings}/delete"),
        ("Settings", settings),
    );
    page.lead = "Everything in it stops at once, for everybody.".to_owned();
    page.consequences = consequences(person, overview);
    page.hint = "Every member is told by mail that you deleted it.".to_owned();
    page.typed = name.to_owned();
    page.password = true;
    page
}

/// What is lost at once, what later, and what can be had back until then.
fn consequences(client: &Client, overview: &OrganizationOverview) -> Consequences {
    let grace = span(client.app().settings().deletion_grace);
    let mut losses = vec![match overview.people.unwrap_or(1) {
        0 | 1 => "You lose everything that you may do in it.".to_owned(),
        people => format!(
            "{}, you included, lose everything that they may do in it.",
            count_of(people, "person", "people")
        ),
    }];
    match overview.invitations.unwrap_or(0) {
        0 => {}
        1 => losses.push("1 pending invitation ends and does not come back.".to_owned()),
        many => losses.push(format!("{many} pending invitations end and do not come back.")),
    }
    losses
        .push(format!("After {grace} it is gone for good, with its members, roles and audit log."));
    let stays =
        vec![format!("For {grace} you can restore it; its members then have the roles they had.")];
    Consequences { losses, gains: Vec::new(), stays }
}

async fn look(person: Person, Path(organization): Path<OrganizationId>) -> Reply<Redirect> {
    // One that is deleted ends here, with the page that restores it.
    let overview = enter(&person, organization).await?;
    Ok(Redirect::to(settings_of(&overview)))
}

async fn restore(person: Person, Path(organization): Path<OrganizationId>) -> Reply<Response> {
    let overview = person.read(GetOrganization { organization }).await?;
    let refusal = match person.execute(RestoreOrganization { organization }).await {
        Ok(()) => {
            let name = overview.display_name.as_str();
            person.tell(Flash::of(&texts::ORGANIZATION_RESTORED, [name]));
            return Ok(Redirect::to(home_of(organization)).into_response());
        }
        Err(failure) => failure.refusal()?,
    };
    Ok(match refusal {
        RestoreOrganizationRefusal::NotDeleted => {
            Redirect::to(home_of(organization)).into_response()
        }
        RestoreOrganizationRefusal::TooLate => {
            let message = Some(refusal.to_string());
            Html::refused(restore_page(&person, &overview, message).await).into_response()
        }
    })
}
