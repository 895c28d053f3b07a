//! Handing an organization over to another member (B40).

use axum::response::{IntoResponse, Response};
use guildhall_app::member::{ListMembers, MemberFilter, MemberView};
use guildhall_app::organization::{GetOrganization, OrganizationOverview, TransferOwnership};
use guildhall_model::{Email, OrganizationId, OrganizationRole, PageSize, isolated};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{need, settings_of};
use crate::caller::Person;
use crate::console::enter::enter;
use crate::console::settings::prove;
use crate::console::shell::shell_in;
use crate::extract::{self, Path};
use crate::flash::{Flash, texts};
use crate::page::{Choice, Form, Section, TransferOwnershipPage};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// In a larger organization the address is typed, not chosen.
const CHOICES: u64 = 100;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/settings/transfer", show)
            .reads::<GetOrganization>()
            .also_reads::<ListMembers>(),
        Route::post("/o/{organization}/settings/transfer", transfer)
            .serves::<TransferOwnership>()
            .also_reads::<GetOrganization>()
            .also_reads::<ListMembers>()
            .example_body(json!({
                "email": "bob@northwind.example", "password": "tundra walnut ladder 47"
            })),
    ]
}

/// What was typed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Transfer {
    /// The address of the member who becomes the owner.
    email: String,
    /// The password of whoever hands it over.
    password: String,
}

async fn show(
    person: Person,
    Path(organization): Path<OrganizationId>,
) -> Reply<Html<TransferOwnershipPage>> {
    let overview = enter(&person, organization).await?;
    need::<TransferOwnership>(&overview)?;
    Ok(Html::of(page(&person, &overview).await?))
}

async fn transfer(
    person: Person,
    Path(organization): Path<OrganizationId>,
    extract::Form(typed): extract::Form<Transfer>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    need::<TransferOwnership>(&overview)?;
    let mut page = page(&person, &overview).await?;
    page.form.set("email", typed.email.as_str());
    let new = match page.form.take("email", Email::parse(&typed.email)) {
        Some(email) => member(&person, organization, &email).await?,
        None => None,
    };
    if new.is_none() && !page.form.failed() {
        page.form.fault("email", "only a member of the organization can become its owner");
    }
    let proof = prove(&person, &mut page.form, "password", typed.password).await?;
    let (Some(new), Some(proof)) = (new, proof) else {
        return Ok(Html::refused(page).into_response());
    };
    match person.execute(TransferOwnership { organization, to: new.user, proof }).await {
        Ok(()) => {
            let name = if new.name.is_empty() { new.email.as_str() } else { &new.name };
            let fill = [name, overview.display_name.as_str()];
            person.tell(Flash::of(&texts::OWNERSHIP_TRANSFERRED, fill));
            Ok(Redirect::to(settings_of(&overview)).into_response())
        }
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn page(person: &Person, overview: &OrganizationOverview) -> Reply<TransferOwnershipPage> {
    let mut members = Vec::new();
    if overview.people.is_some_and(|people| people <= CHOICES) {
        let mut found = list(person, overview.id, String::new()).await?;
        found.retain(|one| one.own_role != OrganizationRole::Owner);
        found.sort_by_key(|one| one.own_role);
        members = found.iter().map(choice).collect();
    }
    let settings = settings_of(overview);
    Ok(TransferOwnershipPage {
        shell: shell_in(person, overview, Section::Organization).await,
        name: overview.display_name.to_string(),
        form: Form::new("transfer", format!("{settings}/transfer")),
        members,
        back: settings,
    })
}

fn choice(one: &MemberView) -> Choice {
    let email = one.email.as_str();
    let name =
        if one.name.is_empty() { String::new() } else { format!("{}, ", isolated(&one.name)) };
    Choice::new(email, format!("{name}{email} ({})", one.own_role.label()))
}

/// The member with this address.
async fn member(
    person: &Person,
    organization: OrganizationId,
    email: &Email,
) -> Reply<Option<MemberView>> {
    let found = list(person, organization, email.as_str().to_owned()).await?;
    Ok(found.into_iter().find(|one| one.email == *email))
}

async fn list(
    person: &Person,
    organization: OrganizationId,
    search: String,
) -> Reply<Vec<MemberView>> {
    let size = PageSize::MAX;
    let filter = MemberFilter::Members;
    let list = ListMembers { organization, filter, search, cursor: None, size };
    Ok(person.read(list).await?.rows)
}
